"""The few facts of an entry that a plain form may change: its sentence, numbers, hours in words, addresses, state.

All else is changed in the admin. A place whose address is a secret has none here either.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from .models import Entry, ServicePage

LONG = ("summary", "hours_text")
ADDRESS = ("address_1", "postal_code", "city")


@dataclass(frozen=True, slots=True)
class Slot:
    """One fact: the record that has it (the entry or one of its parts), under the name of a form's field."""

    name: str
    record: Any
    field: str
    label: str

    @property
    def value(self) -> str:
        return getattr(self.record, self.field) or ""

    def form_field(self) -> forms.Field:
        lines = {"widget": forms.Textarea(attrs={"rows": 3})} if self.field in LONG else {}
        made = self.record._meta.get_field(self.field).formfield(**lines)
        made.widget.attrs["dir"] = "auto"  # in the entry's language, which need not be the reader's
        made.label = self.label
        made.help_text = ""
        made.initial = self.value
        made.localize = False
        return made


class ChangeForm(forms.Form):
    """Prefilled with what is public now."""

    def __init__(self, entry: Entry, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        self.fields.update({slot.name: slot.form_field() for slot in slots_of(entry)})


def slots_of(entry: Entry) -> Iterator[Slot]:
    yield Slot("summary", entry, "summary", _("In one sentence"))
    for phone in entry.phones.all():
        label = _("Number: %(whom)s") % {"whom": phone.description} if phone.description else _("Number")
        yield Slot(f"number_{phone.uid}", phone, "number", label)
    yield Slot("hours_text", entry, "hours_text", _("Opening hours in words"))
    for place in entry.locations.all():
        if not place.confidential:
            labels = (_("Street and number"), _("Postcode"), _("Town"))
            for field, label in zip(ADDRESS, labels, strict=True):
                yield Slot(f"{field}_{place.uid}", place, field, f"{place.name}: {label}")
    if isinstance(entry, ServicePage):
        yield Slot("status", entry, "status", _("State"))


def apply(entry: Entry, values: dict[str, str]) -> bool:
    """Writes what is different into the entry in memory, its parts included. False where nothing is.

    Raises ValidationError for what a part does not take; the entry itself is looked at when it is saved.
    """
    parts = {name: list(getattr(entry, name).all()) for name in ("phones", "locations")}
    for name, rows in parts.items():
        setattr(entry, name, rows)
    changed = [slot for slot in slots_of(entry) if values.get(slot.name, slot.value) != slot.value]
    for slot in changed:
        setattr(slot.record, slot.field, values[slot.name])
        slot.record.clean()
    return bool(changed)
