"""A change and the duty to index it are kept or lost together; an index that fails blocks nobody."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

import search
from search import Document, outbox
from search.engines.base import Engine, get_own
from search.models import OutboxRow
from tests.search.shelf import Shelf, found, service


@pytest.fixture
def shelf() -> Shelf:
    shelf = Shelf(service("a", body="word"), service("b", body="word"))
    search.register(shelf)
    return shelf


def waiting() -> list[str]:
    return sorted(OutboxRow.objects.values_list("document_id", flat=True))


class Broken:
    """An engine whose server is down."""

    def __init__(self, engine: Engine, bad: str = "") -> None:
        self.engine, self.bad, self.name = engine, bad, engine.name

    def put(self, documents: list[Document]) -> None:
        if not self.bad or any(document.id == self.bad for document in documents):
            raise OSError("no route to the engine")
        self.engine.put(documents)

    def remove(self, ids: list[str]) -> None:
        self.engine.remove(ids)


def test_a_note_is_drained_after_the_commit(
    engine: Engine, shelf: Shelf, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        with transaction.atomic():
            outbox.note("service:a")
            outbox.note("service:b", "service:a")
        assert waiting() == ["service:a", "service:b"]
        assert found("word") == []
    assert len(callbacks) == 1
    assert found("word") == ["a", "b"]
    assert (waiting(), outbox.pending()) == ([], 0)


def test_a_note_in_a_transaction_that_is_rolled_back_leaves_no_row(
    engine: Engine, shelf: Shelf, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks, transaction.atomic():
        outbox.note("service:a")
        transaction.set_rollback(True)
    assert (waiting(), callbacks, found("word")) == ([], [], [])


def test_a_note_after_a_savepoint_that_was_rolled_back_is_drained(
    engine: Engine, shelf: Shelf, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            outbox.note("service:a")
            transaction.set_rollback(True)
        outbox.note("service:b")
    assert found("word") == ["b"]


def test_what_a_source_no_longer_gives_is_removed(engine: Engine, shelf: Shelf) -> None:
    search.rebuild()
    del shelf.held["service:a"]
    outbox.note("service:a")
    assert outbox.drain() == 1
    assert found("word") == ["b"]


def test_an_engine_that_fails_leaves_the_rows_and_blocks_nobody(
    engine: Engine, shelf: Shelf, monkeypatch, caplog, django_capture_on_commit_callbacks
) -> None:
    monkeypatch.setattr("search.engines.base.get_engines", lambda: (Broken(engine),))
    with caplog.at_level(logging.ERROR), django_capture_on_commit_callbacks(execute=True):
        outbox.note("service:a", "service:b")
    assert waiting() == ["service:a", "service:b"]
    assert "service:a" in caplog.text

    monkeypatch.setattr("search.engines.base.get_engines", lambda: (engine,))
    assert outbox.drain() == 2
    assert found("word") == ["a", "b"]


def test_one_bad_document_stops_no_other(engine: Engine, shelf: Shelf, monkeypatch) -> None:
    monkeypatch.setattr("search.engines.base.get_engines", lambda: (Broken(engine, bad="service:a"),))
    outbox.note("service:a", "service:b")
    assert outbox.drain() == 1
    assert waiting() == ["service:a"]
    monkeypatch.setattr("search.engines.base.get_engines", lambda: (engine,))
    assert found("word") == ["b"]


def test_a_source_that_fails_leaves_the_row(engine: Engine) -> None:
    class Failing(Shelf):
        def documents(self, ids: Iterable[str] | None) -> list[Document]:
            raise LookupError("a vocabulary is missing")

    search.register(Failing())
    outbox.note("service:a")
    assert outbox.drain() == 0
    assert waiting() == ["service:a"]


def test_an_id_that_no_source_knows_waits(engine: Engine, shelf: Shelf, caplog) -> None:
    outbox.note("event:1", "service:a")
    assert outbox.drain() == 1
    assert waiting() == ["event:1"]
    assert "event:1" in caplog.text


def test_a_document_noted_anew_while_it_is_drained_stays(engine: Engine, shelf: Shelf) -> None:
    class Changing(Shelf):
        """Its document changes after it was read and before it is indexed: by another editor, as it were."""

        def documents(self, ids: Iterable[str] | None) -> list[Document]:
            read = super().documents(ids)
            if self.held["service:a"].texts["en"].body == "old":
                self.held["service:a"] = service("a", body="new")
                outbox.note("service:a")
            return read

    search.register(Changing(service("a", body="old"), service("b", body="word")))
    outbox.note("service:a", "service:b")
    outbox.drain()
    assert found("old") == []
    assert waiting() == ["service:a"]
    outbox.drain()
    assert (found("new"), waiting()) == (["a"], [])


def test_draining_takes_no_more_than_it_is_told(engine: Engine, shelf: Shelf) -> None:
    outbox.note("service:a", "service:b")
    assert outbox.drain(1) == 1
    assert waiting() == ["service:b"]


def test_many_notes_are_few_statements(engine: Engine, shelf: Shelf, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(3):
        outbox.note(*(f"service:{number}" for number in range(400)))
    outbox.note()
    assert outbox.pending() == 400


@pytest.mark.django_db(transaction=True)
def test_the_first_search_after_a_start_indexes_what_was_left(shelf: Shelf, monkeypatch) -> None:
    OutboxRow.objects.create(engine=get_own().name, document_id="service:a", stamp="left by a crash")
    monkeypatch.setattr(outbox, "_leftovers_may_exist", True)
    outbox.all_is_of(timezone.now().date())
    assert found("word") == ["a"]
    assert waiting() == []
    OutboxRow.objects.create(engine=get_own().name, document_id="service:b", stamp="left later")
    assert found("word") == ["a"]


@pytest.mark.django_db(transaction=True)
def test_with_a_real_commit_the_change_is_found(shelf: Shelf) -> None:
    with transaction.atomic():
        outbox.note("service:a")
    assert (found("word"), waiting()) == (["a"], [])
    shelf.held["service:a"] = service("a", body="changed")
    outbox.note("service:a")
    assert (found("word"), found("changed")) == ([], ["a"])


# --- what changes by itself -----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_first_search_of_a_day_indexes_what_changes_with_it(shelf: Shelf, monkeypatch) -> None:
    search.rebuild()
    shelf.held["service:a"] = service("a", body="stale")
    monkeypatch.setattr(outbox, "_next_look", 0.0)
    assert found("stale") == []
    shelf.day += timedelta(days=1)  # by the town's clock, whatever the machine's says
    assert found("stale") == []  # it looks once in a quarter of an hour
    monkeypatch.setattr(outbox, "_next_look", 0.0)
    assert found("stale") == ["a"]
    assert waiting() == []


def test_a_day_is_noted_once(engine: Engine, shelf: Shelf) -> None:
    today = timezone.now().date()
    assert outbox.note_day(today)
    assert waiting() == ["service:a", "service:b"]
    outbox.drain()
    assert not outbox.note_day(today)
    assert waiting() == []
    assert outbox.note_day(today + timedelta(days=1))


def test_with_a_worker_nothing_is_indexed_in_the_request(
    engine: Engine, shelf: Shelf, settings, django_capture_on_commit_callbacks
) -> None:
    settings.SEARCH_WORKER = True
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        outbox.note("service:a")
    assert (callbacks, found("word"), waiting()) == ([], [], ["service:a"])
    out = StringIO()
    call_command("search_worker", "--once", stdout=out)
    assert "0 wait" in out.getvalue()
    assert found("word") == ["a", "b"]
