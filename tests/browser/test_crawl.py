"""Every public page of the demo, in a real browser: quiet, light, accessible, valid, upright at 320 px."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterable, Sequence
from itertools import cycle, product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.pages import (
    LANGUAGES,
    PublicPage,
    coded_pages,
    function_pages,
    one_of_each,
    result_pages,
)
from tests.browser.results import Results
from tests.browser.validator import validate
from tests.browser.visit import Visitor

pytestmark = pytest.mark.browser

Look = dict[str, Any]  # the options of a browser's context
NARROW: Look = {"viewport": {"width": 320, "height": 640}}
WIDE: Look = {"viewport": {"width": 1440, "height": 900}}
ENLARGED: Look = {"viewport": {"width": 320, "height": 256}}  # 1280 x 1024 at 400 %
DAY: Look = {"color_scheme": "light"}
NIGHT: Look = {"color_scheme": "dark"}
WITH_SCRIPT: Look = {"java_script_enabled": True}
WITHOUT_SCRIPT: Look = {"java_script_enabled": False}
EVERY_LOOK: list[Look] = [
    width | light | script
    for width, light, script in product((NARROW, WIDE), (DAY, NIGHT), (WITH_SCRIPT, WITHOUT_SCRIPT))
]
ORDINARY: dict[str, list[Look]] = {
    "en": [NARROW, WIDE | NIGHT],
    "ar": [NARROW | NIGHT, NARROW | WITHOUT_SCRIPT],
}
WHOLE = ("en", "de", "ar")  # one with short words, one with long ones, one that is read from the right

Contexts = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def site_map(live_site: str, demo_file: Path) -> list[PublicPage]:
    """Everything public but results, which have an address only after a search."""
    return [*function_pages(), *coded_pages(demo_file)]


@pytest.fixture
def crawl(open_context: Contexts, live_site: str, results: Results) -> Callable[..., list[str]]:
    """What is wrong with these pages of a language, each with its look."""

    def crawled(language: str, visits: Iterable[tuple[PublicPage, Look]]) -> list[str]:
        problems: list[str] = []
        sources: dict[str, str] = {}
        visitors: dict[str, Visitor] = {}
        for page, look in visits:
            key = in_short(look)
            if key not in visitors:
                has_script = look.get("java_script_enabled", True)
                page_of_look = open_context(locale=language, **look).new_page()
                visitors[key] = Visitor(page_of_look, with_script=has_script)
            visit = visitors[key].look(
                f"{language} {key} {page.template} {page.path[:12]}", page.url(live_site, language)
            )
            results.note(language, page.path, visit.axe)
            problems += visit.problems(page.status, origin(live_site))
            sources[visit.name] = visit.html
        return problems + validate(sources)

    return crawled


def in_short(look: Look) -> str:
    size = look["viewport"]
    parts = [f"{size['width']}x{size['height']}", look.get("color_scheme", "light")]
    return " ".join(parts if look.get("java_script_enabled", True) else [*parts, "no script"])


def origin(site: str) -> str:
    parts = urlsplit(site)
    return f"{parts.scheme}://{parts.netloc}"


def in_words(problems: Sequence[str]) -> str:
    return f"{len(problems)} problems:\n" + "\n".join(problems[:40])


def templates(site_map: list[PublicPage], site: str, language: str) -> list[PublicPage]:
    return one_of_each([*site_map, *result_pages(site, language)])


@pytest.mark.parametrize("language", ORDINARY)
def test_one_page_of_each_template(
    language: str, site_map: list[PublicPage], live_site: str, crawl: Callable[..., list[str]]
) -> None:
    """Each in one of two looks, turn about; every look of every template is in the long run."""
    looks = cycle(ORDINARY[language])
    problems = crawl(language, zip(templates(site_map, live_site, language), looks, strict=False))
    assert not problems, in_words(problems)


@pytest.mark.parametrize("language", ["en", pytest.param("ar", marks=pytest.mark.proof)])
def test_every_template_works_without_script(
    language: str, site_map: list[PublicPage], live_site: str, open_context: Contexts
) -> None:
    page = open_context(**NARROW, **WITHOUT_SCRIPT).new_page()
    for public in templates(site_map, live_site, language):
        response = page.goto(public.url(live_site, language))
        assert response is not None
        assert response.status == public.status, public
        assert page.locator("main h1").count() == 1, public
        assert page.locator("a[href^='tel:']").first.is_visible(), public
        assert page.locator("a[data-exit]").first.is_visible(), public
        assert len(page.locator("main").inner_text()) > 80, public


@pytest.mark.proof
@pytest.mark.parametrize("language", WHOLE)
def test_one_page_of_each_template_in_every_look(
    language: str, site_map: list[PublicPage], live_site: str, crawl: Callable[..., list[str]]
) -> None:
    """Both widths, day and night, with and without script, and at 400 %."""
    looks = [*EVERY_LOOK, ENLARGED]
    problems = crawl(language, product(templates(site_map, live_site, language), looks))
    assert not problems, in_words(problems)


@pytest.fixture(scope="session")
def seed() -> int:
    """Of the looks that pages are crawled in: another one each day, SEED=… to see the same again."""
    given = os.environ.get("SEED") or random.SystemRandom().randrange(10_000)
    print(f"\nSEED={given}")
    return int(given)


@pytest.mark.proof
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page(
    language: str, seed: int, site_map: list[PublicPage], live_site: str, crawl: Callable[..., list[str]]
) -> None:
    """Once each, in a look that the seed chooses."""
    chance = random.Random(f"{seed} {language}")
    pages = [*site_map, *result_pages(live_site, language)]
    problems = crawl(language, [(page, chance.choice(EVERY_LOOK)) for page in pages])
    assert not problems, f"SEED={seed}: {in_words(problems)}"
