"""How the checklist stood: a row only where something changes, and any day can be asked for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal import checklist_history, checklist_mirror
from portal.models import ChecklistItem, ChecklistState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]

DAY = date(2026, 3, 10)


@pytest.fixture
def states(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the mirror would find."""
    ChecklistItem.objects.exclude(code__in=("c01", "c02")).update(hidden=True)
    found = {"c01": "met", "c02": "gap"}
    monkeypatch.setattr(checklist_history, "states_today", lambda rows, policy: dict(found))
    return found


def rows() -> list[tuple[str, str, int]]:
    return [
        (row.item.code, row.name, (row.since - DAY).days)
        for row in ChecklistState.objects.order_by("since", "item__code")
    ]


def after(days: int) -> date:
    return DAY + timedelta(days=days)


def counted(days: int) -> tuple[int, int]:
    (total,) = checklist_history.totals([after(days)])
    return total.numbers["met"], total.numbers["gap"]


def test_only_what_changes_is_written(states: dict[str, str]) -> None:
    assert checklist_history.note(DAY) == 2
    assert checklist_history.note(DAY) == 2, "the same day again says the same"
    assert checklist_history.note(after(1)) == 0
    states["c02"] = "met"
    assert checklist_history.note(after(5)) == 1
    assert rows() == [("c01", "met", 0), ("c02", "gap", 0), ("c02", "met", 5)]


def test_any_day_has_its_totals_and_a_missed_night_is_no_gap(states: dict[str, str]) -> None:
    checklist_history.note(DAY)
    states["c01"] = "stale"
    checklist_history.note(after(30))
    assert counted(-1) == (0, 0)
    assert [counted(days) for days in (0, 1, 29)] == [(1, 1)] * 3
    assert counted(30) == counted(99) == (0, 1)


def test_a_second_time_on_a_day_corrects_the_first(states: dict[str, str]) -> None:
    checklist_history.note(DAY)
    states["c02"] = "stale"
    checklist_history.note(after(1))
    states["c02"] = "gap"
    checklist_history.note(after(1))
    assert rows() == [("c01", "met", 0), ("c02", "gap", 0)]
    states["c02"] = "met"
    checklist_history.note(after(1))
    assert rows()[-1] == ("c02", "met", 1)


def test_a_hidden_item_leaves_the_count_and_comes_back(states: dict[str, str]) -> None:
    checklist_history.note(DAY)
    ChecklistItem.objects.filter(code="c02").update(hidden=True)
    del states["c02"]
    checklist_history.note(after(1))
    states["c02"] = "gap"
    ChecklistItem.objects.filter(code="c02").update(hidden=False)
    checklist_history.note(after(2))
    assert [counted(days) for days in (0, 1, 2)] == [(1, 1), (1, 0), (1, 1)]


def test_the_last_look_is_remembered_without_a_change(states: dict[str, str]) -> None:
    assert checklist_history.looked_on() is None
    checklist_history.note(DAY)
    checklist_history.note(after(9))
    assert checklist_history.looked_on() == after(9)
    assert len(rows()) == 2


def test_a_picture_shows_the_firsts_of_months_and_both_ends(states: dict[str, str]) -> None:
    assert checklist_history.points(DAY) == []
    checklist_history.note(DAY)
    assert checklist_history.points(DAY) == [DAY]
    assert checklist_history.points(date(2026, 5, 7)) == [
        DAY,
        date(2026, 4, 1),
        date(2026, 5, 1),
        date(2026, 5, 7),
    ]
    ChecklistState.objects.update(since=date(2026, 3, 28))
    assert checklist_history.points(date(2026, 4, 7)) == [date(2026, 4, 1), date(2026, 4, 7)]
    years_later = checklist_history.points(date(2029, 5, 7))
    assert len(years_later) == checklist_history.MOST_POINTS
    assert years_later[-1] == date(2029, 5, 7)


def test_the_night_writes_what_the_mirror_finds() -> None:
    from portal import nightly

    nightly.run({name: nightly.STEPS[name] for name in ("note_checklist", "remember_listed")})
    found = {line.row.code: line.state.name for line in checklist_mirror.mirror().lines}
    assert {row.item.code: row.name for row in checklist_history.latest().values()} == found
    assert set(found.values()) == {"gap"}
