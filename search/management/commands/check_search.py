"""Compare the search index with what should be in it, and name every difference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search import Refused, outbox, sources
from search.engines import base


class Command(BaseCommand):
    help = "Compare the search index with its sources; exit with 1 where they differ."

    def handle(self, *args: Any, **options: Any) -> None:
        if outbox.note_day(sources.today()):  # nobody searched yet today: what the night changed is no fault
            outbox.drain()
        try:
            differences = [line for engine in base.get_engines() for line in _differences(engine)]
        except ConnectionError as trouble:
            raise CommandError(str(trouble)) from trouble
        for line in differences:
            self.stdout.write(line)
        if waiting := outbox.pending():
            self.stdout.write(f"{waiting} changes wait in the outbox.")
        if differences:
            raise CommandError(
                f"The index differs from its sources in {len(differences)} documents: run rebuild_search."
            )
        self.stdout.write(self.style.SUCCESS("The search index and its sources agree."))


def _differences(engine: base.Engine) -> Iterator[str]:
    stored = dict(engine.stored())
    for document in sources.everything():
        try:
            expected = engine.fingerprint(base.check_document(document))
        except Refused as refusal:
            yield f"{engine.name}: refused    {document.id}: {refusal}"
            stored.pop(document.id, None)
            continue
        found = stored.pop(document.id, None)
        if found is None:
            yield f"{engine.name}: missing    {document.id}"
        elif found != expected:
            yield f"{engine.name}: different  {document.id}"
    for document_id in stored:
        yield f"{engine.name}: extra      {document_id}"
