"""Brings the vocabularies into the database: adds what is missing, never overwrites what the town has changed."""

import csv
from pathlib import Path

from django.db import transaction

from . import indexing
from .models import Address, Interval, Policy, Scheme, Term, TermWords, fingerprint, term_uid
from .models.words import MACHINE

FIELDS = Term.WORDS


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@transaction.atomic
def load_terms(folder: Path) -> int:
    """Creates the terms of `terms.csv` that do not exist yet, with their words; returns how many. Idempotent."""
    rows = rows_of(folder / "terms.csv")
    existing = set(Term.objects.values_list("scheme", "code"))
    new = [row for row in rows if (row["scheme"], row["id"]) not in existing]
    addresses = iter(Address.mint_many([Address.Kind.NEED for row in new if row["scheme"] == Scheme.NEED]))
    terms = Term.objects.bulk_create([_term(row, addresses) for row in new])
    _tie_to_parents(new)
    _load_words(folder, {(row["scheme"], row["id"]) for row in new})
    indexing.note_new_needs(terms)
    return len(new)


def _term(row: dict[str, str], addresses) -> Term:
    return Term(
        scheme=row["scheme"],
        code=row["id"],
        uid=term_uid(row["scheme"], row["id"]),
        sort=int(row["sort"] or 0),
        name=row["name"],
        description=row["description"],
        child_label=row["child_label"],
        default_four_p=row["default_p"],
        sensitive=row["sensitive"] == "yes",
        oe_id=row.get("oe_id", ""),
        oe_match=row.get("oe_match", ""),
        address=next(addresses) if row["scheme"] == Scheme.NEED else None,
    )


def _tie_to_parents(rows: list[dict[str, str]]) -> None:
    by_id = {(term.scheme, term.code): term for term in Term.objects.all()}
    children = []
    for row in rows:
        if row["parent_id"]:
            child = by_id[row["scheme"], row["id"]]
            child.parent = by_id[row["scheme"], row["parent_id"]]
            children.append(child)
    Term.objects.bulk_update(children, ["parent"])


def _load_words(folder: Path, new: set[tuple[str, str]]) -> None:
    terms = {(term.scheme, term.code): term for term in Term.objects.all()}
    rows = []
    for path in sorted(folder.glob("words.*.csv")):
        language = path.name.split(".")[1]
        for row in rows_of(path):
            if (row["scheme"], row["id"]) in new:
                rows += _words(terms[row["scheme"], row["id"]], language, row)
    TermWords.objects.bulk_create(rows)


def _words(term: Term, language: str, row: dict[str, str]) -> list[TermWords]:
    return [
        TermWords(
            term=term,
            language=language,
            field=field,
            text=row[field],
            by=MACHINE,
            fingerprint=fingerprint(getattr(term, field)),
        )
        for field in FIELDS
        if row.get(field)
    ]


@transaction.atomic
def load_intervals(path: Path) -> int:
    """Fills the intervals by kind of service where the town has none yet; returns how many."""
    policy = Policy.load()
    if policy.intervals.exists():
        return 0
    kinds = {term.code: term for term in Term.objects.of(Scheme.SERVICE_KIND)}
    rows = [row for row in rows_of(path) if row["kind"] in kinds]
    Interval.objects.bulk_create(
        Interval(policy=policy, kind=kinds[row["kind"]], days=int(row["days"]), sort_order=number)
        for number, row in enumerate(rows)
    )
    return len(rows)
