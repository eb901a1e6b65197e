"""What stands around every page: the help bar, the town, the navigation, the languages. It needs no search."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from agencies.models import Said
from agencies.models.words import direction

from . import numbers
from .models import ContentPage, Town, TownNumber


@dataclass(frozen=True, slots=True)
class Link:
    title: Said | str
    url: str
    current: bool = False
    icon: str = ""
    text: Said | str = ""


@dataclass(frozen=True, slots=True)
class LanguageLink:
    code: str
    name: str
    url: str
    current: bool

    @property
    def direction(self) -> str:
        return direction(self.code)


@dataclass(frozen=True, slots=True)
class HelpBar:
    emergency: numbers.Number | None
    helpline: numbers.Number | None


@dataclass(frozen=True, slots=True)
class ShownTown:
    name: Said
    tagline: Said
    logo_url: str | None
    exit_url: str
    is_demo: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The town and the reader's language of one request, loaded once."""

    town: Town
    language: str
    sections: list[ContentPage] = field(default_factory=list)


def town_of() -> Town:
    """The town with its numbers and words, in a fixed number of queries."""
    found = Town.objects.select_related("logo").prefetch_related("numbers", "words").first()
    return found or Town.load()


def frame_of(language: str | None = None) -> Frame:
    language = language or translation.get_language() or "en"
    return Frame(town=town_of(), language=language, sections=_sections(language))


def _sections(language: str) -> list[ContentPage]:
    """The pages in the navigation: in the reader's language where they exist, else in the first one."""
    pages = (
        ContentPage.objects.live()
        .filter(in_navigation=True)
        .select_related("address", "locale")
        .order_by("path")
    )
    best: dict[Any, ContentPage] = {}
    for page in pages:
        if page.translation_key not in best or page.locale.language_code == language:
            best[page.translation_key] = page
    return list(best.values())


def title_of(page: ContentPage, language: str) -> Said:
    return Said(page.title, page.locale.language_code, is_foreign=page.locale.language_code != language)


def bar_of(frame: Frame) -> HelpBar:
    return HelpBar(
        emergency=_short(frame, TownNumber.Kind.EMERGENCY),
        helpline=_short(frame, TownNumber.Kind.CHILD_HELPLINE),
    )


def _short(frame: Frame, kind: str) -> numbers.Number | None:
    found = next((n for n in numbers.confirmed(frame.town, kind) if n.type == n.Type.VOICE), None)
    if found is None:
        return None
    return numbers.Number(numbers.short_label(kind), numbers.display_of(found), found.href, "phone")


def help_numbers(frame: Frame, *kinds: str) -> list[numbers.Number]:
    wanted = kinds or (TownNumber.Kind.CHILD_HELPLINE, TownNumber.Kind.EMERGENCY)
    return [
        numbers.of_town(number, frame.town, frame.language)
        for number in numbers.confirmed(frame.town, *wanted)
    ]


def theme_digest(town: Town) -> str:
    return hashlib.sha256(f"{town.brand}{town.accent}".encode()).hexdigest()[:10]


def context_of(
    request: HttpRequest,
    frame: Frame,
    *,
    title: str = "",
    sensitive: bool = False,
    code: str = "",
    route: str = "home",
    args: tuple[str, ...] = (),
    machine_words: bool = False,
) -> dict[str, Any]:
    """The context of base.html. A sensitive page has a neutral title: the browser's history keeps it."""
    name = str(frame.town.said("name", frame.language))
    return {
        "town": _shown_town(frame),
        "help_bar": bar_of(frame),
        "languages": _language_links(frame, route, args),
        "nav": _nav(frame, route, code),
        "footer_links": _footer(frame),
        "page_title": name if sensitive or not title else f"{title} · {name}",
        "direction": direction(frame.language),
        "theme_css_url": f"{reverse('theme')}?{theme_digest(frame.town)}",
        "share_code": code,
        "machine_words": machine_words,
    }


def _shown_town(frame: Frame) -> ShownTown:
    town = frame.town
    logo = town.logo.get_rendition("max-200x92|format-webp").url if town.logo else None
    return ShownTown(
        name=town.said("name", frame.language),
        tagline=town.said("tagline", frame.language),
        logo_url=logo,
        exit_url=town.exit_url,
        is_demo=town.is_demo,
    )


def _language_links(frame: Frame, route: str, args: tuple[str, ...]) -> list[LanguageLink]:
    links = []
    for code, name in frame.town.shown_languages():
        with translation.override(code):
            links.append(LanguageLink(code, name, reverse(route, args=args), code == frame.language))
    return links


def _nav(frame: Frame, route: str, code: str) -> list[Link]:
    links = [Link(_("Find help"), reverse("find"), route in ("find", "sealed"))]
    for page in frame.sections:
        if page.audience != ContentPage.Audience.EVERYONE:
            links.append(Link(page.title, reverse("page", args=[page.code]), page.code == code))
    return links


def _footer(frame: Frame) -> list[Link]:
    return [
        Link(title_of(page, frame.language), reverse("page", args=[page.code]))
        for page in frame.sections
        if page.audience == ContentPage.Audience.EVERYONE
    ]
