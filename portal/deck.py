"""The deck: all that the checklist needs in the browser, one file for each language, the same for everybody.

It is fetched whole when somebody presses "start": whatever was fetched later would tell the server the answers.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import ModelLogEntry, PageLogEntry

from agencies import freshness
from agencies.documents import minute_of
from agencies.models import District, Policy, Scheme, ServicePage, Term
from agencies.opening import openings

from . import checklist, hours, languages, numbers
from .checklist import Item, Service
from .checklist_facts import DAY_AND_NIGHT, item_of, phones_of, services_behind, shown_items, years_of_item
from .family_list import Json
from .frame import Frame, in_town_language
from .models.checklist import ChecklistItem

VERSION = 1
DAYS_AHEAD = 8  # of opening hours, from yesterday on
LASTS = timedelta(minutes=10)  # for what nobody logs: a day that ends, a command

LOGS = (PageLogEntry, ModelLogEntry)
NO_DOCUMENTS = "no-documents"

_made: dict[str, tuple[Any, bytes]] = {}


@require_safe
@in_town_language
def deck_json(request: HttpRequest, frame: Frame) -> HttpResponse:
    """The deck in the reader's language. Whether somebody has it says that they began a list, so no browser keeps it."""
    return HttpResponse(
        deck_bytes(frame.language),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def deck_bytes(language: str) -> bytes:
    """As it is sent, made anew as soon as staff have changed anything: a withheld number must not live on in here."""
    stamp = _stamp()
    if language not in _made or _made[language][0] != stamp:
        text = json.dumps(deck_of(language), ensure_ascii=False, separators=(",", ":"))
        _made[language] = stamp, text.encode()
    return _made[language][1]


def _stamp() -> tuple[int, int, int]:
    """Every act of staff leaves a line in Wagtail's log (a draft too, which costs a deck made in vain)."""
    pages, others = (model.objects.aggregate(newest=Max("pk"))["newest"] or 0 for model in LOGS)
    return pages, others, int(timezone.now().timestamp() // LASTS.total_seconds())


def deck_of(language: str) -> Json:
    """The deck as plain data; read by `family_list.evaluate` and by the script."""
    policy = Policy.current()
    rows = [row for row in shown_items() if row.applies_to_town]
    pages = services_behind(map(item_of, rows), policy, language)
    districts = list(District.objects.prefetch_related("words"))
    return deck_with(rows, pages, districts, policy, language)


def deck_with(
    rows: Sequence[ChecklistItem],
    pages: Mapping[ServicePage, Service],
    districts: Sequence[District],
    policy: Policy,
    language: str,
) -> Json:
    """Of all services only those that are somebody's best."""
    terms = _Terms(language)
    items = [item_of(row) for row in rows]
    conditions = terms.of(Scheme.ACCESS_CONDITION, leaving_out=(DAY_AND_NIGHT,))
    chosen = checklist.select(
        items,
        list(pages.values()),
        [district.code for district in districts],
        sorted({code for service in pages.values() for code in service.speaks}),
        [condition.code for condition in conditions],
    )
    kept = {code for codes in chosen.values() for code in codes}
    shown = {page: service for page, service in pages.items() if service.code in kept}
    places = {service.code: place for place, service in enumerate(shown.values())}
    documents = _Documents(language)
    return {
        "version": VERSION,
        "made": freshness.today(policy).isoformat(),
        "zone": policy.time_zone,
        "language": language,
        "groups": _groups(rows, language),
        "situations": terms.situations(items),
        "districts": [{"code": each.code, "name": str(each.said("name", language))} for each in districts],
        "languages": _languages(pages.values(), language),
        "conditions": [{"code": each.code, "name": str(each.said("name", language))} for each in conditions],
        "numbers": _numbers(),
        "items": [_item(row, [places[code] for code in chosen[row.code]], language) for row in rows],
        "services": [
            _service(page, service, districts, documents, policy, language) for page, service in shown.items()
        ],
        "documents": documents.names,
        "gone": [],
    }


class _Terms:
    """The terms a list is asked by, with their words."""

    def __init__(self, language: str) -> None:
        self.language = language
        schemes = (Scheme.SITUATION, Scheme.ACCESS_CONDITION)
        self.all = list(Term.objects.shown().filter(scheme__in=schemes).prefetch_related("words"))

    def of(self, scheme: str, leaving_out: Sequence[str] = ()) -> list[Term]:
        return [term for term in self.all if term.scheme == scheme and term.code not in leaving_out]

    def situations(self, items: Iterable[Item]) -> list[Json]:
        """Only those that change a list."""
        named = frozenset[str]().union(*(item.situations for item in items))
        return [
            {
                "code": term.code,
                "name": str(term.said("name", self.language)),
                "child": str(term.said("child_label", self.language)),
            }
            for term in self.of(Scheme.SITUATION)
            if term.code in named
        ]


class _Documents:
    """What to bring, each once: a document of the town's list is the same whoever asks for it."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.names: list[str] = []

    def places(self, page: ServicePage) -> list[int]:
        return [self._place(name) for name in self._named(page) if name]

    def _named(self, page: ServicePage) -> list[str]:
        rows = page.required_documents.all()
        return [
            str(
                row.term.said("name", self.language)
                if row.term
                else page.said("document", self.language, row)
            )
            for row in rows
            if row.term is None or row.term.code != NO_DOCUMENTS
        ]

    def _place(self, name: str) -> int:
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)


def _groups(rows: Iterable[ChecklistItem], language: str) -> list[Json]:
    groups = {row.group_id: row.group for row in rows}
    ordered = sorted(groups.values(), key=lambda group: (group.sort, group.pk))
    return [{"code": group.code, "name": str(group.said("name", language))} for group in ordered]


def _languages(services: Iterable[Service], language: str) -> list[Json]:
    """Those that somebody speaks, by their own names; the reader's first."""
    spoken = {code for service in services for code in service.speaks}
    named = [{"code": code, "name": languages.own_name(code)} for code in spoken]
    return sorted(named, key=lambda each: (each["code"] != language, each["name"].casefold()))


def _numbers() -> Json:
    """How keepsake codes number things: by the order in which they came into the database. What is hidden keeps its place."""
    terms = Term.objects.order_by("pk")
    return {
        "items": list(ChecklistItem.objects.order_by("pk").values_list("code", flat=True)),
        "situations": list(terms.of(Scheme.SITUATION).values_list("code", flat=True)),
        "districts": list(District.objects.order_by("pk").values_list("code", flat=True)),
        "conditions": list(terms.of(Scheme.ACCESS_CONDITION).values_list("code", flat=True)),
    }


def _item(row: ChecklistItem, offers: list[int], language: str) -> Json:
    return {
        "code": row.code,
        "group": row.group.code,
        "urgency": row.urgency.code,
        "years": list(years_of_item(row)),
        "situations": [term.code for term in row.situations.all()],
        "say": str(row.said("statement", language)),
        "child": str(row.said("child_statement", language)),
        "help": str(row.said("help_text", language)),
        "offers": offers,
    }


def _service(
    page: ServicePage,
    service: Service,
    districts: Sequence[District],
    documents: _Documents,
    policy: Policy,
    language: str,
) -> Json:
    title = page.said("title", language)
    served = service.districts
    return {
        "code": service.code,
        "title": str(title),
        "lang": title.language if title.is_foreign else "",
        "agency": str(page.agency.said("title", language)) if page.agency else "",
        "years": list(service.years) if service.years else None,
        "districts": None
        if served is None
        else [n for n, each in enumerate(districts) if each.code in served],
        "km": [service.km[each.code] for each in districts] if service.km else None,
        "speaks": sorted(service.speaks),
        "has": sorted(service.has),
        "current": service.is_current,
        "open": _open(page, policy),
        "number": _number(page),
        "bring": documents.places(page),
        "happens": [str(step) for step in page.said("what_happens", language).lines],
        "told": str(page.said("who_is_told", language)),
        "checked": _checked(page, policy, language),
        "sensitive": page.is_sensitive,
    }


def _open(page: ServicePage, policy: Policy) -> str | list[tuple[int, int]]:
    """Always, unknown (so call first), or the openings of the coming days in minutes of the town's clock since 1970."""
    state = hours.verdict_of(page, policy).state
    if state in ("always", "unknown", "holiday"):
        return "always" if state == "always" else "unknown"
    first = freshness.today(policy) - timedelta(days=1)
    spans = openings(
        page.opening_rows, first, DAYS_AHEAD, policy.is_holiday, page.holiday_hours, zone=policy.tz()
    )
    return [(minute_of(span.start), minute_of(span.end)) for span in spans]


def _number(page: ServicePage) -> Json | None:
    phone = next(iter(phones_of(page)), None)
    return {"shown": numbers.display_of(phone), "href": phone.href} if phone else None


def _checked(page: ServicePage, policy: Policy, language: str) -> str:
    """The sentence below every entry, for a place where no markup goes: names keep their own direction."""
    check = freshness.check_of(page, policy, language=language)
    if check.on is None:
        return _("Not checked yet. Call before you go.")
    said = {"by": check.by, "role": check.role, "on": languages.full_day(check.on)}
    if check.state == "stale":
        sentence = _("Last checked on %(on)s by <bdi>%(by)s</bdi>. Call before you go.")
    elif check.role:
        sentence = _("Checked by <bdi>%(by)s</bdi> (<bdi>%(role)s</bdi>), %(on)s")
    else:
        sentence = _("Checked by <bdi>%(by)s</bdi>, %(on)s")
    return (sentence % said).replace("<bdi>", "\u2068").replace("</bdi>", "\u2069")
