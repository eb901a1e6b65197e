"""Whether the ways to reach an entry still work, as far as a machine can tell."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .entry import Entry


class LinkCheck(models.Model):
    """One way to reach an entry, as it stands on the site. Its agency hears of it after two failures in a row."""

    TOLD_AFTER = 2

    class Kind(models.TextChoices):
        WEB = "web", _("website")
        PHONE = "phone", _("number")
        MAIL = "mail", _("e-mail")

    class Problem(models.TextChoices):
        ODD = "odd", _("is no web address")
        USER = "user", _("has a user name in it")
        PRIVATE = "private", _("does not lead to a public place")
        LOOP = "loop", _("leads from one address to the next without end")
        UNKNOWN = "unknown", _("nobody knows this address")
        SLOW = "slow", _("does not answer in time")
        CERTIFICATE = "certificate", _("has no valid certificate")
        SILENT = "silent", _("does not answer")
        ERROR = "error", _("answers with an error")
        LETTERS = "letters", _("has letters in it")
        DIGITS = "digits", _("has too few or too many digits")
        NO_MAIL = "no_mail", _("is no e-mail address")

    entry = models.ForeignKey(
        Entry, on_delete=models.CASCADE, related_name="link_checks", verbose_name=_("entry")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    value = models.CharField(_("what"), max_length=400)
    status = models.PositiveSmallIntegerField(_("answer"), null=True)
    problem = models.CharField(_("what is wrong"), max_length=12, choices=Problem.choices, blank=True)
    failures = models.PositiveIntegerField(_("times in a row"), default=0)
    checked_at = models.DateTimeField(_("looked at"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "kind", "value"], name="one_check_for_each_way")
        ]

    def __str__(self) -> str:
        return f"{self.value}: {self.problem or self.status or '-'}"
