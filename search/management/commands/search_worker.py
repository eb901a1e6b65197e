"""Index what changed, as a process of its own beside the site: set SEARCH_WORKER=1 for both."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections

from search import outbox, sources

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Index what waits in the outbox, again and again; once a day also what changes by itself."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="once, as from cron, and then end")
        parser.add_argument("--pause", type=float, default=1.0, help="seconds between two looks (default: 1)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            outbox.note_day(sources.today())
            done = outbox.drain()
            self.stdout.write(f"{done} documents indexed, {outbox.pending()} wait.")
            return
        self.stdout.write(
            "Indexing what changes. Ctrl-C ends it; what waits then is indexed at the next start."
        )
        while True:
            self._look()
            time.sleep(options["pause"])

    def _look(self) -> None:
        """A database that is away for a moment does not end the worker."""
        try:
            close_old_connections()
            outbox.note_day(sources.today())
            outbox.drain()
        except DatabaseError:
            log.exception("The search worker could not reach the database. It tries again.")
