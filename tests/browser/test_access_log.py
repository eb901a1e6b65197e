"""The access log that ships with the site, on the site as DEPLOY.md serves it: no address, no secret, no word."""

from __future__ import annotations

import http.client
import time
import urllib.parse
from collections.abc import Callable

from tests.browser.conftest import Site

BROWSER = "a browser that could be known again"
WORDS = "zwiebelturm hurts me"


def test_a_search_leaves_lines_that_say_nothing_of_the_visitor(served: Site) -> None:
    seal = ask(served, "POST", "/en/find/", urllib.parse.urlencode({"words": WORDS}))
    ask(served, "GET", seal)
    ask(served, "GET", "/en/zwiebelturm/?words=zwiebelturm")
    for line in (" POST /en/find/ 303 ", " GET /en/find/.../ 200 ", " GET ... 404 "):
        wait_until(lambda line=line: line in served.log.read_text(), line)
    written = served.log.read_text()
    for trace in (BROWSER, "zwiebelturm", "words=", seal.split("/")[3], "from-page"):
        assert trace not in written
    lines = [line for line in written.splitlines() if " GET " in line or " POST " in line]
    assert not [line for line in lines if "127.0.0.1" in line]


def ask(site: Site, method: str, path: str, body: str | None = None) -> str:
    """One request; where it was sent on to."""
    host = urllib.parse.urlsplit(site.address).netloc
    connection = http.client.HTTPConnection(host, timeout=60)
    headers = {"User-Agent": BROWSER, "Referer": f"{site.address}/en/?from-page"}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.headers.get("Location", "")


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """A line is written after its answer has gone out."""
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
