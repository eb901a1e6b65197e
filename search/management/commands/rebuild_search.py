"""Make the search index anew; the present one answers until the new one is complete."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

import search
from search import Refused, outbox, sources


class Command(BaseCommand):
    help = "Rebuild the search index from its sources while the site keeps answering."

    def handle(self, *args: Any, **options: Any) -> None:
        if not sources.registered():
            self.stdout.write("No source is registered: the index will be empty.")
        try:
            count = search.rebuild(lambda done: self.stdout.write(f"{done} documents indexed"))
        except (Refused, ConnectionError) as trouble:
            raise CommandError(str(trouble)) from trouble
        outbox.drain()
        self.stdout.write(self.style.SUCCESS(f"The search index is new: {count} documents."))
        if waiting := outbox.pending():
            self.stdout.write(
                f"{waiting} changes still wait in the outbox: see the log, then run check_search."
            )
