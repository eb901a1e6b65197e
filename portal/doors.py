"""The ways in: doors for people, rows of needs, and who is open at this moment."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.models import Policy, Said, Scheme, ServicePage, Status, Term
from agencies.models.taxonomy import TermQuerySet

from . import cards, hours
from .frame import Frame, Link
from .models import ContentPage

MOST_OPEN_NOW = 6
MOST_LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class Door:
    url: str
    title: str
    text: str
    tone: str
    link_text: str


def doors_of(frame: Frame) -> list[Door]:
    """One door for each audience that has a page in the navigation."""
    words = {
        ContentPage.Audience.CHILD: (
            _("I am under 18"),
            _("Short words. Real people. No names needed."),
            "plum",
        ),
        ContentPage.Audience.PARENT: (
            _("I look after a child"),
            _("Help at home, at school, with money and papers."),
            "pine",
        ),
        ContentPage.Audience.PROFESSIONAL: (
            _("I work with children"),
            _("Whom to call, what to do, what comes next."),
            "amber",
        ),
    }
    links = {
        ContentPage.Audience.CHILD: _("Go to the children's pages"),
        ContentPage.Audience.PARENT: _("Go to the parents' pages"),
        ContentPage.Audience.PROFESSIONAL: _("Go to the professionals' pages"),
    }
    doors = []
    for page in frame.sections:
        audience = ContentPage.Audience(page.audience)
        if audience in words:
            title, text, tone = words[audience]
            doors.append(Door(reverse("page", args=[page.code]), title, text, tone, links[audience]))
    return doors


def need_rows(
    language: str,
    *,
    parents: bool = False,
    parent: Term | None = None,
    but: Term | None = None,
    for_children: bool = False,
) -> list[Link]:
    """Needs as links: the groups, or those beneath one group."""
    terms = _needs(for_children)
    terms = terms.filter(parent__isnull=True) if parents else terms.filter(parent=parent)
    row = _row_for_children if for_children else _row
    return [row(term, language) for term in terms if term != but]


def need_rows_by_code(language: str, codes: Iterable[str], *, for_children: bool = False) -> dict[str, Link]:
    """The needs that are named, in the vocabulary's order."""
    row = _row_for_children if for_children else _row
    return {term.code: row(term, language) for term in _needs(for_children).filter(code__in=list(codes))}


def _needs(for_children: bool) -> TermQuerySet:
    """Those without words for children are not shown to them."""
    terms = Term.objects.of(Scheme.NEED).shown().filter(address__isnull=False)
    if for_children:
        terms = terms.exclude(child_label="")
    return terms.select_related("address", "parent").prefetch_related("words").order_by("sort", "pk")


def _row(term: Term, language: str) -> Link:
    group = term.parent or term
    text: Said | str = term.said("description", language) if not term.parent_id else ""
    return Link(term.said("name", language), cards.page_url(term.public_code), icon=group.code, text=text)


def _row_for_children(term: Term, language: str) -> Link:
    group = term.parent or term
    return Link(term.said("child_label", language), cards.child_url(term.public_code), icon=group.code)


def open_now(frame: Frame) -> list[cards.Card]:
    """Services with a number that are open at this moment, the surest first."""
    policy = Policy.current()
    services = ServicePage.objects.public().for_visitor(frame.language).filter(status=Status.ACTIVE)
    found = []
    for service in services.order_by("urgency__sort", "-assured_date", "pk")[:MOST_LOOKED_AT]:
        if hours.verdict_of(service, policy).state not in ("open", "always"):
            continue
        card = cards.of_service(service, policy, frame.language)
        if card.number is not None:
            found.append(card)
        if len(found) == MOST_OPEN_NOW:
            break
    return found
