"""Is it open now? Pure: rows, holidays and a moment in, a verdict out. Unknown never counts as open.

All moments are without a zone, in the town's own time: a row means the clock on the wall, also on the days the clock
is changed. A row of another zone whose clock shows another time than the town's counts as not known.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

MIDNIGHT = time(0)
LAST_MINUTE = time(23, 59)  # how people write the end of the day
DAY = timedelta(days=1)
# "Opens Tuesday" must not mean the Tuesday after next.
LOOK_AHEAD = 7


class Row(Protocol):
    byday: str
    bymonthday: str
    opens_at: time | None
    closes_at: time | None
    closed: bool
    timezone: str
    valid_from: date | None
    valid_to: date | None

    @property
    def is_exception(self) -> bool: ...
    @property
    def is_for_few_days(self) -> bool: ...
    def covers(self, day: date) -> bool: ...
    def holds_on(self, day: date) -> bool: ...
    def may_hold_on(self, day: date) -> bool: ...


@dataclass(frozen=True, slots=True)
class Span:
    """An opening from start to end, both moments without a zone, in the town's own time."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """`state` is open, closed, holiday, unknown or always; `until` ends it where that is known; `opens` is the next opening."""

    state: str
    until: datetime | None = None
    opens: datetime | None = None


def _span(row: Row, day: date) -> Span | None:
    """The opening of a row that begins on a day; None where the row gives no times, or the same twice by day."""
    if row.closed or row.opens_at is None or row.closes_at is None:
        return None
    if row.opens_at == row.closes_at != MIDNIGHT:
        return None
    start = datetime.combine(day, row.opens_at)
    end = datetime.combine(day, row.closes_at)
    if row.closes_at.replace(second=0, microsecond=0) == LAST_MINUTE:
        end = datetime.combine(day + DAY, MIDNIGHT)
    return Span(start, end if end > start else end + DAY)


def _same_clock(row: Row, zone: tzinfo | None, day: date) -> bool:
    """True where the row's clock shows the town's time on that day and the next."""
    if not row.timezone or zone is None:
        return True
    try:
        own = ZoneInfo(row.timezone)
    except (LookupError, ValueError, OSError):  # no such zone, or no zone's name at all
        return False
    moments = [datetime.combine(day + ahead * DAY, MIDNIGHT) for ahead in range(3)]
    return all(
        moment.replace(tzinfo=own).utcoffset() == moment.replace(tzinfo=zone).utcoffset()
        for moment in moments
    )


def _is_sure(row: Row, day: date, zone: tzinfo | None) -> bool:
    """True where the row says plainly what holds on the day: that it is closed, or from when to when it is open."""
    if not row.holds_on(day):
        return False
    return row.closed or (_span(row, day) is not None and _same_clock(row, zone, day))


def _speaking(rows: Sequence[Row], day: date) -> list[Row]:
    """The rows that may say something of a day: the exceptions if any does, else the weekly ones."""
    exceptions = [row for row in rows if row.is_exception and row.may_hold_on(day)]
    return exceptions or [row for row in rows if not row.is_exception and row.may_hold_on(day)]


def spans_on(rows: Sequence[Row], day: date, zone: tzinfo | None = None) -> list[Span]:
    """The openings that surely begin on a day. Without `zone`, the town's, rows of other zones are taken as written."""
    speaking = _speaking(rows, day)
    if any(row.closed for row in speaking):
        return []
    sure = (_span(row, day) for row in speaking if _is_sure(row, day, zone))
    return sorted((span for span in sure if span), key=lambda span: span.start)


def maybes_on(rows: Sequence[Row], day: date, zone: tzinfo | None = None) -> list[Span]:
    """When on a day it may be open and nobody can know: a row without times, another zone, every second week."""
    speaking = _speaking(rows, day)
    if any(row.closed and row.holds_on(day) for row in speaking):
        return []
    may_be_closed = any(row.closed for row in speaking)
    unsure = [
        row
        for row in speaking
        if not row.closed and _names_days(row) and (may_be_closed or not _is_sure(row, day, zone))
    ]
    whole_day = Span(datetime.combine(day, MIDNIGHT), datetime.combine(day + DAY, MIDNIGHT))
    return [(_span(row, day) if _same_clock(row, zone, day) else None) or whole_day for row in unsure]


