"""How long a search takes: our engine beside raw FTS5 doing the same job in one SQL statement.

    .venv/bin/python tests/bench/bench_search.py [documents, 20000 by default]

The job: a question of two words, two facets ticked, three facets counted, the first 20 hits with snippets.
Printed are ratios to the named baseline, with its milliseconds for orientation. Nothing is asserted: machines
differ.
"""

from __future__ import annotations

import json
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import accumulate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from search.engines.sqlite import SqliteEngine
from search.engines.sqlite_store import FileStore
from search.types import Document, Query, Text

QUESTIONS = 60
NEEDS = [f"need{number}" for number in range(60)]
DISTRICTS = [f"district{number}" for number in range(12)]
SYLLABLES = (
    "ba",
    "be",
    "co",
    "da",
    "de",
    "fa",
    "ha",
    "il",
    "ka",
    "la",
    "na",
    "or",
    "pa",
    "ra",
    "se",
    "ta",
    "un",
)


def words_by_frequency(size: int = 6_000) -> list[str]:
    chance = random.Random(20_000)
    words = sorted({"".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(size * 2)})
    chance.shuffle(words)
    return words[:size]


def documents(count: int) -> list[Document]:
    """Services with words as skewed as a language's and facets as skewed as a town's."""
    chance = random.Random(1)
    words = words_by_frequency()
    frequency = list(accumulate(1 / (rank + 8) for rank in range(len(words))))

    def text(length: int) -> str:
        return " ".join(chance.choices(words, cum_weights=frequency, k=length))

    return [
        Document(
            id=f"service:{number}",
            kind="service",
            url=f"/{{language}}/s{number}/",
            texts={"en": Text(text(5), text(18), text(120), text(6))},
            facets={
                "need": tuple(
                    {chance.choice(NEEDS[: chance.randint(1, 60)]) for _ in range(chance.randint(1, 4))}
                ),
                "district": tuple({chance.choice(DISTRICTS[: chance.randint(1, 12)]) for _ in range(2)}),
                "agency": (f"agency{number % max(1, count // 20)}",),
            },
            ages=(chance.randint(0, 60), chance.randint(61, 216)),
        )
        for number in range(count)
    ]


def questions() -> list[tuple[str, dict[str, tuple[str, ...]]]]:
    chance = random.Random(7)
    words = words_by_frequency()
    return [
        (
            f"{words[chance.randint(0, 150)]} {words[chance.randint(0, 600)]}",
            {"need": tuple(chance.sample(NEEDS[:20], 2)), "district": tuple(chance.sample(DISTRICTS, 3))},
        )
        for _ in range(QUESTIONS)
    ]


