"""A number, and what a person must know before calling it. These facts differ between numbers, and a wrong one harms."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from .entry import Entry, PartOf


class Known(models.TextChoices):
    """Yes, no, or nobody has asked yet: unknown is never shown as a no."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    UNKNOWN = "unknown", _("not known")


class PhoneFacts(models.Model):
    """What belongs to a number, whoever it is of."""

    class Type(models.TextChoices):
        VOICE = "voice", _("call")
        TEXT = "text", _("text message")
        CHAT = "chat", _("chat")
        IN_PERSON = "in_person", _("in person: write the place")
        FAX = "fax", _("fax")
        TTY = "textphone", _("textphone")

    number = models.CharField(
        _("number"), max_length=60, help_text=_("As people write it, with spaces: 01632 960 101.")
    )
    type = models.CharField(_("kind"), max_length=12, choices=Type.choices, default=Type.VOICE)
    free_call = models.CharField(
        _("free to call?"), max_length=8, choices=Known.choices, default=Known.UNKNOWN
    )
    anonymous = models.CharField(
        _("without a name?"), max_length=8, choices=Known.choices, default=Known.UNKNOWN
    )
    recorded = models.CharField(
        _("is the call recorded?"), max_length=8, choices=Known.choices, default=Known.UNKNOWN
    )
    located = models.CharField(
        _("is the caller located?"), max_length=8, choices=Known.choices, default=Known.UNKNOWN
    )
    on_bill = models.CharField(
        _("shown on the phone bill?"), max_length=8, choices=Known.choices, default=Known.UNKNOWN
    )
    hours = models.CharField(
        _("hours"),
        max_length=160,
        blank=True,
        help_text=_("In words, if they differ from the opening hours."),
    )

    class Meta:
        abstract = True

    FACT_PANELS = [
        FieldRowPanel([FieldPanel("number"), FieldPanel("type"), FieldPanel("hours")]),
        FieldRowPanel([FieldPanel("free_call"), FieldPanel("anonymous"), FieldPanel("on_bill")]),
        FieldRowPanel([FieldPanel("recorded"), FieldPanel("located")]),
    ]

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        super().clean()
        if self.type not in (self.Type.CHAT, self.Type.IN_PERSON) and len(re.sub(r"\D", "", self.number)) < 3:
            raise ValidationError(
                {"number": _("A number has at least three digits. For a chat, choose “chat”.")}
            )

    @property
    def href(self) -> str:
        """What a tap opens: a call, a message, a chat; nothing for a place or a fax."""
        if self.type in (self.Type.IN_PERSON, self.Type.FAX):
            return ""
        if self.type == self.Type.CHAT and not re.fullmatch(r"[\d\s+()/-]+", self.number):
            return self.number if self.number.startswith("https://") else f"https://{self.number}"
        digits = re.sub(r"[^\d+]", "", self.number.split("x")[0].split("ext")[0])
        return f"sms:{digits}" if self.type in (self.Type.TEXT, self.Type.CHAT) else f"tel:{digits}"


class Phone(PhoneFacts, PartOf):
    """A number of an entry."""

    WORDS = ("description", "hours")

    entry = ParentalKey(Entry, on_delete=models.CASCADE, related_name="phones")
    extension = models.CharField(_("extension"), max_length=20, blank=True)
    description = models.CharField(
        _("whom it reaches"), max_length=160, blank=True, help_text=_("For instance: duty desk.")
    )
    withheld = models.BooleanField(
        _("do not show"), default=False, help_text=_("Takes the number off the site at once.")
    )
    assured_date = models.DateField(_("last checked on"), null=True, blank=True)
    assurer = models.CharField(_("checked by"), max_length=160, blank=True)
    assurer_role = models.CharField(_("in the role of"), max_length=120, blank=True)

    panels = [
        FieldPanel("description"),
        *PhoneFacts.FACT_PANELS,
        FieldRowPanel([FieldPanel("extension"), FieldPanel("at"), FieldPanel("withheld")]),
        FieldRowPanel([FieldPanel("assured_date"), FieldPanel("assurer"), FieldPanel("assurer_role")]),
    ]

    class Meta(PartOf.Meta):
        verbose_name = _("number")
