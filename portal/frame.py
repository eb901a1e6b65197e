"""What stands around every page: the help bar, the town, the navigation, the languages. It needs no search."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from wagtail.images.models import SourceImageIOError

from agencies.models import Said
from agencies.models.words import direction

from . import colours, numbers, picking
from .models import ContentPage, Town, TownNumber

View = Callable[..., HttpResponse]


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
    """`quiet_title` is the title of every page of a town with the quiet look; empty without it."""

    name: Said | str
    tagline: Said | str
    logo_url: str | None
    exit_url: str
    is_demo: bool
    quiet_title: str


@dataclass(frozen=True, slots=True)
class Head:
    """What a browser's history, a search engine and a chat's preview take from a page without its being opened."""

    title: str
    site: str
    text: str

    @property
    def description(self) -> str:
        """Never empty: a preview without one takes the first words of the page instead."""
        return self.text or self.site


@dataclass(frozen=True, slots=True)
class Frame:
    """The town and the reader's language of one request, loaded once."""

    town: Town
    language: str
    sections: list[ContentPage] = field(default_factory=list)


# The help bar and the exit of each language as last shown, for the page that says the database is down.
_last_shown: dict[str, dict[str, Any]] = {}


def town_of() -> Town:
    """The town with its numbers and words, in a fixed number of queries."""
    found = Town.objects.select_related("logo").prefetch_related("numbers", "words").first()
    return found or Town.load()


def frame_of(language: str | None = None) -> Frame:
    language = language or translation.get_language() or "en"
    return Frame(town=town_of(), language=language, sections=_sections(language))


def frame_offered(request: HttpRequest) -> Frame:
    """The frame in a language that the town offers, whatever the address asked for; it becomes the active one."""
    town = town_of()
    language = translation.get_language() or ""
    if language not in dict(town.shown_languages()):
        language = reader_language(request, town)
        translation.activate(language)
    return Frame(town=town, language=language, sections=_sections(language))


def reader_language(request: HttpRequest, town: Town) -> str:
    """The first language of the browser that the town offers; else the town's first. No cookie is asked."""
    offered = dict(town.shown_languages())
    for wanted, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        found = next((code for code in (wanted, wanted.split("-")[0]) if code in offered), None)
        if found:
            return found
    return next(iter(offered))


def in_town_language(view: View) -> View:
    """Hands the view its frame. A language the town does not offer has no pages."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        frame = frame_of()
        if frame.language not in dict(frame.town.shown_languages()):
            raise Http404("The town's site is not offered in this language.")
        return view(request, frame, *args, **kwargs)

    return inner


def language_of(page: ContentPage) -> str:
    """The language a page of the town is written in. An alias stands in one language and speaks another."""
    return (page.alias_of or page).locale.language_code


def content_pages():
    """Public pages of the town, with what their titles and addresses need."""
    return ContentPage.objects.live().select_related("address", "locale", "alias_of__locale")


def best_translations(pages, language: str) -> list[ContentPage]:
    """Of each page its translation for this reader, else the first one there is; in the order they came."""
    best: dict[Any, ContentPage] = {}
    for page in pages:
        if page.translation_key not in best or language_of(page) == language:
            best[page.translation_key] = page
    return list(best.values())


def _sections(language: str) -> list[ContentPage]:
    """The pages in the navigation."""
    return best_translations(content_pages().filter(in_navigation=True).order_by("path"), language)


def said_by(page: ContentPage, text: str, language: str) -> Said:
    """A text of a page of the town, for a reader of this language."""
    own = language_of(page)
    return Said(text, own, is_foreign=own != language, is_machine=page.machine_written)


def title_of(page: ContentPage, language: str) -> Said:
    return said_by(page, page.title, language)


def bar_of(frame: Frame) -> HelpBar:
    """In danger the town's first number, always the same; of the lines for children the one that answers now."""
    emergency = _to_call(frame, TownNumber.Kind.EMERGENCY)
    lines = picking.best_first(_to_call(frame, TownNumber.Kind.CHILD_HELPLINE), frame.language)
    return HelpBar(
        emergency=numbers.in_bar(emergency[0]) if emergency else None,
        helpline=numbers.in_bar(lines[0]) if lines else None,
    )


