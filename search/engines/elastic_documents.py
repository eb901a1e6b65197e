"""What Elasticsearch keeps of a Document, and in which fields.

A document is one Elasticsearch document; each of its languages is a nested one inside it, so that all words
of a question are found in one language's text and a text's length is its own. The terms are ours, as
"en:counsel", with spaces between; Elasticsearch splits at the spaces and changes nothing. They are indexed
and not kept: what a hit shows is kept beside them, with the places of the terms for its snippet.
"""

from __future__ import annotations

import base64
from array import array
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any

from elasticsearch.dsl import Boolean, Double, GeoPoint, Keyword, LongRange, Mapping, Nested, Object, Text

from search import analysis
from search.analysis import Token
from search.engines.fingerprints import fingerprint_of
from search.types import FACETS, Document
from search.types import Text as Words

MAPPING_VERSION = 1
MAKE = f"elastic {MAPPING_VERSION}, analysis {analysis.VERSION}"
ANY_AGE = (0, 10**9)
HEAVIEST = 1e6  # Elasticsearch's scores are small numbers: a weight must not carry them beyond all bounds
LONGEST_KEYWORD = 8_000  # characters; Lucene takes 32,766 bytes
MOST_SORTED = 500  # characters of a title that its order depends on

SETTINGS: dict[str, Any] = {
    "number_of_shards": 1,  # each shard would rank by its own statistics
    "number_of_replicas": 0,  # made anew from the sources at any time
    "max_result_window": 2**31 - 1,  # any page may be asked for; no more is held than there are documents
    "max_regex_length": 10_000,
}


def mapping() -> dict[str, Any]:
    """Strict: a field that is not named here is an error, not a guess."""
    made = Mapping()
    made.meta("dynamic", "strict")
    made.field("id", Keyword())
    made.field("fingerprint", Keyword(index=False))
    made.field("gone", Boolean())  # see elastic_rebuild.py
    made.field("facets", Object(properties={name: _keyword() for name in FACETS}))
    made.field("ages", LongRange())
    made.field("open", LongRange())
    made.field("places", GeoPoint())
    made.field("weight", Double())
    made.field("last", Boolean())
    made.field("face", Object(enabled=False))
    made.field("shown", Object(enabled=False))
    made.field("texts", Nested(properties=_text_fields()))
    return {**made.to_dict(), "_source": {"excludes": ["texts"]}}


def _text_fields() -> dict[str, Any]:
    words = {
        name: Text(analyzer="whitespace", copy_to="texts.all")
        for name in ("title", "summary", "keywords", "body")
    }
    return {
        **words,
        "all": Text(analyzer="whitespace", index_options="docs", norms=False),
        "language": Keyword(),
        "sort": Keyword(),  # the folded title; names alone have none
        "written": Boolean(),  # whether the document was written in it
        "others": Keyword(),  # then: the further languages that it has a text in
        "typed": _keyword(),  # "en=uber=über": language, folded, as shown
        "plain": Keyword(doc_values=False, ignore_above=LONGEST_KEYWORD),  # "en=uber"
    }


def _keyword() -> Keyword:
    return Keyword(ignore_above=LONGEST_KEYWORD)


def fingerprint(document: Document) -> str:
    """Changes whenever the document, the analysis or the mapping does."""
    return fingerprint_of(document, MAKE)


def key(document_id: str) -> str:
    """The id under which Elasticsearch keeps a document."""
    return analysis.clean(document_id)


def gone(document_id: str) -> dict[str, Any]:
    """What keeps the place of a removed document while an index is filled: see elastic_rebuild.py."""
    return {"id": key(document_id), "fingerprint": "", "gone": True}


