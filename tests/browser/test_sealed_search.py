"""The search in a real Chromium: Back restores it, and nowhere do the words stay (SAFETY.md 6, 13, 15)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Response, Route, expect

from tests.browser.conftest import Site
from tests.browser.traces import IN_A_STATE, IN_AN_ADDRESS, places_of, spread_controls

pytestmark = pytest.mark.browser

RESULTS = "[data-results]"
CARD = f"{RESULTS} article h3 a"
SEALED = re.compile(r"/en/find/[\w-]{300,}/$")
WORDS = "counselling"


def wait_for_seal(page: Page, but: str = "") -> str:
    """The seal of the results that have come; `but`: one that was there before."""
    pattern = re.compile(rf"^(?!{re.escape(but)}$).{{300,}}" if but else ".{300}")
    expect(page.locator(RESULTS)).to_have_attribute("data-seal", pattern)
    return page.get_attribute(RESULTS, "data-seal") or ""


def search(page: Page, site: str, words: str = WORDS) -> str:
    page.goto(f"{site}/en/find/")
    page.fill("#words", words)
    page.press("#words", "Enter")
    return wait_for_seal(page)


def is_search(response: Response) -> bool:
    return response.request.method == "POST" and response.url.endswith("/en/find/")


def unfold(page: Page) -> None:
    """On a phone the facets are folded; on a wide screen they stand open."""
    summary = page.locator(f"{RESULTS} details#facets > summary")
    if summary.is_visible():
        summary.click()


# --- with script ---


def test_a_search_leaves_the_address_and_keeps_only_a_seal(page: Page, live_site: str) -> None:
    title = page.goto(f"{live_site}/en/find/") and page.title()
    page.fill("#words", WORDS)
    page.press("#words", "Enter")
    token = wait_for_seal(page)
    assert page.url == f"{live_site}/en/find/"
    assert page.evaluate("history.state") == {"seal": token}
    assert page.evaluate("navigation.currentEntry.getState()") == {"seal": token}
    assert page.title() == title
    expect(page.locator(CARD).first).to_be_visible()


def test_the_words_travel_in_the_body_of_a_fetch_alone(page: Page, live_site: str) -> None:
    seen: list[str] = []
    page.on("request", lambda request: seen.append(f"{request.url} {request.headers}"))
    with page.expect_request(lambda request: request.method == "POST") as asked:
        search(page, live_site, "zebrafinch counselling")
    assert "zebrafinch" in (asked.value.post_data or "")
    assert asked.value.resource_type == "fetch"
    assert not [line for line in seen if "zebrafinch" in line]


def test_back_brings_the_results_and_the_words_again(page: Page, live_site: str) -> None:
    token = search(page, live_site)
    titles = page.locator(CARD).all_inner_texts()
    page.locator(CARD).first.click()
    page.wait_for_url(lambda address: "/find/" not in address)
    page.go_back(wait_until="commit")
    assert wait_for_seal(page) == token
    assert page.locator(CARD).all_inner_texts() == titles
    assert page.input_value("#words") == WORDS


def test_reload_keeps_the_results(page: Page, live_site: str) -> None:
    token = search(page, live_site)
    page.reload()
    assert wait_for_seal(page) == token


def test_back_goes_from_the_second_search_to_the_first(page: Page, live_site: str) -> None:
    first = search(page, live_site)
    titles = page.locator(CARD).all_inner_texts()
    page.fill("#words", "housing")
    page.press("#words", "Enter")
    wait_for_seal(page, but=first)
    page.go_back(wait_until="commit")
    expect(page.locator(RESULTS)).to_have_attribute("data-seal", first)
    assert page.locator(CARD).all_inner_texts() == titles
    assert page.input_value("#words") == WORDS


def test_a_jump_within_the_page_keeps_the_search(page: Page, live_site: str) -> None:
    token = search(page, live_site)
    page.evaluate("location.hash = 'results'")
    assert page.evaluate("history.state") == {"seal": token}
    page.reload()
    assert wait_for_seal(page) == token


def test_a_sealed_address_becomes_the_constant_one(page: Page, live_site: str) -> None:
    page.goto(f"{live_site}/en/")
    page.fill("#words", WORDS)
    page.press("#words", "Enter")
    token = wait_for_seal(page)
    page.wait_for_url(f"{live_site}/en/find/")
    assert page.evaluate("history.state") == {"seal": token}


def test_the_search_goes_along_into_another_language(page: Page, live_site: str) -> None:
    token = search(page, live_site)
    page.eval_on_selector("a[hreflang=de]", "link => link.click()")
    page.wait_for_url(f"{live_site}/de/find/")
    assert wait_for_seal(page) == token
    assert page.input_value("#words") == WORDS


def test_the_browser_finds_nothing_to_complain_about(page: Page, live_site: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    search(page, live_site)
    page.locator(CARD).first.click()
    page.wait_for_url(lambda address: "/find/" not in address)
    page.goto(f"{live_site}/ar/")
    assert complaints == []


def test_a_ticked_box_narrows_at_once_and_the_count_is_read_out(page: Page, live_site: str) -> None:
    before = search(page, live_site)
    unfold(page)
    box = page.locator(f"{RESULTS} input[type=checkbox]:visible").first
    name = box.get_attribute("id")
    box.check()
    wait_for_seal(page, but=before)
    expect(page.locator(f"#{name}")).to_be_checked()
    expect(page.locator(f"#{name}")).to_be_focused()
    assert page.url == f"{live_site}/en/find/"
    count = page.locator("[data-count]").inner_text().strip()
    expect(page.locator("[data-announce]")).to_have_text(count)
    expect(page.locator("[data-apply]")).to_be_hidden()


def test_after_a_search_the_reader_goes_on_at_the_results(page: Page, live_site: str) -> None:
    first = search(page, live_site)
    page.fill("#words", "housing")
    page.press("#words", "Enter")
    wait_for_seal(page, but=first)
    expect(page.locator("[data-count]")).to_be_focused()


def test_the_last_question_wins(page: Page, live_site: str) -> None:
    page.goto(f"{live_site}/en/find/")
    late: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if late or route.request.method != "POST":
            route.fallback()
        else:
            late.append(route)

    page.route("**/en/find/", hold_the_first)
    page.fill("#words", "housing")
    page.press("#words", "Enter")
    page.wait_for_timeout(100)
    page.fill("#words", WORDS)
    page.press("#words", "Enter")
    token = wait_for_seal(page)
    late[0].abort()
    page.wait_for_timeout(200)
    assert page.get_attribute(RESULTS, "data-words") == WORDS
    assert page.evaluate("history.state") == {"seal": token}
    expect(page.locator("[data-failed]")).to_be_hidden()


def test_when_the_answer_holds_no_results_the_ordinary_form_takes_over(page: Page, live_site: str) -> None:
    def break_fetches(route: Route) -> None:
        if route.request.resource_type == "fetch":
            route.fulfill(status=500, body="<h1>broken</h1>", content_type="text/html")
        else:
            route.fallback()

    page.goto(f"{live_site}/en/find/")
    page.route("**/en/find/", break_fetches)
    page.fill("#words", WORDS)
    with page.expect_response(lambda response: response.status == 303) as answer:
        page.press("#words", "Enter")
    assert SEALED.search(answer.value.headers["location"])
    expect(page.locator(CARD).first).to_be_visible()


def test_without_a_connection_it_says_so_and_posts_no_page(page: Page, live_site: str) -> None:
    page.goto(f"{live_site}/en/find/")
    page.context.set_offline(True)
    page.fill("#words", WORDS)
    page.press("#words", "Enter")
    expect(page.locator("[data-failed]")).to_be_visible()
    assert page.url == f"{live_site}/en/find/"
    page.context.set_offline(False)
    page.press("#words", "Enter")
    wait_for_seal(page)
    expect(page.locator("[data-failed]")).to_be_hidden()


def test_a_search_that_was_burnt_says_search_again(page: Page, live_site: str) -> None:
    token = search(page, live_site)
    page.evaluate(
        "seal => fetch('/burn', {method: 'POST', body: new URLSearchParams({seal})}).then(() => true)", token
    )
    with page.expect_response(is_search) as answer:
        page.reload()
    assert answer.value.status == 410
    expect(page.locator(RESULTS)).to_contain_text("Search again")
    assert page.evaluate("history.state") is None
    address = page.goto(f"{live_site}/en/find/{token}/")
    assert address is not None
    assert address.status == 410
    expect(page.locator("a[data-exit]")).to_be_visible()


# --- a link copied on purpose ---


def test_the_link_is_made_only_when_asked_for(
    open_context: Callable[..., BrowserContext], live_site: str
) -> None:
    mine = open_context(permissions=["clipboard-read", "clipboard-write"])
    page = mine.new_page()
    page.goto(f"{live_site}/en/find/")
    expect(page.locator("[data-share]")).to_be_hidden()
    search(page, live_site)
    titles = page.locator(CARD).all_inner_texts()
    page.locator("[data-share]").click()
    expect(page.locator("[data-share-note]")).not_to_be_empty()
    link = page.evaluate("navigator.clipboard.readText()")
    assert SEALED.search(link)
    page.locator("a[data-exit]").first.click()  # the friend's link outlives my exit
    friend = open_context().new_page()
    friend.goto(live_site + link[link.index("/en/find/") :])
    assert friend.locator(CARD).all_inner_texts() == titles


def test_without_script_there_is_no_button_for_it(page_without_script: Page, live_site: str) -> None:
    page_without_script.goto(f"{live_site}/en/find/")
    expect(page_without_script.locator("[data-share]")).to_be_hidden()


# --- without script ---


def test_without_script_the_form_answers_303_to_a_sealed_address(
    page_without_script: Page, live_site: str
) -> None:
    page = page_without_script
    page.goto(f"{live_site}/en/find/")
    page.fill("#words", WORDS)
    with page.expect_response(lambda response: response.status == 303):
        page.press("#words", "Enter")
    assert SEALED.search(page.url)
    assert WORDS not in page.url
    expect(page.locator(CARD).first).to_be_visible()
    assert page.input_value("#words") == WORDS
    page.locator(CARD).first.click()
    page.go_back(wait_until="commit")
    expect(page.locator(CARD).first).to_be_visible()


def test_without_script_facets_and_pages_work_too(page_without_script: Page, live_site: str) -> None:
    page = page_without_script
    page.goto(f"{live_site}/en/find/")
    page.locator("button[name=page]").click()
    page.wait_for_url(SEALED)
    expect(page.locator(CARD).first).to_be_visible()
    unfold(page)
    page.locator(f"{RESULTS} input[type=checkbox]:visible").first.check()
    page.locator("[data-apply] button").click()
    page.wait_for_url(SEALED)
    assert page.locator(f"{RESULTS} input[type=checkbox]:checked").count() == 1


# --- what stays behind ---

MARKER = "quokkaberry"


def search_with_a_need(page: Page, site: str) -> str:
    """Search for the marked word, tick a need, read a service, come back; the need's value."""
    page.goto(f"{site}/en/find/")
    page.fill("#words", f"{MARKER} {WORDS}")
    page.press("#words", "Enter")
    wait_for_seal(page)
    unfold(page)
    boxes = page.locator(f"{RESULTS} input[name=need]:visible")
    values = [box.get_attribute("value") or "" for box in boxes.all()]
    need = max(values, key=len)
    page.locator(f"{RESULTS} input[name=need][value='{need}']").check()
    button = page.locator("[data-apply] button")
    if button.is_visible():
        button.click()
    page.wait_for_timeout(500)
    expect(page.locator(f"{RESULTS} input[name=need]:checked")).to_have_count(1)
    page.locator(CARD).first.click()
    page.wait_for_url(lambda address: "/find/" not in address)
    page.go_back(wait_until="commit")
    expect(page.locator(CARD).first).to_be_visible()
    return need


