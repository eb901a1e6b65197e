"""What the town's admins see first in Wagtail's admin: whether the work of the night was done."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.ui.components import Component

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


@hooks.register("construct_homepage_panels")
def nightly_panel(request: HttpRequest, panels: list[Component]) -> None:
    if request.user.has_perm(WHO):
        panels.append(NightlyPanel())
