"""Every address of the site with somebody's things in it: what the access tables ask.

The addresses come from the URL configuration. A parameter that nobody has given a value fails the table, so a new
view cannot be forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.admin.models import EditingSession
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Page, PageLogEntry, Revision, TaskState, WorkflowState

from agencies.models import AgencyPage, Correction, Invitation, ServicePage, Term, User
from agencies.seeing import PAGE_ARGUMENTS
from tests.agencies.stage import person

DAY = timedelta(days=1)

# Words that stand in nothing but the other agency's unpublished things.
SECRET = "Zwielicht"


@dataclass(frozen=True)
class Probe:
    """One address, by the pattern that made it."""

    pattern: str
    path: str

    def __str__(self) -> str:
        return self.path


@dataclass
class Belongings:
    """What an agency has that its neighbours must not learn of, and the ids that lead to it."""

    draft: ServicePage
    live: ServicePage
    ids: dict[str, Any] = field(default_factory=dict)

    def values(self, page: Page) -> dict[str, Any]:
        """URL parameter -> value, for addresses about this page."""
        about = dict.fromkeys((*PAGE_ARGUMENTS, "object_id"), page.pk)
        return (
            self.ids
            | about
            | {
                "revision_id": page.latest_revision_id,
                "revision_id_a": "earliest",
                "revision_id_b": page.latest_revision_id,
                "task_state_id": self.ids["task_states"][page.pk],
                "workflow_state_id": self.ids["workflow_states"][page.pk],
                "state_id": self.ids["task_states"][page.pk],
                "code": page.code if isinstance(page, ServicePage) else "",
            }
        )


def belongings_of(agency: AgencyPage, live: ServicePage, word: str = SECRET) -> Belongings:
    """A draft and a changed live entry, both sent to review by a person of the agency; a picture and a document."""
    author = person("editor", agency)
    User.objects.filter(pk=author.pk).update(first_name=word, last_name=word, email=f"{word}@town.example")
    draft = ServicePage(title=f"{word} title", summary=f"{word} summary", live=False)
    agency.add_child(instance=draft)
    states: dict[str, dict[int, int]] = {"task_states": {}, "workflow_states": {}}
    for page in (live, draft):  # the draft last: a report names what was edited last
        page.title, page.draft_title = f"{word} title", f"{word} title"
        page.save_revision(user=author, changed=True)
        state = page.get_workflow().start(page, author)
        states["workflow_states"][page.pk] = state.pk
        states["task_states"][page.pk] = state.current_task_state_id
    collection = Collection.objects.get(name=agency.key)
    image = get_image_model().objects.create(
        title=f"{word} picture",
        file=get_test_image_file(filename=f"{word}.png"),
        collection=collection,
        uploaded_by_user=author,
    )
    document = get_document_model().objects.create(
        title=f"{word} document",
        file=ContentFile(b"x", name=f"{word}.txt"),
        collection=collection,
        uploaded_by_user=author,
    )
    session = EditingSession.objects.create(
        user=author,
        content_type=ContentType.objects.get_for_model(ServicePage),
        object_id=str(draft.pk),
        last_seen_at=draft.latest_revision_created_at,
    )
    Authenticator.objects.create(user=author, type=Authenticator.Type.TOTP, data={})
    Invitation.objects.create(
        email=f"{word}@elsewhere.example", role="editor", agency=agency, expires=session.last_seen_at + DAY
    )
    today = draft.latest_revision_created_at.date()
    Correction.objects.create(entry=live, what=["other"], answer=word, received_on=today, due_on=today)
    task_state = TaskState.objects.get(pk=states["task_states"][draft.pk])
    fresh = [ServicePage.objects.get(pk=page.pk) for page in (draft, live)]
    return Belongings(
        *fresh,
        ids=states
        | {
            "image_id": image.pk,
            "document_id": document.pk,
            "doc_id": document.pk,
            "session_id": session.pk,
            "task_id": task_state.task_id,
            "workflow_pk": WorkflowState.objects.get(pk=states["workflow_states"][draft.pk]).workflow_id,
            "collection_id": collection.pk,
            "user": author.pk,
            "user_id": author.pk,
            "key": agency.key,
            "invitation_id": Invitation.objects.get(agency=agency).pk,
            "correction": Correction.objects.get(entry=live).pk,
        },
    )


# --- addresses ------------------------------------------------------------------------------------

# What does not depend on whose things are asked for.
FIXED: dict[str, list[Any]] = {
    "content_type_app_name": ["agencies"],
    "content_type_model_name": ["servicepage", "agencypage"],
    "app_label": ["agencies"],
    "model_name": ["servicepage"],
    "app_name": ["agencies"],
    "action_name": ["approve", "reject", "publish", "unpublish", "delete", "copy"],
    "action": ["publish", "unpublish", "delete", "move"],
    "filter_spec": ["max-100x100"],
    "mode": [""],
    "uidb64": ["MQ"],
    "token": ["x-y"],
    "seal": ["A" * 60],
    "reference": ["cdfh2345"],
    "role": ["editor"],
    "row": [1],
    "restriction_id": [1],
    "translation_source_id": [1],
    "translation_id": [1],
    "string_segment_id": [1],
    "overridable_segment_id": [1],
    "uploaded_image_id": [1],
    "uploaded_file_id": [1],
}
# Where `pk` is no page's: the beginning of the pattern, and the value's name among the ids.
KEYS = {
    "admin/api/main/^pages/": "page_id",
    "admin/api/main/^images/": "image_id",
    "admin/api/main/^documents/": "document_id",
    "admin/pages/": "page_id",
    "admin/collections/": "collection_id",
    "admin/workflows/tasks/": "task_id",
    "admin/workflows/": "workflow_pk",
    "admin/reported/": "correction",
    "admin/users/": "user",
    "admin/images/": "image_id",
    "admin/documents/": "document_id",
}


def patterns() -> Iterator[str]:
    """Every pattern of the URL configuration, whole."""

    def walk(resolver: URLResolver, before: str) -> Iterator[str]:
        for each in resolver.url_patterns:
            whole = before + str(each.pattern)
            if isinstance(each, URLPattern):
                yield whole
            else:
                yield from walk(each, whole)

    yield from dict.fromkeys(walk(get_resolver(), ""))


PARAMETER = re.compile(r"<(?:[a-z]+:)?([a-z_0-9]+)>|\(\?P<([a-z_]+)>[^)]*\)|\((\\d\+|\.\*)\)")
TAKES_IDS = ("<str:action>/", "choose-page/chosen-multiple/")
CATCH_ALL = "admin/^.*/$"  # the admin's own 404


class Unknown(AssertionError):
    """A parameter without a value: say in `FIXED` or `KEYS` what it is."""


def probes(belongings: Belongings, page: Page, beside: Page | None = None) -> list[Probe]:
    """The addresses about a page of somebody's; with `beside`, about that page, and all else of the somebody's."""
    values = belongings.values(page)
    if beside:
        values |= dict.fromkeys(PAGE_ARGUMENTS, beside.pk) | {"object_id": beside.pk}
        page = beside
    found = []
    for pattern in patterns():
        if pattern != CATCH_ALL:
            query = f"?id={page.pk}" if pattern.endswith(TAKES_IDS) else ""
            found += [Probe(pattern, path + query) for path in _filled(pattern, values)]
    return found


def _filled(pattern: str, values: dict[str, Any]) -> list[str]:
    paths = [""]
    position = 0
    for match in PARAMETER.finditer(pattern):
        name = match[1] or match[2] or match[3]
        literal = pattern[position : match.start()]
        choices = _choices(pattern, name, values)
        paths = [f"{path}{literal}{choice}" for path in paths for choice in choices]
        position = match.end()
    return [_plain(path + pattern[position:]) for path in paths]


def _plain(path: str) -> str:
    return "/" + path.replace("^", "").replace("$", "").replace("\\.", ".").replace("\\Z", "")


def _choices(pattern: str, name: str, values: dict[str, Any]) -> list[Any]:
    if name == "model_name" and "workflows" in pattern:
        return ["review"]
    if name == r"\d+":
        return [values["document_id"]]
    if name in ("path", ".*"):
        return ["x"]
    if name == "pk":
        return [_key(pattern, values)]
    if name in values:
        return [values[name]]
    if name in FIXED:
        return FIXED[name]
    raise Unknown(f"{pattern}: what is {name}?")


def _key(pattern: str, values: dict[str, Any]) -> Any:
    for beginning, name in KEYS.items():
        if pattern.startswith(beginning):
            return values[name]
    # The town's vocabulary and settings, which are nobody's secret: any row, or none.
    return Term.objects.values_list("pk", flat=True).first() if "term" in pattern else 1


# --- asking ---------------------------------------------------------------------------------------


def text_of(response: HttpResponse) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    return body.decode("utf-8", "replace") + str(dict(response.headers))


def ask(client: Client, probe: Probe, write: bool) -> HttpResponse:
    """As a page of the admin would ask; a form is sent as if it were filled in, with what changes most."""
    if not write:
        queries = {"q": "title", "page_type": "agencies.servicepage", "filter": "max-100x100"}
        searches = "search" in probe.path or "choose" in probe.path
        return client.get(probe.path, queries if searches and "?" not in probe.path else {})
    return client.post(
        probe.path,
        {
            "title": "Taken",
            "confirm": "yes",
            "comment": "no",
            "external-link-chooser-url": "/",
            "new_parent_page": "1",
            "next": "/admin/",
        },
    )


def state_of(belongings: Belongings) -> dict[str, Any]:
    """What no stranger may change. Sessions and who looks at a page just now are no part of it."""
    pages = [belongings.draft.pk, belongings.live.pk]
    return {
        "pages": list(Page.objects.filter(pk__in=pages).order_by("pk").values()),
        "revisions": sorted(
            Revision.objects.filter(object_id__in=[str(pk) for pk in pages]).values_list("pk", flat=True)
        ),
        "states": list(
            TaskState.objects.filter(pk__in=belongings.ids["task_states"].values())
            .order_by("pk")
            .values("pk", "status", "comment")
        ),
        "flows": list(
            WorkflowState.objects.filter(pk__in=belongings.ids["workflow_states"].values())
            .order_by("pk")
            .values("pk", "status")
        ),
        "images": list(
            get_image_model().objects.filter(pk=belongings.ids["image_id"]).values("title", "collection")
        ),
        "documents": list(
            get_document_model()
            .objects.filter(pk=belongings.ids["document_id"])
            .values("title", "collection")
        ),
        "invitations": list(Invitation.objects.filter(pk=belongings.ids["invitation_id"]).values()),
        "reports": list(Correction.objects.filter(pk=belongings.ids["correction"]).values()),
        "author": list(
            User.objects.filter(pk=belongings.ids["user"]).values("email", "is_active", "password")
        ),
        "roles": list(Group.objects.filter(user=belongings.ids["user"]).values_list("name", flat=True)),
        "factors": Authenticator.objects.filter(user=belongings.ids["user"]).count(),
        "log": PageLogEntry.objects.filter(page_id__in=pages).count(),
    }
