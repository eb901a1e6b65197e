"""Is it open now? Pure: rows, holidays and a moment in, a verdict out. Unknown never counts as open."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

MIDNIGHT = time(0)


class Row(Protocol):
    byday: str
    opens_at: time | None
    closes_at: time | None
    closed: bool

    @property
    def is_exception(self) -> bool: ...
    def holds_on(self, day: date) -> bool: ...


@dataclass(frozen=True, slots=True)
class Span:
    """An opening from start to end, both moments without a zone, in the entry's own time."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """`state` is open, closed, holiday, unknown or always; `until` ends it where that is known; `opens` is the next opening."""

    state: str
    until: datetime | None = None
    opens: datetime | None = None


def _span(row: Row, day: date) -> Span | None:
    if row.closed or row.opens_at is None or row.closes_at is None:
        return None
    start = datetime.combine(day, row.opens_at)
    end = datetime.combine(day, row.closes_at)
    return Span(start, end if end > start else end + timedelta(days=1))


def spans_on(rows: Sequence[Row], day: date) -> list[Span]:
    """The openings that begin on a day: those of the exceptions if any speak of it, else the weekly ones."""
    speaking = [row for row in rows if row.is_exception and row.holds_on(day)]
    if not speaking:
        speaking = [row for row in rows if not row.is_exception and row.holds_on(day)]
    if any(row.closed for row in speaking):
        return []
    return sorted((span for row in speaking if (span := _span(row, day))), key=lambda span: span.start)


def _knows_hours(rows: Iterable[Row]) -> bool:
    return any(row.closed or row.opens_at is not None for row in rows)


def verdict(
    rows: Sequence[Row],
    now: datetime,
    is_holiday: Callable[[date], bool],
    holiday_hours: str = "call",
) -> Verdict:
    """The state at `now` (without a zone, in the entry's own time).

    `holiday_hours` is what the entry says of public holidays: "call" (first), "open" (as usual) or "closed".
    """
    if not _knows_hours(rows):
        return Verdict("unknown")

    def spans(day: date) -> list[Span]:
        if holiday_hours != "open" and is_holiday(day):
            return []
        return spans_on(rows, day)

    today = now.date()
    if holiday_hours != "open" and is_holiday(today):
        state = "holiday" if holiday_hours == "call" else "closed"
        return Verdict(state, opens=_next_start(spans, now))
    for span in [*spans(today - timedelta(days=1)), *spans(today)]:
        if span.start <= now < span.end:
            return _open_until(spans, span)
    return Verdict("closed", opens=_next_start(spans, now))


def _open_until(spans: Callable[[date], list[Span]], span: Span) -> Verdict:
    """Follows openings that touch one another; a week without a gap is day and night."""
    end = span.end
    while end < span.start + timedelta(days=7):
        nexts = [s for s in spans(end.date()) if s.start <= end < s.end]
        if not nexts:
            return Verdict("open", until=end)
        end = max(s.end for s in nexts)
    return Verdict("always")


def _next_start(spans: Callable[[date], list[Span]], now: datetime) -> datetime | None:
    for ahead in range(15):
        for span in spans(now.date() + timedelta(days=ahead)):
            if span.start > now:
                return span.start
    return None
