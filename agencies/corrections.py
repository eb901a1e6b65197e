"""What happens to a report: taken in, told to the agency, answered, given to the town when it waits too long, forgotten.

A visitor's own words pass through `receive` into their own table and nowhere else: no mail, no log, no listing.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from wagtail.log_actions import log

from . import correction_mail, freshness
from .models import AgencyPage, Correction, Entry, Policy, Report, SafeguardingText, User
from .models.address import DIGITS, LETTERS
from .models.correction import LONGEST_TEXT

MOST_A_DAY = 20  # sendings of the form about one entry
TEXT_DAYS = 90
KEPT_DAYS = 400  # an answered report, with its references: longer than the year that is counted below
COUNTED_DAYS = 365
FEWEST = 3  # below it, a page that says how many would tell when somebody wrote

REFERENCE_LENGTH = 8
REFERENCE = rf"[{LETTERS}{DIGITS}]{{{REFERENCE_LENGTH}}}"

# What could be opened by a click or a curious reader; the reviewer needs none of it.
LINKS = re.compile(r"(?:\w+://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/\S*", re.IGNORECASE)
LINK_CUT = "[…]"


class TooMany(Exception):
    """So many people wrote about this entry today that nobody could read more; nothing was kept."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """`is_new` is False when this very form had been sent before: nothing was kept a second time."""

    reference: str
    is_new: bool


def new_key() -> str:
    """What one form is recognised by, and its reference made from."""
    return secrets.token_urlsafe(16)


def reference_of(key: str) -> str:
    """The code by which a visitor finds the answer: the same for the same form, and unguessable without it."""
    number = int.from_bytes(salted_hmac("agencies.corrections.reference", key, algorithm="sha256").digest())
    alphabet = LETTERS + DIGITS
    letters = []
    for _place in range(REFERENCE_LENGTH):
        number, rest = divmod(number, len(alphabet))
        letters.append(alphabet[rest])
    return "".join(letters)


def _digests(reference: str) -> list[str]:
    """What the table knows a reference by: keyed, so that a copy of the table gives none away; the newest key first."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    salt = "agencies.corrections.digest"
    return [salted_hmac(salt, reference, secret=key, algorithm="sha256").hexdigest() for key in keys]


def plain(text: str) -> str:
    """What may be kept of what was typed: no control or direction marks, no links, at most 1000 characters."""
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(sign for sign in lines if sign == "\n" or unicodedata.category(sign) not in _UNSEEN)
    return LINKS.sub(LINK_CUT, kept).strip()[:LONGEST_TEXT]


# Control and format signs (direction marks among them), halves of surrogates, private and unassigned ones.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


# Taking in


def receive(entry: Entry, what: Iterable[str], text: str, key: str) -> Receipt:
    """Takes a report in and tells the agency. Raises TooMany. The same form sent twice is one report."""
    reference = reference_of(key)
    if _is_known(reference):
        return Receipt(reference, is_new=False)
    try:
        with transaction.atomic():
            _take_in(entry, sorted(set(what)), plain(text), reference)
    except IntegrityError:  # sent twice in the same moment: the table decides which was first
        if not _is_known(reference):
            raise
        return Receipt(reference, is_new=False)
    return Receipt(reference, is_new=True)


def _is_known(reference: str) -> bool:
    return Report.objects.filter(digest__in=_digests(reference)).exists()


def _take_in(entry: Entry, what: list[str], words: str, reference: str) -> None:
    policy = Policy.current()
    today = freshness.today(policy)
    so_far = Report.objects.filter(correction__entry=entry, received_on=today).count()
    if so_far >= MOST_A_DAY:
        raise TooMany
    correction, is_first = _folded(entry, what, today, policy)
    Report.objects.create(correction=correction, digest=_digests(reference)[0], received_on=today)
    if words:
        _keep_words(correction, words, today)
    if is_first and not so_far:  # what else comes in on the same day stands beside it
        correction_mail.tell_agency(correction)


