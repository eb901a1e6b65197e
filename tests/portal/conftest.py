"""The site's own tests read English unless they say otherwise, and no test looks through the static files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation
from whitenoise.middleware import WhiteNoiseMiddleware

from agencies.models import AgencyPage, ServicePage

from . import small_town


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


@pytest.fixture
def harbour(town: None) -> ServicePage:
    """Three services: talking (in Arabic too, for free), food, and a closed one."""
    house = small_town.agency("Harbour House")
    return small_town.services(
        house,
        {"title": "Talking circle", "needs": ("sad-anxious",), "languages": small_town.speaks("en", "ar")},
        {"title": "Warm soup", "needs": ("food-clothes",), "languages": small_town.speaks("en")},
        {
            "title": "Talking by night",
            "status": "temporarily closed",
            "alert": "Closed until the roof is mended.",
        },
    )[-1]


@pytest.fixture
def house(town: None) -> AgencyPage:
    """An agency of a town whose numbers are confirmed."""
    small_town.numbers()
    return small_town.agency("Harbour House")
