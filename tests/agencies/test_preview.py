"""An entry as its editor sees it before anybody else: page, card, paper, children's view; with plain language measured."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies import reading_checks
from agencies.models import AgencyPage, EntryWords, ServicePage
from agencies.models.previewed import View, mode_name, read_mode
from agencies.reading_measures import LIMITS, Measure
from tests.admin_forms import opened
from tests.agencies.stage import Stage, edit_address, signed_in

HARD = (
    "You can come to us whenever something at home makes you afraid and you want somebody to listen to you."
)
ALL_MARKS = " ".join(f"child_summary-{measure}" for measure in Measure)
EASY = "You can call us. We listen."


@pytest.fixture
def editor(stage: Stage) -> Client:
    return signed_in("editor", stage.own)


def typed(client: Client, page: ServicePage | AgencyPage, **changes: str) -> str:
    """What stands in the editor, unsaved; the address of its preview."""
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    fields = opened(client, edit_address(page)) | {name: [text] for name, text in changes.items()}
    assert client.post(address, fields).json()["is_valid"]
    return address


def shown(client: Client, address: str, mode: str = "en", **query: str) -> str:
    answer = client.get(address, {"mode": mode, **query})
    assert answer.status_code == 200
    return answer.content.decode()


def marks(page: str) -> list[str]:
    return re.findall(r'data-reading="([^"]*)"', page)


# Which views


def test_every_view_in_each_language_it_is_written_in(stage: Stage) -> None:
    modes = [mode for mode, _label in stage.service.preview_modes]
    for language in ("en", "de"):
        assert {mode_name(language, view) for view in View} <= set(modes)
    assert modes[0] == "en" and {"fr", "uk", "ar"} < set(modes)
    assert mode_name("fr", View.CARD) not in modes


@pytest.mark.parametrize("mode", ["", "xx", "xx:card", "en:nothing", ":", "en:card:de"])
def test_an_unknown_mode_is_the_page(stage: Stage, editor: Client, mode: str) -> None:
    language, view = read_mode(mode)
    assert view in (View.PAGE, View.CARD) and language in ("", "en")
    assert "Talk to somebody" in shown(editor, typed(editor, stage.service), mode)


@pytest.mark.parametrize(("language", "title"), [("en", "Talk to someone new"), ("de", "Mit jemandem reden")])
@pytest.mark.parametrize("view", View)
def test_each_view_shows_what_is_typed(
    stage: Stage, editor: Client, view: View, language: str, title: str
) -> None:
    address = typed(editor, stage.service, title="Talk to someone new")
    page = shown(editor, address, mode_name(language, view))
    assert title in page and f'<html lang="{language}"' in page
    assert "960 111" in page


@pytest.mark.parametrize("view", View)
def test_each_view_of_an_agency(stage: Stage, editor: Client, view: View) -> None:
    assert "Harbour house" in shown(editor, typed(editor, stage.own), mode_name("en", view))


@pytest.mark.parametrize("view", View)
def test_each_view_of_a_service_that_is_not_saved_yet(stage: Stage, editor: Client, view: View) -> None:
    creating = reverse("wagtailadmin_pages:add", args=["agencies", "servicepage", stage.own.pk])
    fields = {**opened(editor, creating), "title": ["A new service"]}
    address = reverse("wagtailadmin_pages:preview_on_add", args=["agencies", "servicepage", stage.own.pk])
    assert editor.post(address, fields).json()["is_valid"]
    assert "A new service" in shown(editor, address, mode_name("en", view))


def test_paper_is_shown_with_the_styles_of_paper(stage: Stage, editor: Client) -> None:
    address = typed(editor, stage.service)
    assert 'print.css" media="all"' in shown(editor, address, "en:print")
    assert 'print.css" media="print"' in shown(editor, address, "en")


def test_the_view_for_children_says_when_there_is_nothing(stage: Stage, editor: Client) -> None:
    assert "nothing for children here yet" in shown(editor, typed(editor, stage.service), "en:child")
    page = shown(editor, typed(editor, stage.service, child_summary=EASY), "en:child")
    assert EASY in page and "nothing for children" not in page


def test_whether_it_can_be_previewed_asks_nothing_of_the_database(stage: Stage) -> None:
    service = ServicePage.objects.get(pk=stage.service.pk)
    with CaptureQueriesContext(connection) as asked:
        assert service.is_previewable()
    assert len(asked) == 0


# Plain language


def test_what_is_hard_to_read_is_marked_as_it_is_typed(stage: Stage, editor: Client) -> None:
    address = typed(editor, stage.service, child_summary=HARD)
    for mode in ("en", "en:child"):
        assert marks(shown(editor, address, mode)) == [ALL_MARKS]
    assert marks(shown(editor, typed(editor, stage.service, child_summary=EASY))) == []


def test_the_summary_is_measured_on_page_and_card(stage: Stage, editor: Client) -> None:
    address = typed(editor, stage.service, summary=f"{HARD[:-1]} and we will never tell.")
    for mode in ("en", "en:card"):
        assert marks(shown(editor, address, mode)) == ["summary-mean summary-longest"]


def test_words_of_a_language_are_measured_with_its_own_limits(stage: Stage) -> None:
    service = ServicePage(title="Hilfe", source_language="de")
    service.child_summary = "Wir helfen euch allen gern. Niemand erfährt davon, wenn du anrufst."
    assert reading_checks.marks(service, "fr")["child_summary"] == ""
    service.source_language = "en"
    assert reading_checks.marks(service, "fr")["child_summary"] == "child_summary-lix"


def test_visitors_get_no_marks_and_no_checker(stage: Stage) -> None:
    ServicePage.objects.update(child_summary=HARD)
    page = Client().get(f"/en/{stage.service.code}/").content.decode()
    assert HARD in page
    assert marks(page) == [] and "userbar" not in page


def test_the_checker_runs_in_the_editors_panel_alone(stage: Stage, editor: Client) -> None:
    address = typed(editor, stage.service)
    assert "wagtail-userbar" in shown(editor, address, in_preview_panel="true")
    assert "wagtail-userbar" not in shown(editor, address)


def test_the_editors_checker_has_a_rule_and_words_for_each_measure(stage: Stage, editor: Client) -> None:
    page = editor.get(edit_address(stage.service)).content.decode()
    found = re.search(r'<script id="checker-axe-configuration"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found
    checker = json.loads(found[1])
    selectors = {rule["selector"]: rule["id"] for rule in checker["spec"]["rules"]}
    for field in LIMITS:
        for measure in Measure:
            rule = selectors[f'[data-reading~="{field}-{measure}"]']
            assert rule in checker["options"]["runOnly"]
            assert checker["messages"][rule]["help_text"]
    assert "empty-meta-description" not in checker["options"]["runOnly"]


def test_hints_stand_in_the_editor_beside_each_language(stage: Stage, editor: Client) -> None:
    page = editor.get(edit_address(stage.service)).content.decode()
    assert "at most 15" not in page
    service = ServicePage.objects.get(pk=stage.service.pk)
    service.child_summary = HARD
    service.words.add(EntryWords(language="de", field="child_summary", text=f"{HARD} {HARD}"))
    service.save_revision()
    page = editor.get(edit_address(stage.service)).content.decode()
    assert (
        page.count("A very long sentence (20, at most 15). For children: no sentence over fifteen words.")
        == 2
    )
