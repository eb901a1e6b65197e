"""Brings the checklist into the database: adds what is missing, never overwrites what the town has changed."""

from collections.abc import Iterable
from pathlib import Path

from django.db import transaction

from agencies.models import Scheme, Term, fingerprint
from agencies.models.words import MACHINE
from agencies.vocabulary import rows_of

from .checklist import parse_rule
from .models import ChecklistGroup, ChecklistGroupWords, ChecklistItem, ChecklistItemWords
from .models.checklist import NEEDS

Row = dict[str, str]
TEXTS = ("statement", "child_statement", "help_text")
# The columns that name several terms, parted by "|", and the vocabulary of each.
SEVERAL = {
    "situations": Scheme.SITUATION,
    "kinds": Scheme.SERVICE_KIND,
    "agency_kinds": Scheme.AGENCY_KIND,
}


@transaction.atomic
def load_checklist(folder: Path) -> int:
    """Creates the groups and items that do not exist yet, with their words; returns how many items. Idempotent.

    Raises ValueError for a rule that cannot be read, KeyError for a term that the vocabularies do not have.
    """
    groups = _new_groups(rows_of(folder / "groups.csv"))
    items = _new_items(rows_of(folder / "items.csv"))
    for path in sorted(folder.glob("words.*.csv")):
        language, rows = path.name.split(".")[1], rows_of(path)
        ChecklistGroupWords.objects.bulk_create(
            ChecklistGroupWords(group=groups[row["code"]], **words)
            for row in rows
            if row["kind"] == "group" and row["code"] in groups
            for words in _words(groups[row["code"]], ("name",), language, row)
        )
        ChecklistItemWords.objects.bulk_create(
            ChecklistItemWords(item=items[row["code"]], **words)
            for row in rows
            if row["kind"] == "item" and row["code"] in items
            for words in _words(items[row["code"]], TEXTS, language, row)
        )
    return len(items)


def _new_groups(rows: list[Row]) -> dict[str, ChecklistGroup]:
    known = set(ChecklistGroup.objects.values_list("code", flat=True))
    new = [
        ChecklistGroup(code=row["code"], name=row["name"], sort=int(row["sort"]))
        for row in rows
        if row["code"] not in known
    ]
    return {group.code: group for group in ChecklistGroup.objects.bulk_create(new)}


def _new_items(rows: list[Row]) -> dict[str, ChecklistItem]:
    known = set(ChecklistItem.objects.values_list("code", flat=True))
    missing = [row for row in rows if row["code"] not in known]
    groups = {group.code: group for group in ChecklistGroup.objects.all()}
    terms = {(term.scheme, term.code): term for term in Term.objects.all()}
    items = ChecklistItem.objects.bulk_create([_item(row, groups, terms) for row in missing])
    for column, scheme in SEVERAL.items():
        through = ChecklistItem._meta.get_field(column).remote_field.through
        through.objects.bulk_create(
            through(checklistitem=item, term=terms[scheme, code])
            for item, row in zip(items, missing, strict=True)
            for code in filter(None, row[column].split("|"))
        )
    return {item.code: item for item in items}


def _item(row: Row, groups: dict[str, ChecklistGroup], terms: dict[tuple[str, str], Term]) -> ChecklistItem:
    rule = parse_rule(row["rule"])
    return ChecklistItem(
        code=row["code"],
        sort=int(row["sort"]),
        group=groups[row["group"]],
        four_p=terms[Scheme.FOUR_P, row["four_p"]],
        urgency=terms[Scheme.URGENCY, row["urgency"]],
        minimum_age=int(row["minimum_age"]),
        maximum_age=int(row["maximum_age"]),
        tier=row["tier"],
        at_least=rule.at_least,
        ages=rule.ages,
        **{text: row[text] for text in TEXTS},
        **{field: flag in rule.needs for flag, field in NEEDS.items()},
    )


def _words(
    owner: ChecklistGroup | ChecklistItem, texts: Iterable[str], language: str, row: Row
) -> list[dict[str, str]]:
    return [
        {
            "language": language,
            "field": text,
            "text": row[text],
            "by": MACHINE,
            "fingerprint": fingerprint(getattr(owner, text)),
        }
        for text in texts
        if row[text]
    ]
