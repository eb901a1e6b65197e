"""Pages with a code: a service, an agency, a need, a page of the town; and the codes that have retired."""

from urllib.parse import urljoin

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

import search
from agencies import corrections, freshness
from agencies.models import Address, AgencyPage, Entry, Policy, Scheme, ServicePage, Term
from search.types import Query

from . import cards, children, showing
from .doors import need_rows
from .frame import (
    Frame,
    Link,
    best_translations,
    content_pages,
    context_of,
    help_numbers,
    in_town_language,
    language_of,
    said_by,
    show,
    title_of,
)
from .models import ContentPage
from .surroundings import Surroundings

PUBLISHED_ONCE = Q(live=True) | Q(first_published_at__isnull=False)


@require_safe
@in_town_language
def page(request: HttpRequest, frame: Frame, code: str) -> HttpResponse:
    address = Address.objects.select_related("replaced_by").filter(code=code).first()
    if address is None:
        raise Http404("There is no page with this code.")
    if address.retired_at is not None:
        return gone(request, frame, code, address.replaced_by)
    return _SHOWERS[Address.Kind(address.kind)](request, frame, address)


# What is no longer there


def gone(request: HttpRequest, frame: Frame, code: str, instead: Address | None) -> HttpResponse:
    """A code that led somewhere once: the help bar, and what replaces it."""
    context = context_of(request, frame, route="page", args=(code,))
    replacement = replacement_card(instead, frame)
    return show(request, "portal/gone.html", context | {"replacement": replacement}, status=410)


def replacement_card(address: Address | None, frame: Frame) -> cards.Card | None:
    """What stands at this address today, or at the one that replaced it in its turn."""
    living = address.successor() if address is not None and address.retired_at else address
    return cards.at(living, Policy.current(), frame.language) if living else None


def withdrawn(request: HttpRequest, frame: Frame, model: type[Entry], address: Address) -> HttpResponse:
    """Published once and now withdrawn: gone, with its agency in its place. Never published: nobody may know of it."""
    entry = model.objects.filter(PUBLISHED_ONCE, address=address).first()
    agency = getattr(entry, "agency", None)
    if entry is None or (agency and not _was_public(agency)):
        raise Http404("There is no page with this code.")
    return gone(request, frame, address.code, agency.address if agency else None)


def _was_public(agency: AgencyPage) -> bool:
    return agency.live or agency.first_published_at is not None


# Entries


def service_at(address: Address, language: str) -> ServicePage | None:
    return ServicePage.objects.public().for_page(language).filter(address=address).first()


def agency_at(address: Address, language: str) -> AgencyPage | None:
    agencies = AgencyPage.objects.public().for_page(language)
    return agencies.select_related("kind").prefetch_related("kind__words").filter(address=address).first()


def services_of(agency: AgencyPage, language: str) -> list[ServicePage]:
    return list(ServicePage.objects.public().for_visitor(language).filter(agency=agency).order_by("path"))


def page_of_service(request: HttpRequest, frame: Frame, address: Address) -> HttpResponse:
    service = service_at(address, frame.language)
    if service is None:
        return withdrawn(request, frame, ServicePage, address)
    return show_service(request, service, frame)


def page_of_agency(request: HttpRequest, frame: Frame, address: Address) -> HttpResponse:
    agency = agency_at(address, frame.language)
    if agency is None:
        return withdrawn(request, frame, AgencyPage, address)
    return show_agency(request, agency, frame)


def show_service(request: HttpRequest, service: ServicePage, frame: Frame) -> HttpResponse:
    policy = Policy.current()
    shown = showing.of_service(service, policy, frame.language, short_url(service.code))
    shown["also"] = _also(service, frame, policy)
    context = context_of(
        request,
        frame,
        title=str(shown["title"]),
        description=str(service.said("summary", frame.language)),
        sensitive=service.is_sensitive,
        code=service.code,
        route="page" if service.code else "home",
        args=(service.code,) if service.code else (),
    )
    crumbs = [{"title": shown["who"], "url": shown["who_url"]}] if shown["who_url"] else []
    return show(request, service.template, context | {"service": shown, "crumbs": crumbs})


def _also(service: ServicePage, frame: Frame, policy: Policy) -> list[cards.Card]:
    """Others who help with the first of its needs."""
    first_need = next((need.pk for need in service.needs.all()), None)
    if first_need is None:
        return []
    others = ServicePage.objects.public().for_visitor(frame.language).filter(needs=first_need)
    others = others.exclude(pk=service.pk).exclude(address__isnull=True).order_by("-assured_date", "pk")
    return cards.of_services(others[:3], policy, frame.language)


