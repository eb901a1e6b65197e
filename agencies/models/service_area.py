"""For whom it is there, by place: districts, or a named area with HSDS's extent."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from ..panels import ListPanel
from .area import District
from .entry import Entry, SubRecord
from .web import WebField


class ServiceArea(SubRecord):
    WORDS = ("name",)

    class Reach(models.TextChoices):
        DISTRICT = "district", _("one district")
        TOWN = "town", _("the whole town")
        REGION = "region", _("the region")
        COUNTRY = "country", _("the whole country")
        OTHER = "other", _("another area")

    entry = ParentalKey(Entry, on_delete=models.CASCADE, related_name="service_areas")
    reach = models.CharField(_("how far"), max_length=10, choices=Reach.choices, default=Reach.TOWN)
    district = models.ForeignKey(
        District, verbose_name=_("district"), null=True, blank=True, on_delete=models.SET_NULL
    )
    name = models.CharField(_("name"), max_length=160, blank=True)
    extent = models.TextField(_("extent"), blank=True)
    extent_type = models.CharField(_("kind of extent"), max_length=20, blank=True)
    uri = WebField(_("address of a definition"), max_length=400, blank=True)

    panels = [FieldRowPanel([FieldPanel("reach"), ListPanel("district"), FieldPanel("name")])]

    class Meta(SubRecord.Meta):
        verbose_name = _("area")

    def __str__(self) -> str:
        return self.name or (self.district.name if self.district else self.get_reach_display())
