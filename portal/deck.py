"""The deck: all that the checklist needs in the browser, one file for each language, the same for everybody.

It is fetched whole when somebody presses "start": whatever was fetched later would tell the server the answers.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Lock
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import ModelLogEntry, PageLogEntry

from agencies import freshness
from agencies.documents import minute_of
from agencies.models import District, EntryWords, Policy, Scheme, ServicePage, Term
from agencies.opening import openings

from . import checklist, hours, languages, numbers
from .checklist import Item, Service
from .checklist_facts import (
    DAY_AND_NIGHT,
    item_of,
    phones_of,
    services_behind,
    shown_items,
    with_parts,
    years_of_item,
)
from .family_list import Json
from .frame import Frame, in_town_language
from .gone import gone
from .models.checklist import ChecklistGroup, ChecklistItem

VERSION = 1
DAYS_AHEAD = 8  # of opening hours, from yesterday on
MOST_PLACES = 2

NO_DOCUMENTS = "no-documents"


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
    """As it is sent, up to date with every act of staff: a withheld number must not live on in here."""
    with _lock:
        known = _up_to_date()
        if language not in known.bodies:
            with translation.override(language):
                text = json.dumps(known.deck(language), ensure_ascii=False, separators=(",", ":"))
            known.bodies[language] = text.encode()
        return known.bodies[language]


def deck_of(language: str) -> Json:
    """The deck as plain data, read by `family_list.evaluate` and by the script."""
    made: Json = json.loads(deck_bytes(language))
    return made


def forget() -> None:
    """The next deck is made from nothing."""
    global _known
    _known = None


@dataclass(frozen=True, slots=True)
class _Stamp:
    """Until when the log was read: of pages, of what a whole deck hangs on; and the day in the town."""

    pages: int
    others: int
    day: date

    @classmethod
    def now(cls) -> "_Stamp":
        others = ModelLogEntry.objects.filter(content_type__in=_deciding().values())
        return cls(_newest(PageLogEntry.objects.all()), _newest(others), freshness.today(Policy.current()))


def _newest(lines: QuerySet) -> int:
    return lines.aggregate(newest=Max("pk"))["newest"] or 0


def _deciding() -> dict[Any, ContentType]:
    return ContentType.objects.get_for_models(Term, District, ChecklistItem, ChecklistGroup, Policy)


@dataclass(slots=True)
class _Known:
    """What this process knows: the facts of every service, whatever the language; in each language the words of the best."""

    stamp: _Stamp
    facts: dict[int, Service]
    rows: dict[str, dict[int, Json]] = field(default_factory=lambda: defaultdict(dict))
    bodies: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def whole(cls, stamp: _Stamp) -> "_Known":
        return cls(stamp, services_behind(_items(), Policy.current()))

    def follow(self, stamp: _Stamp) -> None:
        """Reads anew whatever the log names since: a page, and with an agency its services."""
        named = (
            PageLogEntry.objects.filter(pk__gt=self.stamp.pages).order_by().values_list("page_id", flat=True)
        )
        touched = set(named)
        touched.update(ServicePage.objects.filter(agency__in=touched).values_list("pk", flat=True))
        kept: list[dict[int, Any]] = [self.facts, *self.rows.values()]
        for by_page in kept:
            for pk in touched.intersection(by_page):
                del by_page[pk]
        self.facts |= services_behind(_items(), Policy.current(), touched)
        self.bodies.clear()
        self.stamp = stamp

    def deck(self, language: str) -> Json:
        """Of all services only those that are somebody's best."""
        policy = Policy.current()
        rows = _rows()
        districts = list(District.objects.prefetch_related("words"))
        asked = _Asked(language)
        services = dict(sorted(self.facts.items()))
        chosen = checklist.select(
            [item_of(row) for row in rows],
            list(services.values()),
            [district.code for district in districts],
            sorted({code for service in services.values() for code in service.speaks}),
            [condition.code for condition in asked.conditions()],
        )
        best = {code for codes in chosen.values() for code in codes}
        kept = {pk: service for pk, service in services.items() if service.code in best}
        places = {service.code: place for place, service in enumerate(kept.values())}
        self._write_missing(kept, districts, policy, language)
        shown = [self.rows[language][pk] for pk in kept]
        documents = list(dict.fromkeys(name for row in shown for name in row["bring"]))
        offers = {code: [places[each] for each in codes] for code, codes in chosen.items()}
        return without_services(rows, language, offers) | {
            "version": VERSION,
            "made": self.stamp.day.isoformat(),
            "zone": policy.time_zone,
            "language": language,
            "situations": asked.situations(rows),
            "districts": [_named(each, language) for each in districts],
            "languages": _languages(services.values(), language),
            "conditions": [_named(each, language) for each in asked.conditions()],
            "numbers": _numbers(),
            "services": [row | {"bring": [documents.index(name) for name in row["bring"]]} for row in shown],
            "documents": documents,
            "gone": gone(language, [district.code for district in districts], best),
        }

    def _write_missing(
        self, kept: Mapping[int, Service], districts: Sequence[District], policy: Policy, language: str
    ) -> None:
        missing = kept.keys() - self.rows[language].keys()
        words = Prefetch("words", queryset=EntryWords.objects.filter(language=language))
        parts = (words, "service_at_locations__location", "required_documents__term__words")
        for page in with_parts(ServicePage.objects.filter(pk__in=missing), *parts):
            self.rows[language][page.pk] = _service(page, kept[page.pk], districts, policy, language)


