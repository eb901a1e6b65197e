"""How good a ranking is, held against the judged queries beside this file. Pure: no database, no engine."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path

FOLDER = Path(__file__).parent
UNSEEN = FOLDER / "unseen"
HELPFUL = 2


@dataclass(frozen=True, slots=True)
class Judged:
    """A query and what it should find: document -> grade."""

    id: str
    language: str
    words: str
    kind: str
    grades: Mapping[str, int]


def load(folder: Path = FOLDER) -> list[Judged]:
    """All queries with their grades, in the order of the file."""
    grades: dict[str, dict[str, int]] = {}
    for row in rows(folder / "judgements.csv"):
        grades.setdefault(row["query"], {})[row["document"]] = int(row["grade"])
    return [Judged(**row, grades=grades.get(row["id"], {})) for row in rows(folder / "queries.csv")]


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], at: int = 10) -> float:
    """1.0 for the best order there could be, 0.0 when nothing judged is among the first `at`.

    Each document counts once, where it first stands: an engine wins nothing by repeating a good one.
    """
    best = _gain(sorted(grades.values(), reverse=True)[:at])
    if not best:
        return 0.0
    return _gain([grades.get(document, 0) for document in _once(ranked)[:at]]) / best


def recall(ranked: Sequence[str], grades: Mapping[str, int], at: int = 10) -> float:
    """The share of helpful documents among the first `at`; more than `at` of them cannot be asked for."""
    wanted = _at_least(HELPFUL, grades) or _at_least(1, grades)
    if not wanted or at < 1:
        return 0.0
    return len(wanted.intersection(_once(ranked)[:at])) / min(at, len(wanted))


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades))


def _once(ranked: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(ranked))


def _at_least(least: int, grades: Mapping[str, int]) -> set[str]:
    return {document for document, grade in grades.items() if grade >= least}
