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
        differences = list(_differences())
        for line in differences:
            self.stdout.write(line)
        if waiting := outbox.pending():
            self.stdout.write(f"{waiting} changes wait in the outbox.")
        if differences:
            raise CommandError(
                f"The index differs from its sources in {len(differences)} documents: run rebuild_search."
            )
        self.stdout.write(self.style.SUCCESS("The search index and its sources agree."))


def _differences() -> Iterator[str]:
    engine = base.get_engine()
    stored = dict(engine.stored())
    for document in sources.everything():
        try:
            expected = engine.fingerprint(base.check_document(document))
        except Refused as refusal:
            yield f"refused    {document.id}: {refusal}"
            stored.pop(document.id, None)
            continue
        found = stored.pop(document.id, None)
        if found is None:
            yield f"missing    {document.id}"
        elif found != expected:
            yield f"different  {document.id}"
    for document_id in stored:
        yield f"extra      {document_id}"
