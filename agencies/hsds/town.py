"""What is there already: the entries of a source, whether a person has touched them since, and what ids are
taken.
"""

from typing import Any, NamedTuple

from wagtail.models import PageLogEntry, Revision

from ..models import AgenciesPage, AgencyPage, Entry, Location, ServicePage, Source
from .plan import Existing, Known
from .records import ORGANIZATION, SERVICE

# The mark of a harvest in Wagtail's log, and so in the history that editors see.
MARK = "harvest"
# Beside it: the harvest had no row of the organisation and made the agency of what its services say.
UNDESCRIBED = "undescribed"
# What a revision tells of its own publishing; a person who only publishes changes nothing else.
BOOKKEEPING = {
    *(
        "live",
        "has_unpublished_changes",
        "first_published_at",
        "last_published_at",
        "latest_revision_created_at",
    ),
    *(
        "latest_revision",
        "live_revision",
        "draft_title",
        "url_path",
        "numchild",
        "owner",
        "path",
        "depth",
        "expired",
    ),
    *(
        "go_live_at",
        "expire_at",
        "locked",
        "locked_at",
        "locked_by",
        "slug",
        "harvest_digest",
        "wagtail_admin_comments",
    ),
}


def look(source: Source | None) -> Existing:
    """The town as a plan must know it. Reads only."""
    ours = Entry.objects.filter(source=source) if source else Entry.objects.none()
    marks = _marks(source) if source else {}
    touched = _touched(source, marks) if source else set()
    rows = ours.values_list(
        "pk",
        "external_id",
        "translation_key",
        "harvest_digest",
        "live",
        "first_published_at",
        "servicepage__pk",
    )
    entries = {
        external_id: Known(
            pk=pk,
            type=SERVICE if service else ORGANIZATION,
            uid=uid,
            digest=digest,
            live=live,
            edited=pk in touched,
            was_live=first is not None,
            described=not marks.get(pk, Mark()).undescribed,
        )
        for pk, external_id, uid, digest, live, first, service in rows
    }
    branch = AgenciesPage.objects.get()
    return Existing(
        entries=entries,
        uids=frozenset(
            Entry.objects.exclude(pk__in=ours.values("pk")).values_list("translation_key", flat=True)
        ),
        keys=frozenset(AgencyPage.objects.values_list("key", flat=True))
        | frozenset(branch.get_children().values_list("slug", flat=True)),
        locations=frozenset(Location.objects.filter(entry__in=ours).values_list("uid", flat=True)),
    )


class Mark(NamedTuple):
    """What the newest harvest of an entry wrote into its history."""

    revision: int | None = None
    undescribed: bool = False


def _marks(source: Source) -> dict[int, Mark]:
    entries = PageLogEntry.objects.filter(data__harvest=source.name, page_id__in=source.entries.values("pk"))
    rows = entries.order_by("pk").values_list("page_id", "revision_id", "data")
    return {page: Mark(revision, UNDESCRIBED in data) for page, revision, data in rows}


def _touched(source: Source, marks: dict[int, Mark]) -> set[int]:
    """The entries whose newest revision is not the harvest's and says something else."""
    harvested = {page: mark.revision for page, mark in marks.items()}
    newest = source.entries.filter(latest_revision__isnull=False).values_list("pk", "latest_revision_id")
    changed = {pk: revision for pk, revision in newest if harvested.get(pk) != revision}
    wanted = {*changed.values(), *(harvested[pk] for pk in changed if harvested.get(pk))}
    contents = {row.pk: _plain(row.content) for row in Revision.objects.filter(pk__in=wanted)}
    return {
        pk for pk, revision in changed.items() if contents.get(harvested.get(pk)) != contents.get(revision)
    }


def _plain(value: Any) -> Any:
    """The content of a revision without its bookkeeping, the ends of lines alike."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if key not in BOOKKEEPING}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    return value


def page_of(known: Known) -> Entry:
    model = AgencyPage if known.type == ORGANIZATION else ServicePage
    return model.objects.get(pk=known.pk)
