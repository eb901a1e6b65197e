"""Languages spoken at an entry, a place or on a number."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from .entry import Entry, PartOf


class Language(PartOf):
    WORDS = ("note",)

    entry = ParentalKey(Entry, on_delete=models.CASCADE, related_name="languages")
    code = models.CharField(_("language"), max_length=12, blank=True, help_text=_("Two letters: en, de, ar."))
    name = models.CharField(_("name"), max_length=80, blank=True, help_text=_("Only where there is no code."))
    note = models.CharField(_("note"), max_length=160, blank=True, help_text=_("For instance: on Tuesdays."))

    panels = [FieldRowPanel([FieldPanel("code"), FieldPanel("name"), FieldPanel("note")]), FieldPanel("at")]

    class Meta(PartOf.Meta):
        verbose_name = _("language")

    def clean(self) -> None:
        super().clean()
        if not self.code and not self.name:
            raise ValidationError({"code": _("Give the two letters of the language, or its name.")})

    def __str__(self) -> str:
        return self.code or self.name
