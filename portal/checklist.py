"""What a family is advised, and whether the town keeps its side. Pure: no Django, no database, no clock.

`state_of`: is there, today, a checked service behind an item? `applies`: is it for this family? `select`: which services
must a browser have, so that no family misses its best? What a family's list then looks like: portal/family_list.py.

Ages are years, 0 to 25; `GROWN_UP` stands for everybody older.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

GROWN_UP = 26
LAST_OF_CHILDHOOD = 17
UNKNOWN_KM = 10**6
ALONE = "no-parent"

# What a rule may ask of one service, and which of a service's marks answer it.
NEEDS: Mapping[str, frozenset[str]] = {
    "phone": frozenset({"phone"}),
    "phone-or-chat": frozenset({"phone", "chat"}),
    "24h": frozenset({"24h"}),
    "free": frozenset({"free"}),
    "anonymous": frozenset({"anonymous"}),
    "no-parent": frozenset({ALONE}),
    "interpreter": frozenset({"interpreter"}),
}
AGES = ("overlap", "cover")

Years = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rule:
    """When the town may tick an item: so many services, for these ages, one of which has all the marks in `needs`."""

    at_least: int = 1
    ages: str = "overlap"
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Item:
    """`situations`: empty means for everybody. `kinds`: the kinds of service behind it."""

    code: str
    years: Years = (0, GROWN_UP)
    kinds: frozenset[str] = frozenset()
    situations: frozenset[str] = frozenset()
    rule: Rule = field(default_factory=Rule)
    applicable: bool = True

    def within(self, years: Years) -> "Item | None":
        """The same item for people of these years alone; None where it is not for them."""
        low, high = max(self.years[0], years[0]), min(self.years[1], years[1])
        return replace(self, years=(low, high)) if low <= high else None


@dataclass(frozen=True, slots=True)
class Service:
    """What a checklist knows of a service that is public and not closed.

    `years` and `districts`: None means all. `has`: conditions of access, and `phone`, `chat`, `24h`. `km`: tenths of a
    kilometre from each district, None where nobody knows; empty where there is no place to go to. `is_current`: its check holds.
    """

    code: str
    kinds: frozenset[str]
    years: Years | None = None
    districts: frozenset[str] | None = None
    speaks: frozenset[str] = frozenset()
    has: frozenset[str] = frozenset()
    is_current: bool = True
    km: Mapping[str, int | None] = field(default_factory=dict)

    def fits(self, year: int | None) -> bool:
        return year is None or self.years is None or self.years[0] <= year <= self.years[1]

    def serves(self, district: str | None) -> bool:
        return district is None or self.districts is None or district in self.districts

    def rank(self, district: str | None) -> tuple[bool, int, str]:
        """The better comes first: checked before stale, near before far, then by code, so that no two are equal."""
        if district is None or not self.km:
            return not self.is_current, 0, self.code
        tenths = self.km.get(district)
        return not self.is_current, UNKNOWN_KM if tenths is None else tenths, self.code


# --- the town's tick ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class State:
    """`name`: met, stale (only services past their check), gap (none) or not-applicable. `lacks`: what is missing, as
    "services", "ages" with the `years` that nobody covers, or one of NEEDS. A stale item lacks it among checked services.
    """

    name: str
    lacks: tuple[str, ...] = ()
    years: tuple[int, ...] = ()


def parse_rule(text: str) -> Rule:
    """A rule as data: `min_services=1;status=active;ages=cover;phone;24h`. Raises ValueError that says what to write.

    `max_age_days` is read over: how long a check holds is decided by kind of service (agencies/freshness.py).
    """
    facts: dict[str, str] = {}
    needs = set()
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, equals, value = (each.strip() for each in part.partition("="))
        if equals:
            facts[name] = value
        elif name in NEEDS:
            needs.add(name)
        else:
            raise ValueError(f"“{name}” is nothing a rule can ask. Write one of: {', '.join(NEEDS)}.")
    unknown = set(facts) - {"min_services", "status", "ages", "max_age_days"}
    if unknown:
        raise ValueError(
            f"“{min(unknown)}” is not known. Write min_services, ages, status or max_age_days before “=”."
        )
    if facts.get("status", "active") != "active":
        raise ValueError("Only active services count: write status=active, or leave it out.")
    if facts.get("ages", "overlap") not in AGES:
        raise ValueError("Write ages=overlap or ages=cover.")
    for name in ("min_services", "max_age_days"):
        if not _is_count(facts.get(name, "1")):
            raise ValueError(f"Write a whole number from 1 after {name}=.")
    return Rule(int(facts.get("min_services", 1)), facts.get("ages", "overlap"), frozenset(needs))


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) > 0


def state_of(item: Item, services: Iterable[Service]) -> State:
    """Whether the town keeps this item, by its rule. An item is stale when it would be met but for old checks."""
    if not item.applicable:
        return State("not-applicable")
    able = [service for service in services if stands_behind(service, item)]
    lacks = _lacking(item, able)
    if lacks.lacks:
        return lacks
    current = _lacking(item, [service for service in able if service.is_current])
    return replace(current, name="stale" if current.lacks else "met")


def state_in(
    item: Item,
    services: Iterable[Service],
    *,
    district: str | None = None,
    years: Years | None = None,
    language: str | None = None,
) -> State | None:
    """The state for the people of one district, of some ages, or of one language. None: it is not for these ages."""
    narrowed = item.within(years) if years else item
    if narrowed is None:
        return None
    among = (
        service
        for service in services
        if service.serves(district) and (language is None or language in service.speaks)
    )
    return state_of(narrowed, among)


def stands_behind(service: Service, item: Item) -> bool:
    """Whether it counts for the item at all: of one of its kinds, for somebody of its ages."""
    return bool(service.kinds & item.kinds) and any(service.fits(year) for year in _years(item.years))


def _years(years: Years) -> range:
    return range(years[0], years[1] + 1)


def _lacking(item: Item, able: Sequence[Service]) -> State:
    lacks = ["services"] if len(able) < item.rule.at_least else []
    uncovered: tuple[int, ...] = ()
    if item.rule.ages == "cover" and able:
        wanted = _years((item.years[0], min(item.years[1], LAST_OF_CHILDHOOD)))
        uncovered = tuple(year for year in wanted if not any(service.fits(year) for service in able))
        lacks += ["ages"] if uncovered else []
    if missing := [_missing(item.rule, service) for service in able]:
        lacks += sorted(missing, key=len)[0]
    return State("gap", tuple(lacks), uncovered)


def _missing(rule: Rule, service: Service) -> list[str]:
    return [need for need, marks in NEEDS.items() if need in rule.needs and not marks & service.has]


# --- the family's list --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answers:
    """What a family said; nothing of it is ever sent. Empty or None: skipped. No situations at all: `frozenset()`."""

    route: str = "family"
    years: tuple[int, ...] = ()
    situations: frozenset[str] | None = None
    languages: frozenset[str] = frozenset()
    district: str | None = None
    condition: str | None = None
    everything: bool = False

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Answers":
        situations = said.get("situations")
        return cls(
            route=said.get("route", "family"),
            years=tuple(said.get("years") or ()),
            situations=None if situations is None else frozenset(situations),
            languages=frozenset(said.get("languages") or ()),
            district=said.get("district"),
            condition=said.get("condition"),
            everything=bool(said.get("everything")),
        )

    @property
    def is_child(self) -> bool:
        return self.route == "child"

    @property
    def wanted(self) -> str | None:
        """The condition that matters. A child looks first for what it can do alone."""
        return self.condition or (ALONE if self.is_child else None)


@dataclass(frozen=True, slots=True)
class Because:
    """Why an item is in a list: the children it is for, the parent, what is going on. All empty: it is for everybody."""

    years: tuple[int, ...] = ()
    grown_up: bool = False
    situations: tuple[str, ...] = ()

    @property
    def people(self) -> tuple[int | None, ...]:
        """Whom a service must suit; (None,): anybody."""
        return (*self.years, *([GROWN_UP] if self.grown_up else [])) or (None,)


def applies(years: Years, situations: Sequence[str], answers: Answers) -> Because | None:
    """Whether an item for these years and situations belongs in the list, and why."""
    own = tuple(sorted({year for year in answers.years if years[0] <= year <= years[1]}))
    grown_up = years[1] >= GROWN_UP and bool(answers.years) and not answers.is_child
    chosen = tuple(each for each in situations if answers.situations and each in answers.situations)
    because = Because(own, grown_up, chosen)
    if answers.everything:
        return because
    if answers.years and not own and not grown_up:
        return None
    if situations and answers.situations is not None and not chosen:
        return None
    return because


def select(
    items: Iterable[Item],
    services: Sequence[Service],
    districts: Collection[str],
    languages: Collection[str],
    conditions: Collection[str],
) -> dict[str, list[str]]:
    """The fewest services that leave no family worse off than all of them would: by item the codes of its services.

    A family asks for at most one district, condition and age at a time, or for none. Each such combination has one best
    service, since `Service.rank` knows no equals; so the best of all combinations are the fewest, and none is missing.
    """
    return {
        item.code: sorted(_bests(item, services, districts, languages, conditions))
        for item in items
        if item.applicable
    }


def _bests(
    item: Item,
    services: Sequence[Service],
    districts: Collection[str],
    languages: Collection[str],
    conditions: Collection[str],
) -> set[str]:
    able = [service for service in services if stands_behind(service, item)]
    found: set[str] = set()
    for district in (None, *districts):
        ranked = sorted((s for s in able if s.serves(district)), key=lambda s: s.rank(district))
        everyone = (1 << len(ranked)) - 1
        by_year = {everyone, *(_mask(s.fits(year) for s in ranked) for year in _years(item.years))}
        by_language = {everyone, *(_mask(code in s.speaks for s in ranked) for code in languages)}
        by_condition = {everyone, *(_mask(code in s.has for s in ranked) for code in conditions)}
        for year, language, condition in product(by_year, by_language, by_condition):
            if both := year & language & condition:
                found.add(ranked[(both & -both).bit_length() - 1].code)
    return found


def _mask(bits: Iterable[bool]) -> int:
    return sum(1 << place for place, bit in enumerate(bits) if bit)
