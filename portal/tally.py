"""The weekly totals on their way from memory into the database (SAFETY.md 13 and 15).

A process keeps what it counts in memory and writes it in batches, after an answer has been sent: no visitor
waits for it, and no row tells by its place when it was counted. What is kept in memory are codes and numbers,
never a word. A process that dies loses what it has not written yet: a batch at most. A batch that the database
refuses is lost too, since keeping it would make every later visitor's process try again.

What the database itself keeps beside its rows (a write-ahead log, a backup of each night) knows in which batch
or on which day a row grew; who can read that can read the server.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.core.signals import request_finished
from django.db import Error, transaction
from django.db.models import F
from django.dispatch import receiver

from agencies import freshness
from agencies.models import Policy

from .models.demand import Demand, WatchedWord

BATCH = 20  # counts
LONGEST_WAIT = 600.0  # seconds that a count may wait for others, before the next search takes it along
NO_WORD = 0

log = logging.getLogger("lantern.demand")


class Total(NamedTuple):
    """Which total a count belongs to. `word` is the key of a watched word, or NO_WORD."""

    week: date
    word: int = NO_WORD
    need: str = ""
    district: str = ""
    language: str = ""

    def fields(self) -> dict[str, Any]:
        return {**self._asdict(), "word": None if self.word == NO_WORD else self.word}

    def row(self) -> Demand:
        fields = self.fields()
        return Demand(word_id=fields.pop("word"), **fields)


class Buffer:
    """What one process has counted and not written yet; its threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[Total] = Counter()
        self._since = 0.0

    def add(self, totals: Iterable[Total]) -> None:
        with self._lock:
            if not self._counts:
                self._since = time.monotonic()
            self._counts.update(totals)

    def take_if_due(self) -> Counter[Total]:
        """All of it when it is a batch or has waited long, else nothing."""
        with self._lock:
            waited = time.monotonic() - self._since
            if self._counts.total() < BATCH and waited < LONGEST_WAIT:
                return Counter()
            return self._take()

    def take(self) -> Counter[Total]:
        with self._lock:
            return self._take()

    def _take(self) -> Counter[Total]:
        taken, self._counts = self._counts, Counter()
        return taken


buffer = Buffer()
_searched = threading.local()


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def add(totals: Iterable[Total]) -> None:
    """Count these once each. Whether it is time to write is asked when this request's answer has been sent."""
    buffer.add(totals)
    _searched.now = True


@receiver(request_finished)
def write_after_a_search(**_kwargs: Any) -> None:
    """Only after a search: no GET writes anything (SAFETY.md 13)."""
    if not getattr(_searched, "now", False):
        return
    _searched.now = False
    if counts := buffer.take_if_due():
        write_safely(counts)


def flush() -> None:
    """Write all that this process holds."""
    if counts := buffer.take():
        write_safely(counts)


def write_safely(counts: Mapping[Total, int]) -> None:
    """A failure is logged by its kind alone: a database's own message quotes the row."""
    try:
        write(counts, freshness.today(Policy.current()))
    except Error as error:
        log.error("Totals of the week could not be written (%s). They are lost.", type(error).__name__)


@transaction.atomic
def write(counts: Mapping[Total, int], today: date) -> None:
    """Add to the rows, in the rows' own order, and forget small totals of weeks that are over.

    Another process may write its batch for a finished week later: what it adds is forgotten likewise.
    """
    kept = _without_removed_words(counts)
    Demand.objects.bulk_create([total.row() for total in kept], ignore_conflicts=True)
    for total in kept:
        Demand.objects.filter(**total.fields()).update(count=F("count") + counts[total])
    forget_small(today)


def _without_removed_words(counts: Mapping[Total, int]) -> list[Total]:
    words = {total.word for total in counts} - {NO_WORD}
    known = {NO_WORD}
    if words:
        known |= set(WatchedWord.objects.filter(pk__in=words).values_list("pk", flat=True))
    return sorted(total for total in counts if total.word in known)


def forget_small(today: date) -> int:
    """Totals under ten do not outlive their week (SAFETY.md 15). How many went."""
    finished = Demand.objects.filter(week__lt=monday(today), count__lt=Demand.FEWEST)
    return finished.delete()[0]
