"""The town's vocabularies: what people need, what services there are, for whom, under which conditions.

They come as data with stable ids (`scheme`, `code`); the town may rename, hide and add, the ids stay.
"""

import uuid

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from .address import Address
from .words import AbstractWords, Worded

NAMESPACE = uuid.UUID("0f6b2c0a-6c1d-5a53-9f59-3c6cf19b1f43")


class Scheme(models.TextChoices):
    NEED = "need", _("Needs")
    AUDIENCE = "audience", _("For whom")
    AGENCY_KIND = "agency_kind", _("Kinds of agency")
    SERVICE_KIND = "service_kind", _("Kinds of service")
    SITUATION = "situation", _("Situations")
    FOUR_P = "four_p", _("The four Ps")
    ACCESS_CONDITION = "access_condition", _("Conditions of access")
    ACCESS_MODE = "access_mode", _("Ways of access")
    AGE_BAND = "age_band", _("Age bands")
    URGENCY = "urgency", _("Urgency")
    DOCUMENT = "document", _("Documents to bring")


def term_uid(scheme: str, code: str) -> uuid.UUID:
    """The id of a term in feeds: the same in every town, so that feeds of two towns agree."""
    return uuid.uuid5(NAMESPACE, f"{scheme}:{code}")


class TermQuerySet(models.QuerySet):
    def of(self, scheme: str) -> "TermQuerySet":
        return self.filter(scheme=scheme)

    def shown(self) -> "TermQuerySet":
        """Terms that the town has not hidden."""
        return self.filter(hidden=False)


class Term(Worded, ClusterableModel):
    """One term of one vocabulary."""

    WORDS = ("name", "description", "child_label")

    scheme = models.CharField(_("vocabulary"), max_length=20, choices=Scheme.choices)
    code = models.SlugField(
        _("id"),
        max_length=60,
        help_text=_("Stable for ever: feeds and rules name it. Rename the words, not this."),
    )
    uid = models.UUIDField(unique=True, editable=False)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("above it"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    sort = models.PositiveIntegerField(_("order"), default=0)
    name = models.CharField(_("name"), max_length=120)
    description = models.CharField(
        _("description"), max_length=400, blank=True, help_text=_("One or two plain sentences.")
    )
    child_label = models.CharField(
        _("a child's words"),
        max_length=120,
        blank=True,
        help_text=_("As a nine-year-old would say it. Empty: not shown to children."),
    )
    default_four_p = models.CharField(max_length=20, blank=True, editable=False)
    sensitive = models.BooleanField(
        _("sensitive"),
        default=False,
        help_text=_("Pages about it get a neutral title in the browser's history."),
    )
    hidden = models.BooleanField(
        _("hidden"), default=False, help_text=_("Not offered to visitors or editors. Entries keep it.")
    )
    oe_id = models.CharField(max_length=40, blank=True, editable=False)
    oe_match = models.CharField(max_length=10, blank=True, editable=False)
    address = models.OneToOneField(
        Address, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="term"
    )

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("vocabulary")
        ordering = ["scheme", "sort", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="one_term_per_scheme_and_code")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def public_code(self) -> str:
        """The code of its page; empty for terms that have none (all but needs)."""
        return self.address.code if self.address else ""

    def save(self, *args, **kwargs):
        if self.uid is None:
            self.uid = term_uid(self.scheme, self.code)
        with transaction.atomic():  # search is told once the words are saved too
            if self.scheme == Scheme.NEED and self.address_id is None:
                self.address = Address.mint(Address.Kind.NEED)
            super().save(*args, **kwargs)


class TermWords(AbstractWords):
    term = ParentalKey(Term, on_delete=models.CASCADE, related_name="words")

    class Meta(AbstractWords.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["term", "language", "field"], name="one_text_per_term_language_field"
            )
        ]
