"""The demo town keeps what its plan promises of the checklist: one gap, two stale items, all others met."""

from __future__ import annotations

import pytest

from agencies.models import Policy
from portal import checklist_history, checklist_mirror
from portal.models import ChecklistItem, ChecklistState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

NOT_MET = {"c16": "gap", "c20": "stale", "c35": "stale"}


def states() -> dict[str, str]:
    return {line.row.code: line.state.name for line in checklist_mirror.mirror().lines}


def test_all_forty_items_but_three_are_met() -> None:
    found = states()
    assert len(found) == 40
    assert {code: name for code, name in found.items() if name != "met"} == NOT_MET


def test_the_history_of_the_demo_ends_with_today() -> None:
    assert {row.item.code: row.name for row in checklist_history.latest().values()} == states()
    today = checklist_mirror.mirror().on
    totals = checklist_history.totals(checklist_history.points(today))
    assert len(totals) >= 6
    assert totals[-1].numbers == {"met": 37, "stale": 2, "gap": 1, "not-applicable": 0}
    assert totals[0].numbers["gap"] > 1


def test_noting_the_demo_again_changes_nothing() -> None:
    before = ChecklistState.objects.count()
    assert checklist_history.note() == 0
    assert ChecklistState.objects.count() == before


def test_every_urgent_item_is_met_for_each_part_of_town() -> None:
    """A demo that shows false gaps would be no demo: what is urgent is there for everybody who lives here."""
    found = checklist_mirror.mirror()
    urgent = [line for line in found.lines if line.is_urgent]
    assert len(urgent) >= 8
    for line in urgent:
        assert {state.name for state in line.by["district"] if state} == {"met"}, line.row.statement


def test_the_states_do_not_depend_on_the_way_of_asking() -> None:
    assert checklist_mirror.states_today(ChecklistItem.objects.shown().whole(), Policy.current()) == states()
