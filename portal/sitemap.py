"""What search engines are told to read: opaque addresses in every language, and not a word of what they are about.

Sensitive pages are in it like all others. If they were missing, missing would mean sensitive; and a child who asks a
search engine for help must find them. The codes are in order of the alphabet, which says nothing: they are random.
"""

from collections.abc import Iterator
from urllib.parse import urljoin

from django.conf import settings
from django.core.paginator import EmptyPage, Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from agencies.models import Address, Entry, Scheme, Term

from .frame import Frame, content_pages, in_town_language, town_of

ON_ONE_SHEET = 5000  # addresses; with all its languages a sheet stays far below what search engines read
BY_NAME = ("home", "find", "now", "safe")
XML = "application/xml; charset=utf-8"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list of sheets: so many for each language."""
    addresses = []
    for language, _name in town_of().shown_languages():
        with translation.override(language):
            addresses += [_absolute(reverse("sitemap_sheet", args=[n])) for n in _sheets().page_range]
    return render(request, "portal/sitemap_index.xml", {"addresses": addresses}, content_type=XML)


@require_safe
@in_town_language
def sheet(request: HttpRequest, frame: Frame, number: int) -> HttpResponse:
    """The addresses of one language, each with its other languages."""
    try:
        codes = list(_sheets().page(number))
    except EmptyPage as error:
        raise Http404("The sitemap has no such sheet.") from error
    languages = [code for code, _name in frame.town.shown_languages()]
    pages = [*_by_name(languages), *_by_code(languages, codes)] if number == 1 else _by_code(languages, codes)
    rows = [{"own": page[frame.language], "all": page} for page in pages]
    return render(request, "portal/sitemap.xml", {"rows": rows}, content_type=XML)


def _sheets() -> Paginator:
    return Paginator(_public_codes(), ON_ONE_SHEET)


def _public_codes() -> QuerySet[Address, str]:
    """Of everything public that has a page; as the pages themselves decide it."""
    has_page = (
        Q(entry__in=Entry.objects.public())
        | Q(term__in=Term.objects.of(Scheme.NEED).shown())
        | Q(content_pages__in=content_pages())
    )
    found = Address.objects.filter(has_page, retired_at=None).order_by("code").distinct()
    return found.values_list("code", flat=True)


def _by_name(languages: list[str]) -> Iterator[dict[str, str]]:
    for name in BY_NAME:
        yield {language: _address_in(language, name) for language in languages}


def _by_code(languages: list[str], codes: list[str]) -> Iterator[dict[str, str]]:
    """Built by hand from one address of each language: thousands of `reverse` take seconds."""
    places = {language: _address_in(language, "home") for language in languages}
    for code in codes:
        yield {language: f"{place}{code}/" for language, place in places.items()}


def _address_in(language: str, name: str) -> str:
    with translation.override(language):
        return _absolute(reverse(name))


def _absolute(path: str) -> str:
    """From the settings, never from a header that a visitor can invent."""
    return urljoin(settings.SITE_URL, path)
