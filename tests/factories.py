"""Saved agencies, services, terms and what belongs to them, with as little said as a test needs."""

from __future__ import annotations

from itertools import count
from typing import Any

from wagtail.models import Page

from agencies.models import (
    AgenciesPage,
    AgencyPage,
    District,
    Entry,
    EntryWords,
    Location,
    Phone,
    ServicePage,
    Term,
    fingerprint,
)
from search.models import OutboxRow

_numbers = count(1)


def branch() -> AgenciesPage:
    """The branch that holds every agency."""
    found = AgenciesPage.objects.first()
    if found is None:
        found = AgenciesPage(title="Agencies", slug="agencies")
        Page.get_first_root_node().add_child(instance=found)
    return found


def agency(key: str = "", **fields: Any) -> AgencyPage:
    key = key or f"agency-{next(_numbers)}"
    made = AgencyPage(**{"title": f"Agency {key}", "slug": key, "key": key, **fields})
    branch().add_child(instance=made)
    return made


def service(of: AgencyPage | None = None, **fields: Any) -> ServicePage:
    """A service below `of`, or below an agency of its own. Lists of sub-records and terms are fields too."""
    made = ServicePage(**{"title": "Talk to someone", "slug": f"service-{next(_numbers)}", **fields})
    (of or agency()).add_child(instance=made)
    return made


def term(scheme: str, code: str, **fields: Any) -> Term:
    return Term.objects.create(**{"scheme": scheme, "code": code, "name": code.capitalize(), **fields})


def district(code: str, **fields: Any) -> District:
    return District.objects.create(**{"code": code, "name": code.capitalize(), **fields})


def place(**fields: Any) -> Location:
    """Not saved: a field of an entry."""
    return Location(**{"name": "Office", **fields})


def phone(**fields: Any) -> Phone:
    """Not saved: a field of an entry."""
    return Phone(**{"number": "01632 960101", **fields})


def words(language: str, field: str, text: str, *, source: str = "", **fields: Any) -> EntryWords:
    """Not saved: a field of an entry. `source`: the text they were made from."""
    return EntryWords(language=language, field=field, text=text, fingerprint=fingerprint(source), **fields)


def fresh(entry: Entry) -> Any:
    """The same entry as the database has it now."""
    return type(entry).objects.get(pk=entry.pk)


def publish(entry: Entry) -> Any:
    """Publishes the entry as it stands in memory; returns it as the database has it then."""
    entry.save_revision().publish()
    return fresh(entry)


def noted() -> set[str]:
    """The ids that wait in search's outbox."""
    return set(OutboxRow.objects.values_list("document_id", flat=True))


def forget_noted() -> None:
    OutboxRow.objects.all().delete()
