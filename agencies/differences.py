"""What changed between two versions of an entry, in plain words. Pure: no database, the caller brings the names.

A version is what Wagtail keeps in a revision (`serializable_data`): the entry's fields and lists of its parts.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import formats
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from wagtail.models import Page

from .forms import DAY_NAMES
from .models import Entry, EntryTag, EntryWords
from .models.entry import SubRecord

Version = dict[str, Any]
Row = dict[str, Any]
NameOf = Callable[[type[models.Model], Any], str]
# Of Wagtail's own fields of a page a person writes the title alone.
HOUSEKEEPING = {field.name for field in Page._meta.get_fields()} - {"title"}
NOT_SAID = {"sort_order", "uid", "extra", "entry", "service", "content_object", "pk", "id"}


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs; or a part that came or went, with an empty `field` and None on one side."""

    relation: str
    row: Row
    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """A change as a reviewer reads it. `language`: of the two texts, where they are words of another language."""

    what: str
    before: str
    after: str
    language: str = ""

    @property
    def sides(self) -> tuple[str, str]:
        return self.before, self.after


def changes(before: Version, after: Version, model: type[Entry]) -> Iterator[Change]:
    """Everything that differs, in the order of the model's fields, parts after them, words last."""
    yield from (
        Change("", {}, name, before.get(name), after.get(name))
        for name in _own_fields(model)
        if _differ(before.get(name), after.get(name))
    )
    for relation, part in parts_of(model).items():
        yield from _row_changes(relation, part, before.get(relation) or [], after.get(relation) or [])


def parts_of(model: type[Entry]) -> dict[str, type[models.Model]]:
    """The models of an entry's parts, by relation."""
    relations = {name: model._meta.get_field(name).related_model for name in model.SUB_RECORDS}
    return {**relations, "tagged": EntryTag, "words": EntryWords}


def _own_fields(model: type[Entry]) -> list[str]:
    fields = [*model._meta.fields, *model._meta.many_to_many]
    # `address` is the opaque code, `agency` the place in the tree: neither is edited.
    return [
        f.name for f in fields if f.editable and not f.name.endswith("_ptr") and f.name not in HOUSEKEEPING
    ]


def _differ(before: Any, after: Any) -> bool:
    if isinstance(before, list) and isinstance(after, list):
        return sorted(map(str, before)) != sorted(map(str, after))
    return (before in (None, "")) != (after in (None, "")) or str(before or "") != str(after or "")


def _key(relation: str, row: Row) -> tuple[Any, ...]:
    names = {"words": ("language", "field", "record"), "tagged": ("tag",)}.get(relation, ("uid",))
    return tuple(str(row.get(name)) for name in names)


def _row_changes(
    relation: str, part: type[models.Model], before: list[Row], after: list[Row]
) -> Iterator[Change]:
    old, new = ({_key(relation, row): row for row in rows} for rows in (before, after))
    for key in [*old, *(key for key in new if key not in old)]:
        if key not in old or key not in new:
            yield Change(relation, old.get(key) or new[key], "", old.get(key), new.get(key))
            continue
        for name in _said_fields(relation, part):
            if _differ(old[key].get(name), new[key].get(name)):
                yield Change(relation, new[key], name, old[key].get(name), new[key].get(name))


def _said_fields(relation: str, part: type[models.Model]) -> list[str]:
    if relation == "words":
        return ["text", "by"]
    return [f.name for f in part._meta.fields if f.name not in NOT_SAID and not f.name.endswith("_ptr")]


def references(found: Iterable[Change], model: type[Entry]) -> set[tuple[type[models.Model], Any]]:
    """The rows of other tables that the changes point at: whoever shows them brings their names."""
    wanted: set[tuple[type[models.Model], Any]] = set()
    for change in found:
        for field, values in _fields_of(change, model):
            if field.is_relation:
                wanted.update((field.related_model, pk) for value in values for pk in _listed(value))
    return wanted


def _fields_of(change: Change, model: type[Entry]) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    if not change.relation:
        yield model._meta.get_field(change.field), (change.before, change.after)
        return
    part = parts_of(model)[change.relation]
    names = [change.field] if change.field else _said_fields(change.relation, part)
    for name in names:
        whole = not change.field
        sides = (change.before, change.after)
        yield part._meta.get_field(name), tuple((s or {}).get(name) for s in sides) if whole else sides


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


