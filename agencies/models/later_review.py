"""What came into force before anybody looked, and is looked at afterwards: what was taken away, and what could not wait."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .entry import Entry


class LaterReview(models.Model):
    class Kind(models.TextChoices):
        SECRET = "secret", _("A place became a secret.")
        WITHHELD = "withheld", _("A number was taken off the site.")
        CLOSED_TODAY = "closed_today", _("Closed for today.")
        PAUSED = "paused", _("Closed for a while.")
        UNPUBLISHED = "unpublished", _("The entry was taken off the site.")
        UNREVIEWED = "unreviewed", _("Published without review: look at it.")
        SMALL = "small", _("A small correction of a trusted agency was published.")

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="later_reviews")
    kind = models.CharField(_("what happened"), max_length=16, choices=Kind.choices)
    detail = models.CharField(_("in particular"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField(_("when"), auto_now_add=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("looked at by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    seen_at = models.DateTimeField(_("looked at on"), null=True)

    class Meta:
        verbose_name = _("later review")
        verbose_name_plural = _("later reviews")
        ordering = ["at", "pk"]
        default_permissions = ("view", "change")
        permissions = [("publish_without_review", "Can publish an entry without review, with a reason")]

    def __str__(self) -> str:
        return self.get_kind_display()

    @classmethod
    def note(cls, entry: Entry, kind: str, *, by, detail: str = "") -> "LaterReview":
        return cls.objects.create(entry_id=entry.pk, kind=kind, by=by, detail=detail[:500])

    @classmethod
    def waiting_for(cls, user) -> "models.QuerySet[LaterReview]":
        """What nobody has looked at yet; not what the user did."""
        return cls.objects.filter(seen_at=None).exclude(by=user)
