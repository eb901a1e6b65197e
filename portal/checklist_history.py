"""How the checklist stood on any day: kept by night, a row only where something changed.

A state holds until the item's next row, so a night that was missed is no gap in the history.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from agencies import freshness
from agencies.models import Policy

from .checklist_facts import shown_items
from .checklist_mirror import states_today
from .models import ChecklistItem, ChecklistState, StateName

MOST_POINTS = 13
NEAR = timedelta(days=10)  # a first day so close to a first of a month says nothing of its own
COUNTED = (StateName.MET, StateName.STALE, StateName.GAP, StateName.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Total:
    """How many items were in which state at the end of a day."""

    day: date
    numbers: dict[str, int]

    @property
    def items(self) -> int:
        """Those that the town can keep."""
        return sum(self.numbers.values()) - self.numbers[StateName.NOT_APPLICABLE]


@transaction.atomic
def note(today: date | None = None) -> int:
    """Writes down what has changed; returns how many items did. A second time on the same day corrects the first."""
    policy = Policy.current()
    today = today or freshness.today(policy)
    shown = shown_items()
    states = states_today(shown, policy)
    before = latest(today - timedelta(days=1))
    changed = 0
    for row in ChecklistItem.objects.all():
        name, old = states.get(row.code, StateName.HIDDEN), before.get(row.pk)
        of_today = ChecklistState.objects.filter(item=row, since=today)
        if (old.name if old else StateName.HIDDEN) == name:
            of_today.delete()
            continue
        of_today.update_or_create(item=row, since=today, defaults={"name": name, "seen": today})
        changed += 1
    current = [state.pk for state in latest(today).values()]
    ChecklistState.objects.filter(pk__in=current).update(seen=today)
    return changed


def latest(day: date | None = None) -> dict[int, ChecklistState]:
    """The state of each item (by its key) at the end of a day, or the newest there is."""
    rows = ChecklistState.objects.order_by("since")
    if day is not None:
        rows = rows.filter(since__lte=day)
    return {row.item_id: row for row in rows}


def looked_on() -> date | None:
    """The last night on which somebody looked; None: never."""
    return ChecklistState.objects.order_by("-seen").values_list("seen", flat=True).first()


def totals(days: list[date]) -> list[Total]:
    """Of each day, from one reading of the history."""
    rows = list(ChecklistState.objects.order_by("since"))
    found = []
    for day in days:
        names = {row.item_id: row.name for row in rows if row.since <= day}
        counts = Counter(names.values())
        found.append(Total(day, {name: counts[name] for name in COUNTED}))
    return found


def points(today: date) -> list[date]:
    """The days that a picture of the history shows: today, the firsts of months before it, and the day it begins."""
    first = ChecklistState.objects.order_by("since").values_list("since", flat=True).first()
    if first is None:
        return []
    days, month = [today], today.replace(day=1)
    while month > first and len(days) < MOST_POINTS:
        days.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    if len(days) < MOST_POINTS and (len(days) == 1 or days[-1] - first > NEAR):
        days.append(first)
    return sorted(set(days))