@pytest.mark.parametrize(
    ("script", "ending"),
    [
        pytest.param(True, "exit", id="script, exit"),
        pytest.param(False, "close", id="no script, close"),
        pytest.param(True, "close", id="script, close", marks=pytest.mark.proof),
        pytest.param(False, "exit", id="no script, exit", marks=pytest.mark.proof),
    ],
)
def test_the_browsers_disk_keeps_neither_the_words_nor_the_need(
    visit: Callable[..., BrowserContext], served: Site, tmp_path: Path, script: bool, ending: str
) -> None:
    context = visit(script)
    page = context.pages[0]
    spread_controls(page, served.address, script)
    need = search_with_a_need(page, served.address)
    page.wait_for_timeout(3_000)  # Chromium writes its session file every few seconds
    if ending == "exit":
        page.locator("a[data-exit]").first.click()
        page.wait_for_timeout(3_000)
    context.close()
    profile = tmp_path / "profile"
    assert places_of(IN_AN_ADDRESS, profile), "the hunt finds nothing even where a word was left"
    if script:
        assert places_of(IN_A_STATE, profile), "the hunt does not see the session file"
    assert places_of(MARKER, profile) == set()
    assert places_of(f"need={need}", profile) == set()
    assert {place for place in places_of(need, profile) if "Session" in place or "History" in place} == set()


def test_our_own_disk_keeps_no_word_either(page: Page, served: Site) -> None:
    search(page, served.address, f"{MARKER} {WORDS}")
    page.wait_for_timeout(500)
    assert places_of(MARKER, served.folder) == set()
    assert places_of(MARKER, served.database.parent) == set()
