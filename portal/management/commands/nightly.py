"""All that is due once a day. One line of cron: `manage.py nightly`. Exit code 1 where a step failed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import nightly


class Command(BaseCommand):
    help = "Do all that is due once a day; may run as often as you like, and goes on where a step fails."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = nightly.run()
        except nightly.Busy as busy:
            raise CommandError(str(busy)) from None
        for step in run.steps:
            self.stdout.write(f"{'well  ' if step['well'] else 'FAILED'} {step['name']}: {step['said']}")
        if run.failed:
            raise CommandError(f"Failed: {', '.join(step['name'] for step in run.failed)}. See the log.")