def _keep_words(correction: Correction, words: str, today: date) -> None:
    """The reviewer hears of the first words about an entry on a day; further ones stand beside them."""
    of_today = SafeguardingText.objects.filter(correction__entry=correction.entry, received_on=today)
    if not of_today.exists():
        correction_mail.tell_reviewers(correction)
    SafeguardingText.objects.create(correction=correction, text=words, received_on=today)


def _folded(entry: Entry, what: list[str], today: date, policy: Policy) -> tuple[Correction, bool]:
    """The open correction that says the same, counted up; else a new one."""
    waiting = Correction.objects.unanswered().filter(entry=entry).select_for_update()
    for correction in waiting:
        if correction.what == what:
            correction.times += 1
            correction.save(update_fields=["times"])
            return correction, False
    due_on = today + timedelta(days=policy.answer_days)
    return Correction.objects.create(entry=entry, what=what, received_on=today, due_on=due_on), True


def by_reference(reference: str) -> Correction | None:
    """What became of it; None for a reference that we do not know, or no longer."""
    report = (
        Report.objects.select_related("correction").filter(digest__in=_digests(reference.lower())).first()
    )
    return report.correction if report else None


# Answering


def settle(correction: Correction, by: User) -> None:
    """Keeps an answer, and writes into the entry's own history who gave it."""
    if correction.outcome in ("", Correction.Outcome.LOOKING):
        correction.answered_on = None
    elif correction.answered_on is None:
        correction.answered_on = freshness.today(Policy.current())
    correction.answered_by = by
    # By name: a visitor may be counted at this moment.
    correction.save(update_fields=["outcome", "answer", "answered_on", "answered_by"])
    log(
        instance=correction.entry.specific_deferred,
        action="agencies.correction.answered",
        user=by,
        data={"what": correction.what, "outcome": correction.outcome},
    )


def pass_on(correction: Correction, by: User) -> None:
    """The safeguarding reviewer tells the agency something in words of their own."""
    correction.save(update_fields=["summary"])
    log(instance=correction.entry.specific_deferred, action="agencies.correction.passed_on", user=by)
    if correction.summary and correction.answered_on is None:
        correction_mail.tell_agency(correction)


# Waiting too long, and forgetting


@transaction.atomic
def escalate(today: date) -> int:
    """Gives the town what nobody answered in time, in one mail; says how many. A second run finds none."""
    late = Correction.objects.unanswered().filter(escalated_on=None, due_on__lt=today)
    found = list(late.select_for_update(of=("self",)).select_related("entry"))
    if not found:
        return 0
    Correction.objects.filter(pk__in=[each.pk for each in found]).update(escalated_on=today)
    correction_mail.tell_town(found)
    return len(found)


@transaction.atomic
def forget(today: date) -> int:
    """Deletes visitors' words after ninety days, and old answered reports; says how many rows went."""
    texts, _each = SafeguardingText.objects.filter(
        received_on__lte=today - timedelta(days=TEXT_DAYS)
    ).delete()
    old = Correction.objects.filter(answered_on__lt=today - timedelta(days=KEPT_DAYS))
    reports, _each = old.delete()
    return texts + reports


# What the agency's page says


@dataclass(frozen=True, slots=True)
class Record:
    """Of the last twelve months. `days` is the median; None while fewer than three are answered."""

    reports: int
    days: int | None


def record_of(agency: AgencyPage, today: date) -> Record | None:
    """How an agency answers, in one query; None where too few wrote to say it."""
    since = today - timedelta(days=COUNTED_DAYS)
    rows = Correction.objects.filter(entry__path__startswith=agency.path, received_on__gt=since)
    found = list(rows.values_list("times", "received_on", "answered_on"))
    reports = sum(times for times, _received, _answered in found)
    if reports < FEWEST:
        return None
    waits = [(answered - received).days for _times, received, answered in found if answered]
    days = max(1, round(median(waits))) if len(waits) >= FEWEST else None
    return Record(reports, days)
