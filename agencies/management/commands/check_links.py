"""Look whether websites, numbers and e-mails of published entries can be right; once a day, as part of `nightly`."""

from typing import Any

from django.core.management.base import BaseCommand

from agencies import links


class Command(BaseCommand):
    help = "Look whether the websites of published entries answer, and numbers and e-mails can be right."

    def handle(self, *args: Any, **options: Any) -> None:
        looked, broken = links.check_links()
        self.stdout.write(f"{looked} looked at, {broken} broken.")
