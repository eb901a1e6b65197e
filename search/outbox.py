"""What changed and is not indexed yet: a row for each document and engine.

`note` writes the rows in the caller's own transaction: the change and the duty to index it are kept or lost
together. After the commit they are drained, by the worker where one is configured, else at once; an index
that fails is logged and blocks nobody, its rows wait for the next commit, the worker or the first search
after a start or after its server came back. A row goes only when its engine took the document and nobody
noted it anew meanwhile.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterable, Sequence
from datetime import date

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from search import sources
from search.engines.base import Engine, Unreachable

log = logging.getLogger(__name__)

BATCH = 50  # documents in one write transaction: on SQLite it holds the only write lock
QUARTER = 900  # seconds
LEFTOVERS = 200  # rows that one visitor's search may have to wait for after a start

_leftovers_may_exist = True
_next_look = 0.0  # seconds since 1970


def note(*ids: str) -> None:
    """Remember, in this transaction, that these documents changed or went; drain once it has committed."""
    if not ids:
        return
    _write_rows(ids)
    if settings.SEARCH_WORKER:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    # One drain takes all rows, so a transaction that notes a thousand times needs only one.
    if any(callback[1] is _drain_after_commit for callback in connection.run_on_commit):
        return
    transaction.on_commit(_drain_after_commit)


def _write_rows(ids: Iterable[str]) -> None:
    from search.engines.base import get_engines
    from search.models import OutboxRow

    wanted = dict.fromkeys(ids)
    OutboxRow.objects.bulk_create(
        [
            OutboxRow(engine=engine.name, document_id=document_id, stamp=uuid.uuid4().hex)
            for engine in get_engines()
            for document_id in wanted
        ],
        update_conflicts=True,
        unique_fields=["engine", "document_id"],
        update_fields=["stamp"],
        batch_size=500,
    )


def note_day(today: date) -> bool:
    """Once a day, note what changes by itself when a day ends: hours ahead, checks that run out. True if done.

    It drains nothing: that would make one visitor wait for all of it.
    """
    from search.models import Renewal

    if Renewal.objects.filter(day=today).exists():
        return False
    with transaction.atomic():
        _write_rows(sources.of_the_day())
        all_is_of(today)
    return True


def all_is_of(today: date) -> None:
    """Remember that what changes by itself was indexed, or noted, on this day."""
    from search.models import Renewal

    Renewal.objects.all().delete()
    Renewal.objects.create(day=today)


def pending() -> int:
    """How many rows wait."""
    from search.models import OutboxRow

    return OutboxRow.objects.count()


def drain(limit: int | None = None) -> int:
    """Index what waits, at most `limit` rows of each engine; return how many are done. What fails stays."""
    from search.engines.base import get_engines

    return sum(_drain_engine(engine, limit) for engine in get_engines())


def _drain_engine(engine: Engine, limit: int | None) -> int:
    from search.models import OutboxRow

    done = 0
    last = 0
    while limit is None or done < limit:
        size = BATCH if limit is None else min(BATCH, limit - done)
        rows = list(OutboxRow.objects.filter(engine=engine.name, pk__gt=last).order_by("pk")[:size])
        if not rows:
            break
        last = rows[-1].pk
        try:
            done += _drain_batch(engine, rows)
        except Unreachable:  # the log knows
            break
        except ConnectionError as error:  # nobody is there: to ask for each row would only take longer
            log.error("The search engine %s cannot be reached (%s). The rows stay.", engine.name, error)
            break
    return done


def lags(engine: str, behind: str) -> bool:
    """Whether an engine has yet to learn of a change that another one has taken already."""
    from search.models import OutboxRow

    waiting = OutboxRow.objects.filter(engine=behind).values("document_id")
    return OutboxRow.objects.filter(engine=engine).exclude(document_id__in=waiting).exists()


def expect_leftovers() -> None:
    """A server is back: let the next search index what waited for it."""
    global _leftovers_may_exist
    _leftovers_may_exist = True


def drain_leftovers() -> None:
    """Before a search: what a crash or a failing index left behind, and on a new day what changes with it.

    It looks once a process and quarter of an hour (the world's days end on one), and takes no more rows than
    a visitor can wait for; a worker does it before anybody asks.
    """
    global _leftovers_may_exist, _next_look
    now = time.time()
    if not (_leftovers_may_exist or now >= _next_look) or connections[DEFAULT_DB_ALIAS].in_atomic_block:
        return
    _next_look = now - now % QUARTER + QUARTER
    try:
        if not settings.SEARCH_WORKER:
            note_day(sources.today())
        _leftovers_may_exist = bool(pending() and drain(LEFTOVERS) >= LEFTOVERS)
    except Exception:
        log.exception("The search outbox could not be drained. The site goes on; the rows stay.")
        _leftovers_may_exist = False


def _drain_after_commit() -> None:
    try:
        drain()
    except Exception:
        log.exception("The search outbox could not be drained. The change is saved; the rows stay.")


def _drain_batch(engine: Engine, rows: Sequence) -> int:
    """These rows together, or one by one if that fails, so that one bad document stops no other."""
    try:
        return _index(engine, rows)
    except ConnectionError:
        raise
    except Exception:
        if len(rows) == 1:
            log.exception("Search could not index %s. It stays in the outbox.", rows[0].document_id)
            return 0
    return sum(_drain_batch(engine, [row]) for row in rows)


def _index(engine: Engine, rows: Sequence) -> int:
    """Index what these rows name; delete them in the same transaction.

    Documents are made before the transaction, which is to be short. A row that was noted again (or drained
    by another process) in between has another stamp: what was made of it may be old, so it is neither
    indexed nor deleted here. An engine on another server is waited for inside the transaction, which on
    SQLite holds the write lock: for a second and a half where it is dead, some five where it is slow.
    """
    from search.engines.base import check_document
    from search.models import OutboxRow

    documents, gone, orphans = sources.current(row.document_id for row in rows)
    if orphans:
        log.warning(
            "No search source for %s: register one for the prefix. The rows stay.", ", ".join(orphans)
        )
    documents = [check_document(document) for document in documents]
    stamps = [row.stamp for row in rows if row.document_id not in set(orphans)]
    if not stamps:
        return 0

    with transaction.atomic():
        mine = OutboxRow.objects.select_for_update().filter(stamp__in=stamps)
        unchanged = set(mine.values_list("document_id", flat=True))
        engine.put([document for document in documents if document.id in unchanged])
        engine.remove([document_id for document_id in gone if document_id in unchanged])
        OutboxRow.objects.filter(stamp__in=stamps).delete()
    return len(stamps)
