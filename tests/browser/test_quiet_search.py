"""The search page in a real Chromium: suggestions while typing, open and near in the page, one tick less."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.test_sealed_search import CARD, RESULTS, SEALED, search, unfold, wait_for_seal

pytestmark = pytest.mark.browser

OPTIONS = "datalist#suggestions option"


def suggestions(page: Page) -> list[Request]:
    """The requests for suggestions of this page, from now on."""
    asked: list[Request] = []
    page.on("request", lambda each: asked.append(each) if "suggest=1" in (each.post_data or "") else None)
    return asked


# --- suggestions


@pytest.mark.parametrize("where", ["", "find/"])
def test_what_is_typed_is_gone_on_with_after_a_pause(page: Page, live_site: str, where: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{live_site}/en/{where}")
    asked = suggestions(page)
    page.locator("#words").press_sequentially("couns", delay=20)
    expect(page.locator(OPTIONS).first).to_be_attached()
    assert len(asked) == 1, "not at every letter"
    assert asked[0].method == "POST" and asked[0].url == f"{live_site}/en/find/"
    assert parse_qs(asked[0].post_data or "")["words"] == ["couns"]
    values = page.eval_on_selector_all(OPTIONS, "all => all.map((each) => [each.value, each.label])")
    assert 1 <= len(values) <= 8
    assert all(re.fullmatch(rf"{re.escape(value)} \(\d+\)", label) for value, label in values)
    assert page.url == f"{live_site}/en/{where}"
    page.fill("#words", values[0][0])  # chosen from the list
    page.wait_for_timeout(600)
    assert len(asked) == 1 and complaints == []


def test_nothing_is_asked_after_the_exit(page: Page, live_site: str) -> None:
    page.goto(f"{live_site}/en/find/")
    asked = suggestions(page)
    page.locator("#words").press_sequentially("couns")
    # The next site is slow to answer: this page's timers go on meanwhile.
    page.evaluate("document.body.remove()")
    page.wait_for_timeout(600)
    assert asked == []


def test_a_search_that_is_sent_ends_the_suggestions(page: Page, live_site: str) -> None:
    page.goto(f"{live_site}/en/find/")
    asked = suggestions(page)
    page.locator("#words").press_sequentially("counselling")
    page.press("#words", "Enter")
    wait_for_seal(page)
    page.wait_for_timeout(400)
    assert asked == []


def test_without_script_the_field_has_no_list(page_without_script: Page, live_site: str) -> None:
    page_without_script.goto(f"{live_site}/en/")
    assert page_without_script.get_attribute("#words", "list") is None
    assert page_without_script.locator("datalist").count() == 0


# --- open and near


def test_open_now_and_near_change_the_page_and_back_restores_them(page: Page, live_site: str) -> None:
    before = search(page, live_site, "school")
    unfold(page)
    page.focus("#f-near")
    page.select_option("#f-near", "harbour")
    near = wait_for_seal(page, but=before)
    expect(page.locator(RESULTS)).to_contain_text("km from")
    expect(page.locator("#f-near")).to_be_focused()
    page.check("#f-open-now")
    both = wait_for_seal(page, but=near)
    assert page.url == f"{live_site}/en/find/" and page.evaluate("history.state") == {"seal": both}
    titles = page.locator(CARD).all_inner_texts()
    page.locator(CARD).first.click()
    page.wait_for_url(lambda address: "/find/" not in address)
    page.go_back(wait_until="commit")
    assert wait_for_seal(page) == both
    expect(page.locator("#f-open-now")).to_be_checked()
    expect(page.locator("#f-near")).to_have_value("harbour")
    assert page.locator(CARD).all_inner_texts() == titles


def test_of_now_and_a_day_the_later_choice_counts(page: Page, live_site: str) -> None:
    first = search(page, live_site, "school")
    unfold(page)
    page.check("#f-open-now")
    second = wait_for_seal(page, but=first)
    page.select_option("#f-day", index=3)
    third = wait_for_seal(page, but=second)
    expect(page.locator("#f-open-now")).not_to_be_checked()
    assert page.input_value("#f-day") != ""
    page.check("#f-open-now")
    wait_for_seal(page, but=third)
    expect(page.locator("#f-open-now")).to_be_checked()
    expect(page.locator("#f-day")).to_have_value("")


def test_without_script_open_and_near_are_shown_by_the_button(
    page_without_script: Page, live_site: str
) -> None:
    page = page_without_script
    page.goto(f"{live_site}/en/find/")
    unfold(page)
    page.check("#f-open-now")
    page.select_option("#f-near", "harbour")
    page.locator("[data-apply] button").click()
    page.wait_for_url(SEALED)
    expect(page.locator("#f-open-now")).to_be_checked()
    expect(page.locator("#f-near")).to_have_value("harbour")
    expect(page.locator(RESULTS)).to_contain_text("km from")


# --- one tick less


def test_one_tick_less_by_its_button(page: Page, page_without_script: Page, live_site: str) -> None:
    """What is ticked before the words change may leave nothing: the button takes that tick away."""
    for visitor, has_script in ((page, True), (page_without_script, False)):
        visitor.goto(f"{live_site}/en/find/")
        unfold(visitor)
        visitor.locator("input[name=age_band]").first.check()
        visitor.fill("#words", "first job")
        visitor.press("#words", "Enter")
        drop = visitor.locator("button[name=drop]")
        expect(drop).to_have_count(1)
        found = int((drop.locator(".drops__count").inner_text()).split()[0])
        drop.click()
        expect(visitor.locator("[data-count]")).to_contain_text(f"{found} answer")
        assert visitor.locator(f"{RESULTS} input:checked").count() == 0
        assert (visitor.url == f"{live_site}/en/find/") is has_script
