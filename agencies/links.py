"""Websites, numbers and e-mails of published entries, looked at in the background; what is broken is reported to the agency.

A website is asked. A number is only looked at for its digits, an e-mail for its form: whether anybody answers there,
no machine finds out politely.
"""

import re
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F, Min, Q
from django.utils import timezone

from .fetching import Looker, Seen
from .models import Contact, Entry, LinkCheck, Phone, PhoneFacts, Website

AGAIN = timedelta(days=7)  # a website that answered is asked again after so long
AGAIN_BROKEN = timedelta(hours=20)  # one that did not: the next night
MOST = 400  # websites in one run
LONGEST = 20 * 60.0  # seconds for one run
PAUSE = 1.0  # seconds between two questions to one host

DIGITS = range(3, 16)  # emergency numbers have three, the longest international ones fifteen
SPOKEN = (PhoneFacts.Type.VOICE, PhoneFacts.Type.TEXT, PhoneFacts.Type.FAX, PhoneFacts.Type.TTY)

Way = tuple[int, str, str]


def check_links(looker: Looker | None = None, pause: Callable[[float], None] = time.sleep) -> tuple[int, int]:
    """How many ways were looked at, and how many of them are broken. What is left over is for the next run."""
    keep_in_step()
    looked = _look_at_forms() + _look_at_websites(looker or Looker(_agent()), pause)
    return len(looked), sum(bool(seen.problem) for seen in looked)


def _agent() -> str:
    """Whoever finds us in a log can see who it was."""
    return f"Lantern link check (+{settings.SITE_URL})"


# What there is to look at


def keep_in_step() -> None:
    """A row for each way that is on the site, and none for what went."""
    wanted = set(_ways())
    known = {(row.entry_id, row.kind, row.value): row.pk for row in LinkCheck.objects.all()}
    LinkCheck.objects.filter(pk__in=[pk for way, pk in known.items() if way not in wanted]).delete()
    LinkCheck.objects.bulk_create(
        LinkCheck(entry_id=entry, kind=kind, value=value)
        for entry, kind, value in sorted(wanted - known.keys())
    )


def _ways() -> Iterable[Way]:
    public = Entry.objects.public().order_by().values("pk")
    kind = LinkCheck.Kind
    for entry, url in Website.objects.filter(entry__in=public).values_list("entry", "url"):
        yield entry, kind.WEB, url
    phones = Phone.objects.filter(entry__in=public, withheld=False, type__in=SPOKEN)
    for entry, number in phones.values_list("entry", "number"):
        yield entry, kind.PHONE, number
    for model, owner in ((Entry, "pk"), (Contact, "entry")):
        rows = model.objects.filter(**{f"{owner}__in": public}).exclude(email="")
        for entry, address in rows.order_by().values_list(owner, "email"):
            yield entry, kind.MAIL, address


# Looking


def _look_at_forms() -> list[Seen]:
    """Numbers and e-mails: quickly done, all of them, once a night."""
    due = LinkCheck.objects.exclude(kind=LinkCheck.Kind.WEB).filter(_not_since(AGAIN_BROKEN))
    seen = []
    for row in due:
        problem = (
            problem_of_number(row.value) if row.kind == LinkCheck.Kind.PHONE else problem_of_mail(row.value)
        )
        seen.append(Seen(problem=problem))
        _keep(LinkCheck.objects.filter(pk=row.pk), seen[-1])
    return seen


def problem_of_number(number: str) -> str:
    """A number is plausible by its digits; letters stand only for an extension."""
    called = re.sub(r"(?:\bext\b\.?|\bx)\s*\d+\s*$", "", number)
    if re.search(r"[^\W\d_]", called):
        return LinkCheck.Problem.LETTERS
    return "" if len(re.sub(r"\D", "", called)) in DIGITS else LinkCheck.Problem.DIGITS


def problem_of_mail(address: str) -> str:
    try:
        validate_email(address)
    except ValidationError:
        return LinkCheck.Problem.NO_MAIL
    return ""


def _look_at_websites(looker: Looker, pause: Callable[[float], None]) -> list[Seen]:
    """The longest forgotten first, each address once for all entries that name it."""
    web = LinkCheck.objects.filter(kind=LinkCheck.Kind.WEB)
    due = web.filter(_not_since(AGAIN, failures=0) | _not_since(AGAIN_BROKEN, failures__gt=0))
    urls = (
        due.values_list("value").annotate(first=Min("checked_at")).order_by(F("first").asc(nulls_first=True))
    )
    ends = time.monotonic() + LONGEST
    asked: dict[str, float] = {}
    seen = []
    for url, _first in urls[:MOST]:
        if time.monotonic() > ends:
            break
        _be_polite(url, asked, pause)
        seen.append(looker.look(url))
        _keep(web.filter(value=url), seen[-1])
    return seen


def _not_since(age: timedelta, **state: int) -> Q:
    old = Q(checked_at=None) | Q(checked_at__lt=timezone.now() - age)
    return old & Q(**state) if state else old


def _be_polite(url: str, asked: dict[str, float], pause: Callable[[float], None]) -> None:
    host = urlsplit(url).netloc if "[" not in url else url
    if (waited := time.monotonic() - asked.get(host, float("-inf"))) < PAUSE:
        pause(PAUSE - waited)
    asked[host] = time.monotonic()


def _keep(rows, seen: Seen) -> None:
    failures = F("failures") + 1 if seen.problem else 0
    rows.update(status=seen.status, problem=seen.problem, failures=failures, checked_at=timezone.now())
