"""Where in town: districts and villages. A visitor picks one; no browser is ever asked for a position."""

import uuid

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from .words import AbstractWords, Worded


class District(Worded, ClusterableModel):
    """A district or a village of the town, with the point that distances are counted from."""

    WORDS = ("name",)

    class Kind(models.TextChoices):
        DISTRICT = "district", _("district")
        VILLAGE = "village", _("village")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.SlugField(_("id"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.DISTRICT)
    latitude = models.FloatField(_("latitude of its centre"), null=True, blank=True)
    longitude = models.FloatField(_("longitude of its centre"), null=True, blank=True)
    sort = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("district")
        verbose_name_plural = _("districts")
        ordering = ["sort", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):
        with transaction.atomic():  # search is told once the words are saved too
            super().save(*args, **kwargs)


class DistrictWords(AbstractWords):
    district = ParentalKey(District, on_delete=models.CASCADE, related_name="words")

    class Meta(AbstractWords.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["district", "language", "field"], name="one_text_per_district_language_field"
            )
        ]
