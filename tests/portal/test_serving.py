"""The access log that ships with the site: no address, no secret, no word of a visitor."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.serving import path_to_write
from tests.databases import ROOT
from tests.search.loopback import free_port

BROWSER = "Mozilla/5.0 (a browser that could be known again)"
WORDS = "somebody hurts me"


@pytest.mark.parametrize(
    ("path", "status", "written"),
    [
        ("/en/k7c3x9/", 200, "/en/k7c3x9/"),
        (f"/en/find/{'A' * 342}/", 200, "/en/find/.../"),
        (f"/en/confirm/{'t' * 43}/", 200, "/en/confirm/.../"),
        ("/en/my-uncle/", 404, "..."),
        ("/\xff", 400, "..."),
        ("/en/a\nb/", 200, "/en/a%0Ab/"),
    ],
)
def test_a_path_is_written_without_what_it_could_give_away(path: str, status: int, written: str) -> None:
    assert path_to_write(path, status) == written


@pytest.fixture
def served_log(demo_file: Path, tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A site as DEPLOY.md starts it, with its access log in a file."""
    port, log = free_port(), tmp_path / "access.log"
    command = [sys.executable, "-m", "gunicorn", "--config", "python:portal.serving"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--access-logfile", str(log), "portal.wsgi"]
    environment = os.environ | {
        "LANTERN_DEMO": "1",
        "LANTERN_VAR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{demo_file}",
    }
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield port, log
    finally:
        server.terminate()
        server.wait(10)


def test_a_search_leaves_a_line_that_says_nothing_of_the_visitor(served_log: tuple[int, Path]) -> None:
    port, log = served_log
    wait_for(port)
    seal = ask(port, "POST", "/en/find/", urllib.parse.urlencode({"words": WORDS}))
    assert ask(port, "GET", seal) == ""
    ask(port, "GET", "/en/somebody-hurts-me/?words=somebody")
    lines = log.read_text().splitlines()
    assert any(" POST /en/find/ 303 " in line for line in lines)
    assert any(" GET /en/find/.../ 200 " in line for line in lines)
    assert any(" GET ... 404 " in line for line in lines)
    written = log.read_text()
    for trace in ("127.0.0.1", "Mozilla", "somebody", "words=", seal.split("/")[3]):
        assert trace not in written


def ask(port: int, method: str, path: str, body: str | None = None) -> str:
    """One request; where it was sent on to."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"User-Agent": BROWSER, "Referer": f"http://127.0.0.1:{port}/en/"}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.headers.get("Location", "")


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            ask(port, "GET", "/robots.txt")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The site did not start.")
