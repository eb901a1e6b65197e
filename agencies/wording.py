"""The words of an entry, a term or a town while it is edited: one slot for each text and further language, kept in step with the source.

A text that was typed, or ticked as right, is by hand and made from the source as it stands now. A text nobody
touched keeps its age: when its source changed it is out of date, and keeps what it was made from, so that the
editor sees what changed. A text whose source is gone goes too: an old alert must not come back translated.
"""

import re
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django import forms
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminAutoHeightTextInput

from .models.words import HAND, AbstractWords, SubWorded, Worded, fingerprint
from .reading_words import hints

LONG = 90


class WordsField(forms.CharField):
    """Browsers send line breaks as CRLF: that alone must not count as a change somebody made."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


@dataclass(frozen=True, slots=True)
class Slot:
    """One text of the entry in one further language."""

    language: str
    record: SubWorded | None
    field: str
    source: str
    row: AbstractWords | None
    heading: str
    label: str
    is_line: bool

    @property
    def uid(self) -> uuid.UUID | None:
        return self.record.uid if self.record else None

    @property
    def key(self) -> tuple[str, uuid.UUID | None, str]:
        return self.language, self.uid, self.field

    @property
    def name(self) -> str:
        return f"words-{self.language}-{self.uid or ''}-{self.field}"

    @property
    def names(self) -> tuple[str, str]:
        return self.name, f"{self.name}-right"

    @property
    def text(self) -> str:
        return self.row.text if self.row else ""

    @property
    def is_stale(self) -> bool:
        return bool(self.row and self.text and self.row.is_stale(self.source))

    @property
    def is_machine(self) -> bool:
        return bool(self.row and self.text and self.row.by != HAND)

    def form_fields(self) -> dict[str, forms.Field]:
        attrs = {"lang": self.language, "dir": "auto"}
        short = self.is_line and len(self.source) <= LONG
        widget = forms.TextInput(attrs) if short else AdminAutoHeightTextInput(attrs)
        found: dict[str, forms.Field] = {
            self.name: WordsField(required=False, initial=self.text, label=self.label, widget=widget)
        }
        if self.is_stale or self.is_machine:
            found[self.names[1]] = forms.BooleanField(required=False, label=_("I have read it: it is right."))
        return found


def slots_of(entry: Worded) -> list[Slot]:
    """A slot for each text that has a source, in each language of the site but the entry's own."""
    sources = [
        (record, field, source, _names(entry, record, field))
        for record, field, source in entry.sources()
        if source.strip() and (record is None or record.has_words_for(field))
    ]
    languages = [code for code, _title in settings.LANGUAGES if code != entry.words_language]
    slots = []
    for language in languages:
        rows = entry._words(language)
        for record, field, source, names in sources:
            row = rows.get((record.uid if record else None, field))
            slots.append(Slot(language, record, field, source, row, *names))
    return slots


def _names(entry: Worded, record: SubWorded | None, field: str) -> tuple[str, str, bool]:
    """(of which part, which text, whether it is a single line)."""
    owner = record or entry
    model_field = owner._meta.get_field(field)
    heading = f"{owner._meta.verbose_name}: {owner}" if record else ""
    return heading, str(model_field.verbose_name), not isinstance(model_field, models.TextField)


def language_groups(form: forms.BaseForm, slots: list[Slot]) -> list[dict[str, Any]]:
    """For each further language: its rows, and how many are missing, out of date or written by a machine."""
    groups: dict[str, dict[str, Any]] = {}
    names = dict(settings.LANGUAGES)
    for slot in slots:
        group = groups.setdefault(
            slot.language,
            {
                "code": slot.language,
                "name": names[slot.language],
                "rows": [],
                "stale": 0,
                "missing": 0,
                "machine": 0,
            },
        )
        group["stale"] += slot.is_stale
        group["missing"] += not slot.text
        group["machine"] += slot.is_machine
        group["rows"].append(
            {
                "slot": slot,
                "field": form[slot.name],
                "right": form[slot.names[1]] if slot.names[1] in form.fields else None,
                "source": slot.source,
                "hints": [] if slot.record else hints(slot.field, slot.text, slot.language),
                "changes": changes(slot.row.made_from, slot.source) if slot.is_stale and slot.row else [],
            }
        )
    return list(groups.values())


def changes(before: str, now: str) -> list[tuple[str, str]]:
    """The source as it is now, word by word: ("same" | "new" | "gone", text). Empty where `before` is not known."""
    if not before:
        return []
    old, new = re.findall(r"\s+|[^\s]+", before), re.findall(r"\s+|[^\s]+", now)
    found: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", "".join(new[c:d])))
            continue
        found += [
            (mark, text) for mark, text in (("gone", "".join(old[a:b])), ("new", "".join(new[c:d]))) if text
        ]
    return found


def renew(row: AbstractWords, before: str, now: str, typed: str | None = None) -> None:
    """One text whose source was `before` and is `now`. `typed`: what a person wrote, or ticked as right, for it."""
    if typed is not None:
        row.text, row.by, row.fingerprint, row.made_from = typed, HAND, fingerprint(now), ""
    elif not row.is_stale(before) and row.is_stale(now):
        row.made_from = before


def keep_in_step(
    entry: Worded, slots: list[Slot], changed: Collection[str], cleaned: Mapping[str, Any]
) -> None:
    """Puts what was typed into the entry's rows of words, and lets each row know its source."""
    words = entry._meta.get_field("words").related_model
    sources = {(record.uid if record else None, field): text for record, field, text in entry.sources()}
    rows = {(row.language, row.record, row.field): row for row in entry.words.all()}
    for slot in slots:
        source = sources.get((slot.uid, slot.field), "")
        row = rows.get(slot.key)
        if slot.name in changed or cleaned.get(slot.names[1]):
            row = row or words(language=slot.language, record=slot.uid, field=slot.field)
            renew(row, slot.source, source, cleaned.get(slot.name, ""))
            rows[slot.key] = row
        elif row is not None:
            renew(row, slot.source, source)
    entry.words = [row for key, row in rows.items() if row.text and sources.get(key[1:], "").strip()]
    entry.__dict__.pop("_words_by_language", None)
