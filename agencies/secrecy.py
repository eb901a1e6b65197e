"""A place that has become a secret is forgotten wherever it was kept: live rows, words, revisions, logs, search's files.

`models/location.py` sees to it that nothing new is kept; this module erases what was kept before. It acts at once when
somebody ticks the flag, also in a draft: the street must not stand on the site until a reviewer comes round.
"""

import logging
from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from wagtail.models import ModelLogEntry, Page, PageLogEntry, Revision

import search
from search import outbox

from . import taking_away
from .models import Address, Entry, EntryWords, LaterReview, Location, ServicePage, User
from .models.location import SECRET_POINT, SECRET_TEXT

log = logging.getLogger("lantern")

# Shorter ones, as a house number alone, would be found everywhere.
SHORTEST_TRACE = 5


@receiver(post_save, sender=Revision)
def revision_written(sender, instance: Revision, **kwargs) -> None:
    secret = {row["uid"] for row in _places(instance.content) if row.get("confidential")}
    if secret:
        forget(int(instance.object_id), secret, by=instance.user)


@receiver(post_save, sender=Location)
def place_written(sender, instance: Location, **kwargs) -> None:
    if instance.confidential:
        forget(instance.entry_id, {str(instance.uid)})


@transaction.atomic
def forget(entry_id: int, uids: set[str], by: User | None = None) -> None:
    """Erases the addresses of these places of an entry. What was erased before is left as it is."""
    traces: set[str] = set()
    erased = [
        _erase_live_rows(entry_id, uids, traces, by),
        _erase_words(entry_id, uids),
        _erase_in_revisions(entry_id, uids, traces),
    ]
    if not any(erased):
        return
    _erase_in_logs(entry_id, traces)
    _warn_of_free_texts(entry_id, traces)
    transaction.on_commit(_forget_in_search, robust=True)


def _forget_in_search() -> None:
    """At once, also where a worker indexes all else: only what is no longer indexed can be scrubbed."""
    outbox.drain()
    search.scrub()


def _places(content: dict[str, Any]) -> list[dict[str, Any]]:
    places = content.get("locations")
    return (
        [row for row in places if isinstance(row, dict) and "uid" in row] if isinstance(places, list) else []
    )


def _erase_live_rows(entry_id: int, uids: set[str], traces: set[str], by: User | None) -> bool:
    open_rows = list(Location.objects.filter(entry_id=entry_id, uid__in=uids, confidential=False))
    for place in open_rows:
        traces.update(_traces_of(vars(place)))
        place.confidential = True
        place.save()
    if open_rows:
        _note(entry_id, open_rows)
        taking_away.tell(Entry.objects.get(pk=entry_id).specific, LaterReview.Kind.SECRET, by)
    return bool(open_rows)


def _note(entry_id: int, places: list[Location]) -> None:
    """Search counts a service at a secret place by its whole area, and forgets the street."""
    here = ServicePage.objects.filter(service_at_locations__location__in=places) | ServicePage.objects.filter(
        pk=entry_id
    )
    keys = here.values_list("translation_key", flat=True)
    entry = Entry.objects.get(pk=entry_id).specific
    outbox.note(entry.document_id, *(f"{Address.Kind.SERVICE}:{key}" for key in keys))


def _erase_words(entry_id: int, uids: set[str]) -> bool:
    deleted, _by_model = EntryWords.objects.filter(
        entry_id=entry_id, record__in=uids, field__in=SECRET_TEXT
    ).delete()
    return bool(deleted)


def _erase_in_revisions(entry_id: int, uids: set[str], traces: set[str]) -> bool:
    pages = ContentType.objects.get_for_model(Page)
    changed = []
    for revision in Revision.objects.filter(base_content_type=pages, object_id=str(entry_id)).iterator():
        if _erase_in_content(revision.content, uids, traces):
            changed.append(revision)
    Revision.objects.bulk_update(changed, ["content"], batch_size=50)
    return bool(changed)


def _erase_in_content(content: dict[str, Any], uids: set[str], traces: set[str]) -> bool:
    """Empties the places in a revision, and their words. They count as secret there too, or restoring would end it."""
    changed = False
    for row in _places(content):
        if row["uid"] not in uids:
            continue
        traces.update(_traces_of(row))
        empty = (
            dict.fromkeys(SECRET_TEXT, "") | dict.fromkeys(SECRET_POINT) | {"extra": {}, "confidential": True}
        )
        changed = changed or any(row.get(name) != value for name, value in empty.items())
        row.update(empty)
    words = content.get("words") or []
    kept = [row for row in words if not (row["record"] in uids and row["field"] in SECRET_TEXT)]
    if len(kept) < len(words):
        content["words"], changed = kept, True
    return changed


def _traces_of(place: dict[str, Any]) -> Iterable[str]:
    texts = (str(place.get(field) or "") for field in ("address_1", "address_2", "postal_code", "attention"))
    return [text for text in texts if len(text) >= SHORTEST_TRACE]


def _erase_in_logs(entry_id: int, traces: set[str]) -> None:
    """A log row keeps that something was done; what it quotes of the address goes."""
    kinds = ContentType.objects.get_for_models(Entry, *Entry.__subclasses__()).values()
    for rows in (
        PageLogEntry.objects.filter(page_id=entry_id),
        ModelLogEntry.objects.filter(content_type__in=kinds, object_id=str(entry_id)),
    ):
        for row in rows:
            cleaned = _without(row.data, traces), _without(row.label, traces)
            if cleaned != (row.data, row.label):
                row.data, row.label = cleaned
                row.save(update_fields=["data", "label"])


def _without(value: Any, traces: set[str]) -> Any:
    if isinstance(value, str):
        for trace in traces:
            value = value.replace(trace, "…")
        return value
    if isinstance(value, dict):
        return {name: _without(held, traces) for name, held in value.items()}
    if isinstance(value, list):
        return [_without(held, traces) for held in value]
    return value


def _warn_of_free_texts(entry_id: int, traces: set[str]) -> None:
    """A description may still name the street. People wrote it, so people mend it; the log names where, not what."""
    entry = Entry.objects.get(pk=entry_id).specific
    texts = [(field, text) for _record, field, text in entry.sources()]
    texts += [(f"{row.field} ({row.language})", row.text) for row in entry.words.all()]
    fields = sorted({field for field, text in texts if any(trace in text for trace in traces)})
    if fields:
        log.warning(
            "The secret address of entry %s still stands in: %s. Take it out there.",
            entry.code,
            ", ".join(fields),
        )
