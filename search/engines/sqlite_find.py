"""From a question to Results, on one snapshot of the SQLite index.

FTS5 is asked twice at most: for the texts with all words, ranked, and for those with any. A count visits
every match in any case, so all matches come into the process, where sets filter, count and order them; only
the texts of the one page shown are then read. The second answer is ranked only when the page reaches it:
ranking is the dear part.
"""

from __future__ import annotations

import heapq
import json
import sqlite3
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from search import analysis
from search.engines import bitmaps
from search.engines.facet_sets import FacetSets
from search.engines.sqlite_tables import LANGUAGES, Tables
from search.snippets import Passage, snippet
from search.types import Hit, Query, Results

FIELD_WEIGHTS = "10.0, 5.0, 3.0, 1.0, 0.0"  # title, summary, keywords, body, typed
TITLE_WEIGHTS = "1.0, 0.0, 0.0, 0.0, 1.0"
FOREIGN = 0.7  # a match in a language the reader did not choose weighs a little less
SUGGESTIONS = 8
SHOWN_WORDS = 200


@dataclass(frozen=True, slots=True)
class Found:
    """One document's place in the results: which of its texts speaks for it, and how well it fits."""

    number: int
    row: int
    score: float
    all_words: bool


def nothing(query: Query) -> Results:
    """The answer of an empty index."""
    return Results((), 0, 0, (), query.page, 1, shown(query.words))


def shown(words: str) -> str:
    """The question as it may be shown: one line, nothing unprintable, no more than fits."""
    line = analysis.clean(words[: 4 * SHOWN_WORDS])
    return " ".join("".join(c if c.isprintable() else " " for c in line).split())[:SHOWN_WORDS]


