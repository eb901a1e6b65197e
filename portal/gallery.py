"""What the gallery of components shows: the samples of fixtures/gallery.json as the objects templates read.

Nothing here touches the database, so the look can be worked on before, beside and without the data. In the
file {"en": …, "de": …} are words in some languages; every other object becomes one with attributes.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import get_language_info

LANGUAGES = {"en", "de", "fr", "uk", "ar"}


@dataclass(frozen=True)
class Said:
    """Words in one language, seen by a reader of another (or the same)."""

    text: str
    language: str
    is_foreign: bool = False
    is_stale: bool = False
    is_machine: bool = False

    @property
    def direction(self) -> str:
        return "rtl" if get_language_info(self.language)["bidi"] else "ltr"

    @property
    def language_name(self) -> str:
        return get_language_info(self.language)["name_translated"]

    def __str__(self) -> str:
        return self.text


def said(words: dict[str, Any], reader: str) -> Said:
    """The reader's language, else English, else the one there is: the rule of the real entries."""
    language = next(code for code in (reader, "en", *words) if code in words)
    return Said(words[language], language, is_foreign=language != reader, is_stale=words.get("stale", False))


def sample(value: Any, reader: str) -> Any:
    """A piece of the file as templates want it."""
    if isinstance(value, list):
        return [sample(item, reader) for item in value]
    if not isinstance(value, dict):
        return value
    if LANGUAGES & value.keys():
        return said(value, reader)
    fields = {name: sample(item, reader) for name, item in value.items()}
    if isinstance(fields.get("on"), str):
        fields["on"] = date.fromisoformat(fields["on"])
    return SimpleNamespace(**fields)


@cache
def _file() -> dict[str, Any]:
    return json.loads((settings.FIXTURES_FOLDER / "gallery.json").read_text(encoding="utf-8"))


def samples(reader: str) -> dict[str, Any]:
    """The gallery's context for a reader of this language."""
    context = {name: sample(value, reader) for name, value in _file().items()}
    for field in context["fields"]:
        described = f"{field.id}-error" if hasattr(field, "error") else f"{field.id}-help"
        field.widget = format_html(
            '<input id="{0}" name="{0}" type="text" autocomplete="off" aria-describedby="{1}">',
            field.id,
            described,
        )
    return context
