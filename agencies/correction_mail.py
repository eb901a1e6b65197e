"""Letters about reports: what was ticked, never what was written (SAFETY.md 9), each in its reader's language."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.models import Page

from . import membership
from .letters import language_of
from .membership import AGENCY_ROLES, agency_group_name
from .models import AgencyPage, Correction, User


def tell_agency(correction: Correction) -> None:
    """Something was reported, or passed on. An agency where nobody has an address: the town is told instead."""
    agency = agency_of(correction.entry)
    names = [agency_group_name(agency.key, role) for role in AGENCY_ROLES] if agency else []
    readers = membership.reachable(*names) or membership.reachable("town_admin")
    _send("correction", readers, [correction], lambda: _("Something may be wrong on one of your pages"))


def tell_town(late: Sequence[Correction]) -> None:
    _send(
        "corrections_late",
        membership.reachable("town_admin"),
        late,
        lambda: _("Reports that nobody has answered"),
    )


def tell_reviewers(correction: Correction) -> None:
    """That there is something to read, and no word of it."""
    readers = membership.reachable("safeguarding_reviewer")
    _send("correction_words", readers, [correction], lambda: _("A visitor has written something"))


def agency_of(entry: Page) -> AgencyPage | None:
    return AgencyPage.objects.ancestor_of(entry, inclusive=True).first()


def address_of(correction: Correction) -> str:
    return urljoin(settings.WAGTAILADMIN_BASE_URL, reverse("correction:edit", args=[correction.pk]))


def _send(name: str, readers: Iterable[User], corrections: Sequence[Correction], subject: Any) -> None:
    """One letter each: nobody sees the address of another."""
    letters = []
    for reader in readers:
        with translation.override(language_of(reader)):
            reports = [_line(each) for each in corrections]
            text = render_to_string(f"emails/{name}.txt", {"reports": reports})
            letters.append(EmailMessage(subject(), text, to=[reader.email]))
    if letters:
        get_connection().send_messages(letters)


def _line(correction: Correction) -> dict[str, str]:
    """Titles are other people's input: one line each, whatever they hold."""
    return {
        "title": " ".join(correction.entry.title.split()),
        "what": ", ".join(correction.what_labels),
        "due": date_format(correction.due_on, "DATE_FORMAT"),
        "url": address_of(correction),
    }
