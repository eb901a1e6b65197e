"""What became of each item of the checklist: a row whenever its state changes, and what older lists have named."""

from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from .checklist import ChecklistItem

KEPT = timedelta(days=2 * 365)


class StateName(models.TextChoices):
    """How it stands with an item, in words; `portal/checklist.py` decides it. Hidden items are in no count."""

    MET = "met", _("it is there")
    STALE = "stale", _("checked too long ago")
    GAP = "gap", _("not there yet")
    NOT_APPLICABLE = "not-applicable", _("does not apply here")
    HIDDEN = "hidden", _("hidden")


class ChecklistState(models.Model):
    """The state of an item from one day until its next row. `seen`: the last day on which it was looked at and still so."""

    item = models.ForeignKey(ChecklistItem, on_delete=models.CASCADE, related_name="states")
    name = models.CharField(max_length=16, choices=StateName.choices)
    since = models.DateField()
    seen = models.DateField()

    class Meta:
        default_permissions = ()
        ordering = ["since", "item"]
        constraints = [models.UniqueConstraint(fields=["item", "since"], name="one_state_per_item_and_day")]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.name}, {self.since:%Y-%m-%d}"


class ListedService(models.Model):
    """A service that lists of families can have named, as the deck last had it: nothing of it but what finds it there.

    `districts` are codes, None is the whole town; `years` is None or two ages. `place` is a keyed digest of its address,
    to notice a move: the address itself stands at the entry alone, and a secret place has none (SAFETY.md 11).
    `left_place`: the last day at the place before.
    """

    code = models.CharField(max_length=6, unique=True)
    years = models.JSONField(null=True)
    districts = models.JSONField(null=True)
    speaks = models.JSONField(default=list)
    has = models.JSONField(default=list)
    items = models.JSONField(default=list)
    place = models.CharField(max_length=64, blank=True)
    left_place = models.DateField(null=True)
    seen = models.DateField()

    class Meta:
        default_permissions = ()
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    @classmethod
    def forget(cls, today: date) -> None:
        """After two years no list that a family kept is expected back."""
        oldest = today - KEPT
        cls.objects.filter(seen__lt=oldest).delete()
        cls.objects.filter(left_place__lt=oldest).update(left_place=None)
