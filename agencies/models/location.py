"""Where it is, and whether that is a secret.

A confidential location (a refuge) *has* no street, postcode or point, in any table: the form refuses them,
saving erases them, and the database itself refuses a row that has them.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import get_serializable_data_for_fields
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from ..panels import ListPanel
from .area import District
from .entry import Entry, SubRecord
from .web import WebField

SECRET_TEXT = (
    "attention",
    "address_1",
    "address_2",
    "city",
    "postal_code",
    "region",
    "state_province",
    "transportation",
    "url",
)
SECRET_POINT = ("latitude", "longitude", "district")
# Only a feed fills these: no editor sees them, so none is asked to empty them.
NOT_IN_FORM = ("attention", "region", "state_province", "url")


class Location(SubRecord):
    WORDS = ("name", "description", "transportation", "accessibility")

    class Type(models.TextChoices):
        PHYSICAL = "physical", _("a place to go to")
        POSTAL = "postal", _("for letters only")
        VIRTUAL = "virtual", _("online")

    entry = ParentalKey(Entry, on_delete=models.CASCADE, related_name="locations")
    name = models.CharField(_("name"), max_length=160, help_text=_("For instance: Town hall, side entrance."))
    alternate_name = models.CharField(_("other name"), max_length=160, blank=True)
    description = models.TextField(_("what is there"), blank=True)
    location_type = models.CharField(_("kind"), max_length=10, choices=Type.choices, default=Type.PHYSICAL)
    confidential = models.BooleanField(
        _("its address is a secret"),
        default=False,
        help_text=_("For refuges. Street, postcode and point are then erased here and never kept again."),
    )
    url = WebField(_("address online"), max_length=400, blank=True)
    attention = models.CharField(_("care of"), max_length=160, blank=True)
    address_1 = models.CharField(_("street and number"), max_length=255, blank=True)
    address_2 = models.CharField(_("floor, door"), max_length=255, blank=True)
    city = models.CharField(_("town"), max_length=120, blank=True)
    region = models.CharField(_("region"), max_length=120, blank=True)
    state_province = models.CharField(_("state or province"), max_length=120, blank=True)
    postal_code = models.CharField(_("postcode"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=60, blank=True)
    district = models.ForeignKey(
        District,
        verbose_name=_("district"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="locations",
    )
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    transportation = models.TextField(_("how to get there"), blank=True)
    accessibility = models.TextField(
        _("accessibility"),
        blank=True,
        help_text=_("One sentence each: Ramp at the side door. Lift. Quiet room."),
    )

    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("location_type")]),
        FieldPanel("confidential"),
        MultiFieldPanel(
            [
                FieldPanel("address_1"),
                FieldPanel("address_2"),
                FieldRowPanel([FieldPanel("postal_code"), FieldPanel("city")]),
                FieldRowPanel([ListPanel("district"), FieldPanel("country")]),
                FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
            ],
            _("Address"),
        ),
        FieldPanel("transportation"),
        FieldPanel("accessibility"),
        FieldPanel("description"),
    ]

    class Meta(SubRecord.Meta):
        verbose_name = _("place")
        constraints = [
            models.CheckConstraint(
                condition=Q(confidential=False)
                | Q(
                    **dict.fromkeys(SECRET_TEXT, ""),
                    **{f"{field}__isnull": True for field in SECRET_POINT},
                    extra={},
                ),
                name="a_secret_place_has_no_address",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if not self.confidential:
            return
        for field in NOT_IN_FORM:
            setattr(self, field, "")
        given = [field for field in (*SECRET_TEXT, *SECRET_POINT) if getattr(self, field) not in ("", None)]
        if given:
            raise ValidationError(
                {
                    field: _(
                        "This address is a secret: empty this field, or untick “its address is a secret”."
                    )
                    for field in given
                }
            )

    def save(self, *args, **kwargs):
        if self.confidential:
            self.forget_address()
        super().save(*args, **kwargs)

    def forget_address(self) -> None:
        """Empties every field that could lead somebody to the door."""
        for field in SECRET_TEXT:
            setattr(self, field, "")
        for field in SECRET_POINT:
            setattr(self, field, None)
        self.extra = {}

    def has_words_for(self, field: str) -> bool:
        return super().has_words_for(field) and not (self.confidential and field in SECRET_TEXT)

    def serializable_data(self) -> dict:
        """What goes into a revision: a secret address does not."""
        if self.confidential:
            self.forget_address()
        # A plain row has no such method to inherit, and Wagtail takes the AttributeError for "no children":
        # the entry's revision would then lose all its parts.
        return get_serializable_data_for_fields(self)

    @property
    def lines(self) -> list[str]:
        """The address as written on an envelope, without empty lines; nothing for a secret place."""
        if self.confidential:
            return []
        town = " ".join(part for part in (self.postal_code, self.city) if part)
        return [line for line in (self.address_1, self.address_2, town, self.state_province) if line]
