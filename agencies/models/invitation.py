"""An invitation by mail: who may take up which role, until when. The link's token is kept nowhere."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .agency import AgencyPage


class InvitationSet(models.QuerySet):
    def pending(self) -> models.QuerySet:
        return self.filter(accepted_at=None, withdrawn_at=None, expires__gt=timezone.now())


class Invitation(models.Model):
    """`agency` is none for a role of the town. `token_hash` is SHA-256 in hexadecimal digits."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        ACCEPTED = "accepted", _("taken up")
        WITHDRAWN = "withdrawn", _("taken back")
        EXPIRED = "expired", _("too old")

    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=40)
    agency = models.ForeignKey(
        AgencyPage, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations"
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationSet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created"]

    def __str__(self) -> str:
        return self.email

    @property
    def state(self) -> State:
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        return self.State.PENDING if self.expires > timezone.now() else self.State.EXPIRED
