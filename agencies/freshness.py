"""Is it current? The only clock for checks: fresh, due (within thirty days), stale (past its day), never (no date)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from .models.entry import Entry
from .models.policy import Policy

DUE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Check:
    """What a page says about the last check: the organisation and its role, the day, and how old that is."""

    by: str
    role: str
    on: date | None
    state: str
    due_on: date | None = None


def today(policy: Policy) -> date:
    return timezone.now().astimezone(policy.tz()).date()


def state_of(assured: date | None, interval_days: int, now: date) -> tuple[str, date | None]:
    """The state at `now`, and the day the check runs out. The last day still counts as due, not as stale."""
    if assured is None:
        return "never", None
    due_on = assured + timedelta(days=interval_days)
    if now > due_on:
        return "stale", due_on
    if now >= due_on - timedelta(days=DUE_DAYS):
        return "due", due_on
    return "fresh", due_on


def check_of(entry: Entry, policy: Policy, now: date | None = None, language: str = "") -> Check:
    """The check of an entry, in the words of a reader's language; its kinds must be loaded."""
    interval = policy.interval_days(entry.kind_codes)
    state, due_on = state_of(entry.assured_date, interval, now or today(policy))
    reader = language or entry.words_language
    by, role = (str(entry.said(field, reader)) for field in ("assurer", "assurer_role"))
    return Check(by, role, entry.assured_date, state, due_on)
