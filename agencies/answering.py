"""What a person answers to a digest: still correct, changed, closed. Each row of a digest takes one answer.

"Still correct" holds at once, for nothing changes but its date. What changes something becomes a draft that goes to
the agency's review; nothing of it is public before.
"""

from collections.abc import Callable
from typing import cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.models import Page

from . import freshness, membership, wording
from .changing import apply
from .models import AgencyPage, Entry, RemindedEntry, Reminder, Status, User

Answer = RemindedEntry.Answer
LONGEST_ASSURER = Entry._meta.get_field("assurer").max_length  # shorter than a title may be


class TooLate(Exception):
    """This answer changes nothing: `str()` says why, to the person who gave it."""


def rows_of(reminder: Reminder) -> list[RemindedEntry]:
    """The entries of a digest with what its page shows, in a fixed number of queries."""
    rows = reminder.entries.select_related("entry__servicepage", "entry__address")
    return list(rows.prefetch_related("entry__phones", "entry__words").order_by("entry__title", "pk"))


def is_service(row: RemindedEntry) -> bool:
    return getattr(row.entry, "servicepage", None) is not None


def why_not(row: RemindedEntry, answer: str) -> str:
    """Why this answer can no longer be given; "" where it can."""
    if row.answer or row.entry.assured_date != row.last_check:
        return _("This was answered already. Nothing has changed.")
    if not row.entry.live:
        return _("This entry is not on the site any more. Nothing has changed.")
    if answer != Answer.CORRECT and row.entry.has_unpublished_changes:
        return _("Somebody is changing this entry already. Nothing has changed. Sign in to see the draft.")
    if answer == Answer.CLOSED and not is_service(row):
        return _("Only the town can close an agency. Nothing has changed. Please call the town.")
    return ""


def still_correct(row: RemindedEntry) -> None:
    """Raises TooLate."""

    def confirm(entry: Entry) -> None:
        by, role = _assurer(row, entry)
        freshness.confirm(entry, by=by, role=role, person=row.reminder.person)

    _answer(row, Answer.CORRECT, confirm)


def closed(row: RemindedEntry) -> None:
    """It closed for good: a draft that says so goes to review. Raises TooLate."""

    def close(entry: Entry) -> None:
        entry.status = Status.DEFUNCT
        _send_to_review(row, entry)

    _answer(row, Answer.CLOSED, close)


def change(row: RemindedEntry, values: dict[str, str]) -> None:
    """`values` by the names of the fields of `ChangeForm`. Raises TooLate, or ValidationError; then nothing is changed.

    Whoever changed something looked at all of it, so the date of the check is part of the draft.
    """

    def draft(entry: Entry) -> None:
        slots = wording.slots_of(entry)
        if not apply(entry, values):
            raise ValidationError(_("Nothing is different. If all is well, choose “still correct”."))
        by, role = _assurer(row, entry)
        freshness.assure(entry, by=by, role=role)
        wording.keep_in_step(entry, slots, (), {})
        _send_to_review(row, entry)

    _answer(row, Answer.CHANGE, draft)


def _assurer(row: RemindedEntry, entry: Entry) -> tuple[str, str]:
    agency = cast(AgencyPage, row.reminder.agency)  # a digest to the town has no link
    return assurer(row.reminder.person, agency, entry)


def assurer(person: User, agency: AgencyPage, entry: Entry) -> tuple[str, str]:
    """The agency and the person's role there, never their name, in the entry's own language."""
    role = membership.role_in(person, agency)
    with translation.override(entry.words_language):
        return agency.title[:LONGEST_ASSURER], str(role.name) if role else ""


@transaction.atomic
def _answer(row: RemindedEntry, answer: str, act: Callable[[Entry], None]) -> None:
    """Two people who answer at once wait for each other here; the second finds what the first has done."""
    Page.objects.select_for_update().get(pk=row.entry_id)
    current = RemindedEntry.objects.select_related("entry").get(pk=row.pk)
    if reason := why_not(current, answer):
        raise TooLate(reason)
    RemindedEntry.objects.filter(pk=row.pk).update(answer=answer, answered_at=timezone.now())
    act(current.entry.specific)


def _send_to_review(row: RemindedEntry, entry: Entry) -> None:
    person = row.reminder.person
    entry.save_revision(user=person, log_action=True)
    workflow = entry.get_workflow()
    if workflow is not None:
        workflow.start(entry, person)
