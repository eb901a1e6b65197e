"""The checklist as families and children see it: the plain list, and the words that the script draws its list with.

What a family answers is never asked here: the page and the deck are the same for everybody.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.models import Said

from .cards import child_url, page_url
from .checklist import ALONE, GROWN_UP, LAST_OF_CHILDHOOD
from .checklist_facts import BANDS, shown_items, years_of_item
from .deck import deck_of
from .family_list import Json
from .frame import Frame, Link, context_of, help_numbers, in_town_language, show, title_of
from .models import ContentPage, TownNumber
from .models.checklist import ChecklistItem
from .showing import ages_text

MOST_PLAIN_OFFERS = 2
YOUNGEST_READER = 5
LISTENERS = (
    TownNumber.Kind.CHILD_HELPLINE,
    TownNumber.Kind.PARENT_HELPLINE,
    TownNumber.Kind.CHILD_PROTECTION,
)


@dataclass(frozen=True, slots=True)
class Age:
    """An age to press, or a band of ages by its first year."""

    first: int
    text: str


@dataclass(frozen=True, slots=True)
class PlainItem:
    """`bands`: the first years of those it is for, by which checklist.css narrows the list. `reason`: why the town does not have it."""

    text: Said
    help: Said | str = ""
    ages: str = ""
    situations: Sequence[Said] = ()
    bands: Sequence[int] = ()
    offers: Sequence[Link] = ()
    reason: Said | str = ""


@dataclass(frozen=True, slots=True)
class PlainGroup:
    code: str
    name: Said
    items: list[PlainItem]


@require_safe
@in_town_language
def checklist(request: HttpRequest, frame: Frame) -> HttpResponse:
    context = _context(request, frame, "checklist") | {
        "ages": _ages(0, LAST_OF_CHILDHOOD),
        "young": _ages(LAST_OF_CHILDHOOD + 1, GROWN_UP - 1),
        "bands": [Age(first, _band_text(first, last)) for first, last in BANDS],
        "nobody": help_numbers(frame, *LISTENERS),
    }
    return show(request, "portal/checklist.html", context)


@require_safe
@in_town_language
def checklist_for_children(request: HttpRequest, frame: Frame) -> HttpResponse:
    listeners = help_numbers(frame, TownNumber.Kind.CHILD_HELPLINE)
    context = _context(request, frame, "checklist_child", for_children=True) | {
        "ages": _ages(YOUNGEST_READER, LAST_OF_CHILDHOOD),
        "nobody": listeners,
        "listeners": listeners,
        "crumbs": _children_doors(frame),
    }
    return show(request, "portal/checklist_child.html", context)


def _context(request: HttpRequest, frame: Frame, route: str, *, for_children: bool = False) -> dict[str, Any]:
    """The title is neutral: that somebody made such a list is itself worth hiding."""
    rows = shown_items()
    plain = _PlainList(deck_of(frame.language), frame.language, for_children=for_children)
    return context_of(request, frame, sensitive=True, route=route) | {
        "groups": list(plain.groups(rows)),
        "apart": [] if for_children else plain.not_applicable(rows),
    }


def _children_doors(frame: Frame) -> list[Link]:
    doors = [page for page in frame.sections if page.audience == ContentPage.Audience.CHILD]
    return [Link(title_of(page, frame.language), page_url(page.code)) for page in doors]


def _ages(first: int, last: int) -> list[Age]:
    return [Age(year, str(year)) for year in range(first, last + 1)]


def _band_text(first: int, last: int) -> str:
    return _("Grown-ups") if first == GROWN_UP else f"{first}–{last}"


class _PlainList:
    """Every item by group with the best few services behind it, the same for everybody."""

    def __init__(self, deck: Json, language: str, *, for_children: bool) -> None:
        self.language = language
        self.for_children = for_children
        self.services: Sequence[Json] = deck["services"]
        self.offers: Mapping[str, Sequence[int]] = {each["code"]: each["offers"] for each in deck["items"]}

    def groups(self, rows: Sequence[ChecklistItem]) -> Iterator[PlainGroup]:
        """A group without items for these readers is left out."""
        meant = [
            row for row in rows if row.applies_to_town and (row.child_statement or not self.for_children)
        ]
        for _pk, members in groupby(meant, key=lambda row: row.group_id):
            items = list(members)
            group = items[0].group
            yield PlainGroup(
                group.code, group.said("name", self.language), [self._item(row) for row in items]
            )

    def not_applicable(self, rows: Sequence[ChecklistItem]) -> list[PlainItem]:
        return [
            PlainItem(row.said("statement", self.language), reason=row.said("not_applicable", self.language))
            for row in rows
            if not row.applies_to_town
        ]

    def _item(self, row: ChecklistItem) -> PlainItem:
        if self.for_children:
            return PlainItem(row.said("child_statement", self.language), offers=self._links(row))
        low, high = years_of_item(row)
        return PlainItem(
            text=row.said("statement", self.language),
            help=row.said("help_text", self.language),
            ages=_ages_text(low, high),
            situations=[term.said("name", self.language) for term in row.situations.all()],
            bands=[first for first, last in BANDS if low <= last and first <= high],
            offers=self._links(row),
        )

    def _links(self, row: ChecklistItem) -> list[Link]:
        found = [self.services[place] for place in self.offers.get(row.code, ())]
        if self.for_children:
            found.sort(key=lambda service: ALONE not in service["has"])
        return [self._link(service) for service in found[:MOST_PLAIN_OFFERS]]

    def _link(self, service: Json) -> Link:
        url_of = child_url if self.for_children else page_url
        own = service["lang"] or self.language
        title = Said(service["title"], own, is_foreign=own != self.language)
        return Link(title, url_of(service["code"]), text=service["agency"])


def _ages_text(low: int, high: int) -> str:
    """Nothing where it is for everybody."""
    if (low, high) == (0, GROWN_UP):
        return ""
    return ages_text(low * 12, None if high == GROWN_UP else high * 12 + 11)
