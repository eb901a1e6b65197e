"""Whom to ask for: roles and desks, never a person's name. And the websites of an entry."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from .entry import Entry, SubRecord
from .web import WebField


class Contact(SubRecord):
    WORDS = ("title", "department")

    entry = ParentalKey(Entry, on_delete=models.CASCADE, related_name="contacts")
    title = models.CharField(
        _("role"), max_length=160, help_text=_("For instance: duty social worker. No names.")
    )
    department = models.CharField(_("department"), max_length=160, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    panels = [FieldRowPanel([FieldPanel("title"), FieldPanel("department")]), FieldPanel("email")]

    def __str__(self) -> str:
        return self.title


class Website(SubRecord):
    WORDS = ("label",)

    entry = ParentalKey(Entry, on_delete=models.CASCADE, related_name="websites")
    label = models.CharField(_("what is there"), max_length=160, blank=True)
    url = WebField(_("address"), max_length=400)

    panels = [FieldRowPanel([FieldPanel("label"), FieldPanel("url")])]

    def __str__(self) -> str:
        return self.url
