"""What gets old asks to be confirmed: whom to write to, and when the next person is. The only place of these days.

Its agency is asked when a check is about to run out, then its lead, then the town; and both are told when search
forgets it. A person gets one digest a day about an agency at most. Rows come first, mails after them: a run that is
killed is finished by the next, and a second run on the same day finds nothing to do.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone
from wagtail.models import WorkflowState

from . import digest, freshness, membership
from .models import AgencyPage, Policy, RemindedEntry, Reminder, ServicePage, User
from .models.reminder import RemindedEntry as Row

AGAIN_DAYS = 7  # what newly falls due waits so long after the agency's last digest
LEAD_DAYS = 14  # after the agency was first asked
TOWN_DAYS = 28
CLAIM = timedelta(minutes=15)  # after which a run that began to send and never ended is taken for dead

TOWN = "town_admin"
SAME_CHECK = Q(last_check=F("entry__assured_date")) | Q(last_check=None, entry__assured_date=None)

log = logging.getLogger("lantern")


@dataclass(frozen=True, slots=True)
class Due:
    """A public entry whose check is about to run out, has run out, or never was."""

    entry: int
    agency: int
    last_check: date | None
    expired: bool
    state: str = "due"
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """When an agency was first asked about an entry in its present state, and which stages have been written."""

    asked: date | None = None
    agency: frozenset[str] = frozenset()
    town: frozenset[str] = frozenset()


def remind(now: date | None = None) -> tuple[int, int]:
    """Writes to everybody whom it is time to write to. How many mails left, and how many could not."""
    policy = Policy.current()
    with transaction.atomic():
        _plan(policy, now or freshness.today(policy))
    return _send_waiting()


# What is due


def due_entries(policy: Policy, now: date, agencies: Collection[int] | None = None) -> list[Due]:
    """Of these agencies alone, or of all."""
    shortest = min([policy.default_interval, *(row.days for row in policy.intervals.all())])
    old = Q(assured_date=None) | Q(
        assured_date__lte=now + timedelta(days=freshness.DUE_DAYS) - timedelta(days=shortest)
    )
    services = ServicePage.objects.public().filter(old)
    themselves = AgencyPage.objects.public().filter(old)
    if agencies is not None:
        services, themselves = services.filter(agency__in=agencies), themselves.filter(pk__in=agencies)
    kinds: dict[int, list[str]] = defaultdict(list)
    for pk, code in services.values_list("pk", "kinds__code"):
        kinds[pk].append(code)
    rows = [
        *services.order_by("title", "pk").values_list("pk", "agency_id", "assured_date"),
        *themselves.order_by("title", "pk").values_list("pk", "pk", "assured_date"),
    ]
    found = []
    for entry, agency, checked in rows:
        state, due_on = freshness.state_of(checked, policy.interval_days(kinds[entry]), now)
        if state != "fresh":
            expired = freshness.is_expired(due_on, policy, now)
            found.append(Due(entry, agency, checked, expired, state, due_on))
    return found


# What was said about it already


def _told() -> dict[int, Told]:
    rows = (
        RemindedEntry.objects.filter(SAME_CHECK)
        .values_list("entry", "reminder__agency", "stage")
        .annotate(first=Min("reminder__day"))
    )
    by_entry: dict[int, list[tuple[bool, str, date]]] = defaultdict(list)
    for entry, agency, stage, first in rows:
        by_entry[entry].append((agency is None, stage, first))
    return {
        entry: Told(
            asked=min((first for town, _stage, first in said if not town), default=None),
            agency=frozenset(stage for town, stage, _first in said if not town),
            town=frozenset(stage for town, stage, _first in said if town),
        )
        for entry, said in by_entry.items()
    }


def _in_review() -> set[int]:
    """Entries with an answer that somebody is looking at: nobody is asked about them meanwhile."""
    answered = RemindedEntry.objects.filter(SAME_CHECK, answer__in=(Row.Answer.CHANGE, Row.Answer.CLOSED))
    running = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_IN_PROGRESS, base_content_type__model="page"
    )
    return set(answered.values_list("entry", flat=True)) & {
        int(pk) for pk in running.values_list("object_id", flat=True)
    }


def stage_for_agency(due: Due, told: Told, now: date) -> str:
    """What it is time to say about an entry to its agency; "" for nothing new."""
    if due.expired:
        return "" if Row.Stage.EXPIRED in told.agency else Row.Stage.EXPIRED
    if told.asked is None:
        return Row.Stage.ASK
    is_late = now >= told.asked + timedelta(days=LEAD_DAYS)
    return Row.Stage.LEAD if is_late and Row.Stage.LEAD not in told.agency else ""


def stage_for_town(due: Due, told: Told, now: date, has_people: bool) -> str:
    """The town is told of what its agency has not answered, and of what an agency without people cannot."""
    if due.expired:
        return "" if Row.Stage.EXPIRED in told.town else Row.Stage.EXPIRED
    is_late = told.asked is not None and now >= told.asked + timedelta(days=TOWN_DAYS)
    return Row.Stage.TOWN if (is_late or not has_people) and Row.Stage.TOWN not in told.town else ""


# Who is told today


def _plan(policy: Policy, now: date) -> None:
    """Writes down every digest of the day. Whoever has one already gets no second."""
    in_review, told = _in_review(), _told()
    by_agency: dict[int, list[Due]] = defaultdict(list)
    for due in due_entries(policy, now):
        if due.entry not in in_review:
            by_agency[due.agency].append(due)
    people = _people(by_agency)
    lately = Reminder.objects.filter(day__gt=now - timedelta(days=AGAIN_DAYS), agency__isnull=False)
    just_asked = set(lately.values_list("agency", flat=True))
    for agency, dues in by_agency.items():
        stages = {due.entry: stage_for_agency(due, told.get(due.entry, Told()), now) for due in dues}
        for person, is_lead in people.get(agency, ()):
            if _is_time(stages.values(), is_lead, agency in just_asked):
                _write(person, agency, now, [(due, stages[due.entry] or Row.Stage.ASK) for due in dues])
    for_town = [
        (due, stage)
        for agency, dues in by_agency.items()
        for due in dues
        if (stage := stage_for_town(due, told.get(due.entry, Told()), now, agency in people))
    ]
    for person in membership.active_people(TOWN).get(TOWN, ()) if for_town else ():
        _write(person, None, now, for_town)


def _is_time(stages: Iterable[str], is_lead: bool, just_asked: bool) -> bool:
    new = set(stages)
    if Row.Stage.EXPIRED in new or (is_lead and Row.Stage.LEAD in new):
        return True
    return Row.Stage.ASK in new and not just_asked


def _people(agencies: Iterable[int]) -> dict[int, list[tuple[User, bool]]]:
    """Who works for each agency, each once, and whether as its lead."""
    keys = dict(AgencyPage.objects.filter(pk__in=list(agencies)).values_list("pk", "key"))
    names = {
        membership.agency_group_name(key, role): (pk, role)
        for pk, key in keys.items()
        for role in membership.AGENCY_ROLES
    }
    found: dict[int, dict[int, tuple[User, bool]]] = defaultdict(dict)
    for name, people in membership.active_people(*names).items():
        agency, role = names[name]
        for person in people:
            was_lead = found[agency].get(person.pk, (person, False))[1]
            found[agency][person.pk] = (person, was_lead or role == "lead")
    return {agency: list(members.values()) for agency, members in found.items()}


def _write(person: User, agency: int | None, day: date, dues: list[tuple[Due, str]]) -> None:
    reminder, is_new = Reminder.objects.get_or_create(person=person, agency_id=agency, day=day)
    if not is_new:
        return
    RemindedEntry.objects.bulk_create(
        RemindedEntry(reminder=reminder, entry_id=due.entry, stage=stage, last_check=due.last_check)
        for due, stage in dues
    )


# The mails


def _send_waiting() -> tuple[int, int]:
    sent = failed = 0
    for reminder in _claimed():
        try:
            sent += digest.send(reminder)
        except OSError as error:  # a mail server's refusals are among them
            log.error("A digest could not be sent (%s). The next run tries again.", type(error).__name__)
            Reminder.objects.filter(pk=reminder.pk).update(claimed_at=None)
            failed += 1
        else:
            Reminder.objects.filter(pk=reminder.pk).update(sent_at=timezone.now())
    return sent, failed


def _claimed() -> Iterator[Reminder]:
    """The digests that wait, each taken by one run alone."""
    waiting = _unclaimed().select_related("person__wagtail_userprofile", "agency").order_by("pk")
    for reminder in list(waiting):
        if _unclaimed().filter(pk=reminder.pk).update(claimed_at=timezone.now()):
            yield reminder


def _unclaimed() -> QuerySet[Reminder]:
    dead = Q(claimed_at=None) | Q(claimed_at__lt=timezone.now() - CLAIM)
    return Reminder.objects.filter(dead, sent_at=None)
