"""What families look for, as the totals of a week and nothing else (SAFETY.md 15)."""

import secrets
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from search import question

MOST_ROWS = 2**31


def interface_languages() -> list[tuple[str, str]]:
    return list(settings.LANGUAGES)


def _any_number() -> int:
    """A key in no order: an ascending one would tell which row was first, and a day's backup when."""
    return secrets.randbelow(MOST_ROWS)


class WatchedWord(models.Model):
    """A word whose searches the town counts. The only table in which a word that somebody typed may stand."""

    language = models.CharField(
        _("language"),
        max_length=12,
        choices=interface_languages,
        help_text=_("Searches on pages in this language are counted."),
    )
    words = models.CharField(
        _("word or words"),
        max_length=60,
        help_text=_(
            "A search counts when it has all of these words, in any form and order. Under 10 a week nothing shows. "
            "Never watch a person's name."
        ),
    )

    class Meta:
        verbose_name = _("watched word")
        verbose_name_plural = _("watched words")
        ordering = ["language", "words", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["language", "words"], name="one_watched_word_per_language")
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.words}"

    def clean(self) -> None:
        """A spreadsheet runs what begins with a sign, and what has no word in it would match every search."""
        self.words = " ".join(self.words.split())
        if not self.words[:1].isalnum() or not question.typed(self.words, self.language, self.language):
            raise ValidationError({"words": _("Begin with a letter or a number.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The totals of other words are not its own."""
        if self.pk:
            same = WatchedWord.objects.filter(pk=self.pk, language=self.language, words=self.words)
            if not same.exists():
                self.totals.all().delete()
        super().save(*args, **kwargs)


class Demand(models.Model):
    """One total of one week: of a watched word, or of searches for a need in a district that found nothing.

    It refers to lists that people of the town keep and holds no text of a visitor, and no time but the week.
    `need` and `district` are codes; empty: none in particular.
    """

    FEWEST = 10  # in a village a count of one is a child

    id = models.IntegerField(primary_key=True, default=_any_number, editable=False)
    week = models.DateField()  # its Monday
    word = models.ForeignKey(WatchedWord, null=True, on_delete=models.CASCADE, related_name="totals")
    need = models.CharField(max_length=60, blank=True)
    district = models.CharField(max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=12, choices=interface_languages)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "demand"
        verbose_name_plural = "demand"
        default_permissions = ("view",)
        ordering = ["-week", "-count", "need", "district", "language", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["week", "word"],
                condition=models.Q(word__isnull=False),
                name="one_total_per_week_and_word",
            ),
            models.UniqueConstraint(
                fields=["week", "need", "district", "language"],
                condition=models.Q(word__isnull=True),
                name="one_total_per_week_need_district_language",
            ),
        ]

    def __str__(self) -> str:
        """Without its number, which a log or a listing could carry on."""
        return f"{self.week:%Y-%m-%d}: {self.what}"

    @property
    def what(self) -> str:
        return "word" if self.word_id else "nothing found"
