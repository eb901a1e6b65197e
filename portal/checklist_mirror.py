"""The checklist as the town's mirror: the state of each item today, for whom it is not there, who stands behind it.

It says facts; `checklist_cures.py` says them in words. Services are read once for all items, whatever their number.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from agencies import freshness
from agencies.models import District, Policy, ServicePage

from . import languages
from .checklist import Item, Service, State, Years, stands_behind, state_in, state_of
from .checklist_facts import BANDS, item_of, services_behind, shown_items
from .family_list import URGENT
from .frame import town_of
from .models import ChecklistItem

ORDER = ("gap", "stale", "met", "not-applicable")


@dataclass(frozen=True, slots=True)
class Offer:
    """A service of the item's kinds for its ages; its check holds until `due_on`, None where nobody has ever checked it."""

    page: ServicePage
    service: Service
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Line:
    """`by`: the state for each part of town, of the ages and of the languages; None where the item is not for them."""

    row: ChecklistItem
    item: Item
    state: State
    offers: tuple[Offer, ...]
    by: dict[str, list[State | None]]

    @property
    def is_lacking(self) -> bool:
        return self.state.name in ("gap", "stale")

    def is_same_everywhere(self, dimension: str) -> bool:
        """Whether no part that it is for differs from the town as a whole."""
        return all(part is None or part.name == self.state.name for part in self.by[dimension])

    @property
    def is_urgent(self) -> bool:
        return self.row.urgency.code in URGENT


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way of looking: `parts` are districts, ages or languages by code, in the town's order."""

    code: str
    parts: list[str]
    names: list[str | Years]
    look: Callable[[str, Item, list[Service]], State | None]


@dataclass(frozen=True, slots=True)
class Mirror:
    on: date
    dimensions: dict[str, Dimension]
    lines: list[Line]

    def of(self, code: str) -> Line | None:
        return next((line for line in self.lines if line.row.code == code), None)

    def lacking_first(self) -> list[Line]:
        """What is not there before what is old; among these what is urgent, then what every town should have."""
        return sorted(self.lines, key=_rank)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the town's plan may take up for one item, under one of the four Ps (its code)."""

    item: str
    four_p: str
    state: State


def _rank(line: Line) -> tuple[int, bool, bool]:
    core = line.row.tier == ChecklistItem.Tier.CORE
    return (
        ORDER.index(line.state.name),
        not (line.is_lacking and line.is_urgent),
        line.is_lacking and not core,
    )


def mirror() -> Mirror:
    """Today's, in a number of queries that grows neither with services nor with items."""
    policy = Policy.current()
    today = freshness.today(policy)
    rows = shown_items()
    items = [item_of(row) for row in rows]
    services = services_behind(items, policy)
    offers = [Offer(page, services[page.pk], _due_on(page, policy, today)) for page in _pages(list(services))]
    dimensions = _dimensions()
    return Mirror(
        today,
        dimensions,
        [_line(row, item, offers, dimensions) for row, item in zip(rows, items, strict=True)],
    )


def _pages(keys: list[int]) -> Iterable[ServicePage]:
    """Titles alone are read of them, in the language they were written in."""
    found = ServicePage.objects.select_related("agency", "address").prefetch_related("kinds")
    return found.filter(pk__in=keys).order_by("pk")


def _due_on(page: ServicePage, policy: Policy, today: date) -> date | None:
    return freshness.state_of(page.assured_date, policy.interval_days(page.kind_codes), today)[1]


def states_today(rows: Iterable[ChecklistItem], policy: Policy) -> dict[str, str]:
    """The name of the state of each item by its code."""
    items = [item_of(row) for row in rows]
    services = list(services_behind(items, policy).values())
    return {item.code: state_of(item, services).name for item in items}


def proposals(found: Mirror) -> list[Proposal]:
    """Only what nobody offers needs a plan; what is old needs a call."""
    return [
        Proposal(line.row.code, line.row.four_p.code, line.state)
        for line in found.lacking_first()
        if line.state.name == "gap"
    ]


def _line(row: ChecklistItem, item: Item, offers: Iterable[Offer], dimensions: dict[str, Dimension]) -> Line:
    behind = tuple(offer for offer in offers if stands_behind(offer.service, item))
    services = [offer.service for offer in behind]
    by = {
        code: [dimension.look(part, item, services) for part in dimension.parts]
        for code, dimension in dimensions.items()
    }
    return Line(row, item, state_of(item, services), behind, by)


def _dimensions() -> dict[str, Dimension]:
    districts = list(District.objects.all())
    spoken = [code for code, _name in town_of().shown_languages()]
    bands = {f"{low}-{high}": (low, high) for low, high in BANDS}
    found = (
        Dimension(
            "district",
            [district.code for district in districts],
            [district.name for district in districts],
            lambda part, item, services: state_in(item, services, district=part),
        ),
        Dimension(
            "age",
            list(bands),
            list(bands.values()),
            lambda part, item, services: state_in(item, services, years=bands[part]),
        ),
        Dimension(
            "language",
            spoken,
            [languages.name_of(code) for code in spoken],
            lambda part, item, services: state_in(item, services, language=part),
        ),
    )
    return {dimension.code: dimension for dimension in found}
