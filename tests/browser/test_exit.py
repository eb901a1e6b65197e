"""The exit in a real Chromium: blank at once, and Back never brings a page of ours back (SAFETY.md 1-4)."""

from __future__ import annotations

import base64
import io
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, expect

from tests.browser.conftest import keep_inside, serving

pytestmark = pytest.mark.browser

EXIT = "a[data-exit]"
FLAG = "sessionStorage.getItem('left')"

# Tells, frame by frame, whether the page shows anything at all. It speaks up by itself, on the console, since
# the browser answers no question about a page while the site after it keeps silent. It says when, too: a page
# that comes back from the browser's memory repeats what it said in its first life.
WITNESS = """
(() => {
  let last;
  const look = () => {
    const root = document.documentElement;
    const shows = root && getComputedStyle(root).display !== 'none' && document.body?.innerText.trim();
    const report = `${shows ? 'shown' : 'blank'} ${location.href}`;
    if (report !== last) console.debug(`witness ${Date.now()} ${report}`);
    last = report;
    requestAnimationFrame(look);
  };
  look();
  setInterval(look, 100);
})();
"""


class Seen:
    """Which of our pages were open, and which of them were to be seen."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.forget()

    def forget(self) -> None:
        self.open: set[str] = set()
        self.shown: set[str] = set()
        self.since = time.time() * 1000

    def hear(self, message: ConsoleMessage) -> None:
        if not message.text.startswith("witness "):
            return
        _, when, state, address = message.text.split(" ", 3)
        if int(when) < self.since or not address.startswith(self.site):
            return
        self.open.add(address)
        if state == "shown":
            self.shown.add(address)


@pytest.fixture
def seen(page: Page, live_site: str) -> Seen:
    """What the witness in every page has reported."""
    reports = Seen(live_site)
    page.on("console", reports.hear)
    page.add_init_script(WITNESS)
    return reports


def target_of(page: Page) -> str:
    return page.eval_on_selector(EXIT, "link => link.href")


def search(page: Page, site: str, words: str = "counselling") -> None:
    """Search on the find page, as a visitor with script does."""
    page.goto(f"{site}/en/find/")
    page.fill("#words", words)
    page.press("#words", "Enter")
    expect(page.locator("[data-results]")).to_have_attribute("data-seal", re.compile(".{300}"))


def open_home(page: Page, site: str) -> None:
    page.goto(f"{site}/en/")


def open_results(page: Page, site: str) -> None:
    open_home(page, site)
    search(page, site)


def open_service(page: Page, site: str) -> None:
    open_results(page, site)
    page.locator("[data-results] article h3 a").first.click()
    page.wait_for_url(lambda address: "/find/" not in address)


PLACES = [open_home, open_results, open_service]
Opener = Callable[[Page, str], None]


def leave(page: Page) -> None:
    target = target_of(page)
    page.locator(EXIT).first.click()
    page.wait_for_url(target)


@contextmanager
def nobody_answers(page: Page, site: str) -> Iterator[None]:
    """Other sites take the request and never answer."""
    held: list[Route] = []

    def is_other(address: str) -> bool:
        return not address.startswith(site)

    page.route(is_other, lambda route: held.append(route))
    yield
    for route in held:
        route.abort()


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
    page.wait_for_timeout(150)
    return page.evaluate(f"getComputedStyle(document.documentElement).display !== 'none' && {FLAG} === null")


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
        page.wait_for_timeout(800)
    assert seen.open
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
        page.wait_for_timeout(500)
    assert seen.open
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
    assert any("/find/" in address for address in seen.shown)
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
    page.wait_for_timeout(300)
    assert [page.request.get(address).status for address in addresses] == [410] * len(addresses)


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
    page.wait_for_timeout(300)
    assert page.request.get(address).status == 410


def kept_seals(page: Page) -> set[str]:
    """Every seal that the site hands to this page, as it comes."""
    seals: set[str] = set()
    page.on("response", lambda response: seals.update(filter(None, [response.headers.get("x-seal")])))
    return seals


def test_the_exit_sends_no_referrer(open_context: Callable[..., BrowserContext], live_site: str) -> None:
    page = open_context().new_page()
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
    page.wait_for_timeout(300)
    assert page.request.get(address).status == 410
    context.close()
