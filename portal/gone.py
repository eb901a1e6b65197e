"""What lists of families have named and what has become of it since: closed, moved, past its check, or gone.

Remembered by night from the deck. Of what is no longer public nothing is said but that it is gone: no name, ever.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from agencies import freshness
from agencies.models import Policy, ServicePage

from .family_list import Json
from .models import ListedService

SALT = "portal.gone.place"


@transaction.atomic
def remember(deck: Json, today: date | None = None) -> int:
    """Notes what the deck of today names; returns how many services that is. Again on the same day it changes nothing."""
    today = today or freshness.today(Policy.current())
    known = {row.code: row for row in ListedService.objects.all()}
    named = list(_named(deck))
    places = _places([facts["code"] for facts in named])
    for facts in named:
        row = known.get(facts["code"]) or ListedService(code=facts["code"])
        _renew(row, facts, places.get(row.code, ""), today)
        row.save()
    ListedService.forget(today)
    return len(named)


def gone(language: str, districts: Sequence[str], named: Collection[str]) -> list[Json]:
    """For a deck with these districts (codes) that names these services: what older lists name and should know of."""
    policy = Policy.current()
    today = freshness.today(policy)
    rows = [row for row in ListedService.objects.all() if row.code not in named or row.left_place]
    services = ServicePage.objects.public().for_visitor(language)
    pages = {page.code: page for page in services.filter(address__code__in=[row.code for row in rows])}
    found = []
    for row in rows:
        page = pages.get(row.code)
        became = _became(row, page, policy, today)
        if became is not None:
            found.append(_entry(row, page, *became, language, districts))
    return found


def _named(deck: Json) -> Iterator[dict[str, Any]]:
    items: dict[int, list[str]] = {}
    for item in deck["items"]:
        for place in item["offers"]:
            items.setdefault(place, []).append(item["code"])
    codes = [district["code"] for district in deck["districts"]]
    for place, service in enumerate(deck["services"]):
        served = service["districts"]
        yield {
            "code": service["code"],
            "years": service["years"],
            "districts": None if served is None else [codes[each] for each in served],
            "speaks": service["speaks"],
            "has": service["has"],
            "items": items.get(place, []),
        }


def _renew(row: ListedService, facts: Mapping[str, Any], place: str, today: date) -> None:
    if row.place and place and row.place != place:
        row.left_place = row.seen
    for name, value in facts.items():
        setattr(row, name, value)
    row.place, row.seen = place, today


def _places(codes: Iterable[str]) -> dict[str, str]:
    pages = ServicePage.objects.filter(address__code__in=list(codes)).select_related("address")
    pages = pages.prefetch_related("locations", "service_at_locations__location")
    return {page.code: _place(page) for page in pages}


def _place(page: ServicePage) -> str:
    """A digest of where it stands; empty where that is nowhere, or anywhere secret."""
    places = page.all_locations
    if any(place.confidential for place in places):
        return ""
    lines = sorted("\n".join(place.lines).casefold() for place in places if place.lines)
    return salted_hmac(SALT, "\n\n".join(lines), algorithm="sha256").hexdigest() if lines else ""


def _became(
    row: ListedService, page: ServicePage | None, policy: Policy, today: date
) -> tuple[str, date] | None:
    """What, and the last day on which it was as it had been. None: nothing that a family must know."""
    if page is None:
        return "gone", row.seen
    if page.is_paused:
        return "closed", row.seen
    if freshness.check_of(page, policy, today).expired:
        return "stale", row.seen
    return ("moved", row.left_place) if row.left_place else None


def _entry(
    row: ListedService,
    page: ServicePage | None,
    what: str,
    day: date,
    language: str,
    districts: Sequence[str],
) -> Json:
    served = row.districts
    return {
        "code": row.code,
        "title": str(page.said("title", language)) if page else "",
        "what": what,
        "day": day.isoformat(),
        "items": row.items,
        "years": row.years,
        "districts": None if served is None else [n for n, code in enumerate(districts) if code in served],
        "speaks": row.speaks,
        "has": row.has,
    }
