"""A real Chromium before the real demo site: both started once, both stopped at the end."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route, expect, sync_playwright

from tests.browser.crawling import Crawl
from tests.browser.pages import PublicPage, coded_pages, function_pages
from tests.browser.results import Results
from tests.databases import ROOT, manage

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ELSEWHERE = "<!doctype html><html lang=en><title>Elsewhere</title><p>Another site.</p></html>"
STARTS_WITHIN = 90  # seconds, on a busy machine

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"The site did not start:\n{log.read_text()}")


@dataclass(frozen=True)
class Site:
    """A running site: where it answers (no slash at the end), and where all its files are."""

    address: str
    folder: Path
    database: Path

    @property
    def log(self) -> Path:
        """What the server has said, its access log included."""
        return self.folder / "server.log"


@contextmanager
def serving(database: Path, folder: Path, prefix: str = "") -> Iterator[Site]:
    """The site as `make demo` serves it, from this database."""
    port = free_port()
    environment = os.environ | {
        "LANTERN_DEMO": "1",
        "LANTERN_VAR": str(folder),
        "DATABASE_URL": f"sqlite:///{database}",
        "SCRIPT_NAME": prefix,
        "PORT": str(port),
    }
    manage("collectstatic", "--no-input", **environment)
    gunicorn = f"-m gunicorn --config python:portal.serving --bind 127.0.0.1:{port} --graceful-timeout 1"
    command = [sys.executable, *gunicorn.split(), "portal.wsgi"]
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            address = f"http://127.0.0.1:{port}{prefix}"
            wait_for(f"{address}/healthz", server, log)
            yield Site(address, folder, database)
        finally:
            server.terminate()
            server.wait(10)


@pytest.fixture(scope="session")
def served(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The running demo town with its files."""
    with serving(demo_file, tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="session")
def live_site(served: Site) -> str:
    """The address of the running demo town, like http://127.0.0.1:40123."""
    return served.address


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright keeps an event loop in this thread; Django would refuse all tests' own queries beside it."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as running:
        yield running
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's Chromium; Playwright's own browsers are never downloaded."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("not installed here: apt-get install --no-install-recommends chromium fonts-noto-core")
    return path


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    """One Chromium for all tests, with the memory of left pages (bfcache) that Playwright switches off."""
    running = playwright.chromium.launch(
        executable_path=chromium, args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield running
    running.close()


@pytest.fixture(scope="session")
def results(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Results]:
    """What is seen of accessibility; kept for the statement where the run was asked for it."""
    found = Results()
    yield found
    if target := request.config.getoption("--accessibility"):
        found.write(Path(target), browser.version)


@pytest.fixture
def open_context(browser: Browser, live_site: str) -> Iterator[Callable[..., BrowserContext]]:
    """Makes contexts (new_context's own options) in which no other host is ever reached."""
    opened: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        keep_inside(context, live_site)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def visit(
    playwright: Playwright, chromium: str, served: Site, tmp_path: Path
) -> Callable[..., BrowserContext]:
    """Opens a browser with a profile on disk, in tmp_path / "profile"."""

    def start(script: bool) -> BrowserContext:
        context = playwright.chromium.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=chromium, args=FLAGS, java_script_enabled=script
        )
        keep_inside(context, served.address)
        return context

    return start


@pytest.fixture(scope="session")
def site_map(live_site: str, demo_file: Path) -> list[PublicPage]:
    """Everything public but results, which have an address only after a search."""
    return [*function_pages(), *coded_pages(demo_file)]


@pytest.fixture
def crawl(open_context: Callable[..., BrowserContext], live_site: str, results: Results) -> Crawl:
    return Crawl(open_context, live_site, results)


def keep_inside(context: BrowserContext, site: str, answer: Callable[[Route], None] | None = None) -> None:
    """Answer every request to another host ourselves."""
    elsewhere = re.compile(rf"^https?://(?!{re.escape(site.partition('://')[2])}(/|$))")
    context.route(
        elsewhere, answer or (lambda route: route.fulfill(body=ELSEWHERE, content_type="text/html"))
    )


@pytest.fixture
def page(open_context: Callable[..., BrowserContext]) -> Page:
    """A page in a context of its own."""
    return open_context().new_page()


@pytest.fixture
def page_without_script(open_context: Callable[..., BrowserContext]) -> Page:
    return open_context(java_script_enabled=False).new_page()