def show_agency(request: HttpRequest, agency: AgencyPage, frame: Frame) -> HttpResponse:
    policy = Policy.current()
    shown = showing.of_agency(agency, policy, frame.language, short_url(agency.code))
    services = services_of(agency, frame.language)
    context = context_of(
        request,
        frame,
        title=str(shown["title"]),
        description=str(agency.said("summary", frame.language)),
        sensitive=agency.sensitive or any(service.is_sensitive for service in services),
        code=agency.code,
        route="page" if agency.code else "home",
        args=(agency.code,) if agency.code else (),
    )
    found = cards.of_services(services, policy, frame.language)
    record = corrections.record_of(agency, freshness.today(policy))
    return show(request, agency.template, context | {"agency": shown, "cards": found, "record": record})


def short_url(code: str) -> str:
    """The address to print: the code alone. Built from the settings, never from a header that a visitor can invent."""
    return urljoin(settings.SITE_URL, reverse("short", args=[code])) if code else ""


# Needs


def need_at(address: Address) -> Term:
    terms = Term.objects.of(Scheme.NEED).shown().select_related("address", "parent")
    need = terms.prefetch_related("words").filter(address=address).first()
    if need is None:
        raise Http404("There is no page with this code.")
    return need


def page_of_need(request: HttpRequest, frame: Frame, address: Address) -> HttpResponse:
    need = need_at(address)
    results = search.find(
        Query(language=frame.language, facets={"need": (need.code,)}, kinds=("service",), size=50)
    )
    context = context_of(
        request,
        frame,
        title=str(need.said("name", frame.language)),
        description=str(need.said("description", frame.language)),
        sensitive=need.sensitive,
        code=need.public_code,
        route="page",
        args=(need.public_code,),
    )
    return show(
        request,
        "portal/need.html",
        context
        | {
            "need": {
                "title": need.said("name", frame.language),
                "text": need.said("description", frame.language),
                "child_label": need.said("child_label", frame.language) or None,
                "child_url": cards.child_url(need.public_code),
                "urgent": need.sensitive,
            },
            "numbers": help_numbers(frame) if need.sensitive else [],
            "children": need_rows(frame.language, parent=need),
            "related": need_rows(frame.language, parent=need.parent, but=need) if need.parent else [],
            "cards": cards.of_hits(results.hits, Policy.current(), frame.language),
        },
    )


# The town's own pages


def page_of_content(request: HttpRequest, frame: Frame, address: Address) -> HttpResponse:
    written = list(content_pages().filter(address=address).order_by("locale_id"))
    if written:
        best = best_translations(written, frame.language)[0]
        return show_content(request, best, frame, sensitive=any(page.is_sensitive for page in written))
    if ContentPage.objects.filter(PUBLISHED_ONCE, address=address).exists():
        return gone(request, frame, address.code, None)
    raise Http404("There is no page with this code.")


def show_content(
    request: HttpRequest, content: ContentPage, frame: Frame, *, sensitive: bool = False
) -> HttpResponse:
    """`sensitive`: that a translation of it is; one forgotten tick must not put a title into a history."""
    below: list[ContentPage] = []
    if content.pk:
        below = best_translations(content_pages().child_of(content).order_by("path"), frame.language)
    context = context_of(
        request,
        frame,
        title=content.title,
        description=content.intro,
        sensitive=sensitive or content.is_sensitive,
        code=content.code,
        route="page" if content.code else "home",
        args=(content.code,) if content.code else (),
    )
    return show(
        request,
        content.template,
        context
        | {
            "page": content,
            "written": title_of(content, frame.language),
            "is_foreign": language_of(content) != frame.language,
            "surroundings": Surroundings.of_page(frame, content),
            "ages": [_link(child, frame) for child in below if child.age_band],
            "of_age": _of_age(content, frame),
            "further": [_link(child, frame) for child in below if not child.age_band],
        },
    )


def _link(page: ContentPage, frame: Frame) -> Link:
    text = said_by(page, page.intro, frame.language)
    return Link(title_of(page, frame.language), cards.page_url(page.code), text=text)


def _of_age(content: ContentPage, frame: Frame) -> list[cards.Card]:
    """Whom a child of the page's age can reach alone."""
    if not content.age_band:
        return []
    found = children.reachable_alone().filter(children.of_age(content.age_band))
    return children.cards_of(found, frame.language)


_SHOWERS = {
    Address.Kind.SERVICE: page_of_service,
    Address.Kind.AGENCY: page_of_agency,
    Address.Kind.NEED: page_of_need,
    Address.Kind.PAGE: page_of_content,
}
