"""Whose town is shown: its name, logo, colours, languages and numbers. Never a constant in Python."""

import uuid
from collections.abc import Iterable
from datetime import time, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
)
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.models import Orderable, Site

from agencies.models import AbstractWords, PhoneFacts, Schedule, WebField, Worded
from agencies.models.schedule import DAYS
from agencies.models.words import SubWorded
from agencies.panels import WordedForm, WordedTabs, WordsPanel

from .. import helplines
from ..colours import check_accent, check_brand
from ..panels import LanguagesField, SuggestionsPanel, WeekdaysField

CHECK_HOLDS = timedelta(days=92)


@register_setting(icon="home", order=100)
class Town(Worded, ClusterableModel, BaseGenericSetting):
    """One row: the town this site belongs to."""

    WORDS = ("name", "tagline", "quiet_title")

    name = models.CharField(_("name of the town"), max_length=80, default="Our town")
    tagline = models.CharField(
        _("line under the name"),
        max_length=120,
        blank=True,
        help_text=_("For instance: for children and families."),
    )
    logo = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    brand = models.CharField(
        _("brand colour"),
        max_length=7,
        default="#0d5c56",
        validators=[check_brand],
        help_text=_("Links and buttons, like #0d5c56."),
    )
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default="#f6b23c",
        validators=[check_accent],
        help_text=_("The light: exit and focus, like #f6b23c."),
    )
    languages = LanguagesField(
        _("languages of the site"),
        default=list,
        help_text=_("The first is shown to readers of other languages."),
    )
    country = models.CharField(_("country"), max_length=80, blank=True)
    exit_url = WebField(
        _("where “Leave this page” leads"),
        default="https://www.wikipedia.org/",
        help_text=_("A neutral page with nothing personal on it, for instance a weather page."),
    )
    quiet_look = models.BooleanField(
        _("quiet look"),
        default=False,
        help_text=_(
            "Every page then has the same plain title and a plain icon: in the tab, the history and on paper. "
            "The pages themselves look as before."
        ),
    )
    quiet_title = models.CharField(
        _("plain title"),
        max_length=60,
        blank=True,
        help_text=_("Says nothing of children or help, for instance: Town services. Empty: “Information”."),
    )
    shows_checklist = models.BooleanField(
        _("everybody may see how complete our services are"),
        default=False,
        help_text=_("The page “Our services, item by item” is then public, with its gaps."),
    )
    contact_email = models.EmailField(
        _("e-mail of the editors"),
        blank=True,
        help_text=_("Shown where people may say what is hard to use."),
    )
    responsible = models.TextField(
        _("responsible office"),
        blank=True,
        max_length=400,
        help_text=_("Name and address, as in a letter. Stands in the privacy notice."),
    )
    data_protection = models.CharField(
        _("data protection officer"),
        max_length=200,
        blank=True,
        help_text=_("An e-mail, number or address where people ask what is kept of them."),
    )
    host = models.CharField(
        _("who keeps the server"),
        max_length=200,
        blank=True,
        help_text=_("The company or office, and its country."),
    )
    privacy_authority = models.CharField(
        _("authority for privacy"),
        max_length=200,
        blank=True,
        help_text=_("Where people may complain about what is kept of them."),
    )
    accessibility_authority = models.CharField(
        _("authority for accessibility"),
        max_length=200,
        blank=True,
        help_text=_("Where people may complain when the site stays hard to use."),
    )
    is_demo = models.BooleanField(default=False, editable=False)

    base_form_class = WordedForm
    edit_handler = WordedTabs(
        [
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("name"), FieldPanel("tagline")]),
                    FieldPanel("country"),
                    FieldPanel("logo"),
                    FieldRowPanel([FieldPanel("brand"), FieldPanel("accent")]),
                    FieldPanel("languages"),
                    MultiFieldPanel(
                        [
                            FieldPanel("exit_url"),
                            FieldRowPanel([FieldPanel("quiet_look"), FieldPanel("quiet_title")]),
                        ],
                        _("For those who are watched"),
                    ),
                    FieldPanel("contact_email"),
                    FieldPanel("shows_checklist"),
                ],
                heading=_("The town"),
            ),
            ObjectList(
                [
                    SuggestionsPanel(),
                    InlinePanel("numbers", heading=_("Numbers on every page"), label=_("number")),
                ],
                heading=_("Numbers"),
            ),
            ObjectList(
                [
                    FieldPanel("responsible"),
                    FieldPanel("data_protection"),
                    FieldPanel("host"),
                    FieldPanel("privacy_authority"),
                    FieldPanel("accessibility_authority"),
                ],
                heading=_("Offices"),
            ),
            ObjectList([WordsPanel()], heading=_("Other languages")),
        ]
    )

    class Meta:
        verbose_name = _("town")

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        """Wagtail's site has the town's name too: letters to staff are signed with it."""
        super().save(*args, **kwargs)
        Site.objects.filter(is_default_site=True).update(site_name=self.name)

    def offices_not_named(self) -> list[str]:
        """What the privacy notice and the accessibility statement must name, and cannot."""
        asked = ("responsible", "data_protection", "host", "privacy_authority", "accessibility_authority")
        return [str(self._meta.get_field(name).verbose_name) for name in asked if not getattr(self, name)]

    def sources(self) -> Iterable[tuple[SubWorded | None, str, str]]:
        yield from super().sources()
        for number in self.numbers.all():
            for field in number.WORDS:
                yield number, field, getattr(number, field) or ""

    def quiet_title_in(self, language: str) -> str:
        """The title of every page of a town with the quiet look; empty without it."""
        if not self.quiet_look:
            return ""
        return str(self.said("quiet_title", language)) or gettext("Information")

    def shown_languages(self) -> list[tuple[str, str]]:
        """(code, name in itself) of the languages the site is served in, in the town's order."""
        names = dict(settings.LANGUAGES)
        chosen = [code for code in self.languages if code in names]
        return [(code, names[code]) for code in chosen or [settings.LANGUAGE_CODE]]


