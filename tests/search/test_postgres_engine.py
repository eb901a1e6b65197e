"""What only a server can show: processes beside one another, killed ones, and what remains in files and logs."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, connection, transaction

import search
from search import Query, find, put, remove
from search.engines.base import Engine, get_own
from search.models import IndexState
from tests.databases import ROOT
from tests.search.shelf import counts, found, names, service

committed = pytest.mark.django_db(transaction=True)
Start = Callable[[str], "subprocess.Popen[str]"]

_PROGRAM = """
import django, os, signal
django.setup()
from search.engines.base import get_own
from tests.search.shelf import service
engine = get_own()
"""


@pytest.fixture
def start(transactional_db: None) -> Start:
    """Runs lines of Python in a process of its own, on this test's database."""
    url = urlunsplit(
        urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    )
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "LANTERN_DEMO": "1",
    }
    return lambda lines: subprocess.Popen(
        [sys.executable, "-c", _PROGRAM + lines],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finished(process: subprocess.Popen[str]) -> None:
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said


@committed
def test_writers_in_several_processes_lose_nothing_and_all_see_it(start: Start) -> None:
    put([service("first", body="word")])
    writers = [
        start(
            f"for n in range(12):\n    engine.put([service(f'w{writer}-{{n}}', body='word',"
            f" facets={{'need': ('n{writer}',)}})])"
        )
        for writer in range(2)
    ]
    seen = [find(Query("word")).total]
    while any(writer.poll() is None for writer in writers):
        seen.append(find(Query("word")).total)
    for writer in writers:
        finished(writer)
    results = find(Query("word"))
    assert (results.total, counts(results)["need"]) == (25, {"n0": 12, "n1": 12})
    assert seen == sorted(seen)
    recent = json.loads(IndexState.objects.get().recent)
    assert recent == sorted(set(recent))
    finished(start("engine.remove(['service:first'])"))
    assert find(Query("word")).total == 24


@committed
def test_a_killed_writer_leaves_nothing_and_holds_up_nobody(start: Start) -> None:
    put([service("a", body="word")])
    killed = start(
        "with engine._place.writing():\n"
        "    engine.put([service('b', body='word')])\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed.communicate(timeout=60)
    put([service("c", body="word")])
    assert found("word") == ["a", "c"]


@committed
def test_a_killed_rebuild_is_taken_up_again(start: Start) -> None:
    put([service("a", body="word")])
    killed = start(
        "engine.rebuild([service(f'n{n}', body='new') for n in range(300)],"
        " lambda done: os.kill(os.getpid(), signal.SIGKILL))"
    )
    killed.communicate(timeout=60)
    assert (found("word"), found("new")) == (["a"], [])
    assert get_own().rebuild([service(f"n{n}", body="new") for n in range(300)]) == 300
    assert find(Query("new")).total == 300
    assert find(Query("word")).total == 0


@committed
def test_questions_have_an_answer_while_indexes_come_and_go(start: Start) -> None:
    """A rebuild drops the tables that another process is just reading, or is about to."""
    put([service("a", body="word")])
    rebuilding = start("for n in range(10):\n    engine.rebuild([service('a', body='word')])")
    while rebuilding.poll() is None:
        assert found("word") == ["a"]
    finished(rebuilding)


@committed
def test_scrubbing_leaves_no_trace_in_the_tables_files(transactional_db: None) -> None:
    put([service(f"n{number}", body=f"words {number}") for number in range(50)])
    put([service("a", title="Zzyzxstreet", body="Zzyzxstreet 17", keywords="Zzyzxstreet")])
    assert traces("zzyzx")
    put([service("a", body="moved")])
    search.scrub()
    assert traces("zzyzx") == []
    assert found("moved") == ["a"]


def traces(word: str) -> list[str]:
    """The tables and indexes, the catalogue's own included, whose files have these letters."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'i', 't') AND relfilenode > 0"
            " AND position(%s::bytea IN lower(encode(pg_read_binary_file(pg_relation_filepath(oid)), 'escape'))"
            "::bytea) > 0",
            [word.encode()],
        )
        return [name for (name,) in cursor.fetchall()]


def test_a_failed_question_is_djangos_error_and_leaves_the_callers_transaction_whole(engine: Engine) -> None:
    put([service("a", body="word")])
    with pytest.raises(InterruptedError), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE search_1_words RENAME TO elsewhere")
        with pytest.raises(DatabaseError):
            find(Query("word"))
        assert IndexState.objects.count() == 1
        raise InterruptedError
    assert found("word") == ["a"]


def test_no_word_reaches_djangos_log_of_statements(engine: Engine) -> None:
    put([service("a", title="Counselling", body="word")])
    connection.force_debug_cursor = True
    try:
        find(Query("counseling wrod"))
        assert not [query for query in connection.queries if "wrod" in query["sql"]]
    finally:
        connection.force_debug_cursor = False


def test_without_trigrams_a_slip_is_forgiven_too_and_the_cure_is_named(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    assert not [message for message in run_checks(databases=["default"]) if message.id == "search.W003"]
    put([service("a", title="Swimming lessons")])
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert find(Query("swiming lessens")).meant == "swimming lessons"
    assert len([record for record in caplog.records if "pg_trgm" in record.getMessage()]) == 1
    (warning,) = [message for message in run_checks(databases=["default"]) if message.id == "search.W003"]
    assert "CREATE EXTENSION pg_trgm" in str(warning.hint)
    assert engine.rebuild([service("b", title="Swimming")]) == 1


def test_a_text_beyond_a_vectors_limits_is_kept_and_found(engine: Engine) -> None:
    body = " ".join(f"w{number:06}word" for number in range(90_000))
    put([service("long", title="Endless", body=f"first {body} first"), service("b", body="first " * 40_000)])
    assert sorted(found("first")) == ["b", "long"]
    assert found("endless") == ["long"]
    assert found("w000010word") == ["long"]
    remove(["service:long"])
    assert names(find(Query("first"))) == ["b"]
