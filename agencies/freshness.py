"""Is it current? The only clock for checks: fresh, due (within thirty days), stale (past its day), never (no date).

Some time after its day (the town says how long) a check is expired besides: search forgets the entry, its page says so.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log

from . import indexing
from .models import Phone, User
from .models.entry import Entry, EntryWords
from .models.policy import Policy

CONFIRMED = "agencies.confirm"  # in Wagtail's log

DUE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Check:
    """What a page says about the last check: the organisation and its role, the day, and how old that is."""

    by: str
    role: str
    on: date | None
    state: str
    due_on: date | None = None
    expired: bool = False


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
    now = now or today(policy)
    state, due_on = state_of(entry.assured_date, policy.interval_days(entry.kind_codes), now)
    reader = language or entry.words_language
    by, role = (str(entry.said(field, reader)) for field in ("assurer", "assurer_role"))
    return Check(by, role, entry.assured_date, state, due_on, is_expired(due_on, policy, now))


def is_expired(due_on: date | None, policy: Policy, now: date) -> bool:
    """True once nobody has confirmed for so long that search forgets it. What was never checked has no such day."""
    return due_on is not None and now > last_day(due_on, policy)


def last_day(due_on: date, policy: Policy) -> date:
    """The last day on which search still finds it."""
    return due_on + timedelta(days=policy.grace_days)


@transaction.atomic
def confirm(
    entry: Entry,
    *,
    by: str,
    role: str,
    person: User | None = None,
    phones: Collection[uuid.UUID] | None = None,
) -> None:
    """It is still correct: said today by an organisation in a role, of the entry and of its numbers.

    Needs no review, for nothing else changes: neither on the live page nor in a draft that waits. `phones`: the
    uids of the numbers that were looked at; None means all. `person` stands in the log alone.
    """
    said: dict[str, Any] = {"assured_date": today(Policy.current()), "assurer": by, "assurer_role": role}
    numbers = Phone.objects.filter(entry_id=entry.pk)
    if phones is not None:
        numbers = numbers.filter(uid__in=phones)
    looked_at = {str(phone.uid): phone.number for phone in numbers}
    numbers.update(**said)
    # In other languages the page would still name whoever checked it before.
    changed = [field for field in ("assurer", "assurer_role") if getattr(entry, field) != said[field]]
    EntryWords.objects.filter(entry_id=entry.pk, record=None, field__in=changed).delete()
    Entry.objects.filter(pk=entry.pk).update(**said)
    _confirm_drafts(entry, said, looked_at)
    log(instance=entry, action=CONFIRMED, user=person, data={"by": by, "role": role})
    indexing.note(entry.specific)


def assure(entry: Entry, *, by: str, role: str) -> None:
    """The same of an entry in memory, as a draft that somebody has looked at all over."""
    changed = {
        field for field, text in (("assurer", by), ("assurer_role", role)) if getattr(entry, field) != text
    }
    phones = list(entry.phones.all())
    for record in (entry, *phones):
        record.assured_date, record.assurer, record.assurer_role = today(Policy.current()), by, role
    entry.phones = phones
    entry.words = [row for row in entry.words.all() if row.record or row.field not in changed]


def _confirm_drafts(entry: Entry, said: dict[str, Any], looked_at: dict[str, str]) -> None:
    """What is published later must not bring the old date back. A number that a draft changes was not looked at."""
    said = said | {"assured_date": said["assured_date"].isoformat()}
    newest = Q(pk__in=[entry.live_revision_id, entry.latest_revision_id])
    for revision in entry.revisions.filter(newest | Q(approved_go_live_at__isnull=False)):
        content = revision.content
        changed = [field for field in ("assurer", "assurer_role") if content.get(field) != said[field]]
        content.update(said)
        content["words"] = [
            row for row in content.get("words", ()) if row["record"] or row["field"] not in changed
        ]
        for phone in content.get("phones", ()):
            if looked_at.get(phone["uid"]) == phone["number"]:
                phone.update(said)
        type(revision).objects.filter(pk=revision.pk).update(content=content)
