"""What the accessibility statement may say: the results of the last tests, and until when they hold.

The statement follows the model of Commission Implementing Decision (EU) 2018/1523, which asks for a review at least
once a year.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

RESULTS = "accessibility.json"


@dataclass(frozen=True, slots=True)
class Tested:
    """What `make accessibility` wrote: when, with what, how many pages, and the rules that were broken how often."""

    on: date
    pages: int
    looks: int
    languages: tuple[str, ...]
    tools: dict[str, str]
    violations: dict[str, int]
    by_people: bool

    @property
    def holds_until(self) -> date:
        leap_day = self.on.month == 2 and self.on.day == 29
        return self.on.replace(year=self.on.year + 1, day=28 if leap_day else self.on.day)

    def is_out_of_date(self, today: date) -> bool:
        return today > self.holds_until

    @property
    def is_full(self) -> bool:
        """Only people can say that everything is met: programs find a part of what hinders somebody."""
        return self.by_people and not self.violations


def tested() -> Tested:
    return read(settings.FIXTURES_FOLDER / RESULTS)


def read(path: Path) -> Tested:
    row: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Tested(
        on=date.fromisoformat(row["tested_on"]),
        pages=row["pages"],
        looks=row["looks"],
        languages=tuple(row["languages"]),
        tools=row["tools"],
        violations=row["violations"],
        by_people=row["by_people"],
    )
