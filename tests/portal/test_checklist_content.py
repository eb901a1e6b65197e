"""The checklist that ships: forty items as data, the town's own words, nothing overwritten, nothing too hard for a child."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from agencies.reading_measures import findings
from agencies.vocabulary import rows_of
from portal import checklist, checklist_facts, checklist_seed
from portal.founding import found_town
from portal.models import ChecklistGroup, ChecklistItem, ChecklistItemWords
from portal.models.checklist import NEEDS

FOLDER = Path(settings.FIXTURES_FOLDER) / "checklist"
TAXONOMY = Path(settings.FIXTURES_FOLDER) / "taxonomy" / "terms.csv"
LANGUAGES = ("en", "de", "fr", "uk", "ar")
FURTHER = LANGUAGES[1:]
ITEMS = rows_of(FOLDER / "items.csv")
LEVELS = {"now": 0, "today": 1}
FAMILIES = json.loads((FOLDER / "families.json").read_text("utf-8"))

each_language = pytest.mark.parametrize("language", LANGUAGES)


def codes(text: str) -> set[str]:
    return set(filter(None, text.split("|")))


# The files


def test_items_are_numbered_and_in_the_order_of_their_groups() -> None:
    assert [row["code"] for row in ITEMS] == [f"c{number:02}" for number in range(1, 41)]
    assert [int(row["sort"]) for row in ITEMS] == list(range(1, 41))
    groups = [row["code"] for row in sorted(rows_of(FOLDER / "groups.csv"), key=lambda row: int(row["sort"]))]
    assert list(dict.fromkeys(row["group"] for row in ITEMS)) == groups


def test_every_term_that_an_item_names_is_in_the_vocabularies() -> None:
    known = {(row["scheme"], row["id"]) for row in rows_of(TAXONOMY)}
    named = {
        (scheme, code)
        for row in ITEMS
        for scheme, column in (
            ("four_p", "four_p"),
            ("urgency", "urgency"),
            ("situation", "situations"),
            ("service_kind", "kinds"),
            ("agency_kind", "agency_kinds"),
        )
        for code in codes(row[column])
    }
    assert named <= known
    assert all(row["kinds"] for row in ITEMS)


def test_how_long_a_check_holds_is_the_least_that_an_item_asks() -> None:
    least: dict[str, int] = {}
    for row in ITEMS:
        days = int(re.findall(r"max_age_days=(\d+)", row["rule"])[0])
        for kind in codes(row["kinds"]):
            least[kind] = min(days, least.get(kind, days))
    intervals = rows_of(Path(settings.FIXTURES_FOLDER) / "intervals.csv")
    assert {row["kind"]: int(row["days"]) for row in intervals} == least


def test_a_rule_can_ask_what_an_item_can_tick() -> None:
    assert set(NEEDS) == set(checklist.NEEDS)
    assert set(ChecklistItem.Ages.values) == set(checklist.AGES)


def texts(language: str, field: str) -> Iterator[str]:
    """What is said in that field; in a further language just where the English says something."""
    english = {row["code"]: row[field] for row in ITEMS}
    rows = ITEMS if language == "en" else rows_of(FOLDER / f"words.{language}.csv")
    found = {row["code"]: row[field] for row in rows if row.get("kind", "item") == "item"}
    assert {code for code, text in found.items() if text} == {code for code, text in english.items() if text}
    yield from filter(None, found.values())


@each_language
def test_what_a_child_reads_is_short(language: str) -> None:
    hard = [text for text in texts(language, "child_statement") if findings("child_summary", text, language)]
    assert hard == []


@each_language
def test_what_a_family_reads_is_plain(language: str) -> None:
    hard = [
        text
        for field in ("statement", "help_text")
        for text in texts(language, field)
        if findings("summary", text, language)
    ]
    assert hard == []


@each_language
def test_no_text_says_a_number_that_nobody_has_checked(language: str) -> None:
    said = [text for field in checklist_seed.TEXTS for text in texts(language, field)]
    assert not [text for text in said if re.search(r"\d{2}", text)]


def test_the_groups_are_named_in_every_language() -> None:
    groups = {row["code"] for row in rows_of(FOLDER / "groups.csv")}
    for language in FURTHER:
        rows = rows_of(FOLDER / f"words.{language}.csv")
        assert {row["code"] for row in rows if row["kind"] == "group" and row["name"]} == groups, language


# In the database


def test_the_town_comes_with_its_checklist(town: None) -> None:
    assert ChecklistItem.objects.count() == len(ITEMS)
    for item, row in zip(ChecklistItem.objects.order_by("pk").whole(), ITEMS, strict=True):
        assert (item.code, item.sort, item.group.code) == (row["code"], int(row["sort"]), row["group"])
        assert (item.statement, item.child_statement, item.help_text) == tuple(
            row[name] for name in checklist_seed.TEXTS
        )
        assert (item.four_p.code, item.urgency.code, item.tier) == (
            row["four_p"],
            row["urgency"],
            row["tier"],
        )
        assert (item.minimum_age, item.maximum_age) == (int(row["minimum_age"]), int(row["maximum_age"]))
        for column in checklist_seed.SEVERAL:
            assert {term.code for term in getattr(item, column).all()} == codes(row[column]), item.code
        assert checklist_facts.item_of(item).rule == checklist.parse_rule(row["rule"]), item.code
        item.full_clean()


@pytest.mark.parametrize("language", FURTHER)
def test_its_words_are_a_machine_s_and_made_from_these_sources(town: None, language: str) -> None:
    written = {"de": "Ich", "fr": "Je ", "uk": "Я ", "ar": "أ"}
    for item in ChecklistItem.objects.whole():
        said = item.said("statement", language)
        assert said.language == language, item.code
        assert said.text.startswith(written[language]), said.text
        assert (said.is_machine, said.is_stale) == (True, False)
        for field in ("child_statement", "help_text"):
            assert not item.said(field, language).is_stale
    for group in ChecklistGroup.objects.all():
        assert group.said("name", language).language == language


def test_founding_again_keeps_what_the_town_has_changed(town: None) -> None:
    item = ChecklistItem.objects.get(code="c05")
    item.statement, item.hidden, item.phone, item.sort = "In our own words", True, False, 99
    item.words.all().delete()
    item.kinds.set([])
    item.save()
    ChecklistGroup.objects.filter(code="now").update(name="At once")
    ChecklistItem.objects.get(code="c40").delete()
    found_town()
    again = ChecklistItem.objects.get(code="c05")
    assert (again.statement, again.hidden, again.phone, again.sort) == ("In our own words", True, False, 99)
    assert not again.words.exists() and not again.kinds.exists()
    assert ChecklistGroup.objects.get(code="now").name == "At once"
    assert ChecklistItem.objects.get(code="c40").words.filter(by="machine").exists()
    assert checklist_seed.load_checklist(FOLDER) == 0
    assert not ChecklistItemWords.objects.exclude(by="machine").exists()


def test_an_item_says_what_is_wrong_with_it(town: None) -> None:
    item = ChecklistItem.objects.get(code="c05")
    item.minimum_age, item.maximum_age = 12, 6
    with pytest.raises(ValidationError, match="younger than the lowest age"):
        item.full_clean()
    item.minimum_age, item.at_least = 0, 0
    with pytest.raises(ValidationError, match="at_least"):
        item.full_clean()
    item.at_least, item.not_applicable = 1, "  "
    item.full_clean()
    assert item.applies_to_town


# The sample families


def gets(answers: checklist.Answers, item: checklist.Item) -> bool:
    return checklist.applies(item.years, tuple(item.situations), answers) is not None


def as_in_the_file(row: dict[str, str]) -> checklist.Item:
    highest = int(row["maximum_age"])
    return checklist.Item(
        code=row["code"],
        years=(int(row["minimum_age"]), min(highest, checklist.GROWN_UP)),
        situations=frozenset(codes(row["situations"])),
    )


def altered(item: checklist.Item) -> Iterator[checklist.Item]:
    """The same item with one fact that is a little wrong, unless nobody is of the ages it would be wrong for."""
    low, high = item.years
    if low > 0:
        yield from (replace(item, years=(year, high)) for year in (low - 1, low + 1))
    elif high < checklist.GROWN_UP:
        yield replace(item, years=(1, high))
    if high < checklist.GROWN_UP:
        yield from (replace(item, years=(low, year)) for year in (high - 1, high + 1) if year <= 25)
    for situation in item.situations:
        yield replace(item, situations=item.situations - {situation})
    yield replace(item, situations=item.situations | {"lgbti"})


def test_sixty_families_would_notice_any_wrong_age_or_situation() -> None:
    """What each should get was written by hand. It is what the rules say, and no more with any fact of any item altered."""
    assert [family["code"] for family in FAMILIES] == [f"f{number:02}" for number in range(1, 61)]
    assert len({family["name"] for family in FAMILIES}) == 60
    families = [(checklist.Answers.from_json(each["answers"]), each["expected"]) for each in FAMILIES]
    for row in ITEMS:
        asked = [
            (answers, row["code"] in expected)
            for answers, expected in families
            if row["child_statement"] or not answers.is_child
        ]
        item = as_in_the_file(row)
        assert [answers for answers, expected in asked if gets(answers, item) != expected] == [], row["code"]
        for wrong in altered(item):
            assert any(gets(answers, wrong) != expected for answers, expected in asked), wrong


def test_their_lists_are_in_order_and_a_child_s_has_what_is_said_for_children() -> None:
    urgency = {row["code"]: row["urgency"] for row in ITEMS}
    for_children = {row["code"] for row in ITEMS if row["child_statement"]}
    for family in FAMILIES:
        order = sorted(family["expected"], key=lambda code: (LEVELS.get(urgency[code], 2), code))
        assert family["expected"] == order, family["name"]
        assert family["answers"]["route"] == "family" or set(order) <= for_children, family["name"]
