"""The contract of all engines, run on each that conftest.py names, and fuzzed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from search import Near, Place, Query, Results, Text, asking, find, put, remove, scrub
from search.engines.base import LAST_PAGE, Engine
from search.engines.sqlite import SqliteEngine
from search.types import FACETS
from tests.search import contract, contract_narrowing, contract_upkeep, contract_words
from tests.search.file_store import FileStore
from tests.search.shelf import found, names, service


class TestFinding(contract.Finding):
    pass


class TestLanguages(contract.Languages):
    pass


class TestFacets(contract.Facets):
    pass


class TestAges(contract_narrowing.Ages):
    pass


class TestOpenings(contract_narrowing.Openings):
    pass


class TestDistances(contract_narrowing.Distances):
    pass


class TestTicks(contract_narrowing.Ticks):
    pass


class TestSynonyms(contract_words.Synonyms):
    pass


class TestSpelling(contract_words.Spelling):
    pass


class TestOtherNames(contract_words.OtherNames):
    pass


class TestWriting(contract_words.Writing):
    pass


class TestPages(contract.Pages):
    pass


class TestRefusals(contract.Refusals):
    pass


class TestSnippets(contract.Snippets):
    pass


class TestSuggestions(contract_words.Suggestions):
    pass


class TestRebuilding(contract_upkeep.Rebuilding):
    pass


class TestHostileInput(contract_upkeep.HostileInput):
    pass


OPERATORS = some.sampled_from(
    ['"', "*", "^", ":", "NEAR", "AND", "OR", "NOT", "(", ")", "{title}", "-", "+", "en:", "word"]
)
WORDS = some.lists(OPERATORS | some.text(alphabet=some.characters(), max_size=20), max_size=30).map(" ".join)
QUERIES = some.builds(
    Query,
    words=WORDS,
    language=some.sampled_from(["en", "de", "fr", "uk", "ar", "pt-br", "xx"]),
    facets=some.dictionaries(
        some.sampled_from(FACETS), some.lists(some.text(max_size=5), max_size=3).map(tuple), max_size=3
    ),
    kinds=some.lists(some.sampled_from(["service", "agency", "\x00"]), max_size=2).map(tuple),
    ages=some.none() | some.tuples(some.integers(0, 900), some.integers(900, 1800)),
    open=some.none() | some.tuples(some.integers(0, 10**6), some.integers(10**6 + 1, 10**7)),
    near=some.none() | some.builds(Near, some.floats(-90, 90), some.floats(-180, 180)),
    page=some.integers(1, LAST_PAGE),
    size=some.integers(1, 50),
)


def _fuzzed(query: Query) -> None:
    results = find(query)
    assert len(results.hits) <= query.size
    assert results.total + results.others >= len(results.hits)


def _texts_in_many_languages() -> None:
    texts = {
        code: Text(f"word {code}", "summary", "and a body with words")
        for code in ("en", "de", "uk", "ar", "zh")
    }
    put(
        [
            service("a", texts=texts, facets={"need": ("grief",)}, places=(Place(54.0, 10.0),)),
            service("b", body="word", last=True, open=((0, 10**6),)),
        ]
    )


def _fuzz(times: int) -> None:
    _texts_in_many_languages()

    @settings(max_examples=times, deadline=None)
    @given(query=QUERIES)
    def each(query: Query) -> None:
        _fuzzed(query)

    each()


def test_any_question_has_an_answer(engine: Engine) -> None:
    _fuzz(60)


@pytest.mark.proof
def test_ten_thousand_questions_have_an_answer(engine: Engine) -> None:
    _fuzz(10_000)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=some.text(max_size=60),
    body=some.text(max_size=300),
    code=some.sampled_from(["en", "de", "fr", "uk", "ar", "zh"]),
)
def test_any_text_is_kept_and_shown_as_it_was(engine: Engine, title: str, body: str, code: str) -> None:
    put([service("a", texts={code: Text(title, "", body + " findable")})])
    (hit,) = find(Query("findable", language=code)).hits
    assert any(mark.marked and mark.text.endswith("findable") for mark in hit.snippet)


# --- the SQLite engine alone ----------------------------------------------------------------------


def ask(engine: Engine, words: str = "", **others) -> Results:
    return asking.find(Query(words, **others), engine)


def test_two_processes_see_each_others_changes(db: None, tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite3"
    one, other = SqliteEngine(FileStore(path)), SqliteEngine(FileStore(path))
    for number in range(100):
        one.put([service(f"n{number}", body="word", facets={"need": (f"need{number % 3}",)})])
        if number % 10 == 0:
            assert ask(other, "word").total == number + 1
    other.remove(["service:n0"])
    assert ask(one, "word", facets={"need": ("need0",)}).total == 33
    one.rebuild([service("a", body="word")])
    assert ask(other, "word").total == 1


def test_what_a_rolled_back_transaction_showed_is_forgotten(db: None, tmp_path: Path) -> None:
    store = FileStore(tmp_path / "search.sqlite3")
    engine = SqliteEngine(store)
    engine.put([service("a", body="word")])
    with pytest.raises(InterruptedError), store.writing():
        engine.put([service("b", body="word")])
        assert names(ask(engine, "word")) == ["a", "b"]
        raise InterruptedError
    assert names(ask(engine, "word")) == ["a"]
    engine.put([service("c", body="word")])
    assert names(ask(engine, "word")) == ["a", "c"]


def test_an_index_whose_state_was_flushed_is_empty(db: None, tmp_path: Path) -> None:
    store = FileStore(tmp_path / "search.sqlite3")
    engine = SqliteEngine(store)
    engine.put([service("a", body="word")])
    with store.writing() as raw:
        raw.execute("DELETE FROM search_indexstate")
    assert names(ask(engine)) == []
    engine.put([service("b", body="word")])
    assert names(ask(engine, "word")) == ["b"]


def test_scrubbing_leaves_no_trace_in_the_files(db: None, tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite3"
    engine = SqliteEngine(FileStore(path))
    others = [service(f"n{number}", body=f"words {number}") for number in range(300)]
    engine.put([*others, service("a", body="Zzyzxstreet 17", keywords="Zzyzxstreet")])
    engine.put([service("a", body="moved")])
    engine.scrub()
    for file in tmp_path.iterdir():
        assert b"zzyzx" not in file.read_bytes().lower(), file.name


def test_the_index_in_the_database_is_scrubbed_inside_a_transaction_too(engine: Engine) -> None:
    put([service("a", body="word")])
    scrub()
    remove(["service:a"])
    scrub()
    assert found() == []
