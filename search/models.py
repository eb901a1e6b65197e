"""The tables search keeps as models. An engine makes its index itself."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

MOST_PHRASES = 60  # of one group; a question is compared with all of them


class OutboxRow(models.Model):
    """A document that changed and that one engine has not indexed yet. It holds an id and nothing of the text."""

    engine = models.CharField(max_length=20)
    document_id = models.CharField(max_length=200)
    # New at every note, so that a row noted again while it is drained stays.
    stamp = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["engine", "document_id"], name="one_row_per_engine_document")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} ({self.engine})"


class Renewal(models.Model):
    """The last day on which everything that changes by itself was noted in the outbox. At most one row."""

    day = models.DateField()

    def __str__(self) -> str:
        return self.day.isoformat()


class Synonym(models.Model):
    """What people type, and what is meant by it. Read at every question, so an edit holds from the next one on."""

    language = models.CharField(
        _("language"), max_length=12, help_text=_("The language of these words: en, de, fr, uk, ar …")
    )
    said = models.TextField(
        _("what people type"),
        help_text=_("Words or short phrases, parted by |, as in: mum hits me|dad hits me"),
    )
    means = models.TextField(
        _("what the entries call it"),
        help_text=_(
            "Words that stand in the entries or in the names of needs, parted by |. Each of them is searched for too."
        ),
    )
    checked = models.BooleanField(
        _("read by a native speaker"),
        default=False,
        help_text=_(
            "Words that a machine wrote work too; tick this when somebody who speaks the language agrees."
        ),
    )
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["language", "said", "pk"]

    def __str__(self) -> str:
        return f"{self.language}: {self.said[:60]}"

    def clean(self) -> None:
        for field in ("said", "means"):
            count = len(phrases(getattr(self, field)))
            if not count:
                raise ValidationError({field: _("Write at least one word.")})
            if count > MOST_PHRASES:
                raise ValidationError(
                    {
                        field: _("These are too many: split them into groups of %(most)s.")
                        % {"most": MOST_PHRASES}
                    }
                )


def phrases(text: str) -> list[str]:
    """The phrases of a field, each once, in order."""
    return list(dict.fromkeys(" ".join(phrase.split()) for phrase in text.split("|") if phrase.strip()))


class IndexState(models.Model):
    """Which index answers. At most one row; without it there is no index yet.

    A model, so that `flush` empties it: an index whose row is gone counts as gone.
    """

    # The number in the names of the tables that answer.
    generation = models.BigIntegerField()
    # The last writes' numbers as JSON, by which a process knows what it has not seen.
    recent = models.TextField()
    # As JSON; a language's place in the list is part of its rows' numbers.
    languages = models.TextField()
    # Of tables and analysis.
    make = models.CharField(max_length=32)
    # The generation that a rebuild is filling, and that rebuild's random name: an overtaken one stops.
    building = models.BigIntegerField(null=True)
    builder = models.CharField(max_length=32)

    def __str__(self) -> str:
        return f"generation {self.generation}"