def stored(document: Document) -> dict[str, Any]:
    low, high = document.ages or ANY_AGE
    texts = [_spoken(code, text) for code, text in document.texts.items()]
    facets = {**document.facets, "kind": (document.kind,)}
    return {
        "id": key(document.id),
        "fingerprint": fingerprint(document),
        "facets": _clean({name: sorted(set(values)) for name, values in facets.items() if values}),
        "ages": {"gte": low, "lte": high},
        "open": [{"gte": start, "lt": end} for start, end in document.open],
        "places": [{"lat": place.latitude, "lon": place.longitude} for place in document.places],
        "weight": min(max(document.weight, 1 / HEAVIEST), HEAVIEST),
        "last": document.last,
        "face": _clean(_face(document)),
        "shown": {text.code: _shown(text) for text in texts},
        "texts": [
            *(_text(text, document) for text in texts),
            *(_names(code, names) for code, names in document.names.items()),
        ],
    }


def _face(document: Document) -> dict[str, Any]:
    names = {code: text.keywords for code, text in document.texts.items() if text.keywords}
    return {
        "id": document.id,
        "kind": document.kind,
        "url": document.url,
        "payload": [[name, value] for name, value in document.payload.items()],
        "written": next(iter(document.texts)),
        "names": {**names, **document.names},
        "places": [[place.latitude, place.longitude, place.shown] for place in document.places],
    }


@dataclass(frozen=True, slots=True)
class Spoken:
    """One language's text, cleaned, and the tokens of its longer parts: found once, written twice."""

    code: str
    title: str
    summary: str
    keywords: str
    body: str
    in_summary: Sequence[Token]
    in_body: Sequence[Token]


def _spoken(code: str, text: Words) -> Spoken:
    title, summary, keywords, body = map(analysis.clean, (text.title, text.summary, text.keywords, text.body))
    in_summary, in_body = (list(analysis.tokens(each, code)) for each in (summary, body))
    return Spoken(code, title, summary, keywords, body, in_summary, in_body)


def _shown(spoken: Spoken) -> dict[str, Any]:
    """A text as its author wrote it, and where its terms stand: start, end, start, end ..."""
    tokens = (spoken.in_summary, spoken.in_body)
    places = array("I", (place for each in tokens for token in each for place in (token.start, token.end)))
    return {
        "title": spoken.title,
        "summary": spoken.summary,
        "body": spoken.body,
        "terms": [" ".join(token.term for token in each) for each in tokens],
        "places": base64.b64encode(places.tobytes()).decode(),
    }


def _text(spoken: Spoken, document: Document) -> dict[str, Any]:
    code = spoken.code
    row: dict[str, Any] = {
        "language": code,
        "sort": analysis.fold(spoken.title)[:MOST_SORTED],
        "title": _terms(analysis.tokens(spoken.title, code), code),
        "summary": _terms(spoken.in_summary, code),
        "keywords": _terms(analysis.tokens(spoken.keywords, code), code),
        "body": _terms(spoken.in_body, code),
        **_typed(f"{spoken.title}\n{spoken.summary}\n{spoken.keywords}", code),
    }
    if code == next(iter(document.texts)):
        row |= {"written": True, "others": [other for other in document.texts if other != code]}
    return row


def _names(code: str, names: str) -> dict[str, Any]:
    names = analysis.clean(names)
    return {"language": code, "keywords": _terms(analysis.tokens(names, code), code), **_typed(names, code)}


def _terms(tokens: Iterable[Token], code: str) -> str:
    return " ".join(f"{code}:{token.term}" for token in tokens)


def _typed(text: str, code: str) -> dict[str, Sequence[str]]:
    """The words to complete and to correct by."""
    found: dict[str, str] = {}
    for forms in analysis.words(text, code):
        word = analysis.surface(text[forms[0][0].start : forms[0][-1].end])
        folded = analysis.plain(word)
        if folded and not any(character.isdigit() for character in folded):
            found[f"{code}={folded}={word}"] = f"{code}={folded}"
    return {"typed": list(found), "plain": list(dict.fromkeys(found.values()))}


def _clean(value: Any) -> Any:
    """The same with every text in it cleaned."""
    if isinstance(value, str):
        return analysis.clean(value)
    if isinstance(value, Map):
        return {analysis.clean(name): _clean(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(inner) for inner in value]
    return value


def places_of(encoded: str) -> Sequence[int]:
    """The numbers that `stored` wrote of a text's terms."""
    places = array("I")
    places.frombytes(base64.b64decode(encoded))
    return places
