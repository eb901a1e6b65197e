"""The exit in somebody else's site: the very lines of docs/exit.md, served as static files."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import keep_inside
from tests.browser.leaving import EXIT, FLAG, leave, watch
from tests.databases import ROOT

pytestmark = pytest.mark.browser

PAPER = (ROOT / "docs" / "exit.md").read_text()
STATIC = ROOT / "portal" / "static" / "portal"


def lines_in(language: str) -> str:
    """The one block of the paper in this language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", PAPER, re.DOTALL | re.MULTILINE)
    return found


class Files(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        for line in lines_in("http").splitlines():
            self.send_header(*line.split(": ", 1))
        super().end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of two static pages; its address without a slash at the end."""
    folder: Path = tmp_path_factory.mktemp("alone")
    for name in ("index.html", "next.html"):
        (folder / name).write_text(lines_in("html"))
    (folder / "exit.css").write_text(lines_in("css"))
    for name in ("exit.js", "blank.svg"):
        shutil.copy(STATIC / name, folder)
    shutil.copy(STATIC / "favicon.svg", folder / "icon.svg")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def visitor(browser: Browser, alone: str) -> Iterator[Page]:
    context = browser.new_context()
    keep_inside(context, alone)
    yield context.new_page()
    context.close()


def test_it_blanks_and_back_shows_nothing_and_a_new_visit_is_normal(visitor: Page, alone: str) -> None:
    seen = watch(visitor, alone)
    visitor.goto(f"{alone}/")
    visitor.click("main a")
    visitor.wait_for_url("**/next.html")
    visitor.go_back()
    expect(visitor.locator("h1")).to_be_visible()  # ordinary Back
    visitor.click("main a")
    visitor.wait_for_url("**/next.html")
    entries = visitor.evaluate("history.length")
    leave(visitor)
    assert visitor.evaluate("history.length") == entries, "the next site takes the place of the page"
    seen.forget()
    for _ in range(3):
        visitor.go_back(wait_until="commit")
        visitor.wait_for_url(lambda address: not address.startswith(alone))
        visitor.wait_for_timeout(200)
    assert seen.open and seen.shown == set()
    visitor.goto(f"{alone}/next.html")
    expect(visitor.locator("h1")).to_be_visible()
    assert visitor.evaluate(FLAG) is None


def test_shift_three_times_leaves_and_the_button_is_large_enough_and_in_sight(
    visitor: Page, alone: str
) -> None:
    visitor.set_viewport_size({"width": 320, "height": 256})
    visitor.goto(f"{alone}/")
    box = visitor.locator(EXIT).bounding_box()
    assert box and box["height"] >= 44
    visitor.evaluate("document.querySelector('main').style.blockSize = '3000px'; scrollTo(0, 2000)")
    expect(visitor.locator(EXIT)).to_be_in_viewport(ratio=1)
    for _ in range(3):
        visitor.keyboard.press("Shift")
    visitor.wait_for_url("https://www.wikipedia.org/")
