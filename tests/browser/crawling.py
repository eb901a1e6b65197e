"""Many pages in many looks: what is wrong with them, and what it tells of accessibility."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext

from tests.browser.pages import PublicPage, one_of_each, result_pages
from tests.browser.results import Results
from tests.browser.validator import validate
from tests.browser.visit import Visitor

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


class Crawl:
    """A browser that looks at pages of one site; each look is a tab of its own."""

    def __init__(self, open_context: Callable[..., BrowserContext], site: str, results: Results) -> None:
        self.open_context = open_context
        self.site = site
        self.results = results
        self.origin = "{0.scheme}://{0.netloc}".format(urlsplit(site))

    def problems(
        self, language: str, visits: Iterable[tuple[PublicPage, Look]], *, warm: bool = False
    ) -> list[str]:
        """What is wrong with these pages of a language, each with its look."""
        problems: list[str] = []
        sources: dict[str, str] = {}
        visitors: dict[str, Visitor] = {}
        for page, look in visits:
            key = in_short(look)
            if key not in visitors:
                visitors[key] = self._visitor(language, look, warm)
            name = f"{language} {key} {page.template} {page.path[:12]}"
            visit = visitors[key].look(name, page.url(self.site, language))
            self.results.note(language, page.path, visit.axe)
            problems += visit.problems(page.status, self.origin)
            sources[name] = visit.html
        return problems + validate(sources)

    def _visitor(self, language: str, look: Look, warm: bool) -> Visitor:
        page = self.open_context(locale=language, **look).new_page()
        return Visitor(page, with_script=look.get("java_script_enabled", True), warm=warm)


def in_short(look: Look) -> str:
    size = look["viewport"]
    parts = [f"{size['width']}x{size['height']}", look.get("color_scheme", "light")]
    return " ".join(parts if look.get("java_script_enabled", True) else [*parts, "no script"])


def in_words(problems: Sequence[str]) -> str:
    return f"{len(problems)} problems:\n" + "\n".join(problems[:40])


def templates(site_map: list[PublicPage], site: str, language: str) -> list[PublicPage]:
    return one_of_each([*site_map, *result_pages(site, language)])
