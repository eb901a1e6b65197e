"""One harvest from a path to a report: the road that the command walks, and later the API's."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify

from ..models import AgenciesPage, Source, Term
from .apply import apply
from .assemble import Assembly
from .graph import Graph
from .mapping import Mapping, mapping_beside, read_mapping
from .plan import Do, Step, make_plan
from .reader import read
from .records import ORGANIZATION, REFUSED, REPAIRED, Report, Unreadable
from .town import look

KEYS = ("created", "updated", "unchanged", REPAIRED, REFUSED)
_LISTED_UNDER = {Do.CREATE: "created", Do.UPDATE: "updated", Do.PUBLISH: "updated", Do.LEAVE: "unchanged"}


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be harvested, and how."""

    path: Path
    source: str = ""
    mapping: Path | None = None
    language: str = ""
    publish: bool = False
    dry_run: bool = False


def harvest(order: Order) -> dict[str, list[dict[str, Any]]]:
    """Reads, plans and (unless it is a dry run) writes; returns the lists of KEYS. Raises Unreadable in one
    sentence.
    """
    _refuse_unfounded_town()
    language = _language(order.language)
    report = Report()
    mapping_file = order.mapping or mapping_beside(order.path)
    mapping: Mapping | None = read_mapping(mapping_file) if mapping_file else None
    rows = read(order.path, report, mapping)
    source_name = _source_name(order)
    if order.dry_run:
        return _report(_plan(rows, source_name, language, order, report), report)
    with transaction.atomic():
        source, _created = Source.objects.get_or_create(name=source_name)
        steps = _plan(rows, source_name, language, order, report)
        apply(steps, source)
    return _report(steps, report)


def _plan(rows, source_name: str, language: str, order: Order, report: Report) -> list[Step]:
    source = Source.objects.filter(name=source_name).first()
    existing = look(source)
    known = frozenset(
        origin for origin, entry in existing.entries.items() if entry.type == ORGANIZATION and entry.described
    )
    graph = Graph(rows, source_name, report, known)
    return make_plan(Assembly(graph, report, language).entries(), existing, report, publish=order.publish)


def _refuse_unfounded_town() -> None:
    if not AgenciesPage.objects.exists() or not Term.objects.exists():
        raise Unreadable("There is no town yet. Run `python manage.py setup_town` first; it asks nothing.")


def _language(code: str) -> str:
    language = code or settings.LANGUAGE_CODE
    if language not in dict(settings.LANGUAGES):
        raise Unreadable(
            f"“{language}” is not one of the site's languages: {', '.join(dict(settings.LANGUAGES))}."
        )
    return language


def _source_name(order: Order) -> str:
    """A short name that stays the same from harvest to harvest: it is part of every id that is made."""
    try:
        path = order.path.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise Unreadable(f"“{order.path.name}” cannot be read: it leads back to itself.") from error
    folder = path if path.is_dir() else path.parent
    name = slugify(order.source or folder.name)[:80]
    if not name:
        raise Unreadable("The source needs a name of letters and digits: give one by --source.")
    return name


def _report(steps: list[Step], report: Report) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {key: [] for key in KEYS}
    for step in steps:
        entry = step.entry
        found[_LISTED_UNDER[step.do]].append(
            {
                "file": entry.file,
                "row": entry.row,
                "type": entry.type,
                "id": str(entry.uid),
                "name": entry.name,
                "message": step.message,
            }
        )
    for finding in report.findings:
        found[finding.kind].append(
            {name: getattr(finding, name) for name in ("file", "row", "type", "id", "name", "message")}
        )
    return found


def lines(found: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """The report for people: how many of each, then a line for each of whom there is something to say."""
    yield ", ".join(f"{key} {len(found[key])}" for key in KEYS)
    for key in KEYS:
        for item in found[key]:
            if key == "unchanged" and not item["message"]:
                continue
            what = " ".join(part for part in (item["type"], item["name"] or item["id"]) if part)
            why = f"{key}. {item['message']}" if item["message"] else key
            yield f"{item['file']}:{item['row']}: {what}: {why}"
