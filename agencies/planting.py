"""Puts many new entries into the tree at once: for a harvest and for the demo, never for a person's edit.

Set by set instead of page by page: 430 services take seconds, not minutes. This skips validation, signals and
Wagtail's hooks, so the caller has validated the entries, and what the signals would do is done here.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.db.models import F, sql
from django.utils import timezone
from django.utils.text import slugify
from modelcluster.models import get_all_child_m2m_relations, get_all_child_relations
from wagtail.models import Page, ReferenceIndex, Revision
from wagtail.search.backends import get_search_backends

from search import outbox

from .models import Address, AgencyPage, Entry, Location, ServicePage


@transaction.atomic
def plant(parent: Page, entries: Iterable[Entry], *, revise: bool = False) -> list[Entry]:
    """Adds unsaved entries (with their sub-records) below `parent`, in one transaction; returns them saved.

    The caller has validated them. A draft gets a revision, so that editors find it, and with `revise` a live
    one too; the outbox gets the live ones.
    """
    planted = list(entries)
    if not planted:
        return planted
    _prepare(parent, planted)
    _insert_pages(planted)
    _insert_children(planted)
    _insert_terms(planted)
    _revise([entry for entry in planted if revise or not entry.live])
    _index(planted)
    outbox.note(*(entry.document_id for entry in planted if entry.live))
    for entry in planted:
        entry.__dict__.pop("_cluster_related_objects", None)  # from now on the database is asked
    return planted


def _prepare(parent: Page, entries: Sequence[Entry]) -> None:
    """Place in the tree, slug, address, dates: what `add_child` and `save` would see to."""
    stands = Page.objects.select_related("locale").get(pk=parent.pk)
    last = stands.get_last_child()
    step = Page._str2int(last.path[-Page.steplen :]) if last else 0
    taken = set(stands.get_children().values_list("slug", flat=True))
    addresses = Address.mint_many([entry.ADDRESS_KIND for entry in entries])
    now = timezone.now()
    for number, (entry, address) in enumerate(zip(entries, addresses, strict=True), start=step + 1):
        entry.path, entry.depth, entry.numchild = (
            Page._get_path(stands.path, stands.depth + 1, number),
            stands.depth + 1,
            0,
        )
        entry.slug = _free_slug(entry.slug or slugify(entry.title)[:80] or "entry", taken)
        entry.draft_title = entry.draft_title or entry.title
        entry.locale = stands.locale
        entry.content_type = ContentType.objects.get_for_model(type(entry))
        entry.address = address
        entry.set_url_path(stands)
        if entry.live:
            entry.first_published_at = entry.first_published_at or now
            entry.last_published_at = entry.last_published_at or now
        if isinstance(entry, ServicePage):
            entry.agency = parent if isinstance(parent, AgencyPage) else stands.specific
    Page.objects.filter(pk=stands.pk).update(numchild=F("numchild") + len(entries))
    parent.numchild = stands.numchild + len(entries)


def _free_slug(slug: str, taken: set[str]) -> str:
    free, number = slug, 1
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    taken.add(free)
    return free


def _insert_pages(entries: Sequence[Entry]) -> None:
    """One row in each table of a page's inheritance; `bulk_create` refuses that, so each table by itself."""
    fields = [field for field in Page._meta.local_concrete_fields if not field.primary_key]
    pages = [Page(**{field.attname: getattr(entry, field.attname) for field in fields}) for entry in entries]
    for entry, page in zip(entries, Page.objects.bulk_create(pages), strict=True):
        entry.id = entry.page_ptr_id = entry.entry_ptr_id = page.pk
        entry._state.adding, entry._state.db = False, connection.alias
    for model, of_model in _by_class(entries).items():
        for table in (Entry, model):
            _insert_rows(table, of_model)


def _by_class(entries: Iterable[Entry]) -> dict[type[Entry], list[Entry]]:
    found: dict[type[Entry], list[Entry]] = defaultdict(list)
    for entry in entries:
        found[type(entry)].append(entry)
    return found


