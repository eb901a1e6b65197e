"""A look at an address from outside leads nowhere inside, and ends."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from agencies import fetching
from agencies.fetching import Looker, Problem, Seen, is_public, may_reach

from . import web_server


@pytest.fixture
def server() -> Iterator[tuple[int, list]]:
    with web_server.running() as made:
        yield made


def look(server: tuple[int, list], path: str, **names: list[str]) -> Seen:
    return web_server.looker(server[0], **names).look(f"http://town.example:{server[0]}{path}")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
        *("2002:7f00:1::", "64:ff9b::7f00:1", "2001:db8::1", "fe80::1%eth0", "", "localhost"),
    ],
)
def test_what_is_not_public(address: str) -> None:
    assert not is_public(address)
    assert not may_reach(address, 443)


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1"])
def test_what_is_public(address: str) -> None:
    assert may_reach(address, 443) and may_reach(address, 80)
    assert not may_reach(address, 22)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://127.1/",
    ],
)
def test_by_itself_it_opens_no_private_address(url: str) -> None:
    assert Looker("Lantern").look(url).problem == Problem.PRIVATE


def test_one_private_address_among_public_ones_is_enough(server: tuple[int, list]) -> None:
    seen = look(server, "/", town_example=["127.0.0.1", "10.0.0.1"])
    assert seen.problem == Problem.PRIVATE and not server[1]


def test_it_goes_to_the_address_that_was_looked_at(server: tuple[int, list]) -> None:
    """A name server that answers differently the second time (rebinding) is asked once alone."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    looker = web_server.looker(server[0])
    looker.resolve = lambda host, port: next(answers)
    assert looker.look(f"http://town.example:{server[0]}/") == Seen(200)
    assert next(answers) == ["10.0.0.1"]


@pytest.mark.parametrize(
    "inside", ["http://10.0.0.1/", "http://town.example:22/", "//10.0.0.1/", "ftp://town.example/"]
)
def test_each_hop_is_looked_at(server: tuple[int, list], inside: str) -> None:
    names = {"10_0_0_1": ["10.0.0.1"]}
    assert look(server, f"/to/{inside}", **names).problem in (Problem.PRIVATE, Problem.ODD)
    assert [path for _method, path, _agent in server[1]] == [f"/to/{inside}"]


def test_few_redirects_are_followed_and_then_no_more(server: tuple[int, list]) -> None:
    assert look(server, "/to//to//there") == Seen(200)
    server[1].clear()
    assert look(server, "/loop").problem == Problem.LOOP
    assert len(server[1]) == fetching.MOST_HOPS + 1


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/204", 204), ("/nohead", 200)])
def test_what_answers_is_well(server: tuple[int, list], path: str, status: int) -> None:
    assert look(server, path) == Seen(status)


@pytest.mark.parametrize("status", [404, 410, 500])
def test_what_answers_with_an_error_is_broken(server: tuple[int, list], status: int) -> None:
    assert look(server, f"/{status}") == Seen(status, Problem.ERROR)
    assert [method for method, _path, _agent in server[1]] == ["HEAD", "GET"]


def test_it_says_who_it_is(server: tuple[int, list]) -> None:
    look(server, "/")
    assert server[1] == [("HEAD", "/", "Lantern")]


def test_a_byte_now_and_then_does_not_hold_it(
    server: tuple[int, list], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.3)
    started = time.monotonic()
    assert look(server, "/drip").problem in (Problem.SILENT, Problem.SLOW)
    assert time.monotonic() - started < 1.5


def test_nobody_there(server: tuple[int, list]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert web_server.looker(port).look(f"http://town.example:{port}/").problem == Problem.SILENT


def test_a_name_that_nobody_knows() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    assert Looker("Lantern", resolve=unknown).look("http://nobody.example/").problem == Problem.UNKNOWN


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("javascript:alert(1)", Problem.ODD),
        ("file:///etc/passwd", Problem.ODD),
        ("http://", Problem.ODD),
        ("town.example", Problem.ODD),
        ("http://town.example:99999/", Problem.ODD),
        ("http://[", Problem.ODD),
        ("http://" + "a" * 300 + ".example/", Problem.ODD),
        ("http://user:secret@town.example/", Problem.USER),
    ],
)
def test_what_is_no_address(url: str, problem: Problem) -> None:
    assert Looker("Lantern", resolve=lambda host, port: ["10.0.0.1"]).look(url).problem == problem


def test_lines_hidden_in_an_address_stay_in_its_path(server: tuple[int, list]) -> None:
    look(server, "/to/x%0d%0aEvil: 1")
    assert all("Evil: 1" not in path for _method, path, _agent in server[1])
