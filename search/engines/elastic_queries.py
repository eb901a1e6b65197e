"""Questions as Elasticsearch's queries, written with its DSL.

A document's texts are nested, one for each language, so a language's question is one nested query, named
after its language: a hit then tells which of its texts matched, and how well. `combined_fields` ranks a
text as one whole whose title counts ten times, as FTS5's bm25 does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from elasticsearch.dsl import query as q
from elasticsearch.dsl.function import BoostFactor, FieldValueFactor
from elasticsearch.dsl.query import Query as Clause

from search import analysis
from search.engines.answer import EXACT, FOREIGN, TOGETHER
from search.question import NEAR_WORDS, Part, Question, Terms, as_title
from search.types import Query, Span

WEIGHTS = {"title": 10, "summary": 5, "keywords": 3, "body": 1}
FIELDS = [f"texts.{name}^{weight}" for name, weight in WEIGHTS.items()]
# Elasticsearch refuses queries that are too large for its memory; from 1,024 clauses on it may. A question of
# 24 words is asked of every language, and ranked, marked and counted in one search.
MOST_TERMS = 400
FEWER = (24, 12, 6, 3, 2, 1)  # alternatives of a part, tried in turn until a question is small enough


# --- a question's size ----------------------------------------------------------------------------


def bounded(questions: Mapping[str, Question], own: str) -> Mapping[str, Question]:
    """The questions with as many alternatives, and in as many languages, as may be asked at once."""
    for most in FEWER:
        cut = {code: _cut(question, most) for code, question in questions.items()}
        if sum(map(_size, cut.values())) <= MOST_TERMS:
            return cut
    kept: dict[str, Question] = {}
    room = MOST_TERMS
    for code in sorted(cut, key=lambda code: code != own):
        room -= _size(cut[code])
        if room < 0 and kept:
            break
        kept[code] = cut[code]
    return kept


def _cut(question: Question, most: int) -> Question:
    return Question(tuple(Part(part.alternatives[:most]) for part in question.parts))


def _size(question: Question) -> int:
    return sum(len(terms) for terms in question.some)


# --- ranked ---------------------------------------------------------------------------------------


def ranked(questions: Mapping[str, Question], query: Query, *, all_words: bool) -> Clause:
    """The documents with all the words (or any of them), the best of their texts speaking for them."""
    title = as_title(query.words)
    of_one = _ranked_all if all_words else _ranked_any
    return q.DisMax(
        queries=[
            q.Nested(
                path="texts",
                score_mode="max",
                query=_exact(title, _together(code, question, of_one(code, question))),
                boost=1.0 if code == query.language else FOREIGN,
                _name=code,
            )
            for code, question in questions.items()
        ]
    )


def weighted(clause: Clause) -> Clause:
    """Its score times the document's weight."""
    factor = FieldValueFactor(field="weight", missing=1)
    return q.FunctionScore(query=clause, functions=[factor], boost_mode="multiply")


def _ranked_all(code: str, question: Question) -> Clause:
    return q.Bool(
        must=[_any_of(_ranked(code, terms) for terms in part.alternatives) for part in question.parts]
    )


def _ranked_any(code: str, question: Question) -> Clause:
    return _any_of(_ranked(code, terms) for terms in question.some)


def _ranked(code: str, terms: Terms) -> Clause:
    return q.CombinedFields(query=_stored(code, terms), fields=FIELDS, operator="and")


def _together(code: str, question: Question, clause: Clause) -> Clause:
    if not question.together:
        return clause
    rule = {"match": {"query": _stored(code, question.together), "max_gaps": NEAR_WORDS, "ordered": False}}
    near = _any_of(q.Intervals(**{f"texts.{name}": rule}) for name in WEIGHTS)
    return q.FunctionScore(
        query=clause, functions=[BoostFactor(weight=TOGETHER, filter=near)], boost_mode="multiply"
    )


def _exact(title: str, clause: Clause) -> Clause:
    """A text whose title is just what was typed."""
    function = BoostFactor(weight=EXACT, filter=q.Term(**{"texts.sort": title}))
    return q.FunctionScore(query=clause, functions=[function], boost_mode="multiply")


def _stored(code: str, terms: Iterable[str]) -> str:
    return " ".join(f"{code}:{term}" for term in terms)


# --- filtered -------------------------------------------------------------------------------------


def having(questions: Mapping[str, Question], *, all_words: bool) -> Clause:
    """The same documents, unranked."""
    of_one = text_with_all if all_words else _text_with_any
    texts = _any_of(of_one(code, question) for code, question in questions.items())
    return q.Nested(path="texts", query=texts, score_mode="none")


def text_with_all(code: str, question: Question) -> Clause:
    """The texts of one language with all the words."""
    return q.Bool(
        filter=[_any_of(_has(code, terms) for terms in part.alternatives) for part in question.parts]
    )


def _text_with_any(code: str, question: Question) -> Clause:
    return _any_of(_has(code, terms) for terms in question.some)


def _has(code: str, terms: Terms) -> Clause:
    if len(terms) == 1:
        return q.Term(**{"texts.all": f"{code}:{terms[0]}"})
    return q.Bool(filter=[q.Term(**{"texts.all": f"{code}:{term}"}) for term in terms])


def _any_of(clauses: Iterable[Clause]) -> Clause:
    listed = list(clauses)
    return listed[0] if len(listed) == 1 else q.Bool(should=listed, minimum_should_match=1)


def present() -> Clause:
    """All documents but the marks that a rebuild finds: see `elastic_rebuild.py`."""
    return q.Bool(must_not=[q.Term(gone=True)])


def scope(query: Query) -> list[Clause]:
    """What kinds, ages, opening and distance leave: no tick ever lifts it."""
    clauses: list[Clause] = [present()]
    if query.kinds:
        clauses.append(ticked("kind", query.kinds))
    if query.ages is not None:
        clauses.append(_overlaps("ages", (query.ages[0], query.ages[1] + 1)))
    if query.open is not None:
        clauses.append(_overlaps("open", query.open))
    if query.near is not None and query.near.within is not None:
        point = {"lat": query.near.latitude, "lon": query.near.longitude}
        clauses.append(q.GeoDistance(places=point, distance=f"{query.near.within:f}km"))
    return clauses


def _overlaps(field: str, span: Span) -> Clause:
    """`span` without its end."""
    return q.Range(**{field: {"gte": span[0], "lt": span[1], "relation": "intersects"}})


def ticks(query: Query, *, without: str = "") -> Clause:
    """Every facet's ticks, but one's."""
    return q.Bool(
        filter=[ticked(name, values) for name, values in query.facets.items() if values and name != without]
    )


def ticked(name: str, values: Sequence[str]) -> Clause:
    return q.Q("terms", **{f"facets.{name}": [analysis.clean(value) for value in values]})


def text_for(reader: str) -> Clause:
    """Of a document's texts the reader's, or where it has none the one that it was written in."""
    own = q.Bool(filter=[q.Term(**{"texts.language": reader}), q.Exists(field="texts.sort")])
    written = q.Bool(
        filter=[q.Term(**{"texts.written": True})], must_not=[q.Term(**{"texts.others": reader})]
    )
    return _any_of([own, written])
