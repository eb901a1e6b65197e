"""Services for measuring: as many as asked for, with words, facets, hours and places as skewed as a town's.

The words are those of the demo town's English texts, drawn by how often they stand there and joined by a long
tail of made-up ones, so that a common word is in a third of all documents and most words are in a few.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from functools import cache
from itertools import accumulate
from pathlib import Path

from search.types import Document, Place, Text

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
NEEDS = [f"need{number}" for number in range(60)]
DISTRICTS = [f"district{number}" for number in range(12)]
CONDITIONS = ["free", "no-parent", "anonymous", "interpreter", "day-and-night"]
SYLLABLES = [
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
]
QUESTIONS = 60
Asked = tuple[str, dict[str, tuple[str, ...]]]


@cache
def _words() -> tuple[list[str], list[float]]:
    """Words and their cumulative weights."""
    texts = [path.read_text(encoding="utf-8") for path in (FIXTURES / "demo" / "agencies").glob("*.json")]
    said = [
        text
        for agency in map(json.loads, texts)
        for entry in (agency, *agency["services"])
        for text in (entry.get("title", ""), entry.get("summary", ""), entry.get("description", ""))
    ]
    counted = Counter(re.findall(r"[a-z]{2,}", " ".join(said).lower()))
    chance = random.Random(20_000)
    rare = {"".join(chance.choices(SYLLABLES, k=chance.randint(3, 5))) for _ in range(40_000)}
    words = [*(word for word, _ in counted.most_common()), *sorted(rare - set(counted))]
    weights = [*(float(count) for _, count in counted.most_common()), *(0.02 for _ in rare - set(counted))]
    return words, list(accumulate(weights))


def documents(count: int) -> list[Document]:
    """The first `count` services; the same ones in every run."""
    chance = random.Random(1)
    words, weights = _words()

    def text(length: int) -> str:
        return " ".join(chance.choices(words, cum_weights=weights, k=length))

    def some(values: list[str], most: int) -> tuple[str, ...]:
        return tuple(
            {values[int(len(values) * chance.random() ** 2)] for _ in range(chance.randint(1, most))}
        )

    return [
        Document(
            id=f"service:{number}",
            kind="service",
            url=f"/{{language}}/s{number}/",
            texts={"en": Text(text(6), text(20), text(120), text(8))},
            facets={
                "need": some(NEEDS, 4),
                "district": some(DISTRICTS, 2),
                "access_condition": some(CONDITIONS, 3),
                "agency": (f"agency{number % max(1, count // 20)}",),
            },
            ages=(chance.randint(0, 60), chance.randint(61, 216)),
            open=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(15)),
            places=(Place(54 + chance.random() / 10, 10 + chance.random() / 10),),
        )
        for number in range(count)
    ]


def questions() -> list[Asked]:
    """Two words, of which the second is often rare, with two facets ticked."""
    chance = random.Random(7)
    words, _ = _words()
    return [
        (
            f"{words[chance.randint(20, 150)]} {words[chance.randint(20, 900)]}",
            {"need": tuple(chance.sample(NEEDS[:20], 2)), "district": tuple(chance.sample(DISTRICTS, 3))},
        )
        for _ in range(QUESTIONS)
    ]
