"""Writes a plan: new entries set by set, changed ones one by one, all in the caller's transaction."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, Revision

from ..models import AgenciesPage, AgencyPage, Entry, ServicePage, Source
from ..planting import plant
from .fill import Filler
from .plan import Do, Step, waits
from .records import ORGANIZATION, SERVICE
from .records import Entry as Harvested
from .town import MARK, UNDESCRIBED, page_of


def apply(steps: Sequence[Step], source: Source) -> None:
    """Does what the plan says.

    Agencies come before services: services stand below them and name their places.
    """
    writer = _Writer(steps, source)
    writer.write([step for step in steps if step.entry.type == ORGANIZATION])
    writer.tie_to_parents()
    writer.filler.look_at_places(source.pk)
    writer.write([step for step in steps if step.entry.type == SERVICE])
    writer.log()


class _Writer:
    def __init__(self, steps: Sequence[Step], source: Source):
        self.steps = steps
        self.source = source
        self.filler = Filler(
            tag for step in steps if step.do in (Do.CREATE, Do.UPDATE) for tag in step.entry.tags
        )
        self.marks: list[PageLogEntry] = []
        self.harvest = uuid.uuid4()

    def write(self, steps: Iterable[Step]) -> None:
        new: dict[str, list[Step]] = defaultdict(list)
        for step in steps:
            if step.do == Do.CREATE:
                new[step.entry.organization if step.entry.type == SERVICE else ""].append(step)
            elif step.do == Do.UPDATE:
                self._update(step)
            elif step.do == Do.PUBLISH:
                self._publish(step)
        parents = self._agencies(new)
        for key, group in new.items():
            pages = [self._new(step) for step in group]
            for step, page in zip(group, plant(parents[key], pages, revise=True), strict=True):
                self._mark(page, page.latest_revision_id, "wagtail.create", step.entry)

    def _agencies(self, wanted: Iterable[str]) -> dict[str, Page]:
        origins = [origin for origin in wanted if origin]
        found: dict[str, Page] = {
            page.external_id: page
            for page in AgencyPage.objects.filter(source=self.source, external_id__in=origins)
        }
        return {**found, "": AgenciesPage.objects.get()}

    def _new(self, step: Step) -> Entry:
        page = self.filler.new(step.entry)
        page.source, page.harvest_digest = self.source, step.digest
        page.slug, page.live = step.slug, step.live
        if isinstance(page, AgencyPage):
            page.key = step.slug
        return page

    def _update(self, step: Step) -> None:
        page = self._in_its_place(step)
        self.filler.fill(page, step.entry)
        page.harvest_digest = step.digest
        if not waits(step) and not step.live:
            page.save()
        revision = page.save_revision(clean=False)
        if step.live:
            revision.publish(log_action=False)
        Entry.objects.filter(pk=page.pk).update(harvest_digest=step.digest)
        self._mark(page, revision.pk, "wagtail.edit", step.entry)

    def _in_its_place(self, step: Step) -> Entry:
        """The page, moved first if the source has given the service to another agency."""
        page = page_of(step.stands)
        if isinstance(page, ServicePage):
            agency = AgencyPage.objects.get(source=self.source, external_id=step.entry.organization)
            if page.agency_id != agency.pk:
                page.move(agency, pos="last-child")
                page = page_of(step.stands)
        return page

    def _publish(self, step: Step) -> None:
        page = page_of(step.stands)
        revision = page.get_latest_revision() or page.save_revision(clean=False)
        revision.publish(log_action=False)
        self._mark(page, revision.pk, "wagtail.publish", step.entry)

    def tie_to_parents(self) -> None:
        """Which agency is part of which, once all of them are there; their newest words know it too."""
        steps = [step for step in self.steps if step.entry.type == ORGANIZATION and step.entry.organization]
        written = [step for step in steps if step.do in (Do.CREATE, Do.UPDATE)]
        pages = dict(AgencyPage.objects.filter(source=self.source).values_list("external_id", "pk"))
        for step in written:
            parent = pages[step.entry.organization]
            if not waits(step):
                AgencyPage.objects.filter(pk=pages[step.entry.external_id]).update(parent_agency=parent)
            page = AgencyPage.objects.get(pk=pages[step.entry.external_id])
            for revision in Revision.objects.filter(pk=page.latest_revision_id):
                revision.content["parent_agency"] = parent
                revision.save(update_fields=["content"])

    def _mark(self, page: Entry, revision: int | None, action: str, entry: Harvested) -> None:
        data: dict[str, Any] = {MARK: self.source.name}
        if not entry.described:
            data[UNDESCRIBED] = True
        self.marks.append(
            PageLogEntry(
                page_id=page.pk,
                content_type=ContentType.objects.get_for_model(type(page)),
                label=entry.name,
                action=action,
                timestamp=timezone.now(),
                revision_id=revision,
                content_changed=True,
                uuid=self.harvest,
                data=data,
            )
        )

    def log(self) -> None:
        """The history of each entry says that a harvest wrote it; the next harvest knows its own hand by
        that.
        """
        PageLogEntry.objects.bulk_create(self.marks, batch_size=500)
