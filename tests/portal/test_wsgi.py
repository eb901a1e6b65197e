"""Below a path of the town's site: what the application makes of the path that a server hands over."""

from __future__ import annotations

from typing import Any

import pytest

from portal.wsgi import NOWHERE, below


def asked(prefix: str, **environ: str) -> tuple[str, str]:
    """Script name and path as the site itself gets them."""
    seen: dict[str, Any] = {}

    def site(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ)
        return []

    below(prefix, site)(dict(environ), None)
    return seen.get("SCRIPT_NAME", ""), seen["PATH_INFO"]


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("/children/en/", "/en/"),
        ("/children/", "/"),
        ("/children", ""),
        ("/children/children/", "/children/"),
        ("/childrens/en/", NOWHERE),
        ("/en/", NOWHERE),
        ("", NOWHERE),
    ],
)
def test_the_prefix_is_taken_off_and_nothing_stands_outside_it(path: str, inside: str) -> None:
    assert asked("/children", PATH_INFO=path) == ("/children", inside)


def test_a_server_that_took_the_prefix_off_is_believed() -> None:
    assert asked("/children", SCRIPT_NAME="/children", PATH_INFO="/en/") == ("/children", "/en/")


def test_without_a_prefix_nothing_changes() -> None:
    assert asked("", PATH_INFO="/en/") == ("", "/en/")
