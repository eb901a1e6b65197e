"""What a search can be narrowed by: the ticks with their counts, opening times, and from where near is near."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.documents import minute_of
from agencies.models import District, Policy, Said, Scheme, Term
from search.types import Facet, Near, Results, Span

from . import directory, languages
from .directory import FACETS, NOW, Asked

SHOWN_VALUES = 6
DAYS_AHEAD = 14  # today among them; search knows a week more
MOST_DROPS = 6  # each asks search once
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")

Titles = Mapping[tuple[str, str], Said | str]


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be chosen at this moment, in the reader's words: loaded once for each request."""

    language: str
    titles: Titles
    centres: Mapping[str, Near]
    now: datetime  # of the town's clock

    def knows(self, name: str, value: str) -> bool:
        if name == "language":  # any that is spoken somewhere: search knows which
            return _LANGUAGE.fullmatch(value) is not None
        return (name, value) in self.titles

    def near(self, district: str) -> Near | None:
        return self.centres.get(district)

    def days(self) -> list[date]:
        return [self.now.date() + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]

    def span_of(self, opening: str) -> Span | None:
        """In minutes of the town's clock. Of today only what is still to come: who has closed helps nobody."""
        minute = minute_of(self.now)
        if opening == NOW:
            return minute, minute + 1
        day = next((day for day in self.days() if day.isoformat() == opening), None)
        if day is None:
            return None
        start = minute_of(datetime.combine(day, datetime.min.time()))
        return max(start, minute), start + 24 * 60

    def title(self, name: str, value: str) -> Said | str:
        """The name of one filter, as a button or a sentence shows it."""
        if name == "open":
            return _("Open now") if value == NOW else self.day_title(date.fromisoformat(value))
        if name == "age_band":  # "0 to 2" says nothing by itself
            return f"{_('Age')} {self.titles[name, value]}"
        return languages.own_name(value) if name == "language" else self.titles[name, value]

    def day_title(self, day: date) -> str:
        ahead = (day - self.now.date()).days
        if ahead < 2:
            return _("Tomorrow") if ahead else _("Today")
        return _("%(weekday)s, %(day)s") % {
            "weekday": date_format(day, "l"),
            "day": languages.day_of_month(day),
        }


def offer_of(language: str, policy: Policy) -> Offer:
    """Two lists with their words: a fixed number of queries, however many values there are."""
    titles: dict[tuple[str, str], Said | str] = {}
    schemes = {scheme: name for name, scheme in FACETS.items() if scheme}
    terms = Term.objects.filter(scheme__in=schemes).exclude(scheme=Scheme.NEED, parent__isnull=False)
    for term in terms.shown().prefetch_related(Term.words_in(language)).order_by("sort", "pk"):
        titles[schemes[Scheme(term.scheme)], term.code] = term.said("name", language)
    centres = {}
    for district in District.objects.prefetch_related(District.words_in(language)):
        titles["district", district.code] = district.said("name", language)
        if district.latitude is not None and district.longitude is not None:
            centres[district.code] = Near(district.latitude, district.longitude)
    now = timezone.now().astimezone(policy.tz()).replace(tzinfo=None)
    return Offer(language, titles, centres, now)


@dataclass(frozen=True, slots=True)
class FacetValueShown:
    value: str
    title: Said | str
    count: int
    checked: bool
    id: str


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    title: Said | str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Select:
    """One of many. The first option is no choice at all."""

    name: str
    label: str
    none: str
    options: list[Option]


@dataclass(frozen=True, slots=True)
class FacetShown:
    name: str
    title: str
    values: list[FacetValueShown]
    more: list[FacetValueShown] = field(default_factory=list)
    open: bool = False
    select: Select | None = None


def facet_titles() -> dict[str, str]:
    """The groups of the panel, in the order a person thinks: is somebody there, is it for me, is it free, how far."""
    return {
        "open": _("When?"),
        "audience": _("For whom"),
        "need": _("What is it about?"),
        "access_condition": _("What matters to you"),
        "district": _("Where?"),
        "language": _("Language"),
        "age_band": _("Age"),
        "access_mode": _("How you want to get in touch"),
    }


def facets_shown(results: Results, asked: Asked, offer: Offer) -> list[FacetShown]:
    counted = {facet.name: facet for facet in results.facets}
    groups = [
        _when(title, results, asked, offer)
        if name == "open"
        else _group(name, title, counted.get(name), asked, offer)
        for name, title in facet_titles().items()
    ]
    return [group for group in groups if group.values or group.select]


def _group(name: str, title: str, facet: Facet | None, asked: Asked, offer: Offer) -> FacetShown:
    ticked = set(asked.facets.get(name, ()))
    counts = {value.value: value.count for value in facet.values} if facet else {}
    titles = offer.titles
    if name == "language":
        order = sorted(counts, key=lambda code: -counts[code])
        titles = {(name, code): languages.own_name(code) for code in order}
    known = [value for facet_name, value in titles if facet_name == name]
    values = [
        FacetValueShown(
            value, titles[name, value], counts.get(value, 0), value in ticked, f"f-{name}-{value}"
        )
        for value in known
        if counts.get(value) or value in ticked
    ]
    first, more = values[:SHOWN_VALUES], values[SHOWN_VALUES:]
    select = _from_where(asked, offer) if name == "district" else None
    return FacetShown(name, title, first, more, any(value.checked for value in more), select)


def _when(title: str, results: Results, asked: Asked, offer: Offer) -> FacetShown:
    is_now = asked.open == NOW
    total, others = (
        (results.total, results.others)
        if is_now
        else directory.count(replace(asked, open=NOW, page=1), offer)
    )
    found = total or others
    now = [FacetValueShown(NOW, _("Open now"), found, is_now, "f-open-now")] if found or is_now else []
    days = [
        Option(day.isoformat(), offer.day_title(day), day.isoformat() == asked.open) for day in offer.days()
    ]
    return FacetShown("open", title, now, select=Select("day", _("Open on"), _("Any day"), days))


def _from_where(asked: Asked, offer: Offer) -> Select | None:
    options = [Option(code, offer.titles["district", code], code == asked.near) for code in offer.centres]
    return Select("near", _("Nearest first, from"), _("Anywhere"), options) if options else None


@dataclass(frozen=True, slots=True)
class Drop:
    """A button that takes one filter away, and what would be found then."""

    value: str
    title: Said | str
    count: int


def named(asked: Asked, offer: Offer) -> list[Said | str]:
    """The ticks by their names, to say what was tried."""
    return [offer.title(name, value) for name, value in asked.filters]


def drops(results: Results, asked: Asked, offer: Offer) -> list[Drop]:
    """Where nothing has all the words: the filters without which something has. If none is enough, all of them."""
    if results.total or not asked.filters:
        return []
    found = [
        Drop(
            f"{name}:{value}",
            offer.title(name, value),
            directory.count(asked.without(name, value), offer)[0],
        )
        for name, value in asked.filters[:MOST_DROPS]
    ]
    helpful = [drop for drop in found if drop.count]
    if helpful or len(asked.filters) == 1:
        return helpful
    total, _others = directory.count(replace(asked, facets={}, open="", page=1), offer)
    return [Drop("all", "", total)] if total else []
