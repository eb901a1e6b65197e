"""How long a search takes: our engines beside raw FTS5 in one SQL statement, tantivy and Wagtail's own backend.

    .venv/bin/python tests/bench/bench_search.py [documents ..., 2000 20000 100000 by default]

The job: a question of two words, two facets ticked, three facets counted, the first 20 hits with snippets;
questions whose hits have all words and questions whose hits have any word are measured apart. Wagtail's
backend can only find 20 pages by words, is asked five questions, and is left out above 20,000. Who takes more than a
minute for all questions is asked fewer, the first five at least. Each runs in a process of its own. Nothing is asserted:
machines differ, and the ratios to raw FTS5 say what matters.

PostgreSQL and Elasticsearch are measured where BENCH_POSTGRES_URL and ELASTICSEARCH_URL name a server.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from search.types import Document, Query
from tests.bench import rivals, synthetic

COUNTS = (2_000, 20_000, 100_000)
WAGTAIL_UP_TO = 20_000
WAGTAIL_QUESTIONS = 5
BASELINE = "raw FTS5"
WARM_UP, ENOUGH = 10.0, 60.0  # seconds


class Rival(Protocol):
    def index(self, documents: Sequence[Document]) -> None: ...

    def ask(self, words: str, facets: dict[str, tuple[str, ...]], every: bool) -> Any: ...

    def size(self) -> int: ...


class Ours:
    """One of our engines. Whether the hits have all words is the question's nature, not a switch: for any word,
    a word is asked beside them that stands nowhere."""

    def __init__(self, name: str, folder: Path) -> None:
        from django.core.management import call_command

        call_command("migrate", "search", verbosity=0)
        self.engine = _engine(name)
        self.path = folder / "db.sqlite3"

    def index(self, documents: Sequence[Document]) -> None:
        self.engine.rebuild(documents)
        self.ask("", {}, True)

    def ask(self, words: str, facets: dict[str, tuple[str, ...]], every: bool) -> Any:
        from search import asking

        asked = words if every or not words else f"{words} zzzzz00"
        results = asking.find(Query(asked, facets=facets), self.engine)
        assert every or not results.total
        return results

    def size(self) -> int:
        """Of the file; a server's index is not looked at from here."""
        return self.path.stat().st_size if self.engine.name == "sqlite" else 0


def _engine(name: str) -> Any:
    if name == "elastic":
        from search.engines import elastic

        return elastic.configured()
    from search.engines.base import get_own

    return get_own()


def made(name: str, folder: Path) -> Rival:
    if name == BASELINE:
        return rivals.RawFts5(folder)
    if name == "tantivy":
        return rivals.Tantivy(folder)
    if name == "Wagtail":
        return rivals.Wagtail(folder)
    return Ours(name, folder)


def times(rival: Rival, every: bool, questions: Sequence[synthetic.Asked]) -> tuple[float, float]:
    """p50 and p95 in milliseconds, after a warm-up. Who is slow is asked fewer questions, never fewer than five."""
    _taken(rival, every, questions, seconds=WARM_UP, at_least=1)
    taken = _taken(rival, every, questions, seconds=ENOUGH, at_least=5)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def _taken(
    rival: Rival, every: bool, questions: Sequence[synthetic.Asked], *, seconds: float, at_least: int
) -> list[float]:
    taken: list[float] = []
    for words, facets in questions:
        if len(taken) >= at_least and sum(taken) > seconds * 1000:
            break
        begun = time.perf_counter()
        rival.ask(words, facets, every)
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def measure(name: str, count: int, folder: Path) -> dict[str, float]:
    if name not in (BASELINE, "tantivy"):
        import django

        django.setup()
    rival = made(name, folder)
    documents = synthetic.documents(count)
    questions = synthetic.questions()[: WAGTAIL_QUESTIONS if name == "Wagtail" else None]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    rival.index(documents)
    seconds = time.perf_counter() - begun
    every, some = times(rival, True, questions), times(rival, False, questions)
    return {
        "all p50": every[0],
        "all p95": every[1],
        "any p50": some[0],
        "any p95": some[1],
        "docs/s": count / seconds,
        "index MB": rival.size() / 1e6,
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "of it documents MB": before / 1024,
    }


def in_own_process(name: str, count: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "LANTERN_DEMO": "1",
            "LANTERN_VAR": folder,
            "DATABASE_URL": _database(name, folder),
            "SEARCH_WORKER": "1",  # planting pages must not fill our own index meanwhile
        }
        done = subprocess.run(
            [sys.executable, __file__, "--one", name, str(count), folder],
            env=environment,
            capture_output=True,
            text=True,
        )
    if done.returncode:
        raise RuntimeError(f"{name} with {count} documents:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def _database(name: str, folder: str) -> str:
    if name == "postgres":
        return os.environ["BENCH_POSTGRES_URL"]
    return f"sqlite:///{folder}/db.sqlite3"


def names(count: int) -> list[str]:
    found = [BASELINE, "tantivy", "sqlite"]
    found += ["postgres"] if os.environ.get("BENCH_POSTGRES_URL") else []
    found += ["elastic"] if os.environ.get("ELASTICSEARCH_URL") else []
    return [*found, "Wagtail"] if count <= WAGTAIL_UP_TO else found


def show(count: int, found: dict[str, dict[str, float]]) -> None:
    base = found[BASELINE]
    print(f"\n{count:,} documents; milliseconds, and in brackets the ratio to {BASELINE}")
    print(f"{'':10} {'all words p50':>18} {'p95':>9} {'any word p50':>18} {'p95':>9}", end="")
    print(f" {'docs/s':>8} {'index MB':>9} {'peak MB':>8}")
    for name, row in found.items():
        ratios = (f"{row[key]:9.2f} ({row[key] / base[key]:6.2f})" for key in ("all p50", "any p50"))
        every, some = ratios
        print(f"{name:10} {every:>18} {row['all p95']:9.2f} {some:>18} {row['any p95']:9.2f}", end="")
        print(f" {row['docs/s']:8.0f} {row['index MB']:9.1f} {row['peak MB']:8.0f}", flush=True)


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        _, _, name, count, folder = sys.argv
        print(json.dumps(measure(name, int(count), Path(folder))))
        return
    for count in [int(each) for each in sys.argv[1:]] or COUNTS:
        show(count, {name: in_own_process(name, count) for name in names(count)})


if __name__ == "__main__":
    main()
