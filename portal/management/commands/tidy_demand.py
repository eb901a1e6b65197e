"""Forget the small totals of finished weeks, also where nobody searches; once a day, as from cron."""

from typing import Any

from django.core.management.base import BaseCommand

from agencies import freshness
from agencies.models import Policy
from portal import tally


class Command(BaseCommand):
    help = "Forget what fewer than ten families looked for in weeks that are over. Run it every day."

    def handle(self, *args: Any, **options: Any) -> None:
        gone = tally.forget_small(freshness.today(Policy.current()))
        self.stdout.write(f"{gone} small totals of finished weeks are forgotten.")