class TownNumber(SubWorded, PhoneFacts, Orderable):
    """A number the town vouches for. It shows only with who checked it and when; past its time it stays, marked."""

    WORDS = ("label", "note", "hours", "checked_by", "checked_role")
    HOURS = (("byday", "opens_at", "closes_at"), ("other_days", "other_opens_at", "other_closes_at"))

    class Kind(models.TextChoices):
        EMERGENCY = "emergency", _("emergency")
        CHILD_HELPLINE = "child_helpline", _("child helpline")
        MISSING_CHILDREN = "missing_children", _("missing children")
        POLICE = "police", _("local police")
        CHILD_PROTECTION = "child_protection", _("child protection team")
        PARENT_HELPLINE = "parent_helpline", _("helpline for parents")
        IN_PERSON = "in_person", _("a place to go to")
        OTHER = "other", _("another number")

    class Answers(models.TextChoices):
        ALWAYS = "always", _("day and night")
        HOURS = "hours", _("at these hours")
        UNKNOWN = "unknown", _("not known")

    town = ParentalKey(Town, on_delete=models.CASCADE, related_name="numbers")
    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    kind = models.CharField(_("what it is"), max_length=20, choices=Kind.choices)
    label = models.CharField(
        _("name on the site"),
        max_length=80,
        blank=True,
        help_text=_("Empty: the usual name, in each language."),
    )
    answers = models.CharField(
        _("when does somebody answer?"),
        max_length=8,
        choices=Answers.choices,
        default=Answers.UNKNOWN,
        help_text=_("Visitors see who answers at their hour. What is not known never counts as open."),
    )
    byday = WeekdaysField(_("days"), blank=True)
    opens_at = models.TimeField(_("from"), null=True, blank=True)
    closes_at = models.TimeField(_("until"), null=True, blank=True)
    other_days = WeekdaysField(_("other days"), blank=True)
    other_opens_at = models.TimeField(_("from"), null=True, blank=True)
    other_closes_at = models.TimeField(_("until"), null=True, blank=True)
    note = models.CharField(_("what to know"), max_length=255, blank=True)
    spoken = models.CharField(_("languages"), max_length=60, blank=True, help_text=_("Codes: en,de,ar"))
    checked_by = models.CharField(
        _("checked by"), max_length=160, blank=True, help_text=_("The organisation, never a person.")
    )
    checked_role = models.CharField(_("in the role of"), max_length=120, blank=True)
    checked_on = models.DateField(
        _("checked on"),
        null=True,
        blank=True,
        help_text=_("Without an organisation, its role and a date it is not shown."),
    )

    panels = [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("label")]),
        *PhoneFacts.FACT_PANELS,
        MultiFieldPanel(
            [
                FieldPanel("answers"),
                FieldRowPanel([FieldPanel("byday"), FieldPanel("opens_at"), FieldPanel("closes_at")]),
                FieldRowPanel(
                    [FieldPanel("other_days"), FieldPanel("other_opens_at"), FieldPanel("other_closes_at")]
                ),
            ],
            _("When somebody answers"),
        ),
        FieldRowPanel([FieldPanel("note"), FieldPanel("spoken")]),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("checked_by"), FieldPanel("checked_role"), FieldPanel("checked_on")])],
            _("Who called it to check"),
        ),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("number")

    def clean(self) -> None:
        super().clean()
        if self.checked_on and self.checked_on > timezone.localdate():
            raise ValidationError({"checked_on": _("This day has not come yet.")})
        if self.answers == self.Answers.HOURS:
            self._clean_hours()

    def _clean_hours(self) -> None:
        if not self.byday:
            raise ValidationError({"byday": _("Tick the days, or choose “not known”.")})
        for days, opens, closes in self.HOURS:
            first, last = getattr(self, opens), getattr(self, closes)
            if bool(getattr(self, days)) != (first is not None) or (first is None) != (last is None):
                raise ValidationError({closes: _("Days, from and until belong together.")})
            if first is not None and first == last != time(0):
                raise ValidationError({closes: _("It closes at the minute it opens.")})
        if set(self.byday.split(",")) & set(self.other_days.split(",")):
            raise ValidationError({"other_days": _("A day stands in both lines. Tick it once.")})

    @property
    def is_confirmed(self) -> bool:
        """Only what an organisation has checked, in a role and on a day, is ever shown."""
        return bool(self.checked_by and self.checked_role and self.checked_on)

    @property
    def is_stale(self) -> bool:
        return bool(self.checked_on and self.checked_on + CHECK_HOLDS < timezone.localdate())

    @property
    def suggestion(self) -> helplines.Suggestion | None:
        """What the number was suggested from; the town alone can say whether it is right."""
        return helplines.suggestion_of(self.uid, self.number)

    @property
    def spoken_codes(self) -> list[str]:
        return [code.strip() for code in self.spoken.split(",") if code.strip()]

    @property
    def opening_rows(self) -> list[Schedule]:
        """When somebody answers, as `agencies.opening` reads it; empty where it is not known."""
        if self.answers == self.Answers.ALWAYS:
            return [Schedule(byday=",".join(DAYS), opens_at=time(0), closes_at=time(0))]
        if self.answers == self.Answers.UNKNOWN:
            return []
        return [
            Schedule(byday=byday, opens_at=getattr(self, opens), closes_at=getattr(self, closes))
            for days, opens, closes in self.HOURS
            if (byday := getattr(self, days))
        ]


class TownWords(AbstractWords):
    town = ParentalKey(Town, on_delete=models.CASCADE, related_name="words")
