"""The readable twin of an entry and of a need: the same facts for children, at the same code."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from agencies.models import Address, AgencyPage, Policy, ServicePage

from . import cards, children, pages
from .doors import need_rows
from .frame import Frame, Link, context_of, help_numbers, in_town_language, show, title_of
from .models import ContentPage, TownNumber


@require_safe
@in_town_language
def twin(request: HttpRequest, frame: Frame, code: str) -> HttpResponse:
    """What has no twin is not found; what is gone is gone in both."""
    address = Address.objects.select_related("replaced_by").filter(code=code).first()
    shower = _SHOWERS.get(Address.Kind(address.kind)) if address else None
    if address is None or shower is None:
        raise Http404("There is no page for children with this code.")
    if address.retired_at is not None:
        return pages.gone(request, frame, code, address.replaced_by)
    return shower(request, frame, address)


def _twin_of_service(request: HttpRequest, frame: Frame, address: Address) -> HttpResponse:
    service = pages.service_at(address, frame.language)
    if service is None:
        return pages.withdrawn(request, frame, ServicePage, address)
    return show_service(request, service, frame)


def _twin_of_agency(request: HttpRequest, frame: Frame, address: Address) -> HttpResponse:
    agency = pages.agency_at(address, frame.language)
    if agency is None:
        return pages.withdrawn(request, frame, AgencyPage, address)
    return show_agency(request, agency, frame)


def show_service(request: HttpRequest, service: ServicePage, frame: Frame) -> HttpResponse:
    entry = children.of_service(service, Policy.current(), frame.language)
    context = _context(request, frame, service.code)
    return show(request, "agencies/twin.html", context | {"entry": entry})


def show_agency(request: HttpRequest, agency: AgencyPage, frame: Frame) -> HttpResponse:
    policy = Policy.current()
    entry = children.of_agency(agency, policy, frame.language)
    services = pages.services_of(agency, frame.language)
    found = [children.card_of_service(service, policy, frame.language) for service in services]
    context = _context(request, frame, agency.code)
    return show(request, "agencies/twin.html", context | {"entry": entry, "cards": found})


def _twin_of_need(request: HttpRequest, frame: Frame, address: Address) -> HttpResponse:
    need = pages.need_at(address)
    label = need.said("child_label", frame.language)
    if not label:
        raise Http404("This need has no words for children.")
    services = children.reachable_alone().filter(Q(needs=need) | Q(needs__parent=need))
    context = _context(request, frame, address.code)
    return show(
        request,
        "portal/need_twin.html",
        context
        | {
            "label": label,
            "adult_url": cards.page_url(address.code),
            "narrower": need_rows(frame.language, parent=need, for_children=True),
            "cards": children.cards_of(services, frame.language),
        },
    )


def _context(request: HttpRequest, frame: Frame, code: str) -> dict[str, Any]:
    """Around every twin: the way back to the children's door, and people who listen.

    The title is always neutral: that somebody read the children's version is itself worth hiding.
    """
    context = context_of(
        request,
        frame,
        sensitive=True,
        code=code,
        route="page_child" if code else "home",
        args=(code,) if code else (),
    )
    return context | {
        "crumbs": _doors(frame),
        "listeners": help_numbers(frame, TownNumber.Kind.CHILD_HELPLINE),
    }


def _doors(frame: Frame) -> list[Link]:
    doors = [page for page in frame.sections if page.audience == ContentPage.Audience.CHILD]
    return [Link(title_of(page, frame.language), cards.page_url(page.code)) for page in doors]


_SHOWERS: dict[Address.Kind, Callable[[HttpRequest, Frame, Address], HttpResponse]] = {
    Address.Kind.SERVICE: _twin_of_service,
    Address.Kind.AGENCY: _twin_of_agency,
    Address.Kind.NEED: _twin_of_need,
}
