"""Each block of a town's page, drawn with what the town has."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from agencies.models import Scheme
from portal.blocks import BODY

from . import small_town

BLOCKS: dict[str, Any] = {
    "heading": "First of all",
    "paragraph": "One.\n\nTwo.",
    "steps": ["Breathe", "Call"],
    "notice": {"title": "Good to know", "text": "It is free."},
    "urgent": {"title": "Danger", "text": "Call now."},
    "needs": ["bullying", "g-danger"],
    "services": {"title": "Who helps", "kinds": ["food"]},
    "numbers": ["child_helpline"],
    "question": {"question": "Do I have to say my name?", "answer": "No."},
}
DRAWN = {
    "heading": ["<h2>First of all</h2>"],
    "paragraph": ["<p>One.</p>", "<p>Two.</p>"],
    "steps": ['<ol class="steps">', "<li>Breathe</li>"],
    "notice": ["Good to know", "It is free."],
    "urgent": ["Danger", "Call now.", "tel:112", "tel:116111"],
    "needs": ['class="needs"'],
    "services": ["Who helps", "Warm soup"],
    "numbers": ["tel:116111"],
    "question": ["<summary>Do I have to say my name?</summary>", "<p>No.</p>"],
}


@pytest.fixture
def ready(town: None) -> None:
    small_town.numbers()
    page = small_town.service(small_town.agency(), "Warm soup")
    page.kinds = [small_town.term(Scheme.SERVICE_KIND, "food")]
    page.save()


def main_of(client: Client, *blocks: tuple[str, Any], language: str = "en") -> str:
    body = json.dumps([{"type": kind, "value": value} for kind, value in blocks])
    page = small_town.content(body=body)
    return (
        client.get(f"/{language}/{page.code}/").content.decode().partition("<main")[2].partition("</main>")[0]
    )


def test_every_block_is_tried_here() -> None:
    assert set(BLOCKS) == {name for name, _block in BODY}


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_block_is_drawn(ready: None, client: Client, kind: str) -> None:
    drawn = main_of(client, (kind, BLOCKS[kind]))
    for piece in DRAWN[kind]:
        assert piece in drawn


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_block_that_names_nothing_is_quiet(ready: None, client: Client, kind: str) -> None:
    empty = {"needs": [], "numbers": [], "services": {"title": "", "kinds": []}, "steps": []}
    assert "tel:" not in main_of(client, (kind, empty[kind])) if kind in empty else True


def test_needs_stand_in_the_vocabularys_order_and_unknown_ones_are_left_out(
    ready: None, client: Client
) -> None:
    drawn = main_of(client, ("needs", ["bullying", "no-such", "g-danger"]))
    danger, bullying = (small_town.need(code).address.code for code in ("g-danger", "bullying"))
    assert 0 < drawn.index(danger) < drawn.index(bullying)


def test_a_block_can_be_drawn_by_itself(ready: None) -> None:
    blocks = dict(BODY)
    assert "tel:116111" in blocks["numbers"].render(["child_helpline"])
    assert "Warm soup" in blocks["services"].render(
        blocks["services"].to_python({"title": "", "kinds": ["food"]})
    )
    assert small_town.need("bullying").address.code in blocks["needs"].render(["bullying"])