class Answer:
    """The answer to one question. Only `results` is for others."""

    def __init__(
        self, db: sqlite3.Connection, tables: Tables, languages: Sequence[str], sets: FacetSets, query: Query
    ) -> None:
        self.db = db
        self.tables = tables
        self.languages = languages
        self.sets = sets
        self.query = query
        self.narrowed = sets.narrowed(query)
        # Their own, not the reader's, when the index has no text in the reader's language.
        self.own = languages.index(query.language) if query.language in languages else -1
        asked = ((code, analysis.question(query.words, query.language, code)) for code in languages)
        self.terms = {code: terms for code, terms in asked if terms}

    def results(self) -> Results:
        if not self.terms:
            return self._everything()
        complete = self._rows(self._expression(" AND "), ranked=True)
        with_all = self._documents(complete)
        with_any = with_all if self._is_one_word else self._documents(self._rows(self._expression(" OR ")))
        total = (with_all & self.narrowed.all).bit_count()
        others = (with_any & ~with_all & self.narrowed.all).bit_count()

        first, end = self._slice(total + others)
        found = self._best(complete, self.narrowed.all, min(end, total), all_words=True)[first:]
        if end > max(first, total):
            found += self._page_of_others(with_all, first - total, end - total)
        # What a tick would find is said of those with all words; where there are none, of the others.
        return self._answer(found, total, others, with_all & self.narrowed.scope or with_any)

    def _everything(self) -> Results:
        total = self.narrowed.all.bit_count()
        first, end = self._slice(total)
        allowed = bitmaps.flags(self.narrowed.all, self.sets.size)
        order = self.sets.once(("order", self.query.language), self._order)
        page = [row for row in order if allowed[row // LANGUAGES]][first:end]
        weights = self.sets.weights
        found = [Found(row // LANGUAGES, row, weights[row // LANGUAGES], True) for row in page]
        return self._answer(found, total, 0, self.sets.present)

    def _order(self) -> list[int]:
        """Every document's text for this reader, heavy ones first, then by title."""
        chosen: dict[int, tuple[int, str]] = {}
        sources = self._source_rows()
        for row, sort in self.db.execute(f"SELECT row, sort FROM {self.tables.text}"):
            number = row // LANGUAGES
            if row % LANGUAGES == self.own or (number not in chosen and row == sources.get(number)):
                chosen[number] = (row, sort)
        last, weights, ids = bitmaps.flags(self.sets.last, self.sets.size), self.sets.weights, self.sets.ids
        ordered = sorted(
            chosen, key=lambda number: (last[number], -weights[number], chosen[number][1], ids[number])
        )
        return [chosen[number][0] for number in ordered]

    def _source_rows(self) -> dict[int, int]:
        """Each document's text in the language it was written in."""
        places = {code: place for place, code in enumerate(self.languages)}
        rows = self.db.execute(
            f"SELECT number, json_extract(face, '$.languages[0]') FROM {self.tables.document}"
        )
        return {number: number * LANGUAGES + places[code] for number, code in rows}

    @cached_property
    def _is_one_word(self) -> bool:
        return all(len(terms) == 1 for terms in self.terms.values())

    def _expression(self, between: str) -> str:
        groups = (between.join(f'"{code}:{term}"' for term in terms) for code, terms in self.terms.items())
        return " OR ".join(f"({group})" for group in groups)

    def _rows(self, expression: str, ranked: bool = False) -> list[tuple[int, float]]:
        words = self.tables.words
        rank = f"-bm25({words}, {FIELD_WEIGHTS})" if ranked else "0.0"
        return self.db.execute(
            f"SELECT rowid, {rank} FROM {words} WHERE {words} MATCH ?", (expression,)
        ).fetchall()

    def _documents(self, rows: Iterable[tuple[int, float]]) -> int:
        return bitmaps.of([row // LANGUAGES for row, _ in rows], self.sets.size)

    def _page_of_others(self, with_all: int, first: int, end: int) -> list[Found]:
        rows = self._rows(self._expression(" OR "), ranked=True)
        return self._best(rows, self.narrowed.all & ~with_all, end, all_words=False)[max(first, 0) :]

    def _best(self, rows: Sequence[tuple[int, float]], among: int, end: int, all_words: bool) -> list[Found]:
        """The first `end` documents among these, best first. Ties fall by id, so that pages never overlap."""
        if end <= 0:
            return []
        allowed, own = bitmaps.flags(among, self.sets.size), self.own
        best: dict[int, float] = {}
        for row, rank in rows:
            number = row // LANGUAGES
            if not allowed[number]:
                continue
            score = rank if row % LANGUAGES == own else rank * FOREIGN
            if score > best.get(number, -1.0):
                best[number] = score

        chosen = self._first(best, end)
        texts: dict[int, tuple[bool, float, int]] = {number: (False, -1.0, 0) for number, _ in chosen}
        for row, rank in rows:
            if (number := row // LANGUAGES) in texts:
                texts[number] = max(texts[number], (row % LANGUAGES == own, rank, row))
        return [Found(number, texts[number][2], score, all_words) for number, score in chosen]

    def _first(self, best: dict[int, float], end: int) -> list[tuple[int, float]]:
        """The first `end` documents with their weighted scores; what is to come last, last; ties by id.

        A plain cut by score first: to sort all matches by three keys took longer than to find them.
        """
        weights, ids = self.sets.weights, self.sets.ids
        last = bitmaps.flags(self.sets.last, self.sets.size)
        chosen: list[tuple[int, float]] = []
        for group in (0, 1):
            scores = {
                number: score * weights[number] for number, score in best.items() if last[number] == group
            }
            if not scores or len(chosen) >= end:
                continue
            cut = heapq.nlargest(end - len(chosen), scores.values())[-1]
            ordered = sorted(
                (-score, ids[number], number) for number, score in scores.items() if score >= cut
            )
            chosen += [(number, -negative) for negative, _, number in ordered[: end - len(chosen)]]
        return chosen

    def _slice(self, count: int) -> tuple[int, int]:
        first = (self.query.page - 1) * self.query.size
        return min(first, count), min(first + self.query.size, count)

    def _answer(self, found: Sequence[Found], total: int, others: int, counted: int) -> Results:
        pages = max(1, -(-(total + others) // self.query.size))
        facets = self.sets.counts(counted, self.narrowed, self.query.facets)
        hits = tuple(self._hits(found))
        return Results(hits, total, others, facets, self.query.page, pages, shown(self.query.words))

    def _hits(self, found: Sequence[Found]) -> Iterator[Hit]:
        numbers = [each.number for each in found]
        faces = {row[0]: row[1:] for row in self._by_key("document", "number", "id, facts, face", numbers)}
        own = [number * LANGUAGES + self.own for number in numbers if self.own >= 0]
        rows = [each.row for each in found]
        texts = {
            row[0]: row[1:]
            for row in self._by_key("text", "row", "title, summary, body, places", [*rows, *own])
        }
        terms = {row[0]: row[1:] for row in self._by_key("words", "rowid", "summary, body", rows)}
        for each in found:
            document_id, facts, face = faces[each.number]
            shown_face = json.loads(face)
            language = self.languages[each.row % LANGUAGES]
            title = texts.get(each.number * LANGUAGES + self.own if self.own >= 0 else -1, texts[each.row])[0]
            wanted = {f"{language}:{term}" for term in self.terms.get(language, ())}
            yield Hit(
                id=document_id,
                kind=json.loads(facts)["kind"],
                title=title,
                url=shown_face["url"].replace("{language}", self.query.language),
                score=each.score,
                language=language,
                snippet=_snippet(texts[each.row], terms[each.row], wanted),
                all_words=each.all_words,
                payload=shown_face["payload"],
            )

    def _by_key(self, table: str, key: str, columns: str, keys: Sequence[int]) -> Iterator[tuple]:
        """Rows by their numbers, in portions that any SQLite takes."""
        unique = list(dict.fromkeys(keys))
        for start in range(0, len(unique), 500):
            portion = unique[start : start + 500]
            marks = ",".join("?" * len(portion))
            name = getattr(self.tables, table)
            yield from self.db.execute(
                f"SELECT {key}, {columns} FROM {name} WHERE {key} IN ({marks})", portion
            )


def _snippet(text: tuple[str, str, str, bytes], terms: tuple[str, str], wanted: Collection[str]) -> tuple:
    _, summary, body, stored = text
    places = array("I")
    places.frombytes(stored)
    summary_terms, body_terms = (
        terms[0].split(" ") if terms[0] else [],
        terms[1].split(" ") if terms[1] else [],
    )
    border = 2 * len(summary_terms)
    return snippet(
        (Passage(summary, summary_terms, places[:border]), Passage(body, body_terms, places[border:])), wanted
    )


def titles(
    db: sqlite3.Connection,
    tables: Tables,
    languages: Sequence[str],
    sets: FacetSets,
    prefix: str,
    language: str,
) -> tuple[str, ...]:
    """Titles in a language with all the words typed, the last of which may be unfinished."""
    prefix = prefix[:SHOWN_WORDS]
    typed = analysis.plain_words(prefix, language)
    if not typed:
        return ()
    finished = [token.term for token in analysis.tokens(prefix, language)][:-1]
    wanted = [f'{{title}} : "{language}:{term}"' for term in finished[: analysis.MOST_WORDS]]
    wanted.append(f'{{typed}} : "{language}={typed[-1]}" *')
    words, place = tables.words, languages.index(language)
    rows = db.execute(
        f"SELECT rowid, -bm25({words}, {TITLE_WEIGHTS}) FROM {words} WHERE {words} MATCH ?",
        (" AND ".join(wanted),),
    ).fetchall()
    last = bitmaps.flags(sets.last, sets.size)
    ranked = sorted(
        (last[row // LANGUAGES], -rank * sets.weights[row // LANGUAGES], sets.ids[row // LANGUAGES], row)
        for row, rank in rows
        if row % LANGUAGES == place
    )
    rows_in_order = [key[-1] for key in ranked[: 4 * SUGGESTIONS]]
    marks = ",".join("?" * len(rows_in_order))
    named = dict(db.execute(f"SELECT row, title FROM {tables.text} WHERE row IN ({marks})", rows_in_order))
    return tuple(dict.fromkeys(named[row] for row in rows_in_order))[:SUGGESTIONS]
