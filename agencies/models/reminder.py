"""Who was asked, on which day, whether what is still correct; and what was answered."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .agency import AgencyPage
from .entry import Entry


class Reminder(models.Model):
    """One digest to one person: about an agency, or about many of them where it went to the town (no agency).

    The row is there before the mail: a run that is killed in between is finished by the next one.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders")
    agency = models.ForeignKey(AgencyPage, null=True, on_delete=models.CASCADE, related_name="reminders")
    day = models.DateField()
    claimed_at = models.DateTimeField(null=True, help_text="When a run began to send it.")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "agency", "day"],
                condition=Q(agency__isnull=False),
                name="one_digest_a_day_for_an_agency",
            ),
            models.UniqueConstraint(
                fields=["person", "day"],
                condition=Q(agency__isnull=True),
                name="one_digest_a_day_for_the_town",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.agency or '-'}"


class RemindedEntry(models.Model):
    """An entry of a digest, as it was checked last when the mail was written. One answer is taken."""

    class Stage(models.TextChoices):
        ASK = "ask", _("asked")
        LEAD = "lead", _("the lead was asked")
        TOWN = "town", _("the town was told")
        EXPIRED = "expired", _("no longer found")

    class Answer(models.TextChoices):
        CORRECT = "correct", _("still correct")
        CHANGE = "change", _("changed")
        CLOSED = "closed", _("closed for good")

    reminder = models.ForeignKey(Reminder, on_delete=models.CASCADE, related_name="entries")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+")
    stage = models.CharField(max_length=8, choices=Stage.choices)
    last_check = models.DateField(null=True)
    answer = models.CharField(max_length=8, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["entry", "last_check"], name="reminded_of_an_entry")]
        constraints = [models.UniqueConstraint(fields=["reminder", "entry"], name="once_in_a_digest")]

    def __str__(self) -> str:
        return f"{self.entry}: {self.answer or self.stage}"
