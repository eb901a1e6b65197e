"""Puts many new entries into the tree at once: for a harvest and for the demo, never for a person's edit."""

from collections.abc import Iterable

from django.db import transaction
from wagtail.models import Page
from wagtail.signal_handlers import disable_reference_index_auto_update

from search import outbox

from .models import Entry


@transaction.atomic
def plant(parent: Page, entries: Iterable[Entry]) -> list[Entry]:
    """Adds unsaved entries (with their sub-records) below `parent`, in one transaction; returns them saved.

    The caller has validated them. A draft gets a revision, so that editors find it; the outbox gets the others.
    """
    planted = []
    with disable_reference_index_auto_update():
        for entry in entries:
            parent.add_child(instance=entry)
            if not entry.live:
                entry.save_revision(clean=False)
            planted.append(entry)
    outbox.note(*(entry.document_id for entry in planted if entry.live))
    return planted
