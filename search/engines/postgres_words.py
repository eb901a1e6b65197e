"""How PostgreSQL finds terms and ranks what it found.

BM25, as the SQLite engine's FTS5: rare words weigh more, a word's tenth mention hardly more than its third,
and long texts must say it more often. PostgreSQL's own ts_rank knows none of the first and the last; it gives
here, for one term at a time, how often and in which fields a row has it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from search.engines import lexemes
from search.engines.answer import TOGETHER, Ranked
from search.engines.postgres_store import Connection
from search.engines.postgres_tables import PostgresTables
from search.engines.tables import LANGUAGES, STATE, Tables
from search.question import Question

# Body, keywords, summary, title: as the SQLite engine's, the largest being 1.
FIELD_WEIGHTS = "{0.1, 0.3, 0.5, 1.0}"
# What ts_rank gives for one mention in the body is 0.1 divided by the sum of 1/n²; this makes it 1.
MENTIONS = 10 * math.pi**2 / 6
SATURATION = 1.2  # BM25's k1
LENGTH = 0.75  # BM25's b
MOST_KEPT = 20_000  # terms whose counts are remembered
MOST_RANKED = 60  # terms of one language by which rows are ranked, the rarest


@dataclass(frozen=True, slots=True)
class Weighed:
    """What ranking knows of one language: its terms with their weights, and how long a text is."""

    terms: Sequence[tuple[str, float]]
    mean: float


class PostgresWords(PostgresTables):
    """See `search.engines.answer.Matches`."""

    def __init__(self) -> None:
        self._kept: tuple[object, dict[tuple[str, str], int]] = (None, {})

    def rows(
        self, db: Connection, tables: Tables, questions: Mapping[str, Question], *, every: bool
    ) -> Iterable[int]:
        expression = lexemes.joined(questions, lexemes.with_all if every else lexemes.with_any)
        if not expression:
            return []
        found = db.execute(f"SELECT row FROM {tables.words} WHERE terms @@ ?::tsquery", (expression,))
        return [row for (row,) in found]

    def ranked(
        self,
        db: Connection,
        tables: Tables,
        questions: Mapping[str, Question],
        among: Collection[int] | None,
        *,
        every: bool,
    ) -> Ranked:
        """A row has the terms of one language alone, so each language is asked by itself, in one statement."""
        of_one = lexemes.with_all if every else lexemes.with_any
        weighed = self._weighed(db, tables, questions)
        named = "" if among is None else f" AND row / {LANGUAGES} IN (SELECT unnest(?::bigint[]))"
        of_named: list[object] = [] if among is None else [list(among)]
        statements: list[str] = []
        values: list[object] = []
        for code, question in questions.items():
            expression = of_one(code, question)
            if expression and weighed[code].terms:
                score, of_score = _score(weighed[code], lexemes.together(code, question))
                statement = f"SELECT row, {score} FROM {tables.words} WHERE terms @@ ?::tsquery"
                statements.append(statement + named)
                values += [*of_score, expression, *of_named]
        return db.execute(" UNION ALL ".join(statements), values).fetchall() if statements else []

    def together(self, db: Connection, tables: Tables, questions: Mapping[str, Question]) -> Iterable[int]:
        """None: the scores say it already, so that every match is looked at once."""
        return ()

    def _weighed(
        self, db: Connection, tables: Tables, questions: Mapping[str, Question]
    ) -> dict[str, Weighed]:
        sums = {
            code: (rows, tokens)
            for code, rows, tokens in db.execute(f"SELECT code, rows, tokens FROM {tables.words}_sums")
        }
        counted = self._counted(db, tables, questions)
        weighed: dict[str, Weighed] = {}
        for code, question in questions.items():
            rows, tokens = sums.get(code, (0, 0))
            counts = [(term, count) for term in question.terms if (count := counted[code, term])]
            terms = sorted(counts, key=lambda pair: (pair[1], pair[0]))[:MOST_RANKED]
            weighed[code] = Weighed(
                [(lexemes.quoted(f"{code}:{term}"), rarity(rows, count)) for term, count in terms],
                max(1.0, tokens / rows if rows else 1.0),
            )
        return weighed

    def _counted(
        self,
        db: Connection,
        tables: Tables,
        questions: Mapping[str, Question],
    ) -> Mapping[tuple[str, str], int]:
        """In how many rows each language's terms are. Counting visits them all, so it is kept until the next write."""
        (recent,) = db.execute(f"SELECT recent FROM {STATE}").fetchone()  # type: ignore[misc]
        of = (tables.generation, recent)
        kept_of, kept = self._kept
        if kept_of != of or len(kept) > MOST_KEPT:
            self._kept = _, kept = of, {}
        pairs = [(code, term) for code, question in questions.items() for term in question.terms]
        if unknown := [pair for pair in pairs if pair not in kept]:
            found = db.execute(
                f"SELECT (SELECT count(*) FROM {tables.words} WHERE terms @@ asked.term::tsquery)"
                " FROM unnest(?::text[]) WITH ORDINALITY AS asked (term, place) ORDER BY place",
                ([lexemes.quoted(f"{code}:{term}") for code, term in unknown],),
            )
            kept |= {pair: count for pair, (count,) in zip(unknown, found, strict=True)}
        return kept

    def terms_of(
        self, db: Connection, tables: Tables, rows: Sequence[int]
    ) -> dict[int, tuple[list[str], list[str]]]:
        """The terms of each row's summary and body, in order."""
        statement = f"SELECT row, summary, body FROM {tables.words}_said WHERE row = ANY(?::bigint[])"
        return {
            row: (summary.split(" ") if summary else [], body.split(" ") if body else [])
            for row, summary, body in db.execute(statement, (list(rows),))
        }

    def known(
        self, db: Connection, tables: Tables, terms: Mapping[str, Collection[str]]
    ) -> Mapping[str, frozenset[str]]:
        """Of each language's terms those that occur in a text."""
        pairs = [(code, term) for code, wanted in terms.items() for term in wanted]
        found = db.execute(
            f"SELECT EXISTS (SELECT 1 FROM {tables.words} WHERE terms @@ asked.term::tsquery)"
            " FROM unnest(?::text[]) WITH ORDINALITY AS asked (term, place) ORDER BY place",
            ([lexemes.quoted(f"{code}:{term}") for code, term in pairs],),
        ).fetchall()
        known: dict[str, set[str]] = {code: set() for code in terms}
        for (code, term), (is_known,) in zip(pairs, found, strict=True):
            if is_known:
                known[code].add(term)
        return {code: frozenset(found) for code, found in known.items()}


def rarity(rows: int, count: int) -> float:
    """BM25's idf, never below 0."""
    return math.log(1 + (rows - count + 0.5) / (count + 0.5))


def _score(weighed: Weighed, together: str) -> tuple[str, list[object]]:
    """An SQL expression and its values: the sum over the terms of rarity · mentions / (mentions + length)."""
    length = f"({SATURATION * (1 - LENGTH)} + {SATURATION * LENGTH} * tokens / ?::float8)"
    mentions = f"{MENTIONS} * ts_rank('{FIELD_WEIGHTS}'::float4[], terms, ?::tsquery)"
    one = f"?::float8 * (1 - {length} / ({mentions} + {length}))"
    values: list[object] = []
    for term, weight in weighed.terms:
        values += [weight, weighed.mean, term, weighed.mean]
    score = " + ".join([one] * len(weighed.terms))
    if not together:
        return score, values
    return f"({score}) * CASE WHEN terms @@ ?::tsquery THEN {TOGETHER} ELSE 1 END", [*values, together]