class Teller:
    """Says changes in plain words. `rows`: the versions' parts by their ids, for what belongs to a place or contact."""

    def __init__(self, model: type[Entry], versions: Iterable[Version], name_of: NameOf) -> None:
        self.model, self.name_of = model, name_of
        self.parts = parts_of(model)
        self.rows = {
            str(row["uid"]): (relation, row)
            for version in versions
            for relation, part in self.parts.items()
            if issubclass(part, SubRecord)
            for row in version.get(relation) or []
        }

    def tell(self, change: Change) -> Difference:
        if change.relation == "words":
            return self._tell_words(change)
        if not change.relation:
            field = _field(self.model, change.field)
            return Difference(
                _label(field), self._said(field, change.before), self._said(field, change.after)
            )
        part = self.parts[change.relation]
        if not change.field:
            sides = (self._whole(change.relation, row) for row in (change.before, change.after))
            return Difference(_capital(part._meta.verbose_name), *sides)
        field = _field(part, change.field)
        what = f"{self._row_name(change.relation, change.row)}: {field.verbose_name}"
        return Difference(what, self._said(field, change.before), self._said(field, change.after))

    def _tell_words(self, change: Change) -> Difference:
        row = change.row
        what = f"{self._owner_label(row)} ({_language_name(row['language'])})"
        if change.field == "by":
            field = _field(EntryWords, "by")
            return Difference(
                f"{what}: {field.verbose_name}",
                *(self._said(field, v) for v in (change.before, change.after)),
            )
        whole = not change.field
        sides = [(side or {}).get("text", "") if whole else side for side in (change.before, change.after)]
        before, after = (str(side or "") for side in sides)
        return Difference(what, before, after, row["language"])

    def _owner_label(self, words: Row) -> str:
        if words.get("record") is None:
            return _label(_field(self.model, words["field"]))
        relation, row = self.rows.get(str(words["record"]), ("", {}))
        if not relation:
            return words["field"]
        return f"{self._row_name(relation, row)}: {_field(self.parts[relation], words['field']).verbose_name}"

    def _row_name(self, relation: str, row: Row) -> str:
        kind = _capital(self.parts[relation]._meta.verbose_name)
        days = _days_in_words(row.get("byday") or "")
        own = row.get("description") or row.get("name") or row.get("number") or days
        return f"{kind} “{own}”" if own else kind

    def _whole(self, relation: str, row: Row | None) -> str:
        if row is None:
            return ""
        part = self.parts[relation]
        fields = [_field(part, name) for name in _said_fields(relation, part)]
        said = (
            (f.verbose_name, self._said(f, row.get(f.name)))
            for f in fields
            if row.get(f.name) != f.get_default()
        )
        return "\n".join(f"{_capital(name)}: {text}" for name, text in said if text)

    def _said(self, field: Any, value: Any) -> str:
        if value in (None, "", []):
            return ""
        if field.is_relation:
            return ", ".join(sorted(self.name_of(field.related_model, pk) for pk in _listed(value)))
        if field.name == "at":
            relation, row = self.rows.get(str(value), ("", {}))
            return self._row_name(relation, row) if relation else str(value)
        if field.name == "byday":
            return _days_in_words(value)
        if field.name == "source_language":
            return _language_name(value)
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(field, models.BooleanField):
            return _("yes") if value else _("no")
        if isinstance(field, models.DateField | models.TimeField):
            return str(formats.localize(field.to_python(value)))
        return str(value)


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def _days_in_words(byday: str) -> str:
    """“Mon, Tue” for MO,TU; a rule that a feed brought ("1MO") stays as it is written."""
    names = dict(DAY_NAMES)
    return ", ".join(str(names.get(day, day)) for day in byday.split(","))


def _language_name(code: str) -> str:
    try:
        return get_language_info(code)["name_translated"]
    except KeyError:
        return code


def _label(field: Any) -> str:
    return _capital(field.verbose_name)


def _capital(text: Any) -> str:
    return str(text)[:1].upper() + str(text)[1:]


def differences(before: Version, after: Version, model: type[Entry], name_of: NameOf) -> list[Difference]:
    """What changed from one version to the other, side by side, in all languages of the entry."""
    teller = Teller(model, (before, after), name_of)
    told = [teller.tell(change) for change in changes(before, after, model)]
    return [difference for difference in told if difference.before != difference.after]


def topic(change: Change, model: type[Entry]) -> str:
    """What a change is about, in a word or two: for a list."""
    if change.relation == "words":
        return _language_name(change.row["language"])
    if change.relation:
        return _capital(parts_of(model)[change.relation]._meta.verbose_name)
    return _label(_field(model, change.field))
