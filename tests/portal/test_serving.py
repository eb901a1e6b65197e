"""What of a path the access log may hold; what a running server writes is in tests/browser/test_access_log.py."""

from __future__ import annotations

import pytest

from portal.serving import path_to_write


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
