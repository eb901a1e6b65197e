"""What the town sees of its checklist: states by part, what is lacking in words, and what would close it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.models import District, Scheme, ServiceArea, ServicePage, Term
from portal import checklist_cures, checklist_mirror
from portal.checklist_mirror import Line
from portal.models import ChecklistItem

from . import small_town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]


def only(*codes: str) -> None:
    ChecklistItem.objects.exclude(code__in=codes).update(hidden=True)


def service(
    title: str, *kinds: str, has: tuple[str, ...] = (), days_ago: int = 5, **facts: Any
) -> ServicePage:
    return small_town.service(
        small_town.agency(f"House of {title}"),
        title,
        kinds=[small_town.term(Scheme.SERVICE_KIND, code) for code in kinds],
        access_conditions=[small_town.term(Scheme.ACCESS_CONDITION, code) for code in has],
        assured_date=timezone.localdate() - timedelta(days=days_ago),
        assurer="Town",
        assurer_role="desk",
        **facts,
    )


def line(code: str) -> Line:
    found = checklist_mirror.mirror().of(code)
    assert found is not None
    return found


def said(code: str) -> str:
    found = line(code)
    return " ".join([*checklist_cures.lacks(found), *checklist_cures.cures(found)])


# --- states ---------------------------------------------------------------------------------------


def test_an_item_that_nobody_offers_is_a_gap_and_says_whom_to_ask() -> None:
    only("c16")
    assert line("c16").state.name == "gap"
    text = said("c16")
    assert text.startswith("Nobody offers this.")
    assert "Needed: a service for age 12 and older that asks for no name." in text
    assert "asks for no name" in text
    assert "Usually offered by: " in text


def test_a_service_that_lacks_a_mark_is_named_to_be_asked() -> None:
    only("c16")
    service("Stop", "offender-prevention", minimum_age=144)
    text = said("c16")
    assert "No service has all of this: asks for no name." in text
    assert "“Stop”" in text
    assert "Needed: " not in text


def test_ages_that_nobody_covers_are_named() -> None:
    only("c25")
    service("Calm", "child-psychology", minimum_age=48, maximum_age=143)
    service("Ease", "child-psychology", minimum_age=14 * 12, maximum_age=16 * 12)
    text = said("c25")
    assert "Nobody is there for: ages 12 to 13, age 17." in text
    assert "Needed: a service for ages 12 to 13, age 17" in text


def test_an_old_check_names_who_must_confirm_and_since_when() -> None:
    only("c37")
    page = service("Rights", "rights-info", days_ago=400)
    assert line("c37").state.name == "stale"
    assert "Somebody must confirm: “Rights” (due since" in said("c37")
    page.assured_date = timezone.localdate()
    page.save()
    assert (line("c37").state.name, said("c37")) == ("met", "")


def test_many_old_checks_are_not_all_named() -> None:
    only("c37")
    for number in range(6):
        service(f"Rights {number}", "rights-info", days_ago=380 + number)
    text = said("c37")
    assert "“Rights 5”" in text and "“Rights 0”" not in text, "the longest waiting is named"
    assert "and 3 more" in text


def test_what_does_not_apply_says_why_and_lacks_nothing() -> None:
    only("c16")
    ChecklistItem.objects.filter(code="c16").update(not_applicable="The region does it.")
    found = line("c16")
    assert (found.state.name, found.is_lacking) == ("not-applicable", False)
    assert said("c16") == "The town says why: The region does it."


def test_a_part_of_town_an_age_and_a_language_have_states_of_their_own() -> None:
    only("c37")
    old = District.objects.create(code="old-town", name="Old town")
    District.objects.create(code="harbour", name="Harbour")
    service(
        "Rights",
        "rights-info",
        minimum_age=6 * 12,
        maximum_age=10 * 12 + 11,
        service_areas=[ServiceArea(reach="district", district=old)],
        languages=small_town.speaks("de"),
    )
    found = checklist_mirror.mirror()
    (rights,) = found.lines
    assert [state and state.name for state in rights.by["district"]] == ["met", "gap"]
    ages = dict(zip(found.dimensions["age"].parts, rights.by["age"], strict=True))
    assert {code: state and state.name for code, state in ages.items()} == {
        "0-2": None,
        "3-5": "gap",
        "6-10": "met",
        "11-13": "gap",
        "14-17": "gap",
        "18-25": None,
        "26-26": None,
    }
    speech = dict(zip(found.dimensions["language"].parts, rights.by["language"], strict=True))
    assert {code: state.name for code, state in speech.items() if state} == {
        code: "met" if code == "de" else "gap" for code in found.dimensions["language"].parts
    }


def test_what_is_missing_and_urgent_stands_first() -> None:
    only("c01", "c16", "c20", "c37")
    service("Rights", "rights-info", days_ago=1)
    service("Talk", "mediation", days_ago=400)
    assert [each.row.code for each in checklist_mirror.mirror().lacking_first()] == [
        "c01",
        "c16",
        "c20",
        "c37",
    ]


def test_a_gap_becomes_a_proposal_under_its_p() -> None:
    only("c16", "c37")
    service("Rights", "rights-info", days_ago=400)
    found = checklist_mirror.proposals(checklist_mirror.mirror())
    assert [(each.item, each.four_p) for each in found] == [("c16", "prevention")]


def test_the_number_of_queries_does_not_grow() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            for each in checklist_mirror.mirror().lines:
                checklist_cures.lacks(each)
                checklist_cures.cures(each)
        return len(captured)

    kinds = Term.objects.of(Scheme.SERVICE_KIND).values_list("code", flat=True)
    service("First", kinds[0], days_ago=100)
    few = queries()
    for number, kind in enumerate(kinds[1:7]):
        service(f"Another {number}", kind, days_ago=100)
    assert queries() == few


# --- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("years", "text"),
    [
        ((0, 26), "all ages"),
        ((12, 26), "age 12 and older"),
        ((3, 17), "ages 3 to 17"),
        ((5, 5), "age 5"),
        ((26, 26), "grown-ups over 25"),
    ],
)
def test_ages_in_words(years: tuple[int, int], text: str) -> None:
    assert checklist_cures.ages(years) == text


@pytest.mark.parametrize(
    ("years", "runs"),
    [([], []), ([4], [(4, 4)]), ([0, 1, 2, 5, 7, 8], [(0, 2), (5, 5), (7, 8)])],
)
def test_years_in_a_row(years: list[int], runs: list[tuple[int, int]]) -> None:
    assert checklist_cures.runs(years) == runs
