"""What the domain must know of its town: time zone, public holidays, how long a check holds."""

import zoneinfo
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.models import Orderable

from ..panels import ListPanel, TermsPanel
from .taxonomy import Scheme, Term

DEFAULT_INTERVAL_DAYS = 365
DEFAULT_ANSWER_DAYS = 14


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876, Meeus, Astronomical Algorithms, ch. 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def validate_time_zone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(value)s” is not a time zone. Write it like Europe/Berlin."), params={"value": value}
        )


def holiday_date(rule: str, year: int) -> date:
    """The date of a rule in a year: `fixed:MM-DD`, `easter+N`, `easter-N` or `date:YYYY-MM-DD`.

    Raises ValueError for anything else, for a day that does not exist, and for a single date of another year.
    """
    kind, _colon, rest = rule.partition(":")
    if kind == "fixed":
        month, day = rest.split("-")
        return date(year, int(month), int(day))
    if kind == "date":
        day_found = date.fromisoformat(rest)
        if day_found.year != year:
            raise ValueError(f"{rule} is not in {year}")
        return day_found
    if rule.startswith("easter") and (rule == "easter" or rule[6] in "+-"):
        return easter(year) + timedelta(days=int(rule[6:] or 0))
    raise ValueError(f"unknown rule {rule}")


def validate_holiday_rule(value: str) -> None:
    year = (
        int(value[5:9]) if value.startswith("date:") and value[5:9].isdigit() else 2024
    )  # a leap year has every day
    try:
        holiday_date(value, year)
    except (ValueError, IndexError):
        raise ValidationError(
            _(
                "Write fixed:12-25 for the same day each year, easter+1 for the day after Easter Sunday, or date:2026-05-01."
            )
        ) from None


@register_setting(icon="date", order=200)
class Policy(ClusterableModel, BaseGenericSetting):
    """The town's rules for entries. One row."""

    time_zone = models.CharField(
        _("time zone"), max_length=60, default="Europe/Berlin", validators=[validate_time_zone]
    )
    default_interval = models.PositiveIntegerField(
        _("days a check holds"),
        default=DEFAULT_INTERVAL_DAYS,
        help_text=_("For kinds of service that are not in the list below."),
    )
    grace_days = models.PositiveIntegerField(
        _("days of grace"),
        default=90,
        help_text=_(
            "So long after its day an entry that nobody confirms is still found. Then its page alone remains."
        ),
    )
    answer_days = models.PositiveSmallIntegerField(
        _("days to answer a report"),
        default=DEFAULT_ANSWER_DAYS,
        validators=[MinValueValidator(1)],
        help_text=_(
            "When somebody says that something is wrong on a page. Later the town is told. Visitors read this number."
        ),
    )

    trusted_agencies = ParentalManyToManyField(
        "agencies.AgencyPage",
        verbose_name=_("trusted agencies"),
        blank=True,
        related_name="+",
        help_text=_(
            "Small corrections of their words are published at once and looked at afterwards. "
            "Numbers, addresses, hours and all facts wait for a second person, whoever wrote them."
        ),
    )

    panels = [
        FieldPanel("time_zone"),
        MultiFieldPanel(
            [FieldPanel("default_interval"), FieldPanel("grace_days")],
            _("How long a check holds"),
        ),
        FieldPanel("answer_days"),
        TermsPanel("trusted_agencies"),
        InlinePanel("holidays", heading=_("Public holidays"), label=_("holiday")),
        # Last and folded: a row for each kind of service, with which nobody has to begin.
        InlinePanel(
            "intervals",
            heading=_("How long a check holds, by kind of service"),
            label=_("kind"),
            classname="collapsed",
        ),
    ]

    class Meta:
        verbose_name = _("rules for entries")

    @classmethod
    def current(cls) -> "Policy":
        """The town's rules with the holidays, in two queries; the intervals cost one more where they are asked for."""
        found = cls.objects.prefetch_related("holidays").first()
        return found or cls.load()

    def tz(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def holiday_on(self, day: date) -> "Holiday | None":
        return next((row for row in self.holidays.all() if row.falls_on(day)), None)

    def is_holiday(self, day: date) -> bool:
        return self.holiday_on(day) is not None

    def interval_days(self, kinds: list[str]) -> int:
        """The shortest interval of the kinds (codes) an entry has; the default where none is named."""
        known = self._days_by_kind
        return min((known[kind] for kind in kinds if kind in known), default=self.default_interval)

    @cached_property
    def _days_by_kind(self) -> dict[str, int]:
        """As they stood when first asked for."""
        return dict(self.intervals.values_list("kind__code", "days"))


class Interval(Orderable):
    policy = ParentalKey(Policy, on_delete=models.CASCADE, related_name="intervals")
    kind = models.ForeignKey(
        Term,
        verbose_name=_("kind of service"),
        on_delete=models.CASCADE,
        limit_choices_to={"scheme": Scheme.SERVICE_KIND},
    )
    days = models.PositiveIntegerField(_("days"))

    panels = [ListPanel("kind"), FieldPanel("days")]


class Holiday(Orderable):
    """A public holiday. On it every entry says "holiday: call first" unless the entry says otherwise."""

    policy = ParentalKey(Policy, on_delete=models.CASCADE, related_name="holidays")
    rule = models.CharField(
        _("when"),
        max_length=20,
        validators=[validate_holiday_rule],
        help_text=_("fixed:12-25, easter+1 or date:2026-05-01"),
    )
    name = models.CharField(_("name"), max_length=80)

    panels = [FieldPanel("name"), FieldPanel("rule")]

    def __str__(self) -> str:
        return self.name

    def falls_on(self, day: date) -> bool:
        try:
            return holiday_date(self.rule, day.year) == day
        except ValueError:
            return False
