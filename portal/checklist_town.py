"""Our services, item by item, for everybody: only where the town chooses so. As the last night found it, never live:
a page that anybody may ask for must not read all services each time.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.models import Said
from agencies.sheet_files import as_csv

from . import checklist_history, languages
from .checklist_facts import shown_items
from .frame import Frame, context_of, in_town_language, show
from .models import ChecklistItem, StateName

ICONS = {
    StateName.MET: "check",
    StateName.STALE: "clock",
    StateName.GAP: "closed",
    StateName.NOT_APPLICABLE: "info",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One item as the page says it. `why`: the town's reason where it does not apply, else empty."""

    code: str
    group: Said
    statement: Said
    state: StateName
    why: Said | str

    @property
    def icon(self) -> str:
        return ICONS[self.state]

    @property
    def said(self) -> str:
        return str(self.state.label)


@require_safe
@in_town_language
def town(request: HttpRequest, frame: Frame) -> HttpResponse:
    found = _standings(frame)
    day = checklist_history.looked_on()
    context = context_of(request, frame, title=_("Our services, item by item"), route="checklist_town") | {
        "groups": [
            {"name": items[0].group, "items": items}
            for _name, rows in groupby(found, key=lambda each: each.group)
            if (items := list(rows))
        ],
        "totals": _totals(found),
        "day": languages.full_day(day) if day else "",
    }
    return show(request, "portal/checklist_town.html", context)


@require_safe
@in_town_language
def town_csv(request: HttpRequest, frame: Frame) -> HttpResponse:
    """The same for machines: ids and states do not depend on the reader's language, the words do."""
    day = checklist_history.looked_on()
    rows = [
        [each.code, str(each.group), str(each.statement), each.state.value, str(each.why)]
        for each in _standings(frame)
    ]
    heads = ["item", "group", "statement", "state", "reason", "looked_on"]
    table = [heads, *([*row, day.isoformat() if day else ""] for row in rows)]
    return HttpResponse(
        as_csv(table),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="services.csv"'},
    )


def _standings(frame: Frame) -> list[Standing]:
    if not frame.town.shows_checklist:
        raise Http404("The town does not show this.")
    states = checklist_history.latest()
    rows = [(row, _state_of(row, states)) for row in shown_items()]
    return [_standing(row, state, frame.language) for row, state in rows if state]


def _state_of(row: ChecklistItem, states: dict[int, Any]) -> StateName | None:
    """None where no night has looked at it yet. What the town says of itself holds at once."""
    if not row.applies_to_town:
        return StateName.NOT_APPLICABLE
    name = states[row.pk].name if row.pk in states else StateName.HIDDEN
    return None if name in (StateName.HIDDEN, StateName.NOT_APPLICABLE) else StateName(name)


def _standing(row: ChecklistItem, state: StateName, language: str) -> Standing:
    why = row.said("not_applicable", language) if state == StateName.NOT_APPLICABLE else ""
    return Standing(row.code, row.group.said("name", language), row.said("statement", language), state, why)


def _totals(found: list[Standing]) -> list[dict[str, Any]]:
    states = [each.state for each in found]
    return [
        {"state": state, "icon": ICONS[state], "said": str(state.label), "number": states.count(state)}
        for state in checklist_history.COUNTED
        if state in states
    ]
