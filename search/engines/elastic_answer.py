"""From a question to Results, with Elasticsearch: one multi-search, and a second where a page needs the others.

The first finds what has all the words and counts its facets, and counts what has only some. What has only
some is ranked when the page reaches it, and its facets are counted when nothing has all the words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from elasticsearch.dsl import Search
from elasticsearch.dsl.query import Bool
from elasticsearch.dsl.query import Query as Clause

from search.engines import elastic_queries as queries
from search.engines.elastic_documents import key, places_of
from search.engines.facet_sets import kilometres
from search.question import Question
from search.snippets import Passage, other_name, snippet
from search.types import FACETS, Facet, FacetValue, Hit, Place, Query, Results

MOST_VALUES = 5_000  # of one facet; Elasticsearch answers with 65,536 buckets in all

Body = Mapping[str, Any]
Order = dict[str, Any]
Ask = Callable[[Sequence[Body]], list[Body]]


def answer(ask: Ask, query: Query, questions: Mapping[str, Question]) -> Results:
    if not questions:
        return _everything(ask, query)
    return _matches(ask, query, queries.bounded(questions, query.language))


# --- without words --------------------------------------------------------------------------------


def _everything(ask: Ask, query: Query) -> Results:
    title = {
        "order": "asc",
        "missing": "_last",
        "nested": {"path": "texts", "filter": queries.text_for(query.language).to_dict()},
    }
    order = ({"weight": "desc"}, {"texts.sort": title}, {"id": "asc"})
    found = _search(query, Bool(filter=queries.scope(query)), order)
    _count_facets(found, query)
    (page,) = ask([_page(found, query).to_dict()])
    total = page["hits"]["total"]["value"]
    hits = tuple(_hits(page, query, {}, all_words=True))
    return _results(query, hits, total, 0, _facets(page, query))


# --- with words -----------------------------------------------------------------------------------


def _matches(ask: Ask, query: Query, questions: Mapping[str, Question]) -> Results:
    others = _others(query, questions)
    counting = _page(_with_all(query, questions), query), others[:0]
    is_simple = all(len(question.some) == 1 for question in questions.values())
    page, *counted = ask([each.to_dict() for each in (counting[:1] if is_simple else counting)])
    total = page["hits"]["total"]["value"]
    other = counted[0]["hits"]["total"]["value"] if counted else 0

    hits = [*_hits(page, query, questions, all_words=True)]
    facets = _facets(page, query)
    first, end = max(0, _first(query) - total), _first(query) + query.size - total
    reached = min(end, other) - first
    # What a tick would find is said of those with all words; where there are none, of the others.
    of_others = not _in_scope(page) and bool(counted) and bool(_in_scope(counted[0]))
    if reached > 0 or of_others:
        wanted = others[first : first + max(reached, 0)]
        if of_others:
            _count_facets(wanted, query)
        (rest,) = ask([wanted.to_dict()])
        hits += _hits(rest, query, questions, all_words=False)
        facets = _facets(rest, query) if of_others else facets
    return _results(query, tuple(hits), total, other, facets)


def _with_all(query: Query, questions: Mapping[str, Question]) -> Search:
    clause = queries.ranked(questions, query, all_words=True)
    found = Bool(must=[clause], filter=queries.scope(query))
    search = _search(query, queries.weighted(found), _by_score())
    _count_facets(search, query)
    return search


def _others(query: Query, questions: Mapping[str, Question]) -> Search:
    clause = queries.ranked(questions, query, all_words=False)
    complete = queries.having(questions, all_words=True)
    found = Bool(must=[clause], filter=queries.scope(query), must_not=[complete])
    search = _search(query, queries.weighted(found), _by_score())
    search.aggs.bucket("scope", "filter", filter={"match_all": {}})
    return search


def _by_score() -> tuple[Order, ...]:
    return ({"_score": "desc"}, {"id": "asc"})


def _first(query: Query) -> int:
    return (query.page - 1) * query.size


def _page(search: Search, query: Query) -> Search:
    return search[_first(query) : _first(query) + query.size]


def _search(query: Query, clause: Clause, order: Sequence[Order]) -> Search:
    """Narrowed by its ticks after the facets are counted; what is to come last, last."""
    sort: list[Order] = [{"last": "asc"}]
    if query.order == "nearest" and query.near:
        point = {"lat": query.near.latitude, "lon": query.near.longitude}
        sort.append({"_geo_distance": {"places": point, "order": "asc", "mode": "min", "unit": "km"}})
    search = Search().query(clause).post_filter(queries.ticks(query))
    return search.sort(*sort, *order).extra(track_total_hits=True, track_scores=True)


# --- counted --------------------------------------------------------------------------------------


def _count_facets(search: Search, query: Query) -> None:
    """Each facet's values; its own ticks do not narrow its own counts."""
    search.aggs.bucket("scope", "filter", filter={"match_all": {}})
    for name in FACETS:
        narrowed = search.aggs.bucket(name, "filter", filter=queries.ticks(query, without=name))
        narrowed.bucket("values", "terms", field=f"facets.{name}", size=MOST_VALUES)


