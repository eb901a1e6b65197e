"""“Something wrong here?” in a real Chromium: without script, without a cookie, and gone with the exit."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.leaving import is_dead, leave, open_service, wait_until

pytestmark = pytest.mark.browser

PATIENCE = 3200  # milliseconds: who is quicker is taken for a machine
WORDS = "The door was shut on Monday"


def open_form(page: Page, site: str) -> None:
    page.goto(f"{site}/en/find/")
    page.locator("[data-results] article h3 a").first.click()
    page.get_by_role("link", name="Something wrong here?").click()
    page.wait_for_timeout(PATIENCE)


def send(page: Page) -> None:
    page.get_by_role("button", name="Send").click()


def test_a_visitor_without_script_reports_and_finds_the_answers_page(
    page_without_script: Page, live_site: str
) -> None:
    page = page_without_script
    open_form(page, live_site)
    page.fill("#text", WORDS)
    page.get_by_label("The opening hours").check()
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert WORDS not in page.content() and page.context.cookies() == []
    reference = page.locator("main .code").inner_text()
    page.goto(f"{live_site}/{reference}")
    expect(page.get_by_role("heading", level=1)).to_have_text("We have it")
    assert page.url == f"{live_site}/en/answer/{reference}/"


def test_what_was_refused_is_still_there_until_the_exit(page: Page, live_site: str) -> None:
    open_service(page, live_site)
    page.get_by_role("link", name="Something wrong here?").click()
    page.fill("#text", WORDS)
    page.eval_on_selector("[name=homepage]", "field => field.value = 'a machine was here'")
    send(page)
    expect(page.locator("main .notice").first).to_contain_text("stays empty")
    expect(page.locator("#text")).to_have_value(WORDS)
    address = page.url
    assert re.search(r"/wrong/[\w-]{300,}/$", address)
    leave(page)
    assert wait_until(page, is_dead(page, address))
