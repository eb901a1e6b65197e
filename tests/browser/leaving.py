"""How the tests leave: to a place by the ordinary road, then out by the exit, watched frame by frame."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import ConsoleMessage, Page, Route, expect

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
  addEventListener('pageshow', () => { last = ''; });
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


def watch(page: Page, site: str) -> Seen:
    """Put the witness into every page to come."""
    reports = Seen(site)
    page.on("console", reports.hear)
    page.add_init_script(WITNESS)
    return reports


def wait_until(page: Page, holds: Callable[[], bool], seconds: float = 10) -> bool:
    """Whether it holds before the time is over; what the page says or sends reaches us while we wait."""
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    return holds()


def is_dead(page: Page, address: str) -> Callable[[], bool]:
    """Whether a sealed address has been burnt. The exit tells the server while the next site already loads."""
    return lambda: page.request.get(address).status == 410


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


def kept_seals(page: Page) -> set[str]:
    """Every seal that the site hands to this page, as it comes."""
    seals: set[str] = set()
    page.on("response", lambda response: seals.update(filter(None, [response.headers.get("x-seal")])))
    return seals
