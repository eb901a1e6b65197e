"""Ask agencies whether what gets old is still correct; once a day, as part of `nightly`. A second run does nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies import reminding


class Command(BaseCommand):
    help = "Mail a digest of what gets old to everybody whose turn it is. May run as often as you like."

    def handle(self, *args: Any, **options: Any) -> None:
        sent, failed = reminding.remind()
        self.stdout.write(f"{sent} mails sent.")
        if failed:
            raise CommandError(
                f"{failed} mails could not be sent: see the log. The next run tries them again."
            )
