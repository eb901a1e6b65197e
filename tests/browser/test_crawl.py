"""Every public page of the demo, in a real browser: quiet, light, accessible, valid, upright at 320 px."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
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
from tests.browser.validator import validate
from tests.browser.visit import Visitor

pytestmark = pytest.mark.browser

NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1440, "height": 900}
NIGHT = {"color_scheme": "dark"}
LOOKS = {
    "en": ({"viewport": NARROW}, {"viewport": WIDE} | NIGHT),
    "ar": ({"viewport": NARROW} | NIGHT, {"viewport": WIDE}),
    "de": ({"viewport": NARROW},),
    "fr": ({"viewport": NARROW},),
    "uk": ({"viewport": NARROW},),
}

Contexts = Callable[..., BrowserContext]

ORDINARY = ("en", "ar")  # one that is read from the left and one from the right; the others in `make proof`


@pytest.fixture(scope="session")
def site_map(live_site: str, demo_file: Path) -> list[PublicPage]:
    """Everything public but results, which have an address only after a search."""
    return [*function_pages(), *coded_pages(demo_file)]


def crawl(
    open_context: Contexts,
    site: str,
    language: str,
    pages: Iterable[PublicPage],
    looks: Iterable[dict[str, object]],
) -> list[str]:
    """What is wrong with these pages; a look is the options of a browser's context, its width among them."""
    problems: list[str] = []
    sources: dict[str, str] = {}
    for look in looks:
        context = open_context(locale=language, **look)
        visitor = Visitor(context.new_page())
        for page in pages:
            visit = visitor.look(f"{language} {page.template} {page.path[:12]}", page.url(site, language))
            problems += visit.problems(page.status, origin(site))
            sources[visit.name] = visit.html
        context.close()
    return problems + validate(sources)


def origin(site: str) -> str:
    parts = urlsplit(site)
    return f"{parts.scheme}://{parts.netloc}"


def in_words(problems: list[str]) -> str:
    return f"{len(problems)} problems:\n" + "\n".join(problems[:40])


@pytest.mark.parametrize(
    "language",
    [pytest.param(code, marks=() if code in ORDINARY else pytest.mark.proof) for code in LANGUAGES],
)
def test_one_page_of_each_template(
    language: str, site_map: list[PublicPage], live_site: str, open_context: Contexts
) -> None:
    pages = one_of_each([*site_map, *result_pages(live_site, language)])
    problems = crawl(open_context, live_site, language, pages, LOOKS[language])
    assert not problems, in_words(problems)


@pytest.mark.parametrize("language", ORDINARY)
def test_every_template_works_without_script(
    language: str, site_map: list[PublicPage], live_site: str, open_context: Contexts
) -> None:
    page = open_context(java_script_enabled=False, viewport=NARROW).new_page()
    for public in one_of_each([*site_map, *result_pages(live_site, language)]):
        response = page.goto(public.url(live_site, language))
        assert response is not None
        assert response.status == public.status, public
        assert page.locator("main h1").count() == 1, public
        assert page.locator("a[href^='tel:']").first.is_visible(), public
        assert page.locator("a[data-exit]").first.is_visible(), public
        assert len(page.locator("main").inner_text()) > 80, public


@pytest.mark.proof
@pytest.mark.parametrize("width", [NARROW, WIDE], ids=["320", "1440"])
@pytest.mark.parametrize("language", ORDINARY)
def test_every_page(
    language: str, width: dict[str, int], site_map: list[PublicPage], live_site: str, open_context: Contexts
) -> None:
    pages = [*site_map, *result_pages(live_site, language)]
    problems = crawl(open_context, live_site, language, pages, [{"viewport": width}])
    assert not problems, in_words(problems)