def _insert_rows(table: type[models.Model], rows: Sequence[Entry]) -> None:
    fields = list(table._meta.local_concrete_fields)
    size = max(1, connection.ops.bulk_batch_size(fields, rows))
    for start in range(0, len(rows), size):
        query = sql.InsertQuery(table)
        query.insert_values(fields, list(rows[start : start + size]))
        query.get_compiler(connection=connection).execute_sql()


def _insert_children(entries: Sequence[Entry]) -> None:
    """Sub-records, each table at once.

    What an entry does not have is set to nothing, so that nobody asks again.
    """
    children: dict[type[models.Model], list[Any]] = defaultdict(list)
    for entry in entries:
        held = entry.__dict__.setdefault("_cluster_related_objects", {})
        for relation in get_all_child_relations(entry):
            for position, child in enumerate(held.setdefault(relation.get_accessor_name(), [])):
                setattr(child, relation.field.name, entry)
                if hasattr(child, "sort_order"):
                    child.sort_order = position
                if isinstance(child, Location) and child.confidential:
                    child.forget_address()
                children[type(child)].append(child)
    for model, records in children.items():
        model._default_manager.bulk_create(records, batch_size=500)


def _insert_terms(entries: Sequence[Entry]) -> None:
    """The rows between an entry and the terms or agencies it names."""
    rows: dict[type[models.Model], list[Any]] = defaultdict(list)
    for entry in entries:
        held = entry.__dict__["_cluster_related_objects"]
        for field in get_all_child_m2m_relations(entry):
            through = field.remote_field.through
            for target in held.setdefault(field.name, []):
                names = {
                    f"{field.m2m_field_name()}_id": entry.pk,
                    f"{field.m2m_reverse_field_name()}_id": target.pk,
                }
                rows[through].append(through(**names))
    for through, found in rows.items():
        through._default_manager.bulk_create(found, batch_size=500)


def _revise(entries: Sequence[Entry]) -> None:
    """A first revision each, and the page's knowledge of it."""
    if not entries:
        return
    now = timezone.now()
    base = ContentType.objects.get_for_model(Page)
    for entry in entries:
        entry.latest_revision_created_at = now
        entry.has_unpublished_changes = not entry.live
    revisions = Revision.objects.bulk_create(
        [
            Revision(
                content_type=entry.content_type,
                base_content_type=base,
                object_id=str(entry.pk),
                created_at=now,
                object_str=str(entry),
                content=entry.serializable_data(),
            )
            for entry in entries
        ],
        batch_size=100,
    )
    pages = []
    for entry, revision in zip(entries, revisions, strict=True):
        entry.latest_revision = revision
        entry.live_revision = revision if entry.live else None
        pages.append(
            Page(
                pk=entry.pk,
                latest_revision=revision,
                live_revision=entry.live_revision,
                latest_revision_created_at=now,
                has_unpublished_changes=entry.has_unpublished_changes,
            )
        )
    known = ["latest_revision", "live_revision", "latest_revision_created_at", "has_unpublished_changes"]
    Page.objects.bulk_update(pages, known, batch_size=100)


def _index(entries: Sequence[Entry]) -> None:
    """Wagtail's own two indexes, for the admin: its search, and who refers to what."""
    for model, of_model in _by_class(entries).items():
        for backend in get_search_backends(with_auto_update=True):
            backend.add_bulk(model, of_model)
    references = []
    base = ContentType.objects.get_for_model(Page)
    for entry in entries:
        for to_type, to_id, model_path, content_path in set(
            ReferenceIndex._extract_references_from_object(entry)
        ):
            references.append(
                ReferenceIndex(
                    content_type=entry.content_type,
                    base_content_type=base,
                    object_id=str(entry.pk),
                    to_content_type_id=to_type,
                    to_object_id=to_id,
                    model_path=model_path,
                    content_path=content_path,
                    content_path_hash=ReferenceIndex._get_content_path_hash(content_path),
                )
            )
    ReferenceIndex.objects.bulk_create(references, batch_size=500)