def _names_days(row: Row) -> bool:
    """A row of mere words ("by appointment"), without days and times, takes nothing away from the others."""
    return bool(row.byday or row.bymonthday or row.valid_from or row.valid_to or row.opens_at)


@dataclass(frozen=True, slots=True)
class _Hours:
    """The rows of an entry with the holidays taken out."""

    rows: Sequence[Row]
    is_holiday: Callable[[date], bool]
    holiday_hours: str
    zone: tzinfo

    def keeps_holiday(self, day: date) -> bool:
        """A public holiday that counts: the entry neither opens as usual nor has a row for these very days."""
        if self.holiday_hours == "open" or not self.is_holiday(day):
            return False
        return not any(
            row.is_exception and (row.closed or row.is_for_few_days) and _is_sure(row, day, self.zone)
            for row in self.rows
        )

    def spans(self, day: date) -> list[Span]:
        return [] if self.keeps_holiday(day) else spans_on(self.rows, day, self.zone)

    def maybes(self, day: date) -> list[Span]:
        return [] if self.keeps_holiday(day) else maybes_on(self.rows, day, self.zone)

    def near(self, moment: datetime) -> list[Span]:
        """The openings that may hold at a moment: those of its day, and those that began the night before."""
        return [*self.spans(moment.date() - DAY), *self.spans(moment.date())]

    def may_be_open(self, now: datetime) -> bool:
        maybes = [*self.maybes(now.date() - DAY), *self.maybes(now.date())]
        return any(span.start <= now < span.end for span in maybes)

    def are_known(self, day: date) -> bool:
        """True where the entry has hours in these days; seasonal hours that have run out say nothing of today."""
        regular = (row for row in self.rows if not row.is_exception and row.covers(day))
        exceptions = (row for row in self.rows if row.is_exception and row.holds_on(day))
        return any(row.closed or row.opens_at is not None for row in (*regular, *exceptions))


def verdict(
    rows: Sequence[Row],
    now: datetime,
    is_holiday: Callable[[date], bool],
    holiday_hours: str = "call",
    *,
    zone: tzinfo,
) -> Verdict:
    """The state at `now` (without a zone, in the town's own time).

    `holiday_hours` is what the entry says of public holidays: "call" (first), "open" (as usual) or "closed".
    `zone` is the town's.
    """
    hours = _Hours(rows, is_holiday, holiday_hours, zone)
    today = now.date()
    known = hours.are_known(today)
    if known and hours.keeps_holiday(today):
        state = "holiday" if holiday_hours == "call" else "closed"
        return Verdict(state, opens=_next_start(hours, now))
    for span in hours.near(now):
        if span.start <= now < span.end:
            return _open_until(hours, span)
    if not known or hours.may_be_open(now):
        return Verdict("unknown")
    return Verdict("closed", opens=_next_start(hours, now))


def openings(
    rows: Sequence[Row],
    first: date,
    days: int,
    is_holiday: Callable[[date], bool],
    holiday_hours: str = "call",
    *,
    zone: tzinfo,
) -> list[Span]:
    """Every opening that is known to begin on one of these days: whatever may be or may not be is left out."""
    hours = _Hours(rows, is_holiday, holiday_hours, zone)
    return [span for ahead in range(days) for span in hours.spans(first + ahead * DAY)]


def _open_until(hours: _Hours, span: Span) -> Verdict:
    """Follows openings that touch one another; a week without a gap is day and night."""
    end = span.end
    while end < span.start + 7 * DAY:
        following = [other.end for other in hours.near(end) if other.start <= end < other.end]
        if not following:
            return Verdict("open", until=end)
        end = max(following)
    return Verdict("always")


def _next_start(hours: _Hours, now: datetime) -> datetime | None:
    return next((start for start in _starts(hours, now.date()) if start > now), None)


def _starts(hours: _Hours, first: date) -> Iterator[datetime]:
    for ahead in range(LOOK_AHEAD):
        for span in hours.spans(first + ahead * DAY):
            yield span.start
