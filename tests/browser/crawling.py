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
from tests.browser.visit import Visit, Visitor

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

LOOKS = {
    with_script: [
        look for look in [*EVERY_LOOK, ENLARGED] if look.get("java_script_enabled", True) == with_script
    ]
    for with_script in (True, False)
}


class Crawl:
    """A browser that looks at pages of one site."""

    def __init__(self, open_context: Callable[..., BrowserContext], site: str, results: Results) -> None:
        self.open_context = open_context
        self.site = site
        self.results = results
        self.origin = "{0.scheme}://{0.netloc}".format(urlsplit(site))

    def problems(self, language: str, visits: Iterable[tuple[PublicPage, Look]]) -> list[str]:
        """What is wrong with these pages of a language, each with its look."""
        problems: list[str] = []
        sources: dict[str, str] = {}
        visitors: dict[str, Visitor] = {}
        for page, look in visits:
            key = in_short(look)
            if key not in visitors:
                visitors[key] = self._visitor(language, look)
            visitors[key].open(page.url(self.site, language))
            visit = self._look(visitors[key], language, page, look)
            problems += visit.problems(page.status, self.origin)
            sources[visit.name] = visit.html
        return problems + validate(sources)

    def problems_in_every_look(self, language: str, pages: Iterable[PublicPage]) -> list[str]:
        """What is wrong with these pages, each opened with script and without, and turned about while it is open."""
        problems: list[str] = []
        sources: dict[str, str] = {}
        # What moves while colours change would be judged in between.
        visitors = {
            with_script: self._visitor(language, {**script, "reduced_motion": "reduce"})
            for with_script, script in ((True, WITH_SCRIPT), (False, WITHOUT_SCRIPT))
        }
        for page, (with_script, visitor) in product(pages, visitors.items()):
            visitor.open(page.url(self.site, language))
            for look in LOOKS[with_script]:
                visitor.turn(look["viewport"], look.get("color_scheme", "light"))
                visit = self._look(visitor, language, page, look)
                problems += visit.problems(page.status, self.origin)
                # In every look the same source; without script a page may answer differently.
                sources[f"{language} {page.template} {page.path[:12]} {with_script}"] = visit.html
        return problems + validate(sources)

    def _look(self, visitor: Visitor, language: str, page: PublicPage, look: Look) -> Visit:
        visit = visitor.look(f"{language} {in_short(look)} {page.template} {page.path[:12]}")
        self.results.note(language, page.path, visit.axe)
        return visit

    def _visitor(self, language: str, look: Look) -> Visitor:
        page = self.open_context(locale=language, **look).new_page()
        return Visitor(page, with_script=look.get("java_script_enabled", True))


def in_short(look: Look) -> str:
    size = look["viewport"]
    parts = [f"{size['width']}x{size['height']}", look.get("color_scheme", "light")]
    return " ".join(parts if look.get("java_script_enabled", True) else [*parts, "no script"])


def in_words(problems: Sequence[str]) -> str:
    return f"{len(problems)} problems:\n" + "\n".join(problems[:40])


def templates(site_map: list[PublicPage], site: str, language: str) -> list[PublicPage]:
    return one_of_each([*site_map, *result_pages(site, language)])
