"""From a question to Results, on one snapshot of an index that lies in a database.

A count visits every match in any case, so all rows that match come into the process, where sets filter and
count them. Ranking is the dear part: only what the ticks leave is ranked, and only when the page reaches it.
Only the texts of the one page shown are then read.
"""

from __future__ import annotations

import heapq
import json
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from search.engines import bitmaps
from search.engines.facet_sets import FacetSets
from search.engines.tables import LANGUAGES, Database, Tables, rows_of
from search.question import Question, as_title
from search.snippets import Passage, other_name, snippet
from search.types import Hit, Mark, Query, Results

FOREIGN = 0.7  # a match in a language the reader did not choose weighs a little less
TOGETHER = 1.3  # words that stand together say more than the same words apart
EXACT = 3.0  # a title that is just what was typed
FAR_AWAY = 1e9  # kilometres: what has no place comes after all that has

Ranked = list[tuple[int, float]]
"""Row numbers, each with how well it fits."""


class Matches(Protocol):
    """What a database finds, as row numbers: see `tables.py`."""

    def rows(
        self, db: Any, tables: Tables, questions: Mapping[str, Question], *, every: bool
    ) -> Iterable[int]:
        """The rows with all the words, or with any."""
        ...

    def ranked(
        self,
        db: Any,
        tables: Tables,
        questions: Mapping[str, Question],
        among: Collection[int] | None,
        *,
        every: bool,
    ) -> Ranked:
        """The same rows with their scores; `among`: only those of the documents with these numbers."""
        ...

    def together(self, db: Any, tables: Tables, questions: Mapping[str, Question]) -> Iterable[int]:
        """The rows in which the words stand together, unless the scores have TOGETHER in them already."""
        ...

    def terms_of(
        self, db: Any, tables: Tables, rows: Sequence[int]
    ) -> dict[int, tuple[list[str], list[str]]]: ...


@dataclass(frozen=True, slots=True)
class Found:
    """One document's place in the results: which of its texts speaks for it, and how well it fits."""

    number: int
    row: int
    score: float
    all_words: bool


def nothing(query: Query) -> Results:
    """The answer of an empty index."""
    return Results((), 0, 0, (), query.page, 1, query.words)


