"""The town's own pages in search: one document for all translations, gone with the last of them."""

from __future__ import annotations

import json

import search
from portal.models import ContentPage
from search import outbox
from search.types import Query

from . import small_town


def found(words: str, language: str = "en") -> list[str]:
    outbox.drain()
    return [hit.title for hit in search.find(Query(words=words, language=language)).hits if hit.all_words]


def test_a_page_is_found_by_its_words_in_each_language_once(town: None) -> None:
    page = small_town.content(
        "How to ask", body=json.dumps([{"type": "paragraph", "value": "Bring a marmalade."}])
    )
    small_town.translated(page, "de", title="Wie man fragt", body=json.dumps([]))
    assert found("marmalade") == ["How to ask"]
    assert found("fragt", "de") == ["Wie man fragt"]


def test_what_is_unpublished_is_no_longer_found(town: None) -> None:
    page = small_town.content("Marmalade")
    assert found("marmalade") == ["Marmalade"]
    page.unpublish()
    assert found("marmalade") == []


def test_a_draft_is_never_found(town: None) -> None:
    page = small_town.content("Marmalade")
    page.title = "Secret jam"
    page.save_revision()
    assert found("jam") == [] and found("marmalade") == ["Marmalade"]


def test_the_last_translation_takes_the_address_into_retirement(town: None) -> None:
    page = small_town.content("Marmalade")
    twin = small_town.translated(page, "de", title="Marmelade")
    ContentPage.objects.get(pk=page.pk).delete()
    address = twin.address
    address.refresh_from_db()
    assert address.retired_at is None and found("marmelade", "de") == ["Marmelade"]
    ContentPage.objects.get(pk=twin.pk).delete()
    address.refresh_from_db()
    assert address.retired_at is not None and found("marmelade", "de") == []
