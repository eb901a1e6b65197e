"""An entry in a list, in the order a person asks: who, what, can I go now, the number, who checked it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from agencies import freshness
from agencies.freshness import Check
from agencies.models import (
    Address,
    AgencyPage,
    Entry,
    Phone,
    PhoneFacts,
    Policy,
    Said,
    Scheme,
    ServicePage,
    Term,
)
from search.types import Hit, Mark

from . import hours, numbers
from .frame import best_translations, content_pages, said_by, title_of
from .models import ContentPage

CONDITION_CHIPS = ("free", "no-parent", "anonymous")


@dataclass(frozen=True, slots=True)
class Chip:
    text: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Card:
    kind: str
    url: str
    title: Said | str
    summary: Said | str = ""
    who: Said | str | None = None
    alert: Said | str | None = None
    chips: list[Chip] = field(default_factory=list)
    number: numbers.Number | None = None
    checked: Check | None = None
    why: str = ""
    snippet: tuple[Mark, ...] = ()
    snippet_in: Said | None = None  # the same in one piece, where its language is not the reader's
    closed: bool = False

    @property
    def snippet_beneath(self) -> bool:
        """A foreign snippet takes nothing away from whoever can read the summary."""
        own = self.summary and not (isinstance(self.summary, Said) and self.summary.is_foreign)
        return bool(self.snippet_in and own)


def page_url(code: str) -> str:
    """Empty for what is not saved yet, which only its editor sees."""
    return reverse("page", args=[code]) if code else ""


def child_url(code: str) -> str:
    """Of the readable twin."""
    return reverse("page_child", args=[code]) if code else ""


def shown_phones(entry: Entry) -> list[Phone]:
    """Numbers for the whole entry: not withheld, not of one place only, the voice lines first, no fax."""
    shown = [
        phone for phone in entry.phones.all() if not phone.withheld and phone.type != PhoneFacts.Type.FAX
    ]
    return sorted(
        (phone for phone in shown if phone.at is None), key=lambda phone: phone.type != PhoneFacts.Type.VOICE
    )


def number_of(entry: Entry, policy: Policy, language: str) -> numbers.Number | None:
    """The one number to call: the entry's first, else its agency's."""
    found = numbers_of(entry, policy, language)
    return found[0] if found else None


def numbers_of(entry: Entry, policy: Policy, language: str) -> list[numbers.Number]:
    """The entry's numbers; where it has none, those of its agency."""
    owner = whose_phones(entry)
    return [numbers.of_phone(phone, owner, policy, language) for phone in shown_phones(owner)]


def whose_phones(entry: Entry) -> Entry:
    """Whose numbers are shown: the entry's own; where it has none, its agency's."""
    agency = entry.agency if isinstance(entry, ServicePage) else None
    return entry if agency is None or shown_phones(entry) else agency


def chips_of(service: ServicePage, policy: Policy) -> list[Chip]:
    short = {"free": _("Free"), "no-parent": _("Alone is fine"), "anonymous": _("No name needed")}
    chips = []
    if service.is_paused:
        chips.append(Chip(_("Closed for now"), "warn"))
    else:
        chips.append(Chip(*hours.chip_text(service, policy)))
    had = {term.code for term in service.access_conditions.all()}
    chips += [Chip(short[code]) for code in CONDITION_CHIPS if code in had]
    codes = [row.code.upper() for row in service.languages.all() if row.code]
    if codes:
        chips.append(Chip(" ".join(codes), "languages"))
    return chips


def why_found(hit: Hit | None, language: str) -> dict[str, Any]:
    """What of a card is due to the search: the words that matched, in whatever language, or another name."""
    if hit is None:
        return {}
    if any(mark.marked for mark in hit.snippet):
        text = "".join(mark.text for mark in hit.snippet)
        foreign = Said(text, hit.language, is_foreign=True) if hit.language != language else None
        return {"snippet": hit.snippet, "snippet_in": foreign}
    return {"why": _("Also found by: %(words)s") % {"words": isolated(hit.because)}} if hit.because else {}


def isolated(text: str) -> str:
    """A piece whose direction nobody knows, within a sentence that has its own."""
    return f"\u2068{text}\u2069"


def distance_chip(kilometres: float, place: Said | str) -> Chip:
    shown = number_format(max(kilometres, 0.1), 0 if kilometres >= 10 else 1)
    words = {"distance": isolated(shown), "place": isolated(str(place))}
    return Chip(_("%(distance)s km from %(place)s") % words, "distance")


def of_service(
    service: ServicePage, policy: Policy, language: str, hit: Hit | None = None, near: Said | str = ""
) -> Card:
    chips = chips_of(service, policy)
    if hit and hit.distance is not None and near:
        before_languages = next((n for n, chip in enumerate(chips) if chip.tone == "languages"), len(chips))
        chips.insert(before_languages, distance_chip(hit.distance, near))
    return Card(
        kind="service",
        url=page_url(service.code),
        who=service.agency.said("title", language) if service.agency else None,
        title=service.said("title", language),
        summary=service.said("summary", language),
        alert=service.said("alert", language) or None,
        chips=chips,
        number=number_of(service, policy, language),
        checked=freshness.check_of(service, policy, language=language),
        closed=service.is_paused,
        **why_found(hit, language),
    )