def without_services(
    rows: Sequence[ChecklistItem], language: str, offers: Mapping[str, list[int]] | None = None
) -> Json:
    """Who gets which item: enough to evaluate, with nothing behind any item but `offers` (by its code)."""
    return {
        "groups": _groups(rows, language),
        "items": [_item(row, (offers or {}).get(row.code, []), language) for row in rows],
        "districts": [],
        "services": [],
        "gone": [],
    }


_lock = Lock()
_known: _Known | None = None


def _up_to_date() -> _Known:
    global _known
    stamp = _Stamp.now()
    if _known is None or (_known.stamp.others, _known.stamp.day) != (stamp.others, stamp.day):
        _known = _Known.whole(stamp)
    elif _known.stamp != stamp:
        _known.follow(stamp)
    return _known


def _rows() -> list[ChecklistItem]:
    return [row for row in shown_items() if row.applies_to_town]


def _items() -> list[Item]:
    return [item_of(row) for row in _rows()]


class _Asked:
    """The terms a list is asked by, with their words."""

    def __init__(self, language: str) -> None:
        self.language = language
        schemes = (Scheme.SITUATION, Scheme.ACCESS_CONDITION)
        self.terms = list(Term.objects.shown().filter(scheme__in=schemes).prefetch_related("words"))

    def conditions(self) -> list[Term]:
        """Day and night is a matter of hours, which every offer says by itself."""
        return [
            term
            for term in self.terms
            if term.scheme == Scheme.ACCESS_CONDITION and term.code != DAY_AND_NIGHT
        ]

    def situations(self, rows: Iterable[ChecklistItem]) -> list[Json]:
        """Only those that change a list."""
        named = {term.code for row in rows for term in row.situations.all()}
        return [
            _named(term, self.language) | {"child": str(term.said("child_label", self.language))}
            for term in self.terms
            if term.scheme == Scheme.SITUATION and term.code in named
        ]


def _named(record: Term | District, language: str) -> Json:
    return {"code": record.code, "name": str(record.said("name", language))}


def _documents(page: ServicePage, language: str) -> list[str]:
    """A document of the town's list has one name, whoever asks for it."""
    names = [
        str(row.term.said("name", language) if row.term else page.said("document", language, row))
        for row in page.required_documents.all()
        if row.term is None or row.term.code != NO_DOCUMENTS
    ]
    return list(filter(None, names))


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
    policy: Policy,
    language: str,
) -> Json:
    title = page.said("title", language)
    now = hours.verdict_of(page, policy).state
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
        "open": _open(page, policy, now),
        # For paper, which is read another day. Day and night has a chip of its own.
        "hours": "" if now == "always" else hours.in_one_line(page, policy),
        "where": _where(page),
        "number": _number(page),
        "bring": _documents(page, language),
        "happens": [str(step) for step in page.said("what_happens", language).lines],
        "told": str(page.said("who_is_told", language)),
        "checked": _checked(page, policy, language),
    }


def _open(page: ServicePage, policy: Policy, state: str) -> str | list[tuple[int, int]]:
    """Always, unknown (so call first), or the openings of the coming days in minutes of the town's clock since 1970."""
    if state in ("always", "unknown", "holiday"):
        return "always" if state == "always" else "unknown"
    first = freshness.today(policy) - timedelta(days=1)
    spans = openings(
        page.opening_rows, first, DAYS_AHEAD, policy.is_holiday, page.holiday_hours, zone=policy.tz()
    )
    return [(minute_of(span.start), minute_of(span.end)) for span in spans]


def _where(page: ServicePage) -> list[str]:
    """The addresses to go to. With a secret place among them none: it counts as its whole area."""
    places = page.all_locations
    if any(place.confidential for place in places):
        return []
    return list(dict.fromkeys(", ".join(place.lines) for place in places if place.lines))[:MOST_PLACES]


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
