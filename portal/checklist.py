"""What a family is advised, and whether the town keeps its side. Pure: no Django, no database, no clock.

Two questions are answered here. `state_of`: is there, today, a checked service behind an item? And `evaluate`: which
items are for this family, and which services behind each? The second is asked in the browser, where the answers stay:
`static/portal/checklist_deck.js` says the same as `evaluate`, and a test holds the two together.

Ages are years, 0 to 25; `GROWN_UP` stands for everybody older.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

GROWN_UP = 26
LAST_OF_CHILDHOOD = 17
MOST_OFFERS = 3
URGENT = ("now", "today")
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
Json = dict[str, Any]


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
    able = [service for service in services if _is_able(service, item)]
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


def _is_able(service: Service, item: Item) -> bool:
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
    able = [service for service in services if _is_able(service, item)]
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


def evaluate(deck: Json, answers: Answers, now: int, since: str = "") -> Json:
    """The list for a family: what `checklist_deck.js` says in the browser, here as its reference.

    `deck`: as portal/deck.py makes it. `now`: minutes of the town's clock since 1970. `since`: the day (ISO) on which
    an older list was made. Returns `urgent` (entries), `groups` (each with its `items`), `bring` and `changes`.
    """
    if answers.district not in {each["code"] for each in deck["districts"]}:
        answers = replace(answers, district=None)  # of an older list: the town has it no more
    entries = list(_entries(deck, answers, now))
    urgency = {item["code"]: item["urgency"] for item in deck["items"]}
    group = {item["code"]: item["group"] for item in deck["items"]}
    urgent = [entry for level in URGENT for entry in entries if urgency[entry["item"]] == level]
    rest = [entry for entry in entries if urgency[entry["item"]] not in URGENT]
    groups = [
        {"code": each["code"], "items": [entry for entry in rest if group[entry["item"]] == each["code"]]}
        for each in deck["groups"]
    ]
    return {
        "urgent": urgent,
        "groups": [each for each in groups if each["items"]],
        "bring": _bring(deck, entries),
        "changes": _changes(deck, answers, since),
    }


def _entries(deck: Json, answers: Answers, now: int) -> Iterator[Json]:
    for item, because in _items_for(deck, answers):
        yield {
            "item": item["code"],
            "because": {
                "years": list(because.years),
                "grown_up": because.grown_up,
                "situations": list(because.situations),
            },
            "offers": _offers(deck, item, because, answers, now),
        }


def _items_for(deck: Json, answers: Answers) -> Iterator[tuple[Json, Because]]:
    for item in deck["items"]:
        because = applies(item["years"], item["situations"], answers)
        if because is not None and (item["child"] or not answers.is_child):
            yield item, because


def _offers(deck: Json, item: Json, because: Because, answers: Answers, now: int) -> list[Json]:
    """At most three: the best for each person first, then whatever else suits one of them."""
    ranked = sorted(item["offers"], key=lambda place: _order(deck, place, answers))
    suits = {person: [p for p in ranked if _fits(deck["services"][p], person)] for person in because.people}
    firsts = [places[0] for places in suits.values() if places]
    others = [place for place in ranked if any(place in places for places in suits.values())]
    best = list(dict.fromkeys([*firsts, *others]))[: max(MOST_OFFERS, len(set(firsts)))]
    return [_offer(deck["services"][place], place, deck, answers, now) for place in best]


def _order(deck: Json, place: int, answers: Answers) -> tuple[Any, ...]:
    """What is lacking weighs most: the district, then the language, then the condition."""
    service = deck["services"][place]
    lacks = _lacks(deck, service, answers)
    tenths = 0
    if answers.district and "district" not in lacks and service["km"] is not None:
        known = service["km"][_place_of(deck, answers)]
        tenths = UNKNOWN_KM if known is None else known
    return (
        *("district" in lacks, "language" in lacks, "condition" in lacks),
        not service["current"],
        tenths,
        service["code"],
    )


def _lacks(deck: Json, service: Json, answers: Answers) -> list[str]:
    lacks = []
    served = service["districts"]
    if answers.district and served is not None and _place_of(deck, answers) not in served:
        lacks.append("district")
    if answers.languages and not answers.languages.intersection(service["speaks"]):
        lacks.append("language")
    if answers.wanted and answers.wanted not in service["has"]:
        lacks.append("condition")
    return lacks


def _place_of(deck: Json, answers: Answers) -> int:
    """Where the chosen district stands in the deck."""
    return [each["code"] for each in deck["districts"]].index(answers.district)


def _fits(service: Json, year: int | None) -> bool:
    return year is None or service["years"] is None or service["years"][0] <= year <= service["years"][1]


def _offer(service: Json, place: int, deck: Json, answers: Answers, now: int) -> Json:
    state, at = _opening(service["open"], now)
    return {"service": place, "lacks": _lacks(deck, service, answers), "open": state, "at": at}


def _opening(hours: str | Sequence[Sequence[int]], now: int) -> tuple[str, int | None]:
    """(always, None), (unknown, None), (open, until), (closed, next opening or None)."""
    if isinstance(hours, str):
        return hours, None
    for start, end in hours:
        if start <= now < end:
            return "open", end
    return "closed", min((start for start, _end in hours if start > now), default=None)


def _bring(deck: Json, entries: Sequence[Json]) -> list[Json]:
    """The documents that the first services of the list ask for, what most of them ask for first."""
    wanted: dict[int, list[str]] = {}
    for entry in entries:
        for offer in entry["offers"][:1]:
            for document in deck["services"][offer["service"]]["bring"]:
                wanted.setdefault(document, []).append(entry["item"])
    order = sorted(wanted, key=lambda document: (-len(wanted[document]), document))
    return [{"document": document, "for": wanted[document]} for document in order]


def _changes(deck: Json, answers: Answers, since: str) -> list[Json]:
    """What has gone, moved or got old since an older list, as far as that list can have named it."""
    if not since:
        return []
    listed = {item["code"]: because for item, because in _items_for(deck, answers)}
    found = []
    for place, gone in enumerate(deck["gone"]):
        items = [
            code
            for code in gone["items"]
            if code in listed and any(_fits(gone, person) for person in listed[code].people)
        ]
        if items and gone["day"] >= since and "district" not in _lacks(deck, gone, answers):
            found.append({"gone": place, "items": items})
    return found
