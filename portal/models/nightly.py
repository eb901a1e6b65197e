"""The nightly runs: when, and how each step ended."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

QUIET = timedelta(hours=2)  # after which a run that says nothing more is taken for killed
KEPT = timedelta(days=90)


class NightlyRun(models.Model):
    """`steps` holds, in their order, name, whether it went well, what it said, and its seconds.

    At most one row is running, whichever process or machine it belongs to.
    """

    started_at = models.DateTimeField(default=timezone.now)
    heard_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    running = models.BooleanField(default=True)
    steps = models.JSONField(default=list)

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["running"], condition=Q(running=True), name="one_nightly_run")
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"

    @classmethod
    def last(cls) -> "NightlyRun | None":
        """The last run that came to its end."""
        return cls.objects.filter(ended_at__isnull=False).first()

    @property
    def failed(self) -> list[dict[str, Any]]:
        return [step for step in self.steps if not step["well"]]

    def note(self, name: str, well: bool, said: str, seconds: float) -> None:
        self.steps.append({"name": name, "well": well, "said": said, "seconds": round(seconds, 1)})
        self.heard_at = timezone.now()
        self.save(update_fields=["steps", "heard_at"])

    def end(self) -> None:
        self.ended_at, self.running = timezone.now(), False
        self.save(update_fields=["ended_at", "running"])
