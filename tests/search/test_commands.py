"""The commands ask the same seam as the site, and the system checks name the cure."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

import search
from search import outbox, put, sources
from search.checks import check_engine
from search.engines.base import Engine
from tests.search.shelf import Shelf, found, service


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def indexed(engine: Engine) -> None:
    put(
        [
            service(
                "a",
                title="Divorce counselling",
                facets={"need": ("separation",), "district": ("north",)},
                payload={"agency": "north-star"},
                ages=(0, 60),
            ),
            service("b", body="A divorce, seen from far", facets={"need": ("money", "separation")}),
        ]
    )


@pytest.mark.usefixtures("indexed")
class TestFind:
    def test_json_has_the_promised_shape(self) -> None:
        answer = json.loads(run("find", "counselling after divorce", "--language", "en", "--json"))
        assert set(answer) == {"hits", "facets", "total"}
        assert answer["total"] == 1
        assert [hit["id"] for hit in answer["hits"]] == ["service:a", "service:b"]
        first = answer["hits"][0]
        assert set(first) == {"id", "title", "agency", "url", "score"}
        assert (first["agency"], first["url"], first["title"]) == (
            "north-star",
            "/en/a/",
            "Divorce counselling",
        )
        assert answer["hits"][1]["agency"] == ""
        assert answer["facets"]["need"] == {"separation": 1}

    def test_options_narrow(self) -> None:
        answer = json.loads(
            run("find", "divorce", "--json", "--facet", "need=money", "--facet", "need=other")
        )
        assert [hit["id"] for hit in answer["hits"]] == ["service:b"]
        assert json.loads(run("find", "--json", "--age", "61"))["total"] == 1
        assert json.loads(run("find", "--json", "--kind", "agency"))["total"] == 0
        assert len(json.loads(run("find", "--json", "--size", "1", "--page", "2"))["hits"]) == 1

    def test_without_json_the_lines_can_be_read(self) -> None:
        printed = run("find", "counselling", "divorce")
        assert "1 with all words, 1 with some" in printed
        assert "Divorce counselling" in printed
        assert "need: separation 1" in printed

    @pytest.mark.parametrize(
        "arguments", [["--facet", "needs=x"], ["--facet", "need"], ["--page", "0"], ["--language", "/x"]]
    )
    def test_refusals_are_one_clear_line(self, arguments: list[str]) -> None:
        with pytest.raises(CommandError):
            run("find", "x", *arguments)


def test_check_search_names_every_difference_and_rebuild_search_heals_them(engine: Engine) -> None:
    outbox.all_is_of(sources.today())
    put([service("same"), service("extra"), service("changed", body="old")])
    search.register(Shelf(service("same"), service("changed", body="new"), service("missing")))
    out = StringIO()
    with pytest.raises(CommandError, match="3 documents: run rebuild_search") as failure:
        call_command("check_search", stdout=out)
    assert failure.value.returncode == 1
    assert sorted(out.getvalue().splitlines()) == [
        f"{engine.name}: different  service:changed",
        f"{engine.name}: extra      service:extra",
        f"{engine.name}: missing    service:missing",
    ]
    outbox.note("service:same")
    assert "3 documents" in run("rebuild_search")
    assert "agree" in run("check_search")
    assert sorted(found()) == ["changed", "missing", "same"]
    assert outbox.pending() == 0


def test_a_document_that_is_refused_is_named(engine: Engine) -> None:
    outbox.all_is_of(sources.today())
    search.register(Shelf(service("a", weight=-1)))
    with pytest.raises(CommandError, match="weight"):
        run("rebuild_search")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("check_search", stdout=out)
    assert "refused    service:a" in out.getvalue()


def test_what_the_night_changed_is_no_difference(engine: Engine) -> None:
    shelf = Shelf(service("a"))
    search.register(shelf)
    run("rebuild_search")
    shelf.held["service:a"] = service("a", body="stale since midnight")
    shelf.day += timedelta(days=1)
    assert "agree" in run("check_search")


class TestChecks:
    def test_all_is_well(self, db: None) -> None:
        assert check_engine(None) == []

    def test_a_database_without_an_engine_is_named_with_the_cure(self, db: None, monkeypatch) -> None:
        from django.db import connection

        monkeypatch.setattr(connection, "vendor", "oracle")
        (error,) = check_engine(None)
        assert (error.id, "DATABASE_URL" in str(error.hint)) == ("search.E001", True)
        with pytest.raises(search.Refused, match="DATABASE_URL"):
            put([service("a")])

    def test_a_sqlite_without_full_text_search_is_named(self, settings, monkeypatch) -> None:
        class Bare:
            def execute(self, statement: str) -> None:
                import sqlite3

                raise sqlite3.OperationalError("no such module: fts5")

            def close(self) -> None: ...

        from django.db import connection

        monkeypatch.setattr(connection, "vendor", "sqlite")
        monkeypatch.setattr("search.checks.sqlite3.connect", lambda path: Bare())
        assert [error.id for error in check_engine(None)] == ["search.E002"]
