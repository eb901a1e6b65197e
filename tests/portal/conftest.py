"""The site's own tests read English unless they say otherwise, and no test looks through the static files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation
from whitenoise.middleware import WhiteNoiseMiddleware


@pytest.fixture(autouse=True)
def read_english() -> Iterator[None]:
    """A request leaves its language behind in the thread; the next test must not inherit it."""
    translation.activate("en")
    yield
    translation.activate("en")


@pytest.fixture(autouse=True, scope="module")
def static_files_unread() -> Iterator[None]:
    """Every new client reads the whole folder of collected files: half the time of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files", lambda *args, **options: None)
        yield
