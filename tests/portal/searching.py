"""A search as the page's script asks it, and what to read in the answer of a page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client

FETCH = {"X-Requested-With": "fetch"}
HELP = "Who can I talk to right now?"


def asked(**fields: Any) -> dict[str, Any]:
    return {"words": "", **fields}


def fetch(client: Client, page: str = "en", /, **fields: Any) -> HttpResponse:
    """`page` is the language of the page; `language` would be a tick."""
    return client.post(f"/{page}/find/", asked(**fields), headers=FETCH)


def titles(response: HttpResponse) -> list[str]:
    return [str(card.title) for card in response.context["results"].cards]


def drops(response: HttpResponse) -> list[tuple[str, int]]:
    return [(drop.value, drop.count) for drop in response.context["results"].drops]


def counts(response: HttpResponse, facet: str) -> dict[str, int]:
    group = next(group for group in response.context["facets"] if group.name == facet)
    return {value.value: value.count for value in (*group.values, *group.more)}


def main_of(client: Client, path: str) -> str:
    """The page itself, without what stands around every page."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]
