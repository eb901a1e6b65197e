"""What Elasticsearch knows of words: the languages, whether a term occurs, what is like it, how it goes on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import DatabaseError
from elasticsearch import Elasticsearch
from elasticsearch.dsl import A, Search
from elasticsearch.dsl import query as q

from search import analysis
from search.engines.elastic_queries import text_with_all
from search.question import Question
from search.spelling import farthest

MOST_LANGUAGES = 64
MOST_NEAR = 20
MOST_COMPLETIONS = 500


def several(client: Elasticsearch, lines: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The answers of a multi-search; what went wrong in one goes wrong in all."""
    answers = client.msearch(searches=list(lines), include_named_queries_score=True)["responses"]
    for answer in answers:
        if "error" in answer:
            kind = str(answer["error"].get("type", ""))[:60]
            raise DatabaseError(f"Elasticsearch refused a search: {answer['status']} {kind}")
    return answers


def languages(client: Elasticsearch, index: str) -> list[str]:
    """Those that some document has words in, the most frequent first."""
    counted = A("terms", field="texts.language", size=MOST_LANGUAGES)
    found = _of_texts(client, index, counted)
    return [bucket["key"] for bucket in found.get("buckets", ())]


def known(
    client: Elasticsearch, index: str, terms: Mapping[str, Collection[str]]
) -> dict[str, frozenset[str]]:
    wanted = {f"{code}:{term}": (code, term) for code, of in terms.items() for term in of}
    if not wanted:
        return {}
    occurring = A("filters", filters={key: q.Term(**{"texts.all": key}) for key in wanted})
    buckets = _of_texts(client, index, occurring).get("buckets", {})
    there = [wanted[key] for key, bucket in buckets.items() if bucket["doc_count"]]
    return {code: frozenset(term for of, term in there if of == code) for code in terms}


def near(client: Elasticsearch, index: str, word: str, code: str) -> list[tuple[str, int]]:
    """The suggester looks through the dictionary of terms; only what it finds is counted.

    Its time grows with the word's length: a thousand letters, as a ligature can become, took seven seconds.
    """
    if len(word) > analysis.LONGEST_WORD:
        return []
    options = {
        "field": "texts.plain",
        "analyzer": "whitespace",
        "suggest_mode": "always",
        "sort": "score",
        "string_distance": "damerau_levenshtein",
        "max_edits": farthest(word),
        "prefix_length": len(code) + 1,
        "min_word_length": 1,
        "accuracy": 0.0,
        "max_term_freq": 10**9,
        "size": MOST_NEAR,
        "shard_size": MOST_NEAR,
    }
    asked = Search().suggest("near", f"{code}={word}", term=options)[:0]
    answer = _search(client, index, asked)
    entries = answer.get("suggest", {}).get("near", ())
    found = [option["text"] for entry in entries for option in entry["options"]]
    if not found:
        return []
    alternatives = "|".join(_literally(text) for text in found)
    return _typed(
        client, index, q.Q("terms", **{"texts.plain": found}), f"({alternatives})=.*", MOST_COMPLETIONS
    )


def completions(
    client: Elasticsearch, index: str, prefix: str, before: Question, code: str
) -> list[tuple[str, int]]:
    among = text_with_all(code, before) if before.parts else q.Term(**{"texts.language": code})
    found = _typed(client, index, among, f"{_literally(f'{code}={prefix}')}.*", MOST_COMPLETIONS)
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _typed(
    client: Elasticsearch, index: str, among: q.Query, include: str, most: int
) -> list[tuple[str, int]]:
    """Words as shown of these texts, and in how many of them each is: a document has one text in a language."""
    counted = A("filter", filter=among)
    counted.bucket("typed", "terms", field="texts.typed", include=include, size=most)
    found = _of_texts(client, index, counted).get("typed", {})
    return [(bucket["key"].split("=")[-1], bucket["doc_count"]) for bucket in found.get("buckets", ())]


def _of_texts(client: Elasticsearch, index: str, of_texts: Any) -> Mapping[str, Any]:
    """What is counted of all texts; nothing where there is no index."""
    asked = Search()[:0]
    asked.aggs.bucket("texts", "nested", path="texts").bucket("asked", of_texts)
    answer = _search(client, index, asked)
    return answer.get("aggregations", {}).get("texts", {}).get("asked", {})


def _search(client: Elasticsearch, index: str, asked: Search) -> Mapping[str, Any]:
    return client.search(index=index, body=asked.to_dict(), ignore_unavailable=True).body


def _literally(text: str) -> str:
    """A text in a regular expression of Lucene, whose signs are not Python's."""
    return "".join(character if character.isalnum() else f"\\{character}" for character in text)