class RawFts5:
    """The baseline: FTS5 with its own stemmer, facets in tables, everything in one statement."""

    def __init__(self, path: Path, held: Sequence[Document]) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.executescript(
            """
            PRAGMA journal_mode=WAL;
            PRAGMA synchronous=NORMAL;
            CREATE TABLE service (
              number INTEGER PRIMARY KEY, title TEXT, summary TEXT, keywords TEXT, body TEXT
            );
            CREATE TABLE value (
              facet TEXT, value TEXT, number INTEGER, PRIMARY KEY (facet, value, number)
            ) WITHOUT ROWID;
            CREATE INDEX value_number ON value (number, facet);
            CREATE VIRTUAL TABLE words USING fts5(
              title, summary, keywords, body,
              content=service, content_rowid=number, tokenize="porter unicode61"
            );
            """
        )
        self.db.execute("BEGIN")
        for number, document in enumerate(held, 1):
            text = document.texts["en"]
            row = (number, text.title, text.summary, text.keywords, text.body)
            self.db.execute("INSERT INTO service VALUES (?, ?, ?, ?, ?)", row)
            self.db.execute(
                "INSERT INTO words (rowid, title, summary, keywords, body) VALUES (?, ?, ?, ?, ?)", row
            )
            self.db.executemany(
                "INSERT INTO value VALUES (?, ?, ?)",
                [(facet, value, number) for facet, values in document.facets.items() for value in values],
            )
        self.db.execute("INSERT INTO words (words) VALUES ('optimize')")
        self.db.execute("COMMIT")
        self.db.execute("ANALYZE")

    def ask(self, words: str, facets: dict[str, tuple[str, ...]], between: str) -> list[tuple]:
        need, district = facets["need"], facets["district"]
        in_need, in_district = ",".join("?" * len(need)), ",".join("?" * len(district))
        statement = f"""
            WITH found AS MATERIALIZED (
              SELECT rowid AS number, bm25(words, 10, 5, 3, 1) AS rank FROM words WHERE words MATCH ?1),
            by_need AS MATERIALIZED (SELECT DISTINCT found.number FROM found JOIN value USING (number)
              WHERE facet = 'need' AND value IN ({in_need})),
            by_district AS MATERIALIZED (SELECT DISTINCT found.number FROM found JOIN value USING (number)
              WHERE facet = 'district' AND value IN ({in_district})),
            both AS MATERIALIZED (SELECT number FROM by_need INTERSECT SELECT number FROM by_district),
            best AS MATERIALIZED (SELECT number FROM both JOIN found USING (number) ORDER BY rank LIMIT 20)
            SELECT 'hit', title, snippet(words, 3, '<', '>', '…', 24) FROM words
              WHERE words MATCH ?1 AND rowid IN best
            UNION ALL SELECT 'need', value, count(*) FROM by_district JOIN value USING (number)
              WHERE facet = 'need' GROUP BY value
            UNION ALL SELECT 'district', value, count(*) FROM by_need JOIN value USING (number)
              WHERE facet = 'district' GROUP BY value
            UNION ALL SELECT 'agency', value, count(*) FROM both JOIN value USING (number)
              WHERE facet = 'agency' GROUP BY value
            UNION ALL SELECT 'total', '', count(*) FROM both"""
        match = f" {between} ".join(f'"{word}"' for word in words.split())
        return self.db.execute(statement, (match, *need, *district)).fetchall()


def times(ask: Callable[[str, dict[str, tuple[str, ...]]], object]) -> tuple[float, float]:
    """p50 and p95 in milliseconds, after a round to warm up."""
    taken: list[float] = []
    for _ in range(2):
        taken.clear()
        for words, facets in questions():
            begun = time.perf_counter()
            ask(words, facets)
            taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def measure(folder: Path, count: int) -> dict[str, object]:
    held = documents(count)
    raw = RawFts5(folder / "raw.sqlite3", held)
    baselines = {
        "raw FTS5, all words": times(lambda words, facets: raw.ask(words, facets, "AND")),
        "raw FTS5, any word": times(lambda words, facets: raw.ask(words, facets, "OR")),
    }
    engine = SqliteEngine(FileStore(folder / "search.sqlite3"))
    begun = time.perf_counter()
    engine.rebuild(held)
    seconds = time.perf_counter() - begun
    begun = time.perf_counter()
    engine.find(Query())
    cold = (time.perf_counter() - begun) * 1000

    ours = {
        "two words, two facets": times(lambda words, facets: engine.find(Query(words, facets=facets))),
        "two words": times(lambda words, facets: engine.find(Query(words))),
        "one word": times(lambda words, facets: engine.find(Query(words.split()[0]))),
        "no words, two facets": times(lambda words, facets: engine.find(Query(facets=facets))),
        "suggestion": times(lambda words, facets: engine.suggest(words[:3], "en")),
    }
    base = baselines["raw FTS5, all words"][0]
    return {
        "documents": count,
        "baselines, ms p50 and p95": {
            name: [round(each, 2) for each in both] for name, both in baselines.items()
        },
        "times raw FTS5 (all words, p50), p50 and p95": {
            name: [round(each / base, 2) for each in both] for name, both in ours.items()
        },
        "documents indexed a second": round(count / seconds),
        "first question of a process, ms": round(cold),
        "index, MB": round((folder / "search.sqlite3").stat().st_size / 1e6, 1),
        "baseline's index, MB": round((folder / "raw.sqlite3").stat().st_size / 1e6, 1),
        "peak memory of this process, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder), count), indent=2))


if __name__ == "__main__":
    main()
