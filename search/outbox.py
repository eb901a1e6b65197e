"""What changed and is not indexed yet.

`note` writes a row in the caller's own transaction: the change and the duty to index it are kept or lost
together. After the commit the rows are drained; an index that fails is logged and blocks nobody, its rows
wait for the next commit, the next `drain` (a worker may call it) or the first search after a start. A row
goes only when the engine took its document and nobody noted it anew meanwhile.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence

from django.db import DEFAULT_DB_ALIAS, connections, transaction

log = logging.getLogger(__name__)

BATCH = 50  # documents in one write transaction: on SQLite it holds the only write lock
LEFTOVERS = 200  # rows that one visitor's search may have to wait for after a start

_leftovers_may_exist = True


def note(*ids: str) -> None:
    """Remember, in this transaction, that these documents changed or went; drain once it has committed."""
    from search.models import OutboxRow

    wanted = dict.fromkeys(ids)
    if not wanted:
        return
    OutboxRow.objects.bulk_create(
        [OutboxRow(document_id=document_id, stamp=uuid.uuid4().hex) for document_id in wanted],
        update_conflicts=True,
        unique_fields=["document_id"],
        update_fields=["stamp"],
        batch_size=500,
    )
    connection = connections[DEFAULT_DB_ALIAS]
    # One drain takes all rows, so a transaction that notes a thousand times needs only one.
    if any(callback[1] is _drain_after_commit for callback in connection.run_on_commit):
        return
    transaction.on_commit(_drain_after_commit)


def pending() -> int:
    """How many documents wait."""
    from search.models import OutboxRow

    return OutboxRow.objects.count()


def drain(limit: int | None = None) -> int:
    """Index what waits, at most `limit` rows; return how many are done. What fails is logged and stays."""
    from search.models import OutboxRow

    done = 0
    last = 0
    while limit is None or done < limit:
        size = BATCH if limit is None else min(BATCH, limit - done)
        rows = list(OutboxRow.objects.filter(pk__gt=last).order_by("pk")[:size])
        if not rows:
            break
        last = rows[-1].pk
        done += _drain_batch(rows)
    return done


def drain_leftovers() -> None:
    """Once a process, before its first search: index what a crash or a failing index left behind."""
    global _leftovers_may_exist
    if not _leftovers_may_exist or connections[DEFAULT_DB_ALIAS].in_atomic_block:
        return
    try:
        if pending() and drain(LEFTOVERS) == LEFTOVERS:
            return  # more may wait: the next search goes on
    except Exception:
        log.exception("The search outbox could not be drained. The site goes on; the rows stay.")
    _leftovers_may_exist = False


def _drain_after_commit() -> None:
    try:
        drain()
    except Exception:
        log.exception("The search outbox could not be drained. The change is saved; the rows stay.")


def _drain_batch(rows: Sequence) -> int:
    """These rows together, or one by one if that fails, so that one bad document stops no other."""
    try:
        return _index(rows)
    except Exception:
        if len(rows) == 1:
            log.exception("Search could not index %s. It stays in the outbox.", rows[0].document_id)
            return 0
    return sum(_drain_batch([row]) for row in rows)


def _index(rows: Sequence) -> int:
    """Index what these rows name; delete them in the same transaction.

    Documents are made before the transaction, which is to be short. A row that was noted again (or drained
    by another process) in between has another stamp: what was made of it may be old, so it is neither
    indexed nor deleted here.
    """
    from search import sources
    from search.engines.base import check_document, get_engine
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
        engine = get_engine()
        engine.put([document for document in documents if document.id in unchanged])
        engine.remove([document_id for document_id in gone if document_id in unchanged])
        OutboxRow.objects.filter(stamp__in=stamps).delete()
    return len(stamps)
