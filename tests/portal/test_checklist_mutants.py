"""No rule of the seed can change unnoticed: small towns with the state that each item must have in them.

The towns (`checklist_towns.json`) were written from the words of the rules. Then every rule is altered in every way, one
thing at a time: some town must tell the altered one from the seed's. That a wrong situation is noticed too, show the
sample families (test_checklist_content.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from agencies.vocabulary import rows_of
from portal.checklist import GROWN_UP, LAST_OF_CHILDHOOD, NEEDS, Item, Service, parse_rule, state_of

TOWNS = json.loads((Path(__file__).parent / "checklist_towns.json").read_text("utf-8"))
ITEMS = {row["code"]: row for row in rows_of(Path(settings.FIXTURES_FOLDER) / "checklist" / "items.csv")}

each_item = pytest.mark.parametrize("code", list(ITEMS))


def item_of(row: dict[str, str]) -> Item:
    return Item(
        code=row["code"],
        years=(int(row["minimum_age"]), min(int(row["maximum_age"]), GROWN_UP)),
        kinds=frozenset(row["kinds"].split("|")),
        rule=parse_rule(row["rule"]),
    )


def services(town: dict[str, Any]) -> list[Service]:
    return [
        Service(
            code=f"s{number}",
            kinds=frozenset(facts["kinds"]),
            years=(facts["years"][0], facts["years"][1]),
            has=frozenset(facts.get("has", [])),
            is_current=not facts.get("old", False),
        )
        for number, facts in enumerate(town["services"])
    ]


def wrong_in(item: Item) -> list[str]:
    """The towns in which the item has another state than it must."""
    return [town["why"] for town in TOWNS[item.code] if state_of(item, services(town)).name != town["state"]]


def mutants(item: Item) -> Iterator[tuple[str, Item]]:
    rule, (low, high) = item.rule, item.years
    for kind in sorted(item.kinds):
        yield f"without {kind}", replace(item, kinds=item.kinds - {kind})
    yield "one service more", replace(item, rule=replace(rule, at_least=rule.at_least + 1))
    if low < high:
        other = "overlap" if rule.ages == "cover" else "cover"
        yield other, replace(item, rule=replace(rule, ages=other))
    for need in sorted(NEEDS):
        changed = replace(item, rule=replace(rule, needs=rule.needs ^ {need}))
        yield f"{need} dropped or added", changed
    for first, last in ((low - 1, high), (low + 1, high), (low, high - 1), (low, high + 1)):
        if 0 <= first <= last <= GROWN_UP:
            yield f"ages {first} to {last}", replace(item, years=(first, last))


def is_the_same(item: Item, mutant: Item) -> bool:
    """Alterations that cannot matter in any town: whoever has a phone has a phone or a chat; and where childhood is to be
    covered and no mark is asked, the ages beyond childhood ask nothing more."""
    added = mutant.rule.needs - item.rule.needs
    if added == {"phone-or-chat"} and "phone" in item.rule.needs:
        return True
    beyond = min(item.years[1], mutant.years[1]) >= LAST_OF_CHILDHOOD
    only_the_end = item.years[0] == mutant.years[0] and item.years != mutant.years
    return only_the_end and beyond and item.rule.ages == "cover" and not item.rule.needs


def test_every_item_has_its_towns() -> None:
    assert list(TOWNS) == list(ITEMS)
    assert all({"met", "stale", "gap"} <= {town["state"] for town in towns} for towns in TOWNS.values())


@each_item
def test_in_each_small_town_the_item_has_the_state_that_its_words_say(code: str) -> None:
    assert wrong_in(item_of(ITEMS[code])) == []


@each_item
def test_every_alteration_of_its_rule_is_noticed(code: str) -> None:
    item = item_of(ITEMS[code])
    tried = [(name, mutant) for name, mutant in mutants(item) if not is_the_same(item, mutant)]
    assert len(tried) >= 10
    assert [name for name, mutant in tried if not wrong_in(mutant)] == []
