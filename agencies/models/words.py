"""Which words in which language, and how old: the only place that decides it.

A record (an entry, a term, a district) stores its facts and its source words once. Its words in further
languages are rows beside it, one for each (language, field, sub-record), and each row remembers a fingerprint
of the source it was made from. When the source changes, the row is not touched: it is *stale*, and says so.
"""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

HAND, MACHINE = "hand", "machine"


def fingerprint(text: str) -> str:
    """A short digest of a source text; white space at the ends and line endings do not count."""
    plain = "\n".join(text.split("\r\n")).strip()
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@lru_cache(maxsize=64)
def direction(language: str) -> str:
    """ "rtl" or "ltr", as the script of the language runs."""
    try:
        return "rtl" if get_language_info(language)["bidi"] else "ltr"
    except KeyError:
        return "ltr"


@dataclass(frozen=True, slots=True)
class Said:
    """A text as a reader gets it, with what the page must admit about it."""

    text: str
    language: str
    is_foreign: bool = False
    is_stale: bool = False
    is_machine: bool = False

    @property
    def direction(self) -> str:
        return direction(self.language)

    @property
    def language_name(self) -> str:
        """The name of its language, in the language of the page."""
        try:
            return get_language_info(self.language)["name_translated"]
        except KeyError:
            return self.language

    @property
    def lines(self) -> list["Said"]:
        """One text for each line that is not blank (steps are kept one on a line)."""
        return [
            Said(line.strip(), self.language, self.is_foreign, self.is_stale, self.is_machine)
            for line in self.text.splitlines()
            if line.strip()
        ]

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


class AbstractWords(models.Model):
    """One text of a record in one further language."""

    language = models.CharField(_("language"), max_length=12)
    field = models.CharField(_("field"), max_length=40)
    record = models.UUIDField(
        null=True,
        blank=True,
        help_text=_("The phone, place or contact this text belongs to; empty for the entry itself."),
    )
    text = models.TextField(_("text"), blank=True)
    fingerprint = models.CharField(max_length=16, blank=True, editable=False)
    made_from = models.TextField(
        blank=True,
        editable=False,
        help_text=_("The source of these words, kept once it has changed, to show what changed."),
    )
    by = models.CharField(
        _("written"),
        max_length=8,
        default=HAND,
        choices=[(HAND, _("by a person")), (MACHINE, _("by a machine"))],
    )

    class Meta:
        abstract = True
        ordering = ["language", "field", "pk"]

    def __str__(self) -> str:
        return f"{self.language}: {self.field}"

    def clean(self) -> None:
        super().clean()
        if self.language and self.language not in dict(settings.LANGUAGES):
            raise ValidationError(
                {"language": _("This language is not one of the site's. Choose one from the list.")}
            )

    def is_stale(self, source: str) -> bool:
        """True when the source has changed since these words were made from it."""
        return self.fingerprint != fingerprint(source)


class Worded:
    """What every record with words in several languages can do.

    Expects a related manager `words` and, on the class, `WORDS`: the names of the fields that visitors read.
    """

    WORDS: tuple[str, ...] = ()

    if TYPE_CHECKING:
        words: Any
        _meta: Any

    @classmethod
    def words_in(cls, language: str | None) -> models.Prefetch | str:
        """Prefetches the words: of one language, or of all."""
        if language is None:
            return "words"
        rows = cls._meta.get_field("words").related_model.objects
        return models.Prefetch("words", queryset=rows.filter(language=language))

    @property
    def words_language(self) -> str:
        """The language of the source texts."""
        return getattr(self, "source_language", "") or settings.LANGUAGE_CODE

    def _words(self, language: str) -> dict[tuple[uuid.UUID | None, str], AbstractWords]:
        cache = self.__dict__.setdefault("_words_by_language", {})
        if language not in cache:
            rows = [row for row in self.words.all() if row.language == language]
            cache[language] = {(row.record, row.field): row for row in rows}
        return cache[language]

    def said(self, field: str, language: str, record: "SubWorded | None" = None) -> Said:
        """The text of a field for a reader of `language`: theirs if it exists, else the source, marked foreign."""
        source = getattr(record or self, field) or ""
        if not source or language == self.words_language:
            return Said(source, self.words_language, is_foreign=self.words_language != language)
        row = self._words(language).get((record.uid if record else None, field))
        if row is None or not row.text:
            return Said(source, self.words_language, is_foreign=True)
        return Said(row.text, language, is_stale=row.is_stale(source), is_machine=row.by == MACHINE)

    def languages_written(self) -> list[str]:
        """The source language first, then every further language that has a title of its own."""
        written = {
            row.language
            for row in self.words.all()
            if row.field == self.WORDS[0] and row.record is None and row.text
        }
        return [self.words_language, *sorted(written - {self.words_language})]

    def sources(self) -> Iterable[tuple["SubWorded | None", str, str]]:
        """Every text that could have words in another language: (sub-record or None, field, source text)."""
        for field in self.WORDS:
            yield None, field, getattr(self, field) or ""


class SubWorded:
    """A sub-record (phone, place, …) whose texts are translated with the entry it belongs to."""

    WORDS: tuple[str, ...] = ()
    uid: uuid.UUID

    if TYPE_CHECKING:
        _meta: Any

    def has_words_for(self, field: str) -> bool:
        """Whether that text may stand in further languages."""
        return field in self.WORDS
