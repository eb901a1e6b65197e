"""When it is open: weekly hours and exceptions, as HSDS has them, one row each."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from .entry import Entry, PartOf

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def validate_byday(value: str) -> None:
    wrong = [day for day in value.split(",") if day and day.lstrip("+-0123456789") not in DAYS]
    if wrong:
        raise ValidationError(
            _("Write the days like MO,TU,WE. Not understood: %(wrong)s"), params={"wrong": ", ".join(wrong)}
        )


class Schedule(PartOf):
    """Hours on some days, or an exception: a row with both dates that is `closed` or has its own hours.

    `opens_at` equal to `closes_at` at midnight means day and night; `closes_at` before `opens_at` runs past midnight.
    A row without times and not closed says nothing about being open: unknown hours never count as open.
    """

    WORDS = ("description", "notes")

    class Freq(models.TextChoices):
        WEEKLY = "WEEKLY", _("every week")
        MONTHLY = "MONTHLY", _("every month")

    entry = ParentalKey(Entry, on_delete=models.CASCADE, related_name="schedules")
    byday = models.CharField(
        _("days"), max_length=60, blank=True, validators=[validate_byday], help_text=_("MO,TU,WE,TH,FR,SA,SU")
    )
    opens_at = models.TimeField(_("opens"), null=True, blank=True)
    closes_at = models.TimeField(_("closes"), null=True, blank=True)
    closed = models.BooleanField(
        _("closed"), default=False, help_text=_("On these days it is closed. With dates: an exception.")
    )
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("to"), null=True, blank=True)
    freq = models.CharField(
        _("how often"), max_length=8, choices=Freq.choices, default=Freq.WEEKLY, blank=True
    )
    interval = models.PositiveSmallIntegerField(_("every how many"), null=True, blank=True)
    bymonthday = models.CharField(_("days of the month"), max_length=60, blank=True)
    timezone = models.CharField(_("time zone"), max_length=60, blank=True, help_text=_("Empty: the town's."))
    description = models.CharField(_("what is open then"), max_length=160, blank=True)
    notes = models.CharField(_("note"), max_length=255, blank=True)

    panels = [
        FieldRowPanel([FieldPanel("byday"), FieldPanel("opens_at"), FieldPanel("closes_at")]),
        FieldRowPanel([FieldPanel("closed"), FieldPanel("valid_from"), FieldPanel("valid_to")]),
        FieldRowPanel([FieldPanel("description"), FieldPanel("notes"), FieldPanel("at")]),
    ]

    class Meta(PartOf.Meta):
        verbose_name = _("hours")
        verbose_name_plural = _("hours")

    def __str__(self) -> str:
        return f"{self.byday} {self.opens_at or ''}-{self.closes_at or ''}"

    def clean(self) -> None:
        super().clean()
        if (self.opens_at is None) != (self.closes_at is None):
            raise ValidationError({"closes_at": _("Give both times, or neither.")})
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("This is before the first day.")})

    @property
    def is_exception(self) -> bool:
        """A row for given dates that overrides the weekly hours: a closure, or dates without days of the week."""
        return bool(self.valid_from and self.valid_to) and (self.closed or not self.byday)

    def holds_on(self, day: date) -> bool:
        """True when the row says something about that day."""
        if (self.valid_from and day < self.valid_from) or (self.valid_to and day > self.valid_to):
            return False
        if self.freq == self.Freq.MONTHLY:
            return self._holds_in_month(day)
        return not self.byday or DAYS[day.weekday()] in self.byday.split(",")

    def _holds_in_month(self, day: date) -> bool:
        if str(day.day) in self.bymonthday.split(","):
            return True
        nth = (day.day - 1) // 7 + 1
        return f"{nth}{DAYS[day.weekday()]}" in self.byday.split(",")
