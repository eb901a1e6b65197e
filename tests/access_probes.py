"""Every address of the site with somebody's things in it: what the access tables ask.

The addresses come from the URL configuration. A parameter that nobody has given a value fails the table, so a new
view cannot be forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.models import Page

from agencies.seeing import PAGE_ARGUMENTS
from tests.access_belongings import Belongings
from tests.admin_forms import fields_of


@dataclass(frozen=True)
class Probe:
    """One address, by the pattern that made it."""

    pattern: str
    path: str

    def __str__(self) -> str:
        return self.path


# --- addresses ------------------------------------------------------------------------------------

# What does not depend on whose things are asked for.
FIXED: dict[str, list[Any]] = {
    "content_type_app_name": ["agencies"],
    "content_type_model_name": ["servicepage", "agencypage"],
    "app_label": ["agencies"],
    "model_name": ["servicepage"],
    "app_name": ["agencies"],
    "uploaded_image_id": [1],
    "action_name": ["approve", "reject", "publish", "unpublish", "delete", "copy"],
    "action": ["publish", "unpublish", "delete", "move"],
    "filter_spec": ["max-100x100"],
    "mode": [""],
    "uidb64": ["MQ"],
    "token": ["x-y"],
    "seal": ["A" * 60],
    "reference": ["cdfh2345"],
    "role": ["editor"],
    "look": ["district"],
    "item": ["c16"],
    "row": [1],
    "number": [1],
    "restriction_id": [1],
    "translation_source_id": [1],
    "translation_id": [1],
    "string_segment_id": [1],
    "overridable_segment_id": [1],
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
    "admin/review/later/": "later",
    "admin/groups/": "group",
    "admin/users/": "user",
    "admin/images/": "image_id",
    "admin/documents/": "document_id",
}


@cache
def patterns() -> tuple[str, ...]:
    """Every pattern of the URL configuration, whole."""

    def walk(resolver: URLResolver, before: str) -> Iterator[str]:
        for each in resolver.url_patterns:
            whole = before + str(each.pattern)
            if isinstance(each, URLPattern):
                yield whole
            else:
                yield from walk(each, whole)

    return tuple(dict.fromkeys(walk(get_resolver(), "")))


PARAMETER = re.compile(r"<(?:[a-z]+:)?([a-z_0-9]+)>|\(\?P<([a-z_]+)>[^)]*\)|\((\\d\+|\.\*)\)")
SNIPPET = re.compile("admin/snippets/(?:choose/)?([a-z]+)/([a-z]+)/")
SETTINGS = {"app_name": ["agencies", "portal"], "model_name": ["policy", "town"]}
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
    if pattern.startswith("admin/settings/") and name in SETTINGS:
        return SETTINGS[name]
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
    found = SNIPPET.match(pattern)
    return (
        apps.get_model(found[1], found[2]).objects.values_list("pk", flat=True).first() or 1 if found else 1
    )


# --- asking ---------------------------------------------------------------------------------------


FORM = {
    "title": "Taken",
    "body-count": "0",
    "confirm": "yes",
    "today": "yes",
    "comment": "no",
    "external-link-chooser-url": "/",
    "new_parent_page": "1",
    "next": "/admin/",
    "publish_translations": "on",
    "action": "publish",
    "action-publish": "yes",
}
PUT = re.compile("/(strings|overrides)/[0-9]+/edit/$")  # wagtail-localize's editor asks so


def text_of(response: HttpResponse) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    return body.decode("utf-8", "replace") + str(dict(response.headers))


def ask(client: Client, probe: Probe, write: bool) -> HttpResponse:
    """As a page of the admin would ask; a form is sent as if it were filled in, with what changes most."""
    if not write:
        queries = {"q": "title", "page_type": "agencies.servicepage", "filter": "max-100x100"}
        searches = "search" in probe.path or "choose" in probe.path
        return client.get(probe.path, queries if searches and "?" not in probe.path else {})
    if PUT.search(probe.path):
        return client.put(probe.path, "value=Taken", "application/x-www-form-urlencoded")
    return client.post(probe.path, FORM)


def ask_filled_in(client: Client, probe: Probe) -> HttpResponse:
    """As whoever may open the form: with all that stands in it."""
    shown = client.get(probe.path)
    is_form = shown.status_code == 200 and b"data-edit-form" in text_of(shown).encode()
    return client.post(probe.path, {**(fields_of(shown) if is_form else {}), **FORM})


class Writes:
    """Whether the database was written to: only then it is worth a look what changed."""

    def __init__(self) -> None:
        self.any = False

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        self.any = self.any or sql.startswith(("INSERT", "UPDATE", "DELETE"))
        return execute(sql, *rest)


class Undone(Exception):
    """Ends a transaction of which nothing may stay."""


@contextmanager
def rolled_back() -> Iterator[None]:
    with suppress(Undone), transaction.atomic():
        yield
        raise Undone


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """No row stays of what is done here, and whoever has signed out is signed in again."""
    cookies = deepcopy(client.cookies)
    with rolled_back():
        yield
    client.cookies = cookies


def watched() -> tuple[Writes, Any]:
    writes = Writes()
    return writes, connection.execute_wrapper(writes)
