"""The site's own tests read English unless they say otherwise."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def read_english() -> Iterator[None]:
    """A request leaves its language behind in the thread; the next test must not inherit it."""
    translation.activate("en")
    yield
    translation.activate("en")
