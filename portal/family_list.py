"""A family's list from the deck and its answers: the reference of what the browser does.

Answers never leave the device, so the list is made there: `static/portal/checklist_deck.js` says the same as `evaluate`,
and tests/browser/test_checklist_deck.py holds the two together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from .checklist import UNKNOWN_KM, Answers, Because, applies

MOST_OFFERS = 3
URGENT = ("now", "today")

Json = dict[str, Any]


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
