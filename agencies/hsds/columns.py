"""One row's columns, taken one by one: each value is mended on the way; what nobody takes is kept aside."""

import math
from collections.abc import Callable
from typing import Any, TypeVar

from . import repair
from .records import Report, Row
from .tables import PARENTS

T = TypeVar("T")
DEEPEST = 16


def clean(value: Any, depth: int = 0) -> Any:
    """A JSON value that every database takes: nothing unseen, no numbers that are none, not bottomless."""
    if isinstance(value, str):
        return repair.text(value)[0]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int) and abs(value) > 2**63:
        return str(value)
    if depth > DEEPEST:
        return None
    if isinstance(value, list):
        return [clean(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {repair.text(str(key))[0]: clean(item, depth + 1) for key, item in value.items()}
    return value


class Columns:
    """What is taken goes into the entry; `extra` is what is kept aside: unknown columns, and values we could
    not use.
    """

    def __init__(self, row: Row, report: Report):
        self.row = row
        self.report = report
        self.left = {name: value for name, value in row.values.items() if value not in (None, "", [], {})}
        self.extra: dict[str, Any] = {}
        self.left.pop("id", None)
        self.left.pop("metadata", None)

    def pop(self, column: str) -> str:
        """The value as it stands, as text."""
        value = self.left.pop(column, "")
        if isinstance(value, (list, dict)):
            self.left[column] = value
            return ""
        return str(value).strip()

    def drop(self, *columns: str) -> None:
        for column in columns:
            self.left.pop(column, None)

    def text(self, column: str, length: int | None = None) -> str:
        """Plain text; what is too long for its field is cut, kept whole aside, and said."""
        plain, note = repair.text(self.pop(column))
        if note:
            self.say(f"{column}: {note}")
        return self.fit(column, plain, length)

    def line(self, column: str, length: int | None = None) -> str:
        """Text in one line."""
        return self.fit(column, " ".join(self.text(column).split()), length)

    def fit(self, column: str, plain: str, length: int | None) -> str:
        if length is None or len(plain) <= length:
            return plain
        self.extra[column] = plain
        self.say(
            f"{column}: {len(plain)} characters are more than {length}: shortened, the whole text is"
            " kept aside"
        )
        return repair.fitting(plain, length)

    def mended(self, column: str, mend: Callable[[str], T], empty: T) -> T:
        """The value as `mend` makes it; one that cannot be mended is left out, kept aside, and said."""
        written = repair.text(self.pop(column))[0]
        if not written:
            return empty
        try:
            return mend(written)
        except repair.Refusal as refusal:
            self.extra[column] = written
            self.say(f"{column}: {refusal}. Left out, kept aside")
            return empty

    def noted(self, column: str, mend: Callable[[str], tuple[T, str]], empty: T) -> T:
        """Like `mended`, for what also says what it did."""
        value, note = self.mended(column, mend, (empty, ""))
        if note:
            self.say(f"{column}: {note}")
        return value

    def say(self, message: str) -> None:
        self.report.repaired(self.row, message)

    def rest(self) -> dict[str, Any]:
        """What is kept aside, after all else was taken."""
        self.drop(*PARENTS)
        return {**clean(self.left), **self.extra}
