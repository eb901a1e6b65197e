"""Rows of hours and the question whether it is open, in few words."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from agencies.models import Schedule
from agencies.opening import Verdict, verdict

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 11, 23)
NEVER = date(1900, 1, 1)


def hours(byday: str = "MO,TU,WE,TH,FR", opens: str = "09:00", closes: str = "17:00", **fields) -> Schedule:
    return Schedule(
        byday=byday,
        opens_at=time.fromisoformat(opens) if opens else None,
        closes_at=time.fromisoformat(closes) if closes else None,
        **fields,
    )


def shut(first: date, last: date | None, **fields) -> Schedule:
    return Schedule(valid_from=first, valid_to=last, closed=True, **fields)


def at(day: date | str, clock: str) -> datetime:
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(day, time.fromisoformat(clock))


def ask(
    rows: list[Schedule], now: datetime, holiday: date = NEVER, holiday_hours: str = "call", zone=BERLIN
) -> Verdict:
    return verdict(rows, now, lambda day: day == holiday, holiday_hours, zone=zone)
