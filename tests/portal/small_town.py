"""A small town made by hand, for tests that must know every word in it."""

from __future__ import annotations

from datetime import time, timedelta
from itertools import count
from typing import Any

from django.utils import timezone
from wagtail.models import Locale

from agencies.models import (
    AgenciesPage,
    AgencyPage,
    EntryWords,
    Language,
    Phone,
    Schedule,
    Scheme,
    ServicePage,
    Term,
    fingerprint,
)
from agencies.planting import plant
from portal.models import ContentPage, HomePage, Town, TownNumber
from search import outbox

_number = count(1)


def term(scheme: str, code: str) -> Term:
    return Term.objects.get(scheme=scheme, code=code)


def need(code: str) -> Term:
    return term(Scheme.NEED, code)


def agency(title: str = "Harbour House", **facts: Any) -> AgencyPage:
    key = f"agency-{next(_number)}"
    (page,) = plant(AgenciesPage.objects.get(), [AgencyPage(title=title, slug=key, key=key, **facts)])
    outbox.drain()
    return AgencyPage.objects.get(pk=page.pk)


def service(parent: AgencyPage, title: str = "Talk to someone", **facts: Any) -> ServicePage:
    """A live service with one number; `facts` are its fields, its terms (`needs` by code) and rows of its parts."""
    return services(parent, {"title": title, **facts})[0]


def services(parent: AgencyPage, *rows: dict[str, Any]) -> list[ServicePage]:
    """Several at once, in search as well: one road to the index for all of them."""
    planted = plant(parent, [_service(**row) for row in rows])
    outbox.drain()
    return [ServicePage.objects.get(pk=page.pk) for page in planted]


def _service(title: str, needs: tuple[str, ...] = (), **facts: Any) -> ServicePage:
    facts.setdefault("phones", [Phone(number="01632 960 555")])
    parts = {name: facts.pop(name) for name in list(facts) if isinstance(facts[name], list)}
    page = ServicePage(title=title, slug=f"service-{next(_number)}", **facts)
    for name, rows in parts.items():
        setattr(page, name, rows)
    page.needs = [need(code) for code in needs]
    return page


def words(language: str, **texts: str) -> list[EntryWords]:
    """Words of an entry in a further language, made from sources that have not changed: pass `field=(source, text)`."""
    return [
        EntryWords(language=language, field=field, text=text, fingerprint=fingerprint(source))
        for field, (source, text) in texts.items()
    ]


def day_and_night() -> list[Schedule]:
    return [Schedule(byday="MO,TU,WE,TH,FR,SA,SU", opens_at=time(0), closes_at=time(0))]


def speaks(*codes: str) -> list[Language]:
    return [Language(code=code) for code in codes]


def numbers(*rows: TownNumber) -> Town:
    """The town with these numbers; without any, with a confirmed emergency number and children's line."""
    town = Town.load()
    town.numbers = list(rows) or [
        confirmed(TownNumber.Kind.EMERGENCY, "112"),
        confirmed(TownNumber.Kind.CHILD_HELPLINE, "116 111"),
    ]
    town.save()
    return town


def confirmed(kind: str, number: str, *, days_ago: int = 10, **facts: Any) -> TownNumber:
    day = timezone.localdate() - timedelta(days=days_ago)
    return TownNumber(
        kind=kind, number=number, checked_by="Duty desk", checked_role="directory", checked_on=day, **facts
    )


def content(title: str = "How to ask for help", **facts: Any) -> ContentPage:
    """A published page of the town below the English home, or below `parent`."""
    parent = facts.pop("parent", None) or HomePage.objects.get(locale__language_code="en")
    page = ContentPage(title=title, slug=f"page-{next(_number)}", **facts)
    parent.add_child(instance=page)
    page.save_revision().publish()
    outbox.drain()
    return ContentPage.objects.get(pk=page.pk)


def translated(page: ContentPage, language: str, **texts: Any) -> ContentPage:
    twin = page.copy_for_translation(Locale.objects.get(language_code=language), copy_parents=True)
    for field, text in texts.items():
        setattr(twin, field, text)
    twin.save_revision().publish()
    return ContentPage.objects.get(pk=twin.pk)
