"""What a visitor says is wrong on an entry's page, and what became of it.

Three tables, for three circles of readers: the correction (the agency and the town), the words (the safeguarding
reviewer alone, for ninety days), and the references (nobody: only what a reference can be recognised by is kept).
Days, never times of day: a time would tell who sat at the computer just then.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .entry import Entry

LONGEST_TEXT = 1000  # characters


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def unanswered(self) -> "CorrectionQuerySet":
        return self.filter(answered_on=None)


class Correction(models.Model):
    """One thing that is wrong on one page; further people who report the same while it is open are counted."""

    class What(models.TextChoices):
        NUMBER = "number", _("the phone number")
        HOURS = "hours", _("the opening hours")
        ADDRESS = "address", _("the address")
        GONE = "gone", _("it no longer exists")
        LANGUAGES = "languages", _("the languages")
        COST = "cost", _("what it costs")
        OTHER = "other", _("something else")

    class Outcome(models.TextChoices):
        MENDED = "mended", _("We have mended it.")
        RIGHT = "right", _("It is right as it is.")
        LOOKING = "looking", _("We are looking into it.")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ESCALATED = "escalated", _("with the town")
        ANSWERED = "answered", _("answered")

    entry = models.ForeignKey(
        Entry, verbose_name=_("page"), on_delete=models.CASCADE, related_name="corrections"
    )
    what = models.JSONField(_("what is wrong"), default=list)
    received_on = models.DateField(_("received"))
    due_on = models.DateField(_("answer due"))
    times = models.PositiveIntegerField(_("reports"), default=1)
    escalated_on = models.DateField(_("given to the town"), null=True, blank=True)
    outcome = models.CharField(
        _("your answer"),
        max_length=8,
        choices=Outcome.choices,
        blank=True,
        help_text=_("“We are looking into it” is shown, and the deadline goes on."),
    )
    answer = models.CharField(
        _("in a sentence"),
        max_length=300,
        blank=True,
        help_text=_("Whoever reported it can read this. Write nothing about persons."),
    )
    answered_on = models.DateField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    summary = models.TextField(
        _("what the agency should know"),
        blank=True,
        max_length=LONGEST_TEXT,
        help_text=_("In your own words, without anything that tells who wrote. The agency reads this."),
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("what people reported")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return str(_("Report %(number)s") % {"number": self.pk})

    @property
    def state(self) -> State:
        if self.answered_on is not None:
            return self.State.ANSWERED
        return self.State.OPEN if self.escalated_on is None else self.State.ESCALATED

    @property
    def what_labels(self) -> list[str]:
        return labels_of(self.what)


def labels_of(what: Iterable[str]) -> list[str]:
    """The ticks in words, in the order of the form."""
    ticked = set(what)
    return [str(each.label) for each in Correction.What if each.value in ticked]


class Report(models.Model):
    """One sending of the form. The reference itself is not kept: nobody can look up whose paper a code stands on."""

    correction = models.ForeignKey(Correction, on_delete=models.CASCADE, related_name="reports")
    digest = models.CharField(max_length=64, unique=True)
    received_on = models.DateField()

    class Meta:
        verbose_name = _("sending")
        default_permissions = ()

    def __str__(self) -> str:
        return str(_("Sending %(number)s") % {"number": self.pk})


class SafeguardingText(models.Model):
    """A visitor's own words. For the safeguarding reviewer's eyes alone, and gone after ninety days (SAFETY.md 9)."""

    correction = models.ForeignKey(Correction, on_delete=models.CASCADE, related_name="texts")
    text = models.TextField(max_length=LONGEST_TEXT)
    received_on = models.DateField()

    class Meta:
        verbose_name = _("words of a visitor")
        verbose_name_plural = _("words of visitors")
        default_permissions = ("view",)
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(_("Words of a visitor"))
