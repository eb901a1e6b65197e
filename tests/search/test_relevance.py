"""Whether people find what they need: the judged questions asked of the demo town, held against getting worse.

The floors stand a little below what was measured when they were written; `make bench` prints the figures by
kind of question. The engine under test is that of the database in use.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import search
from agencies.demo import demo_uid
from agencies.documents import Entries
from agencies.models import Scheme, Term
from portal.indexing import Pages
from portal.models import ContentPage
from search import Query
from search.engines import base
from search.engines.base import Engine
from tests.search.relevance.measures import UNSEEN, Judged, load, ndcg, recall

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
SOURCES = (Entries(), Pages())  # in these tests no source is registered
FLOORS = {
    "en": (0.68, 0.65),
    "de": (0.68, 0.67),
    "fr": (0.68, 0.65),
    "uk": (0.68, 0.61),
    "ar": (0.68, 0.65),
    "unseen": (0.57, 0.57),
}


def names() -> dict[str, str]:
    """The documents' ids to the readable keys of the judgements."""
    return dict(_names())


def _names() -> Iterator[tuple[str, str]]:
    for file in (FIXTURES / "demo" / "agencies").glob("*.json"):
        agency = json.loads(file.read_text(encoding="utf-8"))
        yield f"agency:{demo_uid(agency['key'])}", f"agency:{agency['key']}"
        for service in agency["services"]:
            uid = demo_uid(agency["key"], service["id"])
            yield f"service:{uid}", f"service:{agency['key']}/{service['id']}"
    for need in Term.objects.of(Scheme.NEED):
        yield f"need:{need.uid}", f"need:{need.code}"
    for page in ContentPage.objects.filter(locale__language_code="en"):
        yield page.document_id, f"page:{page.slug}"


def ranked(judged: Judged, named: dict[str, str]) -> list[str]:
    found = search.find(Query(judged.words, language=judged.language, size=10))
    return [named.get(hit.id, hit.id) for hit in found.hits]


def measured() -> dict[str, tuple[float, float]]:
    """Mean nDCG@10 and recall@10 for each language and each kind of question, and for those that nobody looks at."""
    named = names()
    values: dict[str, list[tuple[float, float]]] = defaultdict(list)
    asked = [(judged, ("all", judged.language, judged.kind)) for judged in load()]
    asked += [(judged, ("unseen", f"unseen {judged.language}")) for judged in load(UNSEEN)]
    for judged, groups in asked:
        hits = ranked(judged, named)
        of_one = (ndcg(hits, judged.grades), recall(hits, judged.grades))
        for group in groups:
            values[group].append(of_one)
    return {
        group: (sum(n for n, _ in each) / len(each), sum(r for _, r in each) / len(each))
        for group, each in values.items()
    }


def hold() -> None:
    found = measured()
    for group, (gain, recalled) in found.items():
        print(f"{group:16} nDCG@10 {gain:.3f}  recall@10 {recalled:.3f}")
    for group, (least_gain, least_recall) in FLOORS.items():
        gain, recalled = found[group]
        assert gain >= least_gain and recalled >= least_recall, (group, gain, recalled)


@pytest.mark.usefixtures("demo")
def test_people_find_what_they_need() -> None:
    hold()


@pytest.mark.proof
@pytest.mark.elastic
@pytest.mark.usefixtures("demo")
def test_people_find_what_they_need_by_elasticsearch(
    elastic: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "get_engine", lambda: elastic)
    elastic.rebuild(
        [base.check_document(document) for source in SOURCES for document in source.documents(None)]
    )
    hold()
