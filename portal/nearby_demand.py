"""What families near an agency looked for and did not find, on its dashboard.

An agency reads no report of the whole town (`DEMAND` is the town's). It is shown the totals about needs that its own
public services answer, where it works: of weeks that are over, each of ten at least (SAFETY.md 15), summed over
languages, which would tell a small community apart.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from django.db.models import Q, Sum
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.ui.components import Component

from agencies import freshness
from agencies.membership import own_agencies
from agencies.models import (
    AgencyPage,
    District,
    Location,
    Policy,
    Scheme,
    ServiceArea,
    ServicePage,
    Term,
    User,
)

from . import tally
from .models.demand import Demand

WEEKS = 8
MOST_ROWS = 10
Reach = ServiceArea.Reach
EVERYWHERE = (Reach.TOWN, Reach.REGION, Reach.COUNTRY)


class NearbyDemandPanel(Component):
    name = "nearby_demand"
    template_name = "portal/admin/nearby_demand.html"
    order = 130

    def __init__(self, agencies: list[AgencyPage]) -> None:
        self.agencies = agencies

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {"sentences": sentences(self.agencies), "weeks": WEEKS}


def sentences(agencies: list[AgencyPage]) -> list[str]:
    """The most wanted first."""
    rows = list(_totals(agencies))
    names = _names(Term.objects.of(Scheme.NEED), [row["need"] for row in rows])
    places = _names(District.objects.all(), [row["district"] for row in rows])
    return [
        _sentence(names.get(row["need"], row["need"]), places.get(row["district"], ""), row["times"])
        for row in rows
    ]


def _totals(agencies: list[AgencyPage]) -> Any:
    needs = ServicePage.objects.public().filter(agency__in=agencies, needs__code__isnull=False)
    this_week = tally.monday(freshness.today(Policy.current()))
    rows = Demand.objects.filter(
        word=None,
        week__gte=this_week - timedelta(weeks=WEEKS),
        week__lt=this_week,
        count__gte=Demand.FEWEST,
        need__in=needs.order_by().values("needs__code"),
    )
    if not _works_everywhere(agencies):
        rows = rows.filter(Q(district="") | Q(district__in=_districts(agencies)))
    return (
        rows.order_by()
        .values("need", "district")
        .annotate(times=Sum("count"))
        .order_by("-times", "need", "district")[:MOST_ROWS]
    )


def _works_everywhere(agencies: list[AgencyPage]) -> bool:
    return ServiceArea.objects.filter(_of(agencies), reach__in=EVERYWHERE).exists()


def _districts(agencies: list[AgencyPage]) -> set[str]:
    areas = ServiceArea.objects.filter(_of(agencies), district__isnull=False)
    places = Location.objects.filter(_of(agencies), district__isnull=False)
    return {
        *areas.values_list("district__code", flat=True),
        *places.values_list("district__code", flat=True),
    }


def _of(agencies: list[AgencyPage]) -> Q:
    return Q(entry__agencypage__in=agencies) | Q(entry__servicepage__agency__in=agencies)


def _names(records: Any, codes: list[str]) -> dict[str, str]:
    return dict(records.filter(code__in=codes).values_list("code", "name"))


def _sentence(need: str, place: str, times: int) -> str:
    said = ngettext("%(n)s time", "%(n)s times", times) % {"n": times}
    if place:
        return _("“%(need)s” in %(place)s: %(times)s") % {"need": need, "place": place, "times": said}
    return _("“%(need)s”: %(times)s") % {"need": need, "times": said}


@hooks.register("construct_homepage_panels")
def nearby_demand_panel(request: HttpRequest, panels: list[Component]) -> None:
    agencies = list(own_agencies(cast(User, request.user)))
    if agencies:
        panels.append(NearbyDemandPanel(agencies))