def of_agency(agency: AgencyPage, policy: Policy, language: str, hit: Hit | None = None) -> Card:
    codes = [row.code.upper() for row in agency.languages.all() if row.code]
    return Card(
        kind="agency",
        url=page_url(agency.code),
        who=agency.kind.said("name", language) if agency.kind else None,
        title=agency.said("title", language),
        summary=agency.said("summary", language),
        alert=agency.said("alert", language) or None,
        chips=[Chip(" ".join(codes), "languages")] if codes else [],
        number=number_of(agency, policy, language),
        checked=freshness.check_of(agency, policy, language=language),
        **why_found(hit, language),
    )


def of_need(need: Term, language: str) -> Card:
    return Card(
        kind="need",
        url=page_url(need.public_code),
        who=_("What is it about?"),
        title=need.said("name", language),
        summary=need.said("description", language),
    )


def of_content(page: ContentPage, language: str) -> Card:
    return Card(
        kind="page",
        url=page_url(page.code),
        who=_("To read"),
        title=title_of(page, language),
        summary=said_by(page, page.intro, language),
    )


def of_services(services: Iterable[ServicePage], policy: Policy, language: str) -> list[Card]:
    return [of_service(service, policy, language) for service in services]


def of_hits(hits: Iterable[Hit], policy: Policy, language: str, near: Said | str = "") -> list[Card]:
    """The cards of search's hits, in their order, from the database as it stands now.

    `near` names the place that distances were counted from. A hit whose page went since the index was written is left out: the outbox will catch up.
    """
    hits = list(hits)
    keys: dict[str, list[str]] = {}
    for hit in hits:
        keys.setdefault(hit.kind, []).append(hit.id.partition(":")[2])
    found: dict[str, Any] = {}
    for kind, load in _LOADERS.items():
        if kind in keys:
            found.update({f"{kind}:{key}": record for key, record in load(keys[kind], language)})
    return [
        _of_record(hit.kind, found[hit.id], policy, language, hit, near) for hit in hits if hit.id in found
    ]


def at(address: Address, policy: Policy, language: str) -> Card | None:
    """The card of what the public finds at this address, if it finds anything."""
    key = _key_at(address)
    found = [record for _key, record in _LOADERS[Address.Kind(address.kind)]([key], language)] if key else []
    return _of_record(address.kind, found[0], policy, language) if found else None


def _key_at(address: Address) -> str | None:
    """What stands at an address, by the id it has in search."""
    if address.kind == Address.Kind.NEED:
        keys = Term.objects.filter(address=address).values_list("uid", flat=True)
    elif address.kind == Address.Kind.PAGE:
        keys = ContentPage.objects.filter(address=address).values_list("translation_key", flat=True)
    else:
        keys = Entry.objects.filter(address=address).values_list("translation_key", flat=True)
    key = keys.first()
    return str(key) if key else None


def _of_record(
    kind: str,
    record: Any,
    policy: Policy,
    language: str,
    hit: Hit | None = None,
    near: Said | str = "",
) -> Card:
    if kind == Address.Kind.SERVICE:
        return of_service(record, policy, language, hit, near)
    if kind == Address.Kind.AGENCY:
        return of_agency(record, policy, language, hit)
    card = of_need(record, language) if kind == Address.Kind.NEED else of_content(record, language)
    return replace(card, why=why_found(hit, language).get("why", ""))


def _load_services(keys: list[str], language: str):
    for service in ServicePage.objects.public().for_visitor(language).filter(translation_key__in=keys):
        yield service.translation_key, service


def _load_agencies(keys: list[str], language: str):
    agencies = (
        AgencyPage.objects.public()
        .for_visitor(language)
        .select_related("kind")
        .prefetch_related("kind__words")
    )
    for agency in agencies.filter(translation_key__in=keys):
        yield agency.translation_key, agency


def _load_needs(keys: list[str], language: str):
    needs = Term.objects.of(Scheme.NEED).shown().select_related("address")
    needs = needs.prefetch_related(Term.words_in(language))
    for need in needs.filter(uid__in=keys):
        yield need.uid, need


def _load_pages(keys: list[str], language: str):
    pages = content_pages().filter(translation_key__in=keys).order_by("locale_id")
    for page in best_translations(pages, language):
        yield page.translation_key, page


_LOADERS = {
    Address.Kind.SERVICE: _load_services,
    Address.Kind.AGENCY: _load_agencies,
    Address.Kind.NEED: _load_needs,
    Address.Kind.PAGE: _load_pages,
}
