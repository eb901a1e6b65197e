"""What waits for a reviewer, with what changed; read in a number of queries that does not grow with the rows."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from wagtail.models import Page, TaskState

from .differences import Difference, Version, changes, differences, references, topic
from .models import AgencyPage, Entry, User
from .models import review as rule


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row of the queue."""

    state: TaskState
    page: Page
    parent: str
    authors: list[User]
    since: datetime
    topics: list[str]
    is_new: bool


def queue(states: Iterable[TaskState]) -> list[Waiting]:
    """The rows of these states, in their order."""
    states = list(states)
    keys = {int(state.workflow_state.object_id) for state in states}
    pages = Page.objects.select_related("live_revision", "latest_revision", "content_type").in_bulk(keys)
    parents = _parents(pages.values())
    hands = rule.authors(pages.values())
    people = User.objects.in_bulk({user for users in hands.values() for user in users})
    rows = []
    for state in states:
        page = pages.get(int(state.workflow_state.object_id))
        if page is None:
            continue
        writers = [people[user] for user in sorted(hands[page.pk]) if user in people]
        rows.append(
            Waiting(
                state,
                page,
                page.title if page.specific_class is AgencyPage else parents.get(_parent_path(page), ""),
                writers,
                state.started_at,
                _topics(page),
                not page.live,
            )
        )
    return rows


def _parent_path(page: Page) -> str:
    return page.path[: -page.steplen]


def _parents(pages: Iterable[Page]) -> dict[str, str]:
    paths = {_parent_path(page) for page in pages}
    return dict(Page.objects.filter(path__in=paths).values_list("path", "title"))


def _topics(page: Page) -> list[str]:
    """In short, from the two revisions alone; nothing for what has none of them, or is no entry."""
    model = page.specific_class
    if (
        model is None
        or not issubclass(model, Entry)
        or page.live_revision is None
        or page.latest_revision is None
    ):
        return []
    found = changes(page.live_revision.content, page.latest_revision.content, model)
    return list(dict.fromkeys(topic(change, model) for change in found))


def compared(page: Page) -> list[Difference]:
    """The newest draft of an entry beside what is public; beside nothing where nothing is."""
    live: Entry = type(page).objects.get(pk=page.pk)
    before: Version = live.serializable_data() if live.live else {}
    after: Version = page.get_latest_revision().content
    model = type(live)
    names = _names(references(changes(before, after, model), model))
    return differences(before, after, model, lambda kind, pk: names.get((kind, pk), str(pk)))


def _names(wanted: set[tuple[type[Model], Any]]) -> dict[tuple[type[Model], Any], str]:
    by_kind: dict[type[Model], set[Any]] = defaultdict(set)
    for kind, pk in wanted:
        by_kind[kind].add(pk)
    return {
        (kind, row.pk): str(row)
        for kind, keys in by_kind.items()
        for row in kind._default_manager.filter(pk__in=keys)
    }
