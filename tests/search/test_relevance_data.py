"""The judged queries speak of what the demo really shows, and the measures compute what they say."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from math import log2
from pathlib import Path
from typing import Any

import pytest

from tests.search.relevance.measures import FOLDER, UNSEEN, Judged, load, ndcg, recall, rows

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
LANGUAGES = ("en", "de", "fr", "uk", "ar")
PUBLIC_STATUS = ("active", "temporarily closed")
QUERIES = load()
EVERY = [*QUERIES, *load(UNSEEN)]


def public_documents() -> set[str]:
    """Every document of the demo that a visitor can find, by the keys that the judgements use."""
    return {
        *_entries(),
        *_needs(),
        *(f"page:{page}" for page in _pages(_json("demo/pages/en.json")["pages"])),
    }


def _json(path: str) -> dict[str, Any]:
    return json.loads((FIXTURES / path).read_text(encoding="utf-8"))


def _entries() -> Iterator[str]:
    for path in (FIXTURES / "demo/agencies").glob("*.json"):
        agency = json.loads(path.read_text(encoding="utf-8"))
        yield f"agency:{agency['key']}"
        for service in agency["services"]:
            if service.get("state", "live") == "live" and service.get("status", "active") in PUBLIC_STATUS:
                yield f"service:{agency['key']}/{service['id']}"


def _needs() -> Iterator[str]:
    for term in rows(FIXTURES / "taxonomy/terms.csv"):
        if term["scheme"] == "need":
            yield f"need:{term['id']}"


def _pages(pages: list[dict[str, Any]]) -> Iterator[str]:
    for page in pages:
        yield page["id"]
        yield from _pages(page.get("children", []))


def promised() -> dict[str, list[int]]:
    """The table in README.md: kind -> the number of queries in each of LANGUAGES, then their sum."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| ([a-z-]+) +\|([ 0-9|]+)\|$", text, re.MULTILINE)
    return {kind: [int(number) for number in numbers.split("|")] for kind, numbers in table}


def test_each_query_stands_once():
    assert len({query.id for query in EVERY}) == len(EVERY)
    assert len({(query.language, query.words) for query in EVERY}) == len(EVERY)
    assert not [query.id for query in EVERY if query.words != query.words.strip() or not query.words]


def test_an_id_is_a_slug_that_begins_with_the_language():
    assert not [q.id for q in EVERY if not re.fullmatch(rf"{q.language}(-[a-z0-9]+)+", q.id)]


def test_each_query_has_what_the_person_needs_first():
    assert not [query.id for query in EVERY if 3 not in query.grades.values()]


def test_grades_are_one_to_three():
    assert {grade for query in EVERY for grade in query.grades.values()} == {1, 2, 3}


@pytest.mark.parametrize("folder", [FOLDER, UNSEEN], ids=["seen", "unseen"])
def test_no_judgement_is_lost_or_said_twice(folder: Path):
    judgements = [(row["query"], row["document"]) for row in rows(folder / "judgements.csv")]
    assert len(judgements) == len(set(judgements)) == sum(len(query.grades) for query in load(folder))


def test_judged_documents_are_public():
    judged = {document for query in EVERY for document in query.grades}
    assert judged - public_documents() == set()


def test_drafts_are_not_public():
    assert "service:lindemar-youth-service/youth-house" in public_documents()
    assert "service:lindemar-youth-service/girls-evening" not in public_documents()


def test_every_service_and_need_is_judged_somewhere():
    judged = {document for query in QUERIES for document in query.grades}
    unjudged = public_documents() - judged
    assert not [document for document in unjudged if document.startswith(("service:", "need:"))]


def test_as_many_queries_as_the_readme_says():
    counted = Counter((query.kind, query.language) for query in QUERIES)
    assert {query.kind for query in QUERIES} == set(promised()) - {"all"}
    for kind, numbers in promised().items():
        have = [_count(counted, kind, language) for language in LANGUAGES]
        assert all(real >= said for real, said in zip([*have, sum(have)], numbers, strict=True)), kind


def _count(counted: Counter[tuple[str, str]], kind: str, language: str) -> int:
    return sum(
        number for (each, where), number in counted.items() if where == language and kind in (each, "all")
    )


GRADES = {"a": 3, "b": 2, "c": 1}


@pytest.mark.parametrize(
    ("ranked", "expected"),
    [
        ("abc", 1.0),
        ("abcxyz", 1.0),
        ("", 0.0),
        ("xyz", 0.0),
        ("aaa", 7 / (7 + 3 / log2(3) + 1 / 2)),
        ("cba", (1 + 3 / log2(3) + 7 / 2) / (7 + 3 / log2(3) + 1 / 2)),
        ("xa", (7 / log2(3)) / (7 + 3 / log2(3) + 1 / 2)),
    ],
)
def test_ndcg(ranked: str, expected: float):
    assert ndcg(ranked, GRADES) == pytest.approx(expected)


def test_ndcg_looks_no_further_than_asked():
    assert ndcg("xxa", GRADES, at=1) == 0.0
    assert ndcg("ba", GRADES, at=1) == pytest.approx(3 / 7)


@pytest.mark.parametrize(
    ("ranked", "grades", "at", "expected"),
    [
        ("ab", GRADES, 10, 1.0),
        ("cxa", GRADES, 10, 0.5),
        ("c", GRADES, 10, 0.0),
        ("aab", GRADES, 2, 1.0),
        ("ba", GRADES, 1, 1.0),
        ("xa", GRADES, 1, 0.0),
        ("c", {"c": 1, "d": 1}, 10, 0.5),
    ],
)
def test_recall(ranked: str, grades: dict[str, int], at: int, expected: float):
    assert recall(ranked, grades, at) == pytest.approx(expected)


def test_without_judgements_nothing_is_good():
    assert ndcg("a", {}) == recall("a", {}) == 0.0


def test_load_joins_both_files(tmp_path: Path):
    (tmp_path / "queries.csv").write_text("id,language,words,kind\nen-x,en,some words,plain\n")
    (tmp_path / "judgements.csv").write_text("query,document,grade\nen-x,need:money,3\n")
    assert load(tmp_path) == [Judged("en-x", "en", "some words", "plain", {"need:money": 3})]
