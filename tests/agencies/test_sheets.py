"""Services as rows of a sheet: what a row says, what a changed row makes of a service, and what no cell takes."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from agencies import sheets
from agencies.differences import Version, differences
from agencies.models import EntryWords, Phone, ServicePage, Website, fingerprint

TALK = {"title": "Talk to somebody", "summary": "You get help.", "number": "01632 960 111"}


def made(**wanted: str) -> Version:
    """The version of a service with these cells."""
    after, problems = sheets.changed(sheets.blank("en"), {**TALK, **wanted})
    assert problems == []
    return after


def changed(version: Version, **wanted: str) -> Version:
    after, problems = sheets.changed(version, wanted)
    assert problems == []
    return after


def words_of(version: Version, language: str, field: str) -> dict[str, Any]:
    return next(row for row in version["words"] if (row["language"], row["field"]) == (language, field))


def refused(version: Version, wanted: dict[str, str]) -> list[str]:
    return [problem.column for problem in sheets.changed(version, wanted)[1]]


def test_every_column_that_is_filled_in_is_read_back() -> None:
    given = {key: "Text" for key in sheets.columns({"en"}) if key not in (sheets.CODE, sheets.MADE_FROM)}
    given |= {"source_language": "en", "status": "inactive", "minimum_age": "0", "maximum_age": "215"}
    given |= {
        "email": "desk@harbour.example",
        "number": "01632 960 222",
        "website": "https://harbour.example/",
    }
    after, problems = sheets.changed(sheets.blank("en"), given)
    assert problems == []
    assert sheets.cells(after) == given
    assert sheets.differing(given, after) == {}


def test_a_row_changes_only_what_differs_and_columns_that_lack_change_nothing() -> None:
    before = made(description="We listen.")
    assert sheets.differing({"title": "Talk to somebody", "summary": "You get much help."}, before) == {
        "summary": "You get much help."
    }
    after = changed(before, summary="You get much help.")
    assert (after["title"], after["description"]) == ("Talk to somebody", "We listen.")


def test_the_differences_are_said_in_plain_words() -> None:
    before = made()
    after = changed(before, **{"summary": "You get much help.", "title@de": "Reden"})
    told = differences(before, after, ServicePage, lambda model, pk: str(pk))
    assert [(each.what, each.before, each.after) for each in told] == [
        ("In one sentence", "You get help.", "You get much help."),
        ("Title (German)", "", "Reden"),
    ]


def test_an_emptied_cell_empties_the_text_and_takes_its_words_along() -> None:
    before = made(**{"alert": "Closed until May.", "alert@de": "Zu bis Mai."})
    after = changed(before, alert="")
    assert after["alert"] == ""
    assert after["words"] == []


# Words in further languages


def test_words_that_nobody_touched_get_old_with_their_source_and_keep_it() -> None:
    after = changed(made(**{"title@de": "Reden"}), title="Talk to somebody kind")
    row = words_of(after, "de", "title")
    assert (row["text"], row["made_from"]) == ("Reden", "Talk to somebody")
    assert row["fingerprint"] == fingerprint("Talk to somebody")


def test_words_that_were_changed_are_a_persons_and_made_from_the_new_source() -> None:
    before = made()
    machine = EntryWords(language="de", field="title", text="Sprechen", by="machine")
    before["words"] = [sheets.json_of(machine)]
    row = words_of(changed(before, **{"title": "Talk to us", "title@de": "Reden"}), "de", "title")
    assert (row["text"], row["by"], row["fingerprint"]) == ("Reden", "hand", fingerprint("Talk to us"))


def test_words_of_other_parts_stay() -> None:
    before = made()
    of_a_contact = EntryWords(language="de", field="department", text="Dienst", record="7" * 32)
    before["words"] = [sheets.json_of(of_a_contact)]
    assert changed(before, title="Talk to us")["words"] == before["words"]


def test_words_without_a_source_and_in_the_own_language_are_refused() -> None:
    assert refused(made(), {"alert@de": "Zu."}) == ["alert@de"]
    assert refused(made(), {"title@en": "Talk"}) == ["title@en"]


# The number and the website


def test_another_number_has_not_been_checked_yet_and_keeps_its_facts() -> None:
    before = made()
    before["phones"][0] |= {"assured_date": "2026-01-01", "assurer": "Harbour", "free_call": "yes"}
    kept = changed(before, summary="New.")["phones"][0]
    assert kept["assured_date"] == "2026-01-01"
    (phone,) = changed(before, number="01632 960 222")["phones"]
    assert (phone["number"], phone["assured_date"], phone["assurer"]) == ("01632 960 222", None, "")
    assert (phone["uid"], phone["free_call"]) == (before["phones"][0]["uid"], "yes")


def test_the_number_is_the_first_that_is_shown_for_the_whole_entry() -> None:
    version = made()
    withheld = sheets.json_of(Phone(number="01632 960 000", withheld=True))
    of_a_place = sheets.json_of(Phone(number="01632 960 001", at="7" * 32))
    version["phones"] = [withheld, of_a_place, *version["phones"]]
    assert sheets.cells(version)["number"] == "01632 960 111"
    after = changed(version, number="")
    assert [row["number"] for row in after["phones"]] == ["01632 960 000", "01632 960 001"]


def test_a_website_without_a_scheme_is_meant_as_https() -> None:
    version = made(website="harbour.example")
    assert sheets.cells(version)["website"] == "https://harbour.example"
    version["websites"].append(sheets.json_of(Website(url="https://second.example")))
    assert [row["url"] for row in changed(version, website="")["websites"]] == ["https://second.example"]


# What no cell takes


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("title", ""),
        ("title", "x" * 256),
        ("status", "sometimes"),
        ("minimum_age", "twelve"),
        ("minimum_age", "-1"),
        ("minimum_age", "99999"),
        ("email", "desk"),
        ("number", "12"),
        ("number", "1" * 61),
        ("website", "javascript:alert(1)"),
        ("source_language", "xx"),
    ],
)
def test_what_a_cell_does_not_take_is_refused_at_its_column(column: str, text: str) -> None:
    assert refused(made(), {column: text}) == [column]


def test_ages_that_cannot_be_are_refused() -> None:
    assert refused(made(minimum_age="100"), {"maximum_age": "60"}) == ["maximum_age"]


def test_a_number_is_needed_to_say_whom_it_reaches() -> None:
    assert refused(sheets.blank("en"), {"number_for": "Desk"}) == ["number"]


# Headings


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_headings_and_states_are_understood_in_each_language(language: str) -> None:
    keys = sheets.columns(set())
    with translation.override(language):
        written = [sheets.heading(key) for key in keys]
        state = sheets.shown("status", "inactive")
    assert [sheets.known_headings()[text.casefold()] for text in written] == keys
    assert sheets.understood({"status": state}) == {"status": "inactive"}


def test_every_column_has_a_heading_of_its_own() -> None:
    keys = sheets.columns(set())
    assert len({sheets.heading(key) for key in keys}) == len(keys)


def test_what_is_not_plain_from_the_heading_is_explained() -> None:
    explained = [*sheets.HEAD, "minimum_age", "maximum_age", "number", "number_for", "website", "title@de"]
    assert [key for key in explained if not sheets.note(key)] == []


def test_no_column_is_about_a_place() -> None:
    assert not any("location" in key or "address" in key for key in sheets.columns(set()))


def test_the_language_all_entries_are_written_in_has_no_column_for_translations() -> None:
    assert "title@en" not in sheets.columns({"en"})
    assert "title@en" in sheets.columns({"en", "de"})
    assert "title@de" in sheets.columns({"en"})


def test_the_mark_of_a_row_follows_its_content() -> None:
    version = made()
    assert sheets.mark(sheets.cells(version)) == sheets.mark(sheets.cells(changed(version, alert="")))
    assert sheets.mark(sheets.cells(version)) != sheets.mark(sheets.cells(changed(version, alert="Closed.")))
