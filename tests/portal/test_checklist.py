"""The checklist's rules: the town's tick, who gets which item, and the fewest services that leave nobody worse off."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import checklist, family_list
from portal.checklist import (
    GROWN_UP,
    Answers,
    Item,
    Rule,
    Service,
    applies,
    parse_rule,
    select,
    state_in,
    state_of,
)

KIND = frozenset({"food"})
NOW = 29_000_000


def service(code: str = "s", **facts: Any) -> Service:
    facts = {name: frozenset(v) if isinstance(v, set) else v for name, v in facts.items()}
    return Service(code, **{"kinds": KIND, **facts})


def item(rule: str = "", **facts: Any) -> Item:
    facts = {name: frozenset(v) if isinstance(v, set) else v for name, v in facts.items()}
    return Item("c01", **{"kinds": KIND, "rule": parse_rule(rule), **facts})


# --- the rule as data -------------------------------------------------------------------------------------------


def test_a_rule_is_read_whatever_its_order() -> None:
    rule = parse_rule(" phone ; ages=cover; min_services=2;status=active;max_age_days=92;24h;")
    assert rule == Rule(2, "cover", frozenset({"phone", "24h"}))
    assert parse_rule("") == Rule()


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("telephone", "Write one of: phone, phone-or-chat"),
        ("min_services=0", "whole number from 1 after min_services="),
        ("min_services=two", "whole number from 1"),
        ("max_age_days=", "after max_age_days="),
        ("ages=some", "ages=overlap or ages=cover"),
        ("status=defunct", "status=active"),
        ("distance=3", "Write min_services, ages"),
    ],
)
def test_a_rule_that_cannot_be_read_says_what_to_write(text: str, cure: str) -> None:
    with pytest.raises(ValueError, match=cure):
        parse_rule(text)


# --- the town's tick --------------------------------------------------------------------------------------------


def test_an_item_is_met_by_one_service_of_its_kind() -> None:
    assert state_of(item(), [service()]).name == "met"
    assert state_of(item(), [service(kinds={"legal"})]) == checklist.State("gap", ("services",))
    assert state_of(item(), []) == checklist.State("gap", ("services",))


def test_only_services_past_their_check_make_it_stale() -> None:
    old = service("old", is_current=False)
    assert state_of(item(), [old]) == checklist.State("stale", ("services",))
    assert state_of(item(), [old, service()]).name == "met"
    assert state_of(item("min_services=2"), [old, service()]).name == "stale"
    assert state_of(item("min_services=3"), [old, service()]).name == "gap"


def test_what_does_not_apply_here_is_no_gap() -> None:
    assert state_of(item(applicable=False), []).name == "not-applicable"


def test_a_service_for_other_ages_does_not_count() -> None:
    wanted = item(years=(6, 17))
    assert state_of(wanted, [service(years=(0, 5))]).name == "gap"
    assert state_of(wanted, [service(years=(0, 6))]).name == "met"
    assert state_of(wanted, [service(years=(17, GROWN_UP))]).name == "met"
    assert state_of(wanted, [service(years=(18, GROWN_UP))]).name == "gap"


def test_together_they_must_cover_every_year_of_childhood() -> None:
    wanted = item("ages=cover", years=(6, 25))
    young, old = service("young", years=(0, 11)), service("old", years=(13, 17))
    assert state_of(wanted, [young, old]) == checklist.State("gap", ("ages",), (12,))
    assert state_of(wanted, [young, old, service("between", years=(12, 12))]).name == "met"
    assert state_of(wanted, [service(years=(6, 17))]).name == "met", "whoever is 18 need not be covered"


@pytest.mark.parametrize(
    ("need", "mark"),
    [
        ("phone", "phone"),
        ("phone-or-chat", "phone"),
        ("phone-or-chat", "chat"),
        ("24h", "24h"),
        ("free", "free"),
        ("anonymous", "anonymous"),
        ("no-parent", "no-parent"),
        ("interpreter", "interpreter"),
    ],
)
def test_one_service_must_have_the_mark(need: str, mark: str) -> None:
    assert state_of(item(need), [service(has={mark})]).name == "met"
    assert state_of(item(need), [service()]) == checklist.State("gap", (need,))


def test_one_service_must_have_all_the_marks_together() -> None:
    wanted = item("free;24h;phone")
    halves = [service("a", has={"free", "phone"}), service("b", has={"24h"})]
    assert state_of(wanted, halves) == checklist.State("gap", ("24h",)), "what the best of them lacks"
    assert state_of(wanted, [*halves, service("c", has={"free", "24h", "phone"})]).name == "met"


def test_the_same_question_for_a_district_some_ages_and_a_language() -> None:
    services = [service(districts={"harbour"}, years=(0, 5), speaks={"uk"})]
    assert state_in(item(), services, district="harbour").name == "met"  # type: ignore[union-attr]
    assert state_in(item(), services, district="hill").name == "gap"  # type: ignore[union-attr]
    assert state_in(item(), services, years=(3, 5)).name == "met"  # type: ignore[union-attr]
    assert state_in(item(), services, years=(6, 10)).name == "gap"  # type: ignore[union-attr]
    assert state_in(item(years=(0, 5)), services, years=(6, 10)) is None
    assert state_in(item(), services, language="uk").name == "met"  # type: ignore[union-attr]
    assert state_in(item(), services, language="ar").name == "gap"  # type: ignore[union-attr]


# --- who gets it ------------------------------------------------------------------------------------------------


def because(ages: tuple[int, int], needed: tuple[str, ...] = (), /, **said: Any) -> checklist.Because | None:
    return applies(ages, needed, Answers.from_json(said))


def test_skipped_questions_leave_nothing_out() -> None:
    assert because((0, 17), ("refugee",)) == checklist.Because()
    assert because((0, 17), ("refugee",), situations=[]) is None
    assert because((0, 17), ("refugee",), situations=["in-care"]) is None
    assert because((0, 17), ("refugee", "undocumented"), situations=["refugee"]) == checklist.Because(
        situations=("refugee",)
    )


def test_an_item_is_for_the_children_of_its_ages() -> None:
    assert because((6, 10), years=[9, 1, 9, 15]) == checklist.Because(years=(9,))
    assert because((6, 10), years=[11]) is None
    assert because((0, GROWN_UP), years=[1]) == checklist.Because(years=(1,), grown_up=True)
    assert because((20, GROWN_UP), years=[1]) == checklist.Because(grown_up=True), "the parent is grown up"


def test_a_child_asks_for_nobody_else() -> None:
    assert because((0, GROWN_UP), years=[9], route="child") == checklist.Because(years=(9,))
    assert because((20, GROWN_UP), years=[9], route="child") is None


def test_everything_is_everything_and_still_says_why() -> None:
    assert because((6, 10), ("refugee",), years=[1], situations=[], everything=True) == checklist.Because()
    assert because((6, 10), years=[9], everything=True) == checklist.Because(years=(9,))


# --- the deck ----------------------------------------------------------------------------------------------------

DISTRICTS = ("harbour", "hill")
LANGUAGES = ("en", "uk")
CONDITIONS = ("free", "no-parent")

years = st.tuples(st.integers(0, GROWN_UP), st.integers(0, GROWN_UP)).map(lambda pair: (min(pair), max(pair)))
services_of_a_town = st.lists(
    st.builds(
        dict,
        years=st.none() | years,
        districts=st.none() | st.sets(st.sampled_from(DISTRICTS), min_size=1).map(frozenset),
        speaks=st.sets(st.sampled_from(LANGUAGES)).map(frozenset),
        has=st.sets(st.sampled_from(CONDITIONS)).map(frozenset),
        is_current=st.booleans(),
        km=st.just({}) | st.fixed_dictionaries({each: st.none() | st.integers(0, 99) for each in DISTRICTS}),
    ),
    max_size=12,
).map(lambda rows: [service(f"s{number}", **row) for number, row in enumerate(rows)])
families = st.builds(
    dict,
    route=st.sampled_from(["family", "child"]),
    years=st.lists(st.integers(0, 25), max_size=3),
    languages=st.lists(st.sampled_from(LANGUAGES), max_size=2),
    district=st.none() | st.sampled_from([*DISTRICTS, "gone"]),
    condition=st.none() | st.sampled_from(CONDITIONS),
)


def deck(services: list[Service], item_years: tuple[int, int], codes: list[str]) -> dict[str, Any]:
    """A deck of one item, with these services behind it."""
    kept = [each for each in services if each.code in codes]
    return {
        "items": [
            {
                "code": "c01",
                "group": "g",
                "urgency": "soon",
                "years": list(item_years),
                "situations": [],
                "child": "x",
                "offers": list(range(len(kept))),
            }
        ],
        "groups": [{"code": "g"}],
        "districts": [{"code": code} for code in DISTRICTS],
        "services": [as_json(each) for each in kept],
        "gone": [],
    }


def as_json(each: Service) -> dict[str, Any]:
    return {
        "code": each.code,
        "years": list(each.years) if each.years else None,
        "districts": None
        if each.districts is None
        else [DISTRICTS.index(code) for code in sorted(each.districts)],
        "km": [each.km[code] for code in DISTRICTS] if each.km else None,
        "speaks": sorted(each.speaks),
        "has": sorted(each.has),
        "current": each.is_current,
        "open": "unknown",
        "bring": [],
    }


def firsts(found: dict[str, Any], made: dict[str, Any], people: list[int | None]) -> dict[int | None, str]:
    """For each person the code of the first service that suits them."""
    offers = [entry["offers"] for group in found["groups"] for entry in group["items"]]
    codes = [made["services"][offer["service"]] for offer in (offers[0] if offers else [])]
    return {
        person: next((each["code"] for each in codes if family_list._fits(each, person)), "")
        for person in people
    }


@settings(max_examples=300, deadline=None)
@given(services_of_a_town, years, families)
def test_a_deck_of_few_services_answers_as_all_of_them_would(
    services: list[Service], item_years: tuple[int, int], said: dict[str, Any]
) -> None:
    chosen = select([Item("c01", item_years, KIND)], services, DISTRICTS, LANGUAGES, CONDITIONS)["c01"]
    able = [each.code for each in services if checklist.stands_behind(each, Item("c01", item_years, KIND))]
    assert set(chosen) <= set(able)
    few, all_of_them = deck(services, item_years, chosen), deck(services, item_years, able)
    people: list[int | None] = [each for each in said["years"] if item_years[0] <= each <= item_years[1]] or [
        None
    ]
    answers = Answers.from_json(said)
    assert firsts(family_list.evaluate(few, answers, NOW), few, people) == firsts(
        family_list.evaluate(all_of_them, answers, NOW), all_of_them, people
    )


@settings(max_examples=200, deadline=None)
@given(services_of_a_town, years)
def test_the_deck_holds_somebodys_best_and_nothing_else(
    services: list[Service], item_years: tuple[int, int]
) -> None:
    """Compared with every combination, asked by itself of all services."""
    chosen = select([Item("c01", item_years, KIND)], services, DISTRICTS, LANGUAGES, CONDITIONS)["c01"]
    bests = {_best(services, *family, item_years) for family in _combinations(item_years)} - {None}
    assert chosen == sorted(filter(None, bests))


def _combinations(item_years: tuple[int, int]) -> list[tuple[Any, ...]]:
    return [
        (district, year, language, condition)
        for district in (None, *DISTRICTS)
        for year in (None, *range(item_years[0], item_years[1] + 1))
        for language in (None, *LANGUAGES)
        for condition in (None, *CONDITIONS)
    ]


def _best(
    services: list[Service],
    district: str | None,
    year: int | None,
    language: str | None,
    condition: str | None,
    item_years: tuple[int, int],
) -> str | None:
    """The best of all services for one combination, found the slow way."""
    able = [
        each
        for each in services
        if each.serves(district)
        and checklist.stands_behind(each, Item("c01", item_years, KIND))
        and each.fits(year)
        and (language is None or language in each.speaks)
        and (condition is None or condition in each.has)
    ]
    return min(able, key=lambda each: each.rank(district)).code if able else None