def _to_call(frame: Frame, kind: str) -> list[picking.Contact]:
    found = numbers.contacts(frame.town, kind)
    return [contact for contact in found if contact.number.type == TownNumber.Type.VOICE]


def help_numbers(frame: Frame, *kinds: str) -> list[numbers.Number]:
    wanted = kinds or (TownNumber.Kind.CHILD_HELPLINE, TownNumber.Kind.EMERGENCY)
    return [
        numbers.of_town(contact, frame.town, frame.language)
        for contact in numbers.contacts(frame.town, *wanted)
    ]


def stylesheet_of(town: Town) -> str:
    return colours.stylesheet(town.brand, town.accent)


def digest_of(stylesheet: str) -> str:
    return hashlib.sha256(stylesheet.encode()).hexdigest()[:10]


def context_of(
    request: HttpRequest,
    frame: Frame,
    *,
    title: str = "",
    description: str = "",
    sensitive: bool = False,
    code: str = "",
    route: str = "home",
    args: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The context of base.html."""
    town = _shown_town(frame)
    kept = {"town": town, "help_bar": bar_of(frame)}
    _last_shown[frame.language] = kept
    return kept | {
        "languages": _language_links(frame, route, args),
        "nav": _nav(frame, route, code),
        "footer_links": _footer(frame),
        "head": _head(town, "" if sensitive else title, "" if sensitive else description),
        "direction": direction(frame.language),
        "theme_css_url": f"{reverse('theme')}?{digest_of(stylesheet_of(frame.town))}",
        "share_code": code,
    }


def _head(town: ShownTown, title: str, description: str) -> Head:
    """Without a title of its own, or in a town with the quiet look, a page says nothing of what it is about."""
    name = town.quiet_title or str(town.name)
    if town.quiet_title or not title:
        return Head(name, name, "" if town.quiet_title else description)
    return Head(f"{title} · {name}", name, description)


def last_shown() -> dict[str, Any]:
    """The help bar and the exit as this process last showed them; before its first page, the exit alone."""
    return dict(_last_shown.get(translation.get_language() or "", {"town": _unknown_town()}))


def _unknown_town() -> ShownTown:
    """What stands around a page when the database is down and nothing is known: an exit, and a plain title."""
    exit_url = Town._meta.get_field("exit_url").default
    return ShownTown("", "", None, exit_url, is_demo=False, quiet_title=_("Information"))


def show(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The page, with the line that owns up to machine-written words wherever it has some."""
    machine_words = _has_machine_words(context)
    return render(request, template, context | {"machine_words": machine_words}, status=status)


def _has_machine_words(value: Any) -> bool:
    if isinstance(value, Said):
        return value.is_machine and bool(value.text)
    if isinstance(value, dict):
        return any(map(_has_machine_words, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_has_machine_words, value))
    if is_dataclass(value) and not isinstance(value, type):
        return any(_has_machine_words(getattr(value, each.name)) for each in fields(value))
    return False


def _shown_town(frame: Frame) -> ShownTown:
    town = frame.town
    return ShownTown(
        name=town.said("name", frame.language),
        tagline=town.said("tagline", frame.language),
        logo_url=_logo_url(town),
        exit_url=town.exit_url,
        is_demo=town.is_demo,
        quiet_title=town.quiet_title_in(frame.language),
    )


def _logo_url(town: Town) -> str | None:
    """Without its file the town has no logo; its pages go on."""
    if town.logo is None:
        return None
    try:
        return town.logo.get_rendition("max-200x92|format-webp").url
    except (SourceImageIOError, OSError):
        return None


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
            links.append(_link(page, frame, code))
    return links


def _footer(frame: Frame) -> list[Link]:
    return [_link(page, frame) for page in frame.sections if page.audience == ContentPage.Audience.EVERYONE]


def _link(page: ContentPage, frame: Frame, code: str = "") -> Link:
    return Link(title_of(page, frame.language), reverse("page", args=[page.code]), page.code == code)
