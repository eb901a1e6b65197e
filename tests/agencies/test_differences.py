"""Differences in plain words: fields, parts, and the words of all languages, side by side."""

from __future__ import annotations

from typing import Any

import pytest

from agencies.differences import Difference, changes, differences, references, topic
from agencies.models import ServicePage, Term
from agencies.small_corrections import is_small_change

PHONE = {"uid": "p1", "number": "111", "description": "Front desk", "withheld": False, "at": None}
PLACE = {"uid": "l1", "name": "Annex", "address_1": "1 Quay Street", "district": 7}


def told(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    found = differences(before, after, ServicePage, lambda model, pk: f"{model.__name__} {pk}")
    return [(row.what, row.before, row.after) for row in found]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"summary": "Old"}, {"summary": "New"}, ("In one sentence", "Old", "New")),
        ({"status": "active"}, {"status": "defunct"}, ("State", "active", "defunct")),
        ({"minimum_age": 72}, {"minimum_age": None}, ("From age (months)", "72", "")),
        ({"needs": [3, 4]}, {"needs": [4, 5]}, ("For which needs", "Term 3, Term 4", "Term 4, Term 5")),
        ({"urgency": None}, {"urgency": 9}, ("How soon", "", "Term 9")),
    ],
)
def test_a_field_is_said_in_words(before: dict, after: dict, expected: tuple) -> None:
    assert told(before, after) == [expected]


def test_what_a_person_does_not_write_is_not_a_difference() -> None:
    before = {
        "latest_revision": 1,
        "live": True,
        "slug": "a",
        "path": "1",
        "address": 4,
        "needs": [1, 2],
        "alert": "",
    }
    after = {
        "latest_revision": 2,
        "live": False,
        "slug": "b",
        "path": "2",
        "address": 5,
        "needs": [2, 1],
        "alert": None,
    }
    assert told(before, after) == []


def test_a_part_is_followed_by_its_id_and_named() -> None:
    before = {"phones": [{**PHONE, "sort_order": 0}, {**PHONE, "uid": "p2", "description": "Night"}]}
    after = {
        "phones": [
            {**PHONE, "uid": "p2", "description": "Night", "number": "222"},
            {**PHONE, "sort_order": 4},
        ]
    }
    assert told(before, after) == [("Number “Night”: number", "111", "222")]


def test_a_part_that_came_or_went_is_told_whole() -> None:
    came = {
        "schedules": [{"uid": "s", "byday": "MO", "opens_at": "10:00:00", "closed": False, "freq": "WEEKLY"}]
    }
    ((what, before, after),) = told({}, came)
    assert (what, before) == ("Hours", "")
    assert after == "Days: Mon\nOpens: 10 a.m."
    ((_what, before, after),) = told(came, {})
    assert (before, after) == ("Days: Mon\nOpens: 10 a.m.", "")


def test_days_and_languages_have_names() -> None:
    rows = [{"schedules": [{"uid": "s", "byday": days}]} for days in ("MO,TU", "MO,1SA")]
    assert told(*rows) == [("Hours “Mon, 1SA”: days", "Mon, Tue", "Mon, 1SA")]
    assert told({"source_language": "en"}, {"source_language": "de"}) == [("Written in", "English", "German")]


def test_what_belongs_to_a_place_names_it() -> None:
    before = {"locations": [PLACE], "phones": [PHONE]}
    after = {"locations": [PLACE], "phones": [{**PHONE, "at": "l1"}]}
    assert told(before, after) == [("Number “Front desk”: only for", "", "Place “Annex”")]


def test_words_of_every_language_stand_with_what_they_are_of() -> None:
    row = {"language": "de", "field": "title", "record": None, "text": "Alt", "by": "hand"}
    part = {"language": "ar", "field": "description", "record": "p1", "text": "مكتب", "by": "hand"}
    before = {"phones": [PHONE], "words": [row]}
    after = {"phones": [PHONE], "words": [{**row, "text": "Neu"}, part]}
    found = differences(before, after, ServicePage, lambda model, pk: "")
    assert found == [
        Difference("Title (German)", "Alt", "Neu", "de"),
        Difference("Number “Front desk”: whom it reaches (Arabic)", "", "مكتب", "ar"),
    ]


def test_names_are_asked_for_what_is_shown_only() -> None:
    before = {"needs": [3], "locations": [PLACE], "urgency": 1}
    after = {"needs": [4], "locations": [{**PLACE, "district": 8}], "urgency": 1}
    wanted = references(changes(before, after, ServicePage), ServicePage)
    assert {(model.__name__, pk) for model, pk in wanted} == {
        ("Term", 3),
        ("Term", 4),
        ("District", 7),
        ("District", 8),
    }
    assert all(model is Term for model, pk in wanted if pk in (3, 4))


def test_in_a_list_a_word_is_enough() -> None:
    before = {"summary": "Old", "phones": [PHONE], "words": []}
    words = [{"language": "fr", "field": "title", "record": None, "text": "Titre"}]
    after = {"summary": "New", "phones": [], "words": words}
    topics = [topic(change, ServicePage) for change in changes(before, after, ServicePage)]
    assert topics == ["In one sentence", "Number", "French"]


# --- what is small -----------------------------------------------------------------------------------

GERMAN = {"language": "de", "field": "summary", "record": None, "text": "Alt", "by": "hand"}


@pytest.mark.parametrize(
    ("before", "after", "is_small"),
    [
        ({"summary": "A speling."}, {"summary": "A spelling."}, True),
        ({"description": "Call 112."}, {"description": "Do call 112."}, True),
        ({"words": [GERMAN]}, {"words": [{**GERMAN, "text": "Neu"}]}, True),
        ({"summary": "Same."}, {"summary": "Same."}, False),
        ({"summary": "Call us."}, {"summary": "Call 0900 123 456."}, False),
        ({"summary": "Call 01632 960 111."}, {"summary": "Call us."}, False),
        ({"summary": "Write."}, {"summary": "Write to me@example.org."}, False),
        ({"summary": "Look."}, {"summary": "Look at www.example.org"}, False),
        ({"words": [GERMAN]}, {"words": [{**GERMAN, "text": "Ruf 0900/123456 an"}]}, False),
        ({"words": []}, {"words": [{**GERMAN, "record": "p1", "field": "description"}]}, False),
        ({"title": "A"}, {"title": "B"}, False),
        ({"email": ""}, {"email": "a@b.example"}, False),
        ({"status": "active"}, {"status": "inactive"}, False),
        ({"minimum_age": 1}, {"minimum_age": 2}, False),
        ({"phones": [PHONE]}, {"phones": [{**PHONE, "number": "222"}]}, False),
        ({"phones": [{**PHONE, "withheld": True}]}, {"phones": [PHONE]}, False),
        ({"locations": [PLACE]}, {"locations": [{**PLACE, "address_1": "2 Quay Street"}]}, False),
        ({"locations": [PLACE]}, {"locations": [{**PLACE, "confidential": True}]}, False),
        ({"schedules": []}, {"schedules": [{"uid": "s", "byday": "MO"}]}, False),
        ({"summary": "A"}, {"summary": "B", "go_live_at": "2027-01-01T00:00:00Z"}, False),
        ({"summary": "A"}, {"summary": "B", "expire_at": "2027-01-01T00:00:00Z"}, False),
        ({"summary": "A", "needs": [1]}, {"summary": "B", "needs": [2]}, False),
    ],
)
def test_a_small_correction_is_of_words_and_leads_nowhere_else(
    before: dict, after: dict, is_small: bool
) -> None:
    assert is_small_change(before, after, ServicePage) is is_small
