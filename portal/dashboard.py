"""What the town's people see first in Wagtail's admin: what its numbers lack, what families cannot find, whether the
work of the night was done."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.ui.components import Component

from agencies.membership import DEMAND

from .checklist_history import latest
from .family_list import URGENT
from .frame import town_of
from .gaps import Gap, gaps
from .models import ChecklistItem, ChecklistState, NightlyRun, StateName

LATE = timedelta(days=2)
MOST_ALERTS = 6
WHO = "portal.change_town"


class NightlyPanel(Component):
    name = "nightly"
    template_name = "portal/admin/nightly.html"
    order = 50

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        run = NightlyRun.last()
        is_late = run is None or run.started_at < timezone.now() - LATE
        return {"run": run, "is_late": is_late}


class NumbersPanel(Component):
    """Stands first: whoever calls a wrong number, or cannot call at all, cannot wait."""

    name = "numbers"
    template_name = "portal/admin/numbers.html"
    order = 10

    def __init__(self, found: list[Gap]) -> None:
        self.found = found

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {"gaps": self.found}


class ChecklistPanel(Component):
    """What every town should have and families cannot find here, as the last night found it. The report has the rest."""

    name = "checklist"
    template_name = "portal/admin/checklist_panel.html"
    order = 30

    def __init__(self, alerts: list[ChecklistState]) -> None:
        self.alerts = alerts

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {"alerts": self.alerts[:MOST_ALERTS], "more": max(len(self.alerts) - MOST_ALERTS, 0)}


def checklist_alerts() -> list[ChecklistState]:
    """Of core items: what is urgent first, and nothing at all before what is old."""
    states = latest()
    rows = ChecklistItem.objects.shown().filter(tier=ChecklistItem.Tier.CORE, not_applicable="")
    found = []
    for row in rows.select_related("urgency").prefetch_related("situations"):
        state = states.get(row.pk)
        if state is not None and state.name in (StateName.GAP, StateName.STALE):
            state.item = row
            found.append(state)
    found.sort(key=lambda each: (each.item.urgency.code not in URGENT, each.name != StateName.GAP))
    return found


@hooks.register("construct_homepage_panels")
def checklist_panel(request: HttpRequest, panels: list[Component]) -> None:
    if request.user.has_perm(DEMAND) and (alerts := checklist_alerts()):
        panels.append(ChecklistPanel(alerts))


@hooks.register("construct_homepage_panels")
def numbers_panel(request: HttpRequest, panels: list[Component]) -> None:
    if request.user.has_perm(WHO) and (found := gaps(town_of())):
        panels.append(NumbersPanel(found))


@hooks.register("construct_homepage_panels")
def nightly_panel(request: HttpRequest, panels: list[Component]) -> None:
    if request.user.has_perm(WHO):
        panels.append(NightlyPanel())
