"""Opening hours in words: whether it is open now, the week as a table, the exceptions ahead."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from operator import itemgetter

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.models import Entry, Policy, Said, Schedule
from agencies.opening import Verdict, maybes_on, spans_on, verdict

from .languages import day_of_month

AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class DayRow:
    day: str
    hours: str
    today: bool


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    date: str
    text: str
    note: Said | str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    state: str
    text: str
    rows: list[DayRow] = field(default_factory=list)
    exceptions: list[ExceptionRow] = field(default_factory=list)
    original: Said | str = ""


def verdict_of(entry: Entry, policy: Policy, rows: Sequence[Schedule] | None = None) -> Verdict:
    if entry.is_paused:
        return Verdict("closed")
    rows = entry.opening_rows if rows is None else rows
    now = timezone.now().astimezone(policy.tz()).replace(tzinfo=None)
    return verdict(rows, now, policy.is_holiday, entry.holiday_hours, zone=policy.tz())


def clock(moment: datetime) -> str:
    return date_format(moment, "H:i")


def sentence(found: Verdict, now: datetime) -> str:
    """Short enough for a chip: "Open now until 17:00"."""
    if found.state == "always":
        return _("Day and night")
    if found.state == "open":
        return _("Open now until %(time)s") % {"time": clock(found.until)} if found.until else _("Open now")
    if found.state == "holiday":
        return _("Holiday: call first")
    if found.state == "unknown":
        return _("Hours not known: call first")
    if found.opens is None:
        return _("Closed now")
    if found.opens.date() == now.date():
        return _("Opens %(time)s") % {"time": clock(found.opens)}
    return _("Opens %(day)s %(time)s") % {"day": date_format(found.opens, "l"), "time": clock(found.opens)}


def chip_text(entry: Entry, policy: Policy) -> tuple[str, str]:
    """(words, tone) for a card: only what is open now is filled."""
    found = verdict_of(entry, policy)
    now = timezone.now().astimezone(policy.tz()).replace(tzinfo=None)
    tones = {"open": "open", "always": "open", "holiday": "warn"}
    return sentence(found, now), tones.get(found.state, "plain")


def opening_of(
    entry: Entry, policy: Policy, language: str, rows: Sequence[Schedule] | None = None
) -> Opening:
    rows = entry.opening_rows if rows is None else rows
    now = timezone.now().astimezone(policy.tz()).replace(tzinfo=None)
    found = verdict_of(entry, policy, rows)
    return Opening(
        state=found.state,
        text=_("Closed for now") if entry.is_paused else sentence(found, now),
        rows=_week(rows, now.date(), policy.tz()) if found.state not in ("unknown", "always") else [],
        exceptions=_exceptions(rows, entry, now.date(), language),
        original=entry.said("hours_text", language),
    )


def in_one_line(entry: Entry, policy: Policy) -> str:
    """The ordinary week for paper, like "Mon, Tue 09:00–17:00; Fri 09:00–12:00". Empty where nothing is sure."""
    regular = [row for row in entry.opening_rows if not row.is_exception]
    days: dict[str, list[str]] = {}
    for day in _days_of_week(timezone.now().astimezone(policy.tz()).date()):
        if spans := _spans_text(regular, day, policy.tz()):
            days.setdefault(spans, []).append(date_format(day, "D"))
    comma = _(", ")  # a word of Django's: Arabic has a comma of its own
    return "; ".join(f"{comma.join(names)} {spans}" for spans, names in days.items())


def _days_of_week(today: date) -> list[date]:
    monday = today - timedelta(days=today.weekday())
    return [monday + timedelta(days=ahead) for ahead in range(7)]


def _spans_text(rows: Sequence[Schedule], day: date, zone: tzinfo) -> str:
    return ", ".join(f"{clock(span.start)}–{clock(span.end)}" for span in spans_on(rows, day, zone))


def _week(rows: Sequence[Schedule], today: date, zone: tzinfo) -> list[DayRow]:
    regular = [row for row in rows if not row.is_exception]
    week = []
    for day in _days_of_week(today):
        hours = _spans_text(regular, day, zone) or (
            _("call first") if maybes_on(regular, day, zone) else _("closed")
        )
        week.append(DayRow(date_format(day, "l"), hours, day == today))
    return week


def _exceptions(rows: Sequence[Schedule], entry: Entry, today: date, language: str) -> list[ExceptionRow]:
    dated = [
        (row.valid_from, row.valid_to, row)
        for row in rows
        if row.is_exception and row.valid_from is not None and row.valid_to is not None
    ]
    return [
        ExceptionRow(
            date=_days(first, last),
            text=_hours_text(row),
            note=entry.said("notes", language, row) if row.notes else "",
        )
        for first, last, row in sorted(dated, key=itemgetter(0, 1))
        if last >= today and first <= today + AHEAD
    ]


def _days(first: date, last: date) -> str:
    return day_of_month(first) if first == last else f"{day_of_month(first)} – {day_of_month(last)}"


def _hours_text(row: Schedule) -> str:
    if row.closed:
        return _("closed")
    if row.opens_at is None or row.closes_at is None:
        return _("Hours not known: call first")
    return f"{row.opens_at:%H:%M}–{row.closes_at:%H:%M}"
