"""The exit in Chromium: a link for everybody, and with script a blank page at once (SAFETY.md 1, 2, 4)."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.leaving import EXIT, FLAG, PLACES, Opener, nobody_answers, open_home, target_of

pytestmark = pytest.mark.browser


# --- as a link ---


def test_without_script_it_is_a_link(page_without_script: Page, live_site: str) -> None:
    page_without_script.goto(f"{live_site}/en/")
    link = page_without_script.locator(EXIT).first
    target = link.get_attribute("href")
    assert target
    assert set((link.get_attribute("rel") or "").split()) >= {"noreferrer", "nofollow"}
    link.click()
    page_without_script.wait_for_url(target)


@pytest.mark.parametrize("path", ["/en/", "/ar/", "/en/find/", "/en/safe/", "/en/no-such-page/"])
def test_it_is_first_or_second_in_the_order_of_tab_beside_a_skip_link(
    page: Page, live_site: str, path: str
) -> None:
    page.goto(live_site + path)
    reached = []
    for _ in range(2):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.matches('a[data-exit]')"))
    assert sorted(reached) == [False, True]


@pytest.mark.parametrize("size", [(320, 568), (1440, 900), (320, 256)])  # the last: 1280 x 1024 at 400 %
def test_it_stays_in_sight_and_nothing_covers_it(page: Page, live_site: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{live_site}/en/find/")
    for scroll in ("0", "document.documentElement.scrollHeight / 2", "document.documentElement.scrollHeight"):
        page.evaluate(f"scrollTo({{top: {scroll}, behavior: 'instant'}})")
        covered = page.eval_on_selector(
            EXIT,
            """link => {
              const box = link.getBoundingClientRect();
              const points = [[0.1, 0.5], [0.5, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]];
              return points.filter(([x, y]) => {
                const top = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
                return !top || !link.contains(top);
              }).length;
            }""",
        )
        assert covered == 0, f"covered when scrolled to {scroll}"


# --- blank at once ---


@pytest.mark.parametrize("place", PLACES)
def test_the_screen_is_blank_within_one_frame_though_the_next_site_never_answers(
    page: Page, live_site: str, place: Opener
) -> None:
    place(page, live_site)
    title, icon = page.title(), page.get_attribute("link[rel=icon]", "href")
    with nobody_answers(page, live_site):
        after_one_frame = page.evaluate(
            """() => new Promise(done => {
              document.querySelector('a[data-exit]').click();
              requestAnimationFrame(() => done({
                display: getComputedStyle(document.documentElement).display,
                text: document.body ? document.body.innerText : '',
                title: document.title,
                icon: document.querySelector('link[rel=icon]').getAttribute('href'),
              }));
            })"""
        )
        assert after_one_frame["display"] == "none"
        assert after_one_frame["text"] == ""
        assert after_one_frame["title"] != title
        assert after_one_frame["icon"] != icon
        assert is_one_colour(page)


def is_one_colour(page: Page) -> bool:
    """By the browser's own protocol: Playwright's screenshot would wait for the site that never answers."""
    shot = page.context.new_cdp_session(page).send("Page.captureScreenshot")
    picture = Image.open(io.BytesIO(base64.b64decode(shot["data"]))).convert("RGB")
    return picture.getcolors(maxcolors=1) is not None


def test_the_exit_works_by_keyboard(page: Page, live_site: str) -> None:
    open_home(page, live_site)
    target = target_of(page)
    page.focus(EXIT)
    page.keyboard.press("Enter")
    page.wait_for_url(target)


def test_shift_three_times_leaves(page: Page, live_site: str) -> None:
    open_home(page, live_site)
    target = target_of(page)
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(target)


def test_shift_inside_the_search_field_leaves_too(page: Page, live_site: str) -> None:
    page.goto(f"{live_site}/en/find/")
    target = target_of(page)
    page.focus("#words")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(target)


def has_stayed(page: Page) -> bool:
    """Whether our own page is still to be seen: the next site, too, is not blank and keeps no flag."""
    page.wait_for_timeout(150)
    is_seen = "getComputedStyle(document.documentElement).display !== 'none'"
    return page.evaluate(f"!!document.querySelector('{EXIT}') && {is_seen} && {FLAG} === null")


def test_capitals_never_leave(page: Page, live_site: str) -> None:
    page.goto(f"{live_site}/en/find/")
    page.focus("#words")
    for letter in "HELP ME NOW PLEASE":
        page.keyboard.press(f"Shift+{letter}" if letter != " " else " ")
    assert has_stayed(page)
    for _ in range(3):
        page.keyboard.press("Shift")
        page.keyboard.press("Shift")
        page.keyboard.press("Shift+A")
    assert has_stayed(page)


@pytest.mark.parametrize("other", ["Control", "Alt", "Meta"])
def test_shift_with_another_key_does_not_count(page: Page, live_site: str, other: str) -> None:
    open_home(page, live_site)
    for _ in range(4):
        page.keyboard.down(other)
        page.keyboard.press("Shift")
        page.keyboard.up(other)
    for _ in range(4):
        page.keyboard.down("Shift")
        page.keyboard.press(other)
        page.keyboard.up("Shift")
    assert has_stayed(page)


def test_a_held_shift_key_counts_once(page: Page, live_site: str) -> None:
    open_home(page, live_site)
    for _ in range(6):
        page.keyboard.down("Shift")  # repeats, as a held key does
    page.keyboard.up("Shift")
    assert has_stayed(page)


def test_the_count_resets_after_five_seconds(page: Page, live_site: str) -> None:
    page.clock.install()
    open_home(page, live_site)
    target = target_of(page)
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.clock.fast_forward(5_100)
    page.keyboard.press("Shift")
    assert page.evaluate(FLAG) is None
    page.clock.fast_forward(5_100)
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(target)
