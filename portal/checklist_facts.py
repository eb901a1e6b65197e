"""The town's items and services as the checklist's rules (portal/checklist.py) see them. Knows both, decides nothing."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import Prefetch, QuerySet

from agencies import freshness
from agencies.documents import BANDS_MONTHS, ages_of, districts_of
from agencies.models import AgencyPage, District, Phone, PhoneFacts, Policy, ServicePage
from search.engines.facet_sets import kilometres
from search.types import Near, Place

from . import cards, hours
from .checklist import GROWN_UP, Item, Rule, Service, Years
from .models.checklist import GROWN_UPS_TOO, ChecklistItem

CURRENT = ("fresh", "due")
CALLED = (PhoneFacts.Type.VOICE,)
WRITTEN = (PhoneFacts.Type.CHAT, PhoneFacts.Type.TEXT)
DAY_AND_NIGHT = "24h"
YEAR = 12  # months
BANDS: tuple[Years, ...] = (
    *((low // YEAR, high // YEAR) for low, high in BANDS_MONTHS.values()),
    (GROWN_UP, GROWN_UP),
)
CONTACT = ("phones", "schedules", "locations")
PARTS_OF_FACTS = (
    "access_conditions",
    "languages",
    "service_areas__district",
    "locations__district",
    "service_at_locations__location__district",
)


def shown_items() -> list[ChecklistItem]:
    """In the order of the list, with all their words."""
    return list(ChecklistItem.objects.shown().whole())


def item_of(row: ChecklistItem) -> Item:
    return Item(
        code=row.code,
        years=years_of_item(row),
        kinds=frozenset(term.code for term in row.kinds.all()),
        situations=frozenset(term.code for term in row.situations.all()),
        rule=Rule(row.at_least, row.ages, row.needs),
        applicable=row.applies_to_town,
    )


def years_of_item(row: ChecklistItem) -> Years:
    return row.minimum_age, GROWN_UP if row.maximum_age == GROWN_UPS_TOO else row.maximum_age


def services_behind(
    items: Iterable[Item], policy: Policy, among: Collection[int] | None = None
) -> dict[int, Service]:
    """By page every service that can stand behind one of the items: public, not closed for now, not past its last day.

    `among`: only these pages. No words are read.
    """
    kinds = frozenset[str]().union(*(item.kinds for item in items))
    districts = list(District.objects.all())
    pages = ServicePage.objects.public().filter(pk__in=ServicePage.objects.filter(kinds__code__in=kinds))
    if among is not None:
        pages = pages.filter(pk__in=among)
    found = {}
    for page in with_parts(pages, *PARTS_OF_FACTS):
        check = freshness.check_of(page, policy)
        if not page.is_paused and not check.expired:
            found[page.pk] = service_of(page, policy, districts, is_current=check.state in CURRENT)
    return found


def with_parts(pages: QuerySet[ServicePage], *parts: str | Prefetch) -> QuerySet[ServicePage]:
    """With what the numbers and hours of a service hang on, and `parts`: a third of what its page needs, for thousands."""
    agencies = AgencyPage.objects.prefetch_related(
        *(part for part in parts if isinstance(part, Prefetch)), *CONTACT
    )
    agency = Prefetch("agency", queryset=agencies)
    return pages.select_related("address").prefetch_related(agency, "kinds", *CONTACT, *parts)


def service_of(
    page: ServicePage, policy: Policy, districts: Sequence[District], *, is_current: bool
) -> Service:
    every_district = tuple(district.code for district in districts)
    served = districts_of(page, every_district)
    return Service(
        code=page.code,
        kinds=frozenset(page.kind_codes),
        years=years_of(ages_of(page)),
        districts=None if len(served) == len(every_district) else frozenset(served),
        speaks=frozenset(row.code for row in page.languages.all() if row.code),
        has=_marks(page, policy),
        is_current=is_current,
        km=_tenths(page, districts),
    )


def years_of(months: tuple[int, int] | None) -> Years | None:
    """A year counts as soon as one of its months does."""
    if months is None:
        return None
    return min(months[0] // YEAR, GROWN_UP), min(months[1] // YEAR, GROWN_UP)


def phones_of(page: ServicePage) -> list[Phone]:
    """Those a card shows."""
    return cards.shown_phones(cards.whose_phones(page))


def _marks(page: ServicePage, policy: Policy) -> frozenset[str]:
    marks = {term.code for term in page.access_conditions.all() if not term.hidden}
    kinds = {phone.type for phone in phones_of(page)}
    if kinds.intersection(CALLED):
        marks.add("phone")
    if kinds.intersection(WRITTEN):
        marks.add("chat")
    if hours.verdict_of(page, policy).state == "always":
        marks.add(DAY_AND_NIGHT)
    return frozenset(marks)


def _tenths(page: ServicePage, districts: Sequence[District]) -> Mapping[str, int | None]:
    """Tenths of a kilometre from each district to the nearest place. A secret place counts as its whole area: none."""
    places = page.all_locations
    if not places or any(place.confidential for place in places):
        return {}
    points = [
        Place(place.latitude, place.longitude)
        for place in places
        if place.latitude is not None and place.longitude is not None
    ]
    return {district.code: _nearest(district, points) for district in districts}


def _nearest(district: District, points: Sequence[Place]) -> int | None:
    if not points or district.latitude is None or district.longitude is None:
        return None
    centre = Near(district.latitude, district.longitude)
    return min(round(10 * kilometres(centre, point)) for point in points)
