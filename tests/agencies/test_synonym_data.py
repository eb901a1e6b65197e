"""The synonyms of the search, as data: whole, without quarrels, and pointing at words that exist.

Pure: only files are read, so that whoever edits a row knows within seconds.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from search import analysis, question
from search.stopwords import STOPWORDS

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
LANGUAGES = ("en", "de", "fr", "uk", "ar")
COLUMNS = ["said", "means", "checked"]
FOUND_BY = ("name", "child_label")  # what a service's document holds of its terms
ENTRY_FIELDS = frozenset(
    {
        *("title", "alternate_name", "summary", "child_summary", "description", "tags"),
        *("application_process", "what_happens", "eligibility", "fees", "alert"),
    }
)
Row = dict[str, str]
Words = frozenset[str]

every_language = pytest.mark.parametrize("language", LANGUAGES)


def rows_in(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def synonyms(language: str) -> list[Row]:
    return rows_in(FIXTURES / "synonyms" / f"{language}.csv")


@cache
def terms(language: str) -> list[Row]:
    """The terms in their words of that language."""
    return rows_in(FIXTURES / "taxonomy" / ("terms.csv" if language == "en" else f"words.{language}.csv"))


def split(cell: str) -> list[str]:
    return cell.split("|")


def stems(texts: Iterable[str], language: str) -> Words:
    return frozenset(token.term for text in texts for token in analysis.tokens(text, language))


def significant(phrase: str, language: str) -> tuple[str, ...]:
    """What the engine will look for: the stems in order, without the words that a question leaves out."""
    return question.meaning(phrase, language)


def phrases(language: str) -> Iterator[tuple[int, str]]:
    """Every phrase said with the number of its row."""
    for number, row in enumerate(synonyms(language)):
        for phrase in split(row["said"]):
            yield number, phrase


def meanings(language: str) -> set[str]:
    return {meaning for row in synonyms(language) for meaning in split(row["means"])}


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def entry_stems(entry: dict[str, object], language: str) -> Words:
    return stems((text for key in ENTRY_FIELDS & set(entry) for text in strings(entry[key])), language)


@cache
def demo_records(language: str) -> list[Words]:
    """The demo town's agencies and services: in English their own files, else the words beside them."""
    folder = FIXTURES / "demo" / ("agencies" if language == "en" else f"words/{language}")
    records: list[Words] = []
    for path in sorted(folder.glob("*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        services = told["services"]
        entries = services if isinstance(services, list) else list(services.values())
        records += [entry_stems(entry, language) for entry in [told.get("agency", told), *entries]]
    return records


@cache
def records(language: str) -> list[Words]:
    described = [
        stems((row[field] for field in (*FOUND_BY, "description")), language) for row in terms(language)
    ]
    return described + demo_records(language)


def must_be_meant() -> list[tuple[str, str]]:
    """Every need, every kind of service, and the groups that are sensitive."""
    return [
        (row["scheme"], row["id"])
        for row in terms("en")
        if row["scheme"] in ("need", "service_kind") and (row["sensitive"] == "yes" or row["id"][:2] != "g-")
    ]


@every_language
def test_every_cell_is_filled(language: str) -> None:
    rows = synonyms(language)
    assert len(rows) >= (250 if language == "en" else 170)
    for row in rows:
        assert list(row) == COLUMNS
        assert row["checked"] in ("yes", "no"), row
        for phrase in [*split(row["said"]), *split(row["means"])]:
            assert phrase and phrase == phrase.strip(), row


@every_language
def test_only_english_has_been_checked(language: str) -> None:
    """The day a native reader has been through a file, its language leaves this test."""
    checked = {row["checked"] for row in synonyms(language)}
    assert checked == ({"yes", "no"} if language == "en" else {"no"})


@every_language
def test_nothing_is_said_twice(language: str) -> None:
    said = Counter(phrase.lower() for _number, phrase in phrases(language))
    assert [phrase for phrase, count in said.items() if count > 1] == []


@every_language
def test_no_two_rows_quarrel_over_what_the_engine_sees(language: str) -> None:
    """ "hits me" and "hitting" are one stem: in two rows they would be one phrase with two meanings."""
    first: dict[tuple[str, ...], tuple[int, str]] = {}
    quarrels = []
    for number, phrase in phrases(language):
        number_before, before = first.setdefault(question.phrase(phrase, language)[0], (number, phrase))
        if number_before != number:
            quarrels.append((before, phrase))
    assert quarrels == []


@every_language
def test_no_phrase_is_nothing_but_stop_words(language: str) -> None:
    """Nor looks like one once it is stemmed: the French "tuer" becomes "tu", and would answer every "tu"."""
    stopped = stems(STOPWORDS[language], language)
    assert [
        phrase for _number, phrase in phrases(language) if stopped.issuperset(significant(phrase, language))
    ] == []


@every_language
def test_what_is_meant_can_be_found(language: str) -> None:
    """A meaning whose words no record holds together would never find anything."""
    lost = [
        meaning
        for meaning in sorted(meanings(language))
        if not any(set(significant(meaning, language)) <= record for record in records(language))
    ]
    assert lost == []


@every_language
def test_every_need_and_every_kind_of_service_is_meant(language: str) -> None:
    """By its name or the child's label, because these stand in the documents of its services."""
    wanted = [set(significant(meaning, language)) for meaning in meanings(language)]
    by_key = {
        (row["scheme"], row["id"]): stems((row[field] for field in FOUND_BY), language)
        for row in terms(language)
    }
    missed = [key for key in must_be_meant() if not any(words <= by_key[key] for words in wanted)]
    assert missed == []


def test_there_is_a_file_for_each_language_and_no_other() -> None:
    assert {path.stem for path in (FIXTURES / "synonyms").glob("*.csv")} == set(LANGUAGES)
