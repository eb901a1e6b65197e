"""When it is open: weekly hours and exceptions, as HSDS has them, one row each."""

from calendar import monthrange
from datetime import date, time, timedelta

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

    Midnight to midnight means day and night; `closes_at` before `opens_at` runs past midnight.
    A row without times and not closed says nothing about being open: unknown hours never count as open.
    "Every second week" counts from `valid_from`; without it nobody can know which weeks are meant.
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
        if self.opens_at is not None and self.opens_at == self.closes_at != time(0):
            raise ValidationError(
                {"closes_at": _("It closes at the minute it opens. For day and night write 00:00 twice.")}
            )
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("This is before the first day.")})

    @property
    def is_exception(self) -> bool:
        """A row for given dates that overrides the weekly hours: a closure, or dates without days of the week."""
        if self.valid_from is None or self.valid_to is None:
            return False
        return self.closed or not (self.byday or self.bymonthday)

    @property
    def is_for_few_days(self) -> bool:
        """A row for a week at most: whoever wrote it thought of these very days, and of a holiday among them."""
        if self.valid_from is None or self.valid_to is None:
            return False
        return (self.valid_to - self.valid_from).days < 7

    @property
    def _counts_in_months(self) -> bool:
        return self.freq == self.Freq.MONTHLY or bool(self.bymonthday) or any(c.isdigit() for c in self.byday)

    def holds_on(self, day: date) -> bool:
        """True when the row surely says something about that day."""
        return self.may_hold_on(day) and self._is_its_turn(day) is True

    def may_hold_on(self, day: date) -> bool:
        """True also where nobody can know whether it is this week's turn or the other's."""
        if not self.covers(day) or self._is_its_turn(day) is False:
            return False
        if self._counts_in_months:
            return self._holds_in_month(day)
        named = self.byday.split(",")
        return not self.byday or DAYS[day.weekday()] in named

    def covers(self, day: date) -> bool:
        """True within the dates of the row; a missing date means: from ever, for ever."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )

    def _is_its_turn(self, day: date) -> bool | None:
        """Whether "every n weeks (months)" has come round; None where it is not said since when, or on which day."""
        monthly = self._counts_in_months
        if not self.interval or self.interval == 1:
            return None if monthly and not (self.byday or self.bymonthday or self.valid_from) else True
        if self.valid_from is None:
            return None
        if monthly:
            months = (day.year - self.valid_from.year) * 12 + day.month - self.valid_from.month
            return months % self.interval == 0
        weeks = (_monday(day) - _monday(self.valid_from)).days // 7
        return weeks % self.interval == 0

    def _holds_in_month(self, day: date) -> bool:
        """Days of the month (12, -1 for the last) or weekdays (1MO the first Monday, -1FR the last Friday, MO every)."""
        if not self.byday and not self.bymonthday:
            return self.valid_from is None or self.valid_from.day == day.day
        last = monthrange(day.year, day.month)[1]
        name = DAYS[day.weekday()]
        nth, from_last = (day.day - 1) // 7 + 1, -((last - day.day) // 7) - 1
        weekdays = {name, f"{nth}{name}", f"+{nth}{name}", f"{from_last}{name}"}
        dates = {str(day.day), str(day.day - last - 1)}
        return (not self.byday or bool(weekdays & set(self.byday.split(",")))) and (
            not self.bymonthday or bool(dates & set(self.bymonthday.split(",")))
        )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
