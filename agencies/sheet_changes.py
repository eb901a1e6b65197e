"""What a sheet would change in an agency's services, and carrying it out: drafts that go to review, new ones that do not yet.

Nothing here publishes. What is carried out is planned anew from the same rows, against the entries as they stand
then: so a sheet sent twice, or confirmed twice, finds nothing left to do.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.models import Page, WorkflowState, get_default_page_content_type

from . import sheets
from .differences import Difference, Version, differences
from .models import AgencyPage, ServicePage, User
from .sheet_files import Line, UnreadableFile, by_heading
from .sheets import Cells, Problem

# Each change is a revision and a review: more of them would hold the database for too long.
MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Row:
    """What a person sent, by the number of its line."""

    number: int
    cells: Cells


@dataclass(frozen=True, slots=True)
class Change:
    """A row that would change a service (`entry`), or make one (None)."""

    row: Row
    title: str
    wanted: Cells
    entry: ServicePage | None
    differences: list[Difference]


@dataclass(frozen=True, slots=True)
class Refusal:
    row: Row
    title: str
    reasons: list[str]


@dataclass(slots=True)
class Plan:
    """`waiting`: rows whose entry is with a reviewer, or locked, and is left as it is."""

    changed: list[Change] = field(default_factory=list)
    new: list[Change] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    waiting: list[Refusal] = field(default_factory=list)
    unchanged: int = 0

    @property
    def changes(self) -> list[Change]:
        return [*self.changed, *self.new]

    @property
    def now(self) -> list[Change]:
        """Those that one confirmation carries out."""
        return self.changes[:MOST_AT_ONCE]

    @property
    def later(self) -> int:
        return len(self.changes) - len(self.now)


def rows_of(lines: list[Line]) -> list[Row]:
    """The rows by the columns' keys. Raises UnreadableFile where the headings are not the sheet's."""
    headings, found = by_heading(lines)
    known = sheets.known_headings()
    keys = {heading: known.get(heading.casefold(), "") for heading in headings if heading}
    if strange := [heading for heading, key in keys.items() if not key]:
        raise UnreadableFile(
            _("There is no column “%(heading)s”. Give it the heading it had, or delete the column.")
            % {"heading": strange[0]}
        )
    if twice := [
        key for key, times in Counter(known[h.casefold()] for h in headings if h).items() if times > 1
    ]:
        raise UnreadableFile(
            _("There are two columns “%(heading)s”. Delete one.") % {"heading": sheets.heading(twice[0])}
        )
    if missing := [key for key in (sheets.CODE, sheets.MADE_FROM) if key not in keys.values()]:
        raise UnreadableFile(
            _("The column “%(heading)s” is missing. Download the sheet anew and change that.")
            % {"heading": sheets.heading(missing[0])}
        )
    return [
        Row(number, sheets.understood({keys[heading]: text for heading, text in texts.items()}))
        for number, texts in found
    ]


def services_of(agency: AgencyPage) -> list[ServicePage]:
    """With what their versions are made of; in a number of queries that does not grow with them."""
    found = ServicePage.objects.child_of(agency).select_related("latest_revision", "address")
    return list(found.prefetch_related(*sheets.PARTS).order_by("path"))


def version_of(entry: ServicePage) -> Version:
    """What an editor would see: the newest draft, or what was never edited as the database has it."""
    if entry.latest_revision is not None:
        return entry.latest_revision.content
    parts = {part: [sheets.json_of(row) for row in getattr(entry, part).all()] for part in sheets.PARTS}
    return {name: getattr(entry, name) for name in sheets.OWN} | parts


class Planner:
    """Compares rows with the services of one agency."""

    def __init__(self, agency: AgencyPage) -> None:
        self.agency = agency
        self.entries = {entry.code: entry for entry in services_of(agency)}
        self.titles = {
            title.casefold() for entry in self.entries.values() for title in (entry.title, entry.draft_title)
        }
        self.seen: set[str] = set()
        self.plan = Plan()

    @cached_property
    def waiting(self) -> set[int]:
        """Ids of the entries that nobody changes now."""
        states = WorkflowState.objects.filter(
            base_content_type=get_default_page_content_type(),
            object_id__in=[str(entry.pk) for entry in self.entries.values()],
            status=WorkflowState.STATUS_IN_PROGRESS,
        )
        locked = {entry.pk for entry in self.entries.values() if entry.locked}
        return locked | {int(key) for key in states.values_list("object_id", flat=True)}

    def add(self, row: Row) -> None:
        code = row.cells.get(sheets.CODE, "").lower()
        if not code:
            self._add_new(row)
        elif code in self.seen:
            self._refuse(row, [_("This code stands in another row too. Delete one of them.")])
        elif code not in self.entries:
            self._refuse(row, [_("The agency has no service with this code. A new service has none.")])
        else:
            self.seen.add(code)
            self._add_changed(row, self.entries[code])

    def _refuse(self, row: Row, reasons: list[str], title: str = "") -> None:
        self.plan.refused.append(Refusal(row, title or row.cells.get(sheets.TITLE, ""), reasons))

    def _add_changed(self, row: Row, entry: ServicePage) -> None:
        version = version_of(entry)
        title = version["title"]
        wanted = sheets.differing(row.cells, version)
        if not wanted:
            self.plan.unchanged += 1
        elif entry.pk in self.waiting:
            reason = _("This waits for review, or is locked: it is left as it is.")
            self.plan.waiting.append(Refusal(row, title, [reason]))
        elif row.cells.get(sheets.MADE_FROM, "") != sheets.mark(sheets.cells(version)):
            reason = _("This was changed since the sheet was made. Download the sheet anew and change that.")
            self._refuse(row, [reason], title)
        elif sheets.LANGUAGE in wanted:
            self._refuse(row, [_("The language it is written in is changed in the admin alone.")], title)
        else:
            self._accept(row, title, wanted, entry, version)

    def _add_new(self, row: Row) -> None:
        title = row.cells.get(sheets.TITLE, "")
        if not title:
            self._refuse(row, [_("A new service needs a title.")])
        elif title.casefold() in self.titles:
            self._refuse(row, [_("The agency has a service with this title already. Choose another title.")])
        else:
            self.titles.add(title.casefold())
            blank = sheets.blank(self.agency.source_language)
            self._accept(row, title, sheets.filled_in(row.cells), None, blank)

    def _accept(
        self, row: Row, title: str, wanted: Cells, entry: ServicePage | None, version: Version
    ) -> None:
        after, problems = sheets.changed(version, wanted)
        if problems:
            self._refuse(row, [_said(problem) for problem in problems], title)
            return
        told = differences(version if entry else {}, after, ServicePage, lambda model, pk: str(pk))
        rows = self.plan.changed if entry else self.plan.new
        rows.append(Change(row, title, wanted, entry, told))


def _said(problem: Problem) -> str:
    return f"{sheets.heading(problem.column)}: {problem.text}"


def plan(agency: AgencyPage, rows: Iterable[Row]) -> Plan:
    """What the rows would change. Changes nothing itself."""
    planner = Planner(agency)
    for row in rows:
        planner.add(row)
    return planner.plan


@transaction.atomic
def carry_out(agency: AgencyPage, rows: Iterable[Row], by: User) -> Plan:
    """Plans anew and does it. Returns what was done; what could not be is among the refused."""
    # Two confirmations of one sheet wait for each other: the second finds what the first has done.
    Page.objects.select_for_update().get(pk=agency.pk)
    planned = plan(agency, rows)
    done = Plan(refused=planned.refused, waiting=planned.waiting, unchanged=planned.unchanged)
    for change in planned.now:
        try:
            with transaction.atomic():
                if change.entry is None:
                    _make(agency, change, by)
                    done.new.append(change)
                elif _draft(change.entry, change, by):
                    done.changed.append(change)
                else:
                    reason = _("Somebody has locked this: it is left as it is.")
                    done.waiting.append(Refusal(change.row, change.title, [reason]))
        except ValidationError as error:
            done.refused.append(Refusal(change.row, change.title, error.messages))
    return done


def _draft(entry: ServicePage, change: Change, by: User) -> bool:
    """False for what somebody holds."""
    lock = entry.get_lock()
    if lock is not None and lock.for_user(by):
        return False
    draft = _with(entry, change.wanted)
    draft.save_revision(user=by, log_action=True)
    state = draft.current_workflow_state
    workflow = draft.get_workflow()
    if state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(by)
    elif workflow is not None:
        workflow.start(draft, by)
    return True


def _make(agency: AgencyPage, change: Change, by: User) -> None:
    """A draft: what has no column is still to be filled in, so its editor sends it to review."""
    page = ServicePage(
        title=change.title,
        source_language=agency.source_language,
        owner=by,
        live=False,
        has_unpublished_changes=True,
    )
    agency.add_child(instance=page)
    _with(page, change.wanted).save_revision(user=by)


def _with(entry: ServicePage, wanted: Cells) -> ServicePage:
    """The entry with these cells, in memory. Raises ValidationError."""
    revision = entry.latest_revision
    content = revision.content if revision else _as_revision(entry)
    after, problems = sheets.changed(content, wanted)
    if problems:
        raise ValidationError([_said(problem) for problem in problems])
    return entry.with_content_json(after)


def _as_revision(entry: ServicePage) -> Version:
    return json.loads(json.dumps(entry.serializable_data(), cls=DjangoJSONEncoder))
