"""An editor's screen in a real browser: everything fits, nothing is blocked, the preview speaks every language."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from portal.demo import PASSWORD

pytestmark = pytest.mark.browser

AGENCY = "arrivals-together"


@pytest.fixture
def service_number(demo_file: Path) -> int:
    """The page number of a public service of the agency that has words in other languages."""
    query = """SELECT s.entry_ptr_id FROM agencies_servicepage s
               JOIN agencies_agencypage a ON a.entry_ptr_id = s.agency_id
               JOIN wagtailcore_page p ON p.id = s.entry_ptr_id
               WHERE a.key = ? AND p.live ORDER BY 1"""
    with closing(sqlite3.connect(demo_file)) as connection:
        return int(connection.execute(query, [AGENCY]).fetchone()[0])


@pytest.fixture
def editor(open_context: Callable[..., BrowserContext], live_site: str) -> Page:
    """Signed in as the agency's editor, on a wide screen."""
    page = open_context(viewport={"width": 1440, "height": 1000}).new_page()
    page.goto(f"{live_site}/admin/login/")
    expect(page.locator(".lantern-demo-banner")).to_be_visible()
    page.fill("[name=login]", f"editor-{AGENCY}")
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")
    expect(page.get_by_role("heading", name="Lantern")).to_be_visible()
    return page


def test_editor_of_a_service(editor: Page, live_site: str, service_number: int) -> None:
    complaints: list[str] = []
    elsewhere: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    editor.on("console", complain)
    editor.on("pageerror", lambda error: complaints.append(str(error)))
    editor.on("request", lambda request: _note_elsewhere(request.url, live_site, elsewhere))
    editor.goto(f"{live_site}/admin/pages/{service_number}/edit/")
    for tab in editor.get_by_role("tab").all():
        tab.click()
        assert editor.evaluate("document.documentElement.scrollWidth <= innerWidth"), tab.inner_text()
    _look_at_words(editor)
    _look_at_preview(editor)
    assert complaints == []
    assert elsewhere == []


def _note_elsewhere(url: str, live_site: str, found: list[str]) -> None:
    if not url.startswith((live_site, "data:", "blob:", "about:")):
        found.append(url)


def _look_at_words(editor: Page) -> None:
    editor.get_by_role("tab", name="Other languages").click()
    arabic = editor.locator("#words-ar")
    arabic.locator("summary").click()
    source, text = arabic.locator(".lantern-words__source").first, arabic.locator("[name='words-ar--title']")
    assert text.input_value()
    beside = source.bounding_box(), text.bounding_box()
    assert beside[0] and beside[1] and beside[0]["x"] + beside[0]["width"] <= beside[1]["x"]


def _look_at_preview(editor: Page) -> None:
    editor.get_by_role("button", name="Toggle preview").click()
    frame = editor.frame_locator("iframe[data-preview-iframe], .preview-panel__iframe, iframe").first
    expect(frame.locator("html")).to_have_attribute("lang", "en")
    editor.locator("#id_preview_mode").select_option("ar")
    expect(frame.locator("html")).to_have_attribute("dir", "rtl")


def test_plain_language_is_checked_while_one_types(editor: Page, live_site: str, service_number: int) -> None:
    """In Wagtail's own checker: a finding comes, and goes again when the text is mended; nothing is saved."""
    editor.goto(f"{live_site}/admin/pages/{service_number}/edit/")
    editor.get_by_role("button", name="Toggle checks").click()
    expect(editor.locator("[data-content-word-count]")).not_to_have_text("-")  # it has looked once
    checks = editor.locator("[data-checks-panel]")
    finding = checks.get_by_text("For children: no sentence over fifteen words.")
    words = editor.locator("[name=child_summary]")
    words.fill("You can come to us when you are sad and we will talk with you until you feel well again.")
    expect(finding).to_be_visible()
    words.fill("You can come to us. We listen.")
    expect(finding).to_have_count(0)