def _in_scope(page: Body) -> int:
    return page.get("aggregations", {}).get("scope", {}).get("doc_count", 0)


def _facets(page: Body, query: Query) -> tuple[Facet, ...]:
    """Nothing, not even a ticked value, where there is no index."""
    counted = page.get("aggregations")
    if counted is None:
        return ()
    facets = ((name, _values(counted[name], query.facets.get(name, ()))) for name in FACETS)
    return tuple(Facet(name, values) for name, values in facets if values)


def _values(counted: Body, ticked: Sequence[str]) -> tuple[FacetValue, ...]:
    as_ticked = {key(value): value for value in ticked}
    counts = dict.fromkeys(ticked, 0)
    for bucket in counted["values"]["buckets"]:
        counts[as_ticked.get(bucket["key"], bucket["key"])] = bucket["doc_count"]
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(FacetValue(value, count) for value, count in ordered)


def _results(
    query: Query, hits: tuple[Hit, ...], total: int, others: int, facets: tuple[Facet, ...]
) -> Results:
    pages = max(1, -(-(total + others) // query.size))
    return Results(hits, total, others, facets, query.page, pages, query.words)


# --- shown ----------------------------------------------------------------------------------------


def _hits(page: Body, query: Query, questions: Mapping[str, Question], *, all_words: bool) -> Iterator[Hit]:
    for hit in page["hits"]["hits"]:
        yield _hit(hit, query, questions, all_words)


def _hit(hit: Body, query: Query, questions: Mapping[str, Question], all_words: bool) -> Hit:
    face, shown = hit["_source"]["face"], hit["_source"]["shown"]
    asked_in = _speaking(hit, query.language, face["written"])
    # Mere names have no text to show: what the document was written in speaks for them.
    language = asked_in if asked_in in shown else face["written"]
    text = shown[language]
    question = questions.get(asked_in, Question())
    marks = snippet(_passages(text), question.terms if language == asked_in else ())
    return Hit(
        id=face["id"],
        kind=face["kind"],
        title=shown.get(query.language, text)["title"],
        url=face["url"].replace("{language}", query.language),
        score=hit["_score"] if questions else hit["_source"]["weight"],
        language=language,
        snippet=marks,
        all_words=all_words,
        payload=dict(face["payload"]),
        because=other_name(text["title"], marks, face["names"].get(asked_in, ""), question, asked_in),
        distance=_distance(face["places"], query),
    )


def _speaking(hit: Body, reader: str, written: str) -> str:
    """The language whose text speaks for the hit: the reader's if it matched, else the one that matched best."""
    shown = hit["_source"]["shown"]
    matched = hit.get("matched_queries", {})
    if not matched:
        return reader if reader in shown else written
    return reader if reader in matched else max(matched, key=lambda code: (matched[code], code))


def _passages(text: Body) -> tuple[Passage, Passage]:
    places = places_of(text["places"])
    in_summary, in_body = (terms.split(" ") if terms else [] for terms in text["terms"])
    border = 2 * len(in_summary)
    return (
        Passage(text["summary"], in_summary, places[:border]),
        Passage(text["body"], in_body, places[border:]),
    )


def _distance(places: Sequence[tuple[float, float, bool]], query: Query) -> float | None:
    if query.near is None:
        return None
    shown = [Place(*place) for place in places if place[2]]
    return min((kilometres(query.near, place) for place in shown), default=None)
