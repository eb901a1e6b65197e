"""Every public page of the demo, as paths without the language: asked of the database and the site itself."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.databases import manage

LANGUAGES = ("en", "de", "fr", "uk", "ar")
FUNCTIONS = (
    *("", "find/", "now/", "safe/", "checklist/", "checklist/short/", "checklist/town/"),
    *("privacy/", "privacy/short/", "accessibility/", "gallery/"),
)
NOTHING = "zzqx"
SEARCHES = {
    "en": {"words": "somebody to talk to", "urgent": "he hits me", "nothing": NOTHING},
    "de": {"words": "mit jemandem reden", "urgent": "er schlägt mich", "nothing": NOTHING},
    "fr": {"words": "parler à quelqu’un", "urgent": "il me frappe", "nothing": NOTHING},
    "uk": {"words": "поговорити з кимось", "urgent": "він б’є мене", "nothing": NOTHING},
    "ar": {"words": "أتحدث مع شخص", "urgent": "يضربني", "nothing": NOTHING},
}

# One address is retired on the way, so that the page of what is gone can be seen too.
QUESTION = """
import json
from agencies.models import Address, AgencyPage, Scheme, ServicePage, Term
from portal.models import ContentPage
gone = Address.mint("service")
gone.retire()
codes = lambda found: list(found.order_by("pk").values_list("address__code", flat=True))
print(json.dumps({
    "need": codes(Term.objects.of(Scheme.NEED).shown()),
    "agency": codes(AgencyPage.objects.public()),
    "service": codes(ServicePage.objects.public()),
    "content": codes(ContentPage.objects.live().filter(alias_of=None, locale__language_code="en")),
    **{
        f"{kind} for children": [f"{code}/short" for code in codes(found)[:1]]
        for kind, found in {
            "need": Term.objects.of(Scheme.NEED).shown().exclude(child_label=""),
            "agency": AgencyPage.objects.public(),
            "service": ServicePage.objects.public(),
        }.items()
    },
    "wrong": [f"{code}/wrong" for code in codes(ServicePage.objects.public())[:1]],
    "gone": [gone.code],
}))
"""


@dataclass(frozen=True, slots=True)
class PublicPage:
    template: str
    path: str  # without the language
    status: int = 200

    def url(self, site: str, language: str) -> str:
        return f"{site}/{language}/{self.path}"


def coded_pages(database: Path) -> Iterator[PublicPage]:
    """Needs, agencies, services, content, and one that is gone."""
    answer = manage(
        "shell", "--no-imports", "-c", QUESTION, DATABASE_URL=f"sqlite:///{database}", LANTERN_DEMO="1"
    )
    for template, codes in json.loads(answer).items():
        for code in codes:
            yield PublicPage(template, f"{code}/", 410 if template == "gone" else 200)


def function_pages() -> Iterator[PublicPage]:
    """Pages with a word for an address, and the pages of what went wrong."""
    for path in FUNCTIONS:
        yield PublicPage(path.strip("/") or "home", path)
    yield PublicPage("404", "ccccc2/", 404)
    yield PublicPage("400", "%FF/", 400)
    yield PublicPage("broken seal", f"find/{'x' * 342}/", 404)


def result_pages(site: str, language: str) -> Iterator[PublicPage]:
    """Results have an address only after a search: post it as a browser without script does."""
    for name, words in SEARCHES[language].items():
        sealed = urllib.parse.urlsplit(sealed_address(site, language, words)).path
        yield PublicPage(f"results: {name}", sealed.partition(f"/{language}/")[2])


def sealed_address(site: str, language: str, words: str) -> str:
    data = urllib.parse.urlencode({"words": words}).encode()
    with urllib.request.urlopen(f"{site}/{language}/find/", data) as answer:
        return answer.geturl()


def one_of_each(pages: list[PublicPage]) -> list[PublicPage]:
    """The first page of each template."""
    return list({page.template: page for page in reversed(pages)}.values())[::-1]
