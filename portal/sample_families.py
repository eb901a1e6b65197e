"""Sample families, and what each of them would get: staff try the checklist on these before any family does."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.translation import gettext as _

from agencies.models import Scheme, Term
from agencies.models.words import Worded

from .checklist import GROWN_UP, Answers
from .checklist_facts import years_of_item
from .deck import without_services
from .family_list import Json, evaluate
from .models import ChecklistGroup, ChecklistItem


@dataclass(frozen=True, slots=True)
class Family:
    code: str
    name: str
    answers: Answers


@dataclass(frozen=True, slots=True)
class Line:
    """An item in a family's list, in its words, and why it is there."""

    item: ChecklistItem
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    lines: tuple[Line, ...]


@cache
def families() -> tuple[Family, ...]:
    rows = json.loads((settings.FIXTURES_FOLDER / "checklist" / "families.json").read_text("utf-8"))
    return tuple(Family(row["code"], row["name"], Answers.from_json(row["answers"])) for row in rows)


def family_of(code: str) -> Family:
    """The one of that code, else the first."""
    return next((family for family in families() if family.code == code), families()[0])


# --- what a family gets -------------------------------------------------------------------------------------------


def list_for(family: Family, rows: Iterable[ChecklistItem]) -> list[Part]:
    """The list of the family by the very rules of a real one, in the words of the source; of no services at all."""
    shown = sorted((row for row in rows if not row.hidden and row.applies_to_town), key=_place)
    items = {row.code: row for row in shown}
    deck = without_services(shown, settings.LANGUAGE_CODE)
    found = evaluate(deck, family.answers, now=0)
    groups = {group["code"]: group["name"] for group in deck["groups"]}
    situations = _names_of_situations()
    parts = [(_("Urgent"), found["urgent"])]
    parts += [(groups[part["code"]], part["items"]) for part in found["groups"]]
    return [
        Part(
            name,
            tuple(_line(items[entry["item"]], entry["because"], family, situations) for entry in entries),
        )
        for name, entries in parts
        if entries
    ]


def _place(row: ChecklistItem) -> tuple[int, int, int, float]:
    """The order of the list; an item that was never saved comes last in its place."""
    return row.group.sort, row.group_id, row.sort, row.pk or float("inf")


def _line(item: ChecklistItem, because: Json, family: Family, situations: dict[str, str]) -> Line:
    text = item.child_statement if family.answers.is_child else item.statement
    return Line(item, text, "; ".join(_reasons(because, family, situations)))


def _reasons(because: Json, family: Family, situations: dict[str, str]) -> Iterator[str]:
    if family.answers.everything:
        yield _("“just show everything”")
        return
    if years := because["years"]:
        yield _("age: %(years)s") % {"years": ", ".join(map(str, years))}
    if because["grown_up"]:
        yield _("for the grown-ups")
    if because["situations"]:
        yield ", ".join(situations[code] for code in because["situations"])
    if not family.answers.years:
        yield _("no age was said")
    if family.answers.situations is None:
        yield _("nothing was said of what is going on")


def said_by(family: Family) -> str:
    """What the family answered, in one line."""
    answers, situations = family.answers, _names_of_situations()
    ages = ", ".join(map(str, answers.years)) or _("not said")
    chosen = ", ".join(name for code, name in situations.items() if code in (answers.situations or ()))
    going_on = _("not said") if answers.situations is None else chosen or _("none of these")
    return _("Ages: %(ages)s. What is going on: %(going_on)s.") % {"ages": ages, "going_on": going_on}


def _names_of_situations() -> dict[str, str]:
    return dict(Term.objects.of(Scheme.SITUATION).values_list("code", "name"))


# --- what nobody gets ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unreached:
    """An item, or a group, that stands in no family's list, and what keeps it out."""

    what: Worded
    reason: str


def unreached(rows: Sequence[ChecklistItem], groups: Iterable[ChecklistGroup]) -> list[Unreached]:
    """Whatever a family answers. `rows`: every item of the town, hidden ones too."""
    reasons = [(row, _what_keeps_out(row)) for row in rows]
    filled = {row.group_id for row, reason in reasons if not reason}
    empty = [
        (group, _("No item in this group reaches a family.")) for group in groups if group.pk not in filled
    ]
    return [Unreached(what, reason) for what, reason in [*reasons, *empty] if reason]


def _what_keeps_out(row: ChecklistItem) -> str:
    """Empty: some family gets it."""
    if row.hidden:
        return _("It is hidden.")
    if not row.applies_to_town:
        return _("It does not apply to this town: %(reason)s") % {"reason": row.not_applicable}
    low, high = years_of_item(row)
    if low > min(high, GROWN_UP):
        return _("Nobody is of these ages.")
    situations = row.situations.all()
    if situations and all(term.hidden for term in situations):
        return _("Every situation it is for is hidden, so no family can choose one.")
    return ""
