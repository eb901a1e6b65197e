"""After the exit: Back brings nothing of ours back, and the search is dead (SAFETY.md 3, 6)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import keep_inside, serving
from tests.browser.leaving import (
    EXIT,
    FLAG,
    PLACES,
    Opener,
    Seen,
    is_dead,
    kept_seals,
    leave,
    nobody_answers,
    open_home,
    open_results,
    open_service,
    target_of,
    wait_until,
    watch,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def seen(page: Page, live_site: str) -> Seen:
    """What the witness in every page has reported."""
    return watch(page, live_site)


# --- Back, Reload, a new visit ---


@pytest.mark.parametrize("place", PLACES)
def test_back_five_times_shows_none_of_our_pages(
    page: Page, live_site: str, seen: Seen, place: Opener
) -> None:
    place(page, live_site)
    assert seen.shown, "the witness sees nothing"
    leave(page)
    seen.forget()
    for _ in range(5):
        page.go_back(wait_until="commit")
        page.wait_for_url(lambda address: not address.startswith(live_site))
        page.wait_for_timeout(200)
    assert seen.shown == set()


def test_back_is_blank_even_while_the_next_site_is_silent(page: Page, live_site: str, seen: Seen) -> None:
    open_service(page, live_site)
    leave(page)
    seen.forget()
    with nobody_answers(page, live_site):
        page.go_back(wait_until="commit")
        assert wait_until(page, lambda: bool(seen.open))
        page.wait_for_timeout(800)
    assert seen.shown == set()


def test_reload_is_blank_while_the_next_site_is_silent(page: Page, live_site: str, seen: Seen) -> None:
    open_home(page, live_site)
    seen.forget()
    with nobody_answers(page, live_site):
        page.evaluate(
            """() => {
              setTimeout(() => location.reload(), 300);
              document.querySelector('a[data-exit]').click();
            }"""
        )
        seen.forget()
        with page.expect_event("framenavigated"):
            pass
        assert wait_until(page, lambda: bool(seen.open))
        page.wait_for_timeout(500)
    assert seen.shown == set()


def test_a_new_visit_afterwards_is_normal(page: Page, live_site: str) -> None:
    open_results(page, live_site)
    leave(page)
    open_home(page, live_site)
    expect(page.locator(EXIT).first).to_be_visible()
    assert page.evaluate(FLAG) is None
    page.reload()
    expect(page.locator(EXIT).first).to_be_visible()
    page.goto(f"{live_site}/en/find/")
    page.go_back(wait_until="commit")
    expect(page.locator(EXIT).first).to_be_visible()


def test_ordinary_back_is_not_harmed(page: Page, live_site: str, seen: Seen) -> None:
    open_service(page, live_site)
    seen.forget()
    page.go_back(wait_until="commit")
    expect(page.locator("[data-results] article").first).to_be_visible()
    assert wait_until(page, lambda: any("/find/" in address for address in seen.shown))
    page.go_forward(wait_until="commit")
    expect(page.locator(EXIT).first).to_be_visible()


def test_nothing_is_stored_before_the_exit_and_one_bit_after_it(page: Page, live_site: str) -> None:
    open_service(page, live_site)
    stores = "[Object.keys(sessionStorage), Object.keys(localStorage), document.cookie]"
    assert page.evaluate(stores) == [[], [], ""]
    left = page.evaluate(f"() => {{ document.querySelector('a[data-exit]').click(); return {stores} }}")
    assert left == [["left"], [], ""]
    assert page.context.cookies() == []


# --- the sealed addresses of the search ---


@pytest.mark.parametrize("place", [open_results, open_service])
def test_the_search_is_dead_at_once(page: Page, live_site: str, place: Opener) -> None:
    seals = kept_seals(page)
    place(page, live_site)
    assert seals
    addresses = [f"{live_site}/en/find/{token}/" for token in seals]
    assert [page.request.get(address).status for address in addresses] == [200] * len(addresses)
    leave(page)
    assert all(wait_until(page, is_dead(page, address)) for address in addresses)


def test_a_search_begun_on_the_home_page_dies_too(page: Page, live_site: str) -> None:
    open_home(page, live_site)
    page.fill("#words", "counselling")
    with page.expect_response(lambda response: response.status == 303) as redirect:
        page.press("#words", "Enter")
    sealed = redirect.value.headers["location"]
    page.locator("[data-results] article h3 a").first.click()
    page.wait_for_url(lambda address: "/find/" not in address)
    address = live_site + sealed
    assert page.request.get(address).status == 200
    leave(page)
    assert wait_until(page, is_dead(page, address))


def test_the_exit_sends_no_referrer(page: Page, live_site: str) -> None:
    open_results(page, live_site)
    target = target_of(page)
    with page.expect_request(target) as request:
        page.locator(EXIT).first.click()
    assert "referer" not in request.value.headers


# --- a site that lives below a path ---


@pytest.fixture(scope="module")
def below_a_path(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(demo_file, tmp_path_factory.mktemp("below"), prefix="/families") as site:
        yield site.address


@pytest.mark.proof
def test_search_and_exit_work_below_a_path_prefix(browser: Browser, below_a_path: str) -> None:
    context = browser.new_context()
    keep_inside(context, below_a_path)
    page = context.new_page()
    failures: list[str] = []
    page.on("response", lambda answer: failures.append(answer.url) if answer.status >= 400 else None)
    seals = kept_seals(page)
    open_service(page, below_a_path)
    assert page.url.startswith(below_a_path)
    assert failures == []
    address = f"{below_a_path}/en/find/{seals.pop()}/"
    assert page.request.get(address).status == 200
    leave(page)
    assert wait_until(page, is_dead(page, address))
    context.close()
