"""The two tables search keeps as models. Its engine makes the index: `search/engines/sqlite_tables.py`."""

from __future__ import annotations

from django.db import models


class OutboxRow(models.Model):
    """A document that changed and is not indexed yet. It holds an id and nothing of the text."""

    document_id = models.CharField(max_length=200, unique=True)
    # New at every note, so that a row noted again while it is drained stays.
    stamp = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.document_id


class IndexState(models.Model):
    """Which index answers. At most one row; without it there is no index yet.

    A model, so that `flush` empties it: an index whose row is gone counts as gone.
    """

    # The number in the names of the tables that answer.
    generation = models.BigIntegerField()
    # The last writes' numbers as JSON, by which a process knows what it has not seen.
    recent = models.TextField()
    # As JSON; a language's place in the list is part of its rows' numbers.
    languages = models.TextField()
    # Of tables and analysis.
    make = models.CharField(max_length=32)
    # The generation that a rebuild is filling, and that rebuild's random name: an overtaken one stops.
    building = models.BigIntegerField(null=True)
    builder = models.CharField(max_length=32)

    def __str__(self) -> str:
        return f"generation {self.generation}"
