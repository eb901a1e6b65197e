"""SAFETY.md 19 for every text for children that ships, in each language; and the checker for a town's own pages."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.test.utils.form_data import nested_form_data, streamfield

from agencies.reading_measures import findings
from portal import reading
from portal.models import ContentPage
from tests.admin_forms import opened
from tests.agencies.stage import edit_address, signed_in
from tests.portal.test_catalogues import said_by_module, said_by_template

from . import small_town

LANGUAGES = ("en", "de", "fr", "uk", "ar")
FIXTURES = Path(settings.FIXTURES_FOLDER)
ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = (
    *("agencies/twin.html", "portal/need_twin.html", "portal/child_ways.html"),
    *("components/to_checklist_child.html", "components/question_step.html", "components/advice.html"),
    *("components/offer.html", "portal/checklist_child.html", "portal/checklist_list.html"),
    *("portal/checklist_keep.html", "portal/checklist_open.html"),
    *("portal/checklist_words.html", "portal/checklist_words_child.html"),
)
FOR_EDITORS = {"There is nothing for children here yet. Fill in “for children”."}
HARD = "You can come to us whenever something makes you afraid and you want somebody to listen to you."

each_language = pytest.mark.parametrize("language", LANGUAGES)


def too_hard(language: str, texts: Iterator[str]) -> list[str]:
    """What is over a limit, with its measures. A list without a text would prove nothing."""
    every = [text for text in texts if text]
    assert every
    return [
        f"{text} ({finding.measure} {finding.value:.1f})"
        for text in every
        for finding in findings("child_summary", text, language)
    ]


def interface() -> Iterator[str]:
    for name in TEMPLATES:
        yield from said_by_template((ROOT / "templates" / name).read_text("utf-8"))
    for name in ("children", "numbers"):
        yield from said_by_module((ROOT / "portal" / f"{name}.py").read_text("utf-8"))


@each_language
def test_the_interface_of_the_twins(language: str) -> None:
    with translation.override(language):
        texts = [translation.gettext(text) for text in interface() if text not in FOR_EDITORS]
    assert too_hard(language, iter(texts)) == []


def labels(language: str) -> Iterator[str]:
    name = "terms.csv" if language == "en" else f"words.{language}.csv"
    with (FIXTURES / "taxonomy" / name).open(encoding="utf-8", newline="") as file:
        yield from (row["child_label"] for row in csv.DictReader(file))


@each_language
def test_the_vocabularys_words_for_children(language: str) -> None:
    assert too_hard(language, labels(language)) == []


def summaries(language: str) -> Iterator[str]:
    if language == "en":
        for path in (FIXTURES / "demo" / "agencies").glob("*.json"):
            agency = json.loads(path.read_text("utf-8"))
            yield from (entry.get("child_summary", "") for entry in (agency, *agency["services"]))
        return
    for path in (FIXTURES / "demo" / "words" / language).glob("*.json"):
        words = json.loads(path.read_text("utf-8"))
        entries = (words["agency"], *words["services"].values())
        yield from (entry.get("child_summary", "") for entry in entries)


@each_language
def test_the_demos_entries_in_words_for_children(language: str) -> None:
    assert too_hard(language, summaries(language)) == []


def test_the_demos_pages_for_children(demo: None) -> None:
    """Each piece by itself, and each page as a whole."""
    pages = list(ContentPage.objects.filter(audience=ContentPage.Audience.CHILD).select_related("locale"))
    assert {page.locale.language_code for page in pages} == set(LANGUAGES)
    for page in pages:
        texts = [text for _key, text in reading.texts(page)]
        whole = "\n".join(texts)
        assert too_hard(page.locale.language_code, iter([*texts, whole])) == []


# In Wagtail's checker


def preview_of(editor: Client, page: ContentPage, *blocks: str, **changes: str) -> str:
    """What stands in the editor, with these paragraphs: the script of the blocks would add their fields."""
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    fields = opened(editor, edit_address(page)) | {name: [text] for name, text in changes.items()}
    body = streamfield([("paragraph", text) for text in blocks])
    fields |= {name: [value] for name, value in nested_form_data({"body": body}).items()}
    assert editor.post(address, fields).json()["is_valid"]
    return editor.get(address, {"mode": ""}).content.decode()


def test_an_editor_sees_which_piece_of_a_page_for_children_is_too_hard(town: None) -> None:
    page = small_town.content("For children", audience=ContentPage.Audience.CHILD, intro="Hello.")
    editor = signed_in("town_editor")
    shown = preview_of(editor, page, "We listen.", HARD)
    marked = shown.partition("data-reading=")[2]
    assert shown.count("data-reading=") == 1
    assert "child_summary-longest" in marked.partition(">")[0]
    assert HARD in marked and "We listen." not in marked
    assert preview_of(editor, page, HARD, intro=HARD).count("data-reading=") == 2


def test_pages_for_others_and_visitors_get_no_marks(client: Client, town: None) -> None:
    for audience in (ContentPage.Audience.PARENT, ContentPage.Audience.CHILD):
        page = small_town.content("A page", audience=audience, intro=HARD)
        assert "data-reading" not in client.get(f"/en/{page.code}/").content.decode()
    assert reading.marks(page) and not reading.marks(ContentPage(title=HARD, audience="parent"))


def test_each_language_has_its_own_limits(town: None) -> None:
    page = small_town.content("For children", audience=ContentPage.Audience.CHILD, intro="Hello.")
    intro = "Wir helfen euch allen gern. Niemand erfährt davon, wenn du anrufst."
    german = small_town.translated(page, "de", intro=intro)
    assert reading.marks(german)["intro"] == ""
    page.intro = intro
    assert reading.marks(page)["intro"] == "child_summary-lix"
