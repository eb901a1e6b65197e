"""Wagtail's lists of pages in a number of queries that does not grow with their rows.

Its chooser asks four times about each row, and its explorer and its chooser once for the address of each entry.
And on SQLite what is typed there is found without a rank: Wagtail's index works the rank out by searching all over
again for every page that it has found, which for a common word in 10,000 entries takes minutes.
A page of the explorer has fewer rows than Wagtail's fifty: drawing them is most of its time.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.views import chooser
from wagtail.admin.views.pages.listing import IndexView
from wagtail.models import Page, Revision, WorkflowState
from wagtail.query import PageQuerySet

from .models import AgenciesPage, Entry


class ChooserTable(chooser.PageChooserTable):
    def __init__(self, columns: Any, data: Iterable[Page], **kwargs: Any) -> None:
        rows = list(data)
        know_addresses(rows)
        know_parents(rows)
        know_states(rows)
        super().__init__(columns, rows, **kwargs)


@hooks.register("construct_explorer_page_queryset")
def addresses_in_the_explorer(parent: Page, pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """In the agencies' branch every row is an entry."""
    model = parent.specific_class
    is_branch = model is not None and issubclass(model, (AgenciesPage, Entry))
    return pages.prefetch_related("address") if is_branch else pages


def know_addresses(pages: list[Page]) -> None:
    prefetch_related_objects([page for page in pages if isinstance(page, Entry)], "address")


def know_parents(pages: list[Page]) -> None:
    paths = {page.path[: -page.steplen] for page in pages if not page.is_root()}
    parents = {parent.path: parent for parent in Page.objects.filter(path__in=paths)}
    for page in pages:
        if not page.is_root():
            page._cached_parent_obj = parents[page.path[: -page.steplen]]


def know_states(pages: list[Page]) -> None:
    """Whether each waits for review, or for its day: as Wagtail's explorer asks it, for pages that are loaded."""
    active = WorkflowState.objects.active().select_related("current_task_state__task")
    states = Prefetch("_specific_workflow_states", queryset=active, to_attr="_current_workflow_states")
    prefetch_related_objects(pages, states, "locale")
    scheduled = Revision.page_revisions.filter(
        object_id__in=[str(page.pk) for page in pages], approved_go_live_at__isnull=False
    )
    waiting = set(scheduled.values_list("object_id", flat=True))
    for page in pages:
        page._approved_schedule = str(page.pk) in waiting


def leave_unranked() -> None:
    """What is typed into a list of SQLite's: the newest first. Other databases have no such index to import."""
    from modelsearch.backends.database.sqlite import sqlite

    class Unranked(sqlite.SQLiteAutocompleteQueryCompiler):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.order_by_relevance = False

    sqlite.SQLiteSearchBackend.autocomplete_query_compiler_class = Unranked


IndexView.paginate_by = 20
chooser.PageChooserTable = ChooserTable
if connection.vendor == "sqlite":
    leave_unranked()
