"""What children read of an entry: short sentences made of its facts, and cards that lead to its readable twin."""

from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.documents import BANDS_MONTHS
from agencies.models import AgencyPage, Entry, Policy, Said, ServicePage, Status
from agencies.models.entry import EntryQuerySet
from agencies.reading_measures import findings

from . import cards, showing
from .showing import Shown

MOST_CARDS = 9


# Whom a child can reach


def reachable_alone() -> EntryQuerySet:
    """Services that are there for children and need no parent, the most urgent first."""
    for_children = Q(audiences__code="child") | Q(audiences__parent__code="child")
    services = ServicePage.objects.public().filter(for_children, status=Status.ACTIVE)
    # Two filters: one would ask for a single row that is both.
    services = services.filter(access_conditions__code="no-parent", address__isnull=False)
    return services.order_by("urgency__sort", "-assured_date", "pk").distinct()


def of_age(band: str) -> Q:
    """Services that take somebody of this age; where no age is named, everybody is meant."""
    first, last = BANDS_MONTHS[band]
    young_enough = Q(minimum_age__isnull=True) | Q(minimum_age__lte=last)
    return young_enough & (Q(maximum_age__isnull=True) | Q(maximum_age__gte=first))


def cards_of(services: EntryQuerySet, language: str) -> list[cards.Card]:
    policy = Policy.current()
    found = services.for_visitor(language)[:MOST_CARDS]
    return [card_of_service(service, policy, language) for service in found]


# In a list


def card_of_service(service: ServicePage, policy: Policy, language: str) -> cards.Card:
    card = cards.of_service(service, policy, language)
    words = service.said("child_summary", language)
    return replace(card, kind="child", url=cards.child_url(service.code), summary=words)


# On a page of its own


def of_service(service: ServicePage, policy: Policy, language: str) -> Shown:
    shown = showing.of_service(service, policy, language)
    return Shown(
        **shown
        | _twin_of(service, language)
        | {
            "now": _now_sentence(service, shown["opening"].state),
            "facts": facts_of(service, shown["opening"].state),
            "happens": _easy(service.said("what_happens", language)),
            "told": _easy(service.said("who_is_told", language)),
        }
    )


def of_agency(agency: AgencyPage, policy: Policy, language: str) -> Shown:
    return Shown(**showing.of_agency(agency, policy, language) | _twin_of(agency, language))


def _twin_of(entry: Entry, language: str) -> dict[str, Any]:
    return {"adult_url": cards.page_url(entry.code), "summary": entry.said("child_summary", language) or None}


def _easy(said: Said) -> Said | None:
    """An agency's own words where a child can read them (SAFETY.md 19); the page has simple ones in their place."""
    if said.is_foreign or findings("child_summary", said.text, said.language):
        return None
    return said or None


def facts_of(service: ServicePage, opening: str) -> list[str]:
    """What is known, a short sentence each; what nobody has asked is not said."""
    had = {term.code for term in service.access_conditions.all()}
    ages = showing.ages_text(service.minimum_age, service.maximum_age)
    return [
        *_opening_sentences(service, opening),
        *(sentence for code, sentence in _conditions().items() if code in had),
        *([_("Age: %(ages)s.") % {"ages": ages}] if ages else []),
    ]


def _now_sentence(service: ServicePage, opening: str) -> str:
    """What is true at this moment alone, and so not on paper."""
    if service.is_paused:
        return ""
    return {"open": _("It is open now."), "closed": _("It is closed now.")}.get(opening, "")


def _opening_sentences(service: ServicePage, opening: str) -> list[str]:
    if service.is_paused:
        return [_("It is closed for a while.")]
    if opening in ("open", "closed"):
        return []
    if opening == "always":
        return [_("It is open day and night.")]
    return [_("Call first. Ask when they are there.")]


def _conditions() -> dict[str, str]:
    """By the code of what makes it easy, in the order a child asks."""
    return {
        "no-parent": _("You can go alone."),
        "free": _("It costs nothing."),
        "anonymous": _("You need not say your name."),
        "no-papers": _("You need no papers."),
        "interpreter": _("Someone can speak your language."),
        "sign-language": _("Someone can sign with you."),
        "step-free": _("You can get in with wheels."),
        "lgbti-safe": _("Everyone is welcome."),
    }
