"""The mail that asks whether what gets old is still correct, and the link in it that needs no sign-in.

The link names the digest, the person, their address and the agency; it dies after fourteen days, and when the
person has left the agency or has another address.
"""

from collections import Counter
from datetime import timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from . import membership
from .letters import language_of
from .models import AgencyPage, RemindedEntry, Reminder, User

SALT = "lantern.confirm"
LINK_DAYS = 14


class Unusable(Exception):
    """A link that opens nothing: `is_old` tells one whose time is over from one that was never right."""

    def __init__(self, is_old: bool) -> None:
        super().__init__("expired" if is_old else "not ours")
        self.is_old = is_old


def token_of(reminder: Reminder) -> str:
    return signing.dumps(
        [reminder.pk, reminder.person_id, _hash(reminder.person), reminder.agency_id], salt=SALT
    )


def open_link(token: str) -> Reminder:
    """The digest of a link, if the person still works for the agency. Raises Unusable."""
    try:
        digest, person, address, agency = signing.loads(token, salt=SALT, max_age=timedelta(days=LINK_DAYS))
    except signing.SignatureExpired:
        raise Unusable(is_old=True) from None
    except (signing.BadSignature, ValueError):
        raise Unusable(is_old=False) from None
    found = (
        Reminder.objects.select_related("person", "agency")
        .filter(pk=digest, person=person, agency=agency)
        .first()
    )
    if found is None or found.agency is None or _hash(found.person) != address:
        raise Unusable(is_old=False)
    if membership.role_in(found.person, found.agency) is None:
        raise Unusable(is_old=False)
    return found


def _hash(person: User) -> str:
    """The address itself would be readable in the link."""
    return salted_hmac(SALT, person.email.lower(), algorithm="sha256").hexdigest()[:16]


def send(reminder: Reminder) -> int:
    """Sends one digest: 1, or 0 where everything in it was answered meanwhile. OSError when no mail leaves."""
    rows = [row for row in _rows(reminder) if row.entry.assured_date == row.last_check]
    if not rows:
        return 0
    with translation.override(language_of(reminder.person)):
        subject, text = _to_agency(reminder, rows) if reminder.agency else _to_town(rows)
        return send_mail(subject, text, None, [reminder.person.email])


def _rows(reminder: Reminder) -> QuerySet[RemindedEntry]:
    return reminder.entries.select_related("entry__servicepage").order_by("entry__title", "pk")


def _to_agency(reminder: Reminder, rows: list[RemindedEntry]) -> tuple[str, str]:
    name = _one_line(str(reminder.agency))
    context = {
        "agency": name,
        "gone": [_one_line(row.entry.title) for row in rows if row.stage == RemindedEntry.Stage.EXPIRED],
        "asked": [_one_line(row.entry.title) for row in rows if row.stage != RemindedEntry.Stage.EXPIRED],
        "is_late": any(row.stage == RemindedEntry.Stage.LEAD for row in rows),
        "link": urljoin(settings.SITE_URL, reverse("confirm_link", args=[token_of(reminder)])),
        "days": LINK_DAYS,
    }
    return _("%(agency)s: is it still correct?") % {"agency": name}, render_to_string(
        "emails/due.txt", context
    )


def _to_town(rows: list[RemindedEntry]) -> tuple[str, str]:
    """Numbers alone: the town looks each agency up in the admin."""
    stages = [(_agency_of(row), row.stage) for row in rows]
    every = Counter(agency for agency, _stage in stages)
    gone = Counter(agency for agency, stage in stages if stage == RemindedEntry.Stage.EXPIRED)
    agencies = [
        {
            "name": _one_line(agency.title),
            "entries": every[agency.pk],
            "gone": gone[agency.pk],
            "link": urljoin(settings.SITE_URL, reverse("wagtailadmin_explore", args=[agency.pk])),
        }
        for agency in AgencyPage.objects.filter(pk__in=every).order_by("title")
    ]
    return _("Nobody has confirmed these entries"), render_to_string(
        "emails/due_town.txt", {"agencies": agencies}
    )


def _agency_of(row: RemindedEntry) -> int | None:
    service = getattr(row.entry, "servicepage", None)
    return service.agency_id if service else row.entry_id


def _one_line(title: str) -> str:
    """A title is anybody's text: no line break of it may look like ours."""
    return " ".join(title.split())
