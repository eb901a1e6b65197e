"""What the town's admins see first in Wagtail's admin: what its numbers lack, whether the work of the night was done."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.ui.components import Component

from .frame import town_of
from .gaps import Gap, gaps
from .models import NightlyRun

LATE = timedelta(days=2)
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


@hooks.register("construct_homepage_panels")
def numbers_panel(request: HttpRequest, panels: list[Component]) -> None:
    if request.user.has_perm(WHO) and (found := gaps(town_of())):
        panels.append(NumbersPanel(found))


@hooks.register("construct_homepage_panels")
def nightly_panel(request: HttpRequest, panels: list[Component]) -> None:
    if request.user.has_perm(WHO):
        panels.append(NightlyPanel())