class Answer:
    """The answer to one question. Only `results` is for others."""

    def __init__(
        self,
        db: Database,
        matches: Matches,
        tables: Tables,
        languages: Sequence[str],
        sets: FacetSets,
        query: Query,
        questions: Mapping[str, Question],
    ) -> None:
        self.db = db
        self.matches = matches
        self.tables = tables
        self.languages = languages
        self.sets = sets
        self.query = query
        self.narrowed = sets.narrowed(query)
        # Their own, not the reader's, when the index has no text in the reader's language.
        self.own = languages.index(query.language) if query.language in languages else -1
        self.questions = {code: asked for code, asked in questions.items() if code in languages}

    def results(self) -> Results:
        if not self.questions:
            return self._everything()
        asked = (self.db, self.tables, self.questions)
        with_all = with_any = self._documents(self.matches.rows(*asked, every=True))
        if any(len(question.some) > 1 for question in self.questions.values()):
            with_any = with_all | self._documents(self.matches.rows(*asked, every=False))
        complete, others = with_all & self.narrowed.all, with_any & ~with_all & self.narrowed.all
        total, rest = complete.bit_count(), others.bit_count()

        first, end = self._slice(total + rest)
        found: list[Found] = []
        if first < total:
            ranked = self.matches.ranked(*asked, self._worth_naming(complete, with_all), every=True)
            found = self._best(ranked, complete, min(end, total), all_words=True)[first:]
        if end > max(first, total):
            ranked = self.matches.ranked(*asked, self._worth_naming(others, with_any), every=False)
            found += self._best(ranked, others, end - total, all_words=False)[max(first - total, 0) :]
        # What a tick would find is said of those with all words; where there are none, of the others.
        return self._answer(found, total, rest, with_all & self.narrowed.scope or with_any)

    def _worth_naming(self, among: int, matching: int) -> Collection[int] | None:
        """The numbers to be ranked; None where they are most of the matches: naming them takes what it saves."""
        if 2 * among.bit_count() > matching.bit_count():
            return None
        return bitmaps.members(among, self.sets.size)

    def _everything(self) -> Results:
        total = self.narrowed.all.bit_count()
        first, end = self._slice(total)
        allowed = bitmaps.flags(self.narrowed.all, self.sets.size)
        order = self.sets.once(("order", self.query.language), self._order)
        rows = [row for row in order if allowed[row // LANGUAGES]]
        if self.query.order == "nearest":
            away, last = self._away(), bitmaps.flags(self.sets.last, self.sets.size)
            rows.sort(key=lambda row: (last[row // LANGUAGES], away.get(row // LANGUAGES, FAR_AWAY)))
        weights = self.sets.weights
        found = [Found(row // LANGUAGES, row, weights[row // LANGUAGES], True) for row in rows[first:end]]
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
        rows = self.db.execute(f"SELECT number, face FROM {self.tables.document}")
        return {number: self._row(number, json.loads(face)["languages"][0]) for number, face in rows}

    def _row(self, number: int, code: str) -> int:
        return rows_of(number)[self.languages.index(code)]

    def _documents(self, rows: Iterable[int]) -> int:
        return bitmaps.of(rows, self.sets.size, of_each=LANGUAGES)

    def _best(self, rows: Ranked, among: int, end: int, all_words: bool) -> list[Found]:
        """The first `end` documents among these, best first. Ties fall by id, so that pages never overlap."""
        allowed, own = bitmaps.flags(among, self.sets.size), self.own
        together = set(self.matches.together(self.db, self.tables, self.questions))
        exact = self._titled_so()
        best: dict[int, float] = {}
        for row, rank in rows:
            number = row // LANGUAGES
            if not allowed[number]:
                continue
            score = rank if row % LANGUAGES == own else rank * FOREIGN
            if row in together:
                score *= TOGETHER
            if row in exact:
                score *= EXACT
            if score > best.get(number, -1.0):
                best[number] = score

        chosen = self._first(best, end)
        texts: dict[int, tuple[bool, float, int]] = {number: (False, -1.0, 0) for number, _ in chosen}
        for row, rank in rows:
            if (number := row // LANGUAGES) in texts:
                texts[number] = max(texts[number], (row % LANGUAGES == own, rank, row))
        return [Found(number, texts[number][2], score, all_words) for number, score in chosen]

    def _titled_so(self) -> set[int]:
        titled = f"SELECT row FROM {self.tables.text} WHERE sort = ?"
        return {row for (row,) in self.db.execute(titled, (as_title(self.query.words),))}

    def _first(self, best: dict[int, float], end: int) -> list[tuple[int, float]]:
        """The first `end` documents with their weighted scores; what is to come last, last; ties by id.

        A plain cut first: to sort all matches by several keys took longer than to find them.
        """
        weights, ids = self.sets.weights, self.sets.ids
        last = bitmaps.flags(self.sets.last, self.sets.size)
        away = self._away() if self.query.order == "nearest" else {}
        nearest = self.query.order == "nearest"
        chosen: list[tuple[int, float]] = []
        for group in (0, 1):
            scores = {
                number: score * weights[number] for number, score in best.items() if last[number] == group
            }
            if not scores or len(chosen) >= end:
                continue
            keys = {n: -away.get(n, FAR_AWAY) for n in scores} if nearest else scores
            cut = heapq.nlargest(end - len(chosen), keys.values())[-1]
            ordered = sorted(
                (-key, -scores[number], ids[number], number) for number, key in keys.items() if key >= cut
            )
            chosen += [(number, -negative) for _, negative, _, number in ordered[: end - len(chosen)]]
        return chosen

    def _away(self) -> dict[int, float]:
        """Kilometres to each document, to order by."""
        return self.sets.distances(self.query.near)[0] if self.query.near else {}

    def _slice(self, count: int) -> tuple[int, int]:
        first = (self.query.page - 1) * self.query.size
        return min(first, count), min(first + self.query.size, count)

    def _answer(self, found: Sequence[Found], total: int, others: int, counted: int) -> Results:
        pages = max(1, -(-(total + others) // self.query.size))
        facets = self.sets.counts(counted, self.narrowed, self.query.facets)
        hits = tuple(self._hits(found))
        return Results(hits, total, others, facets, self.query.page, pages, self.query.words)

    def _hits(self, found: Sequence[Found]) -> Iterator[Hit]:
        numbers = [each.number for each in found]
        faces = {
            number: (document_id, json.loads(face))
            for number, document_id, face in self._by_key("document", "number", "id, face", numbers)
        }
        sources = {number: self._row(number, face["languages"][0]) for number, (_, face) in faces.items()}
        own = [rows_of(number)[self.own] for number in numbers if self.own >= 0]
        rows = list(dict.fromkeys([*(each.row for each in found), *own, *sources.values()]))
        texts = {row[0]: row[1:] for row in self._by_key("text", "row", "title, summary, body, places", rows)}
        speaking = [each.row if each.row in texts else sources[each.number] for each in found]
        terms = self.matches.terms_of(self.db, self.tables, list(dict.fromkeys(speaking)))
        distances = self.sets.distances(self.query.near)[1] if self.query.near else {}
        for each in found:
            document_id, face = faces[each.number]
            # A row of mere names has no text to show: what the document was written in speaks for it.
            row = each.row if each.row in texts else sources[each.number]
            asked_in, language = self.languages[each.row % LANGUAGES], self.languages[row % LANGUAGES]
            title_row = rows_of(each.number)[self.own] if self.own >= 0 else row
            question = self.questions.get(asked_in, Question())
            marks = _snippet(texts[row], terms[row], {f"{asked_in}:{term}" for term in question.terms})
            yield Hit(
                id=document_id,
                kind=face["kind"],
                title=texts.get(title_row, texts[row])[0],
                url=face["url"].replace("{language}", self.query.language),
                score=each.score,
                language=language,
                snippet=marks,
                all_words=each.all_words,
                payload=face["payload"],
                because=other_name(texts[row][0], marks, face["names"].get(asked_in, ""), question, asked_in),
                distance=distances.get(each.number),
            )

    def _by_key(self, table: str, key: str, columns: str, keys: Sequence[int]) -> Iterator[tuple]:
        """Rows by their numbers, in portions that any database takes."""
        name = getattr(self.tables, table)
        for start in range(0, len(keys), 500):
            portion = keys[start : start + 500]
            marks = ",".join("?" * len(portion))
            yield from self.db.execute(
                f"SELECT {key}, {columns} FROM {name} WHERE {key} IN ({marks})", portion
            )


def _snippet(
    text: tuple[str, str, str, bytes], terms: tuple[list[str], list[str]], wanted: Collection[str]
) -> tuple[Mark, ...]:
    _, summary, body, stored = text
    places = array("I")
    places.frombytes(bytes(stored))
    in_summary, in_body = terms
    border = 2 * len(in_summary)
    return snippet(
        (Passage(summary, in_summary, places[:border]), Passage(body, in_body, places[border:])), wanted
    )
