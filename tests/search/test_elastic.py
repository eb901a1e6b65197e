"""What is Elasticsearch's alone: its limits, its files, and several processes at once."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError

from search import Document, Query, Refused, Results, Text, asking
from search.engines import elastic_queries
from search.engines.elastic import ElasticEngine
from search.engines.elastic_server import Server
from search.question import Part, Question
from tests.search.shelf import names, service

pytestmark = [pytest.mark.elastic, pytest.mark.django_db]


def ask(engine: ElasticEngine, words: str = "", **others) -> Results:
    return asking.find(Query(words, **others), engine)


def test_without_an_index_nothing_is_found_and_nothing_fails(elastic_server: Server) -> None:
    engine = ElasticEngine(elastic_server, "test-there-is-none")
    question = {"en": Question((Part((("word",),)),))}
    assert engine.find(Query("word", facets={"need": ("grief",)}), question).facets == ()
    assert ask(engine).hits == ()
    assert (engine.languages(), engine.near("word", "en"), dict(engine.stored())) == ([], [], {})
    assert engine.completions("wo", Question(), "en") == []
    assert engine.known({"en": {"word"}}) == {"en": frozenset()}
    engine.remove(["service:a"])
    engine.scrub()
    assert not engine.is_ready()


def test_a_question_is_cut_to_what_elasticsearch_takes(elastic: ElasticEngine) -> None:
    codes = [f"x{chr(97 + number)}" for number in range(20)]
    elastic.put([service("a", texts={code: Text("w1 word") for code in codes})])
    parts = tuple(
        Part(tuple((f"w{part}", f"v{other}", f"u{other}") for other in range(24))) for part in range(24)
    )
    huge = dict.fromkeys(codes, Question(parts))
    cut = elastic_queries.bounded(huge, codes[7])
    assert next(iter(cut)) == codes[7]
    assert sum(map(elastic_queries._size, cut.values())) <= elastic_queries.MOST_TERMS
    assert names(elastic.find(Query("w", language=codes[7]), huge)) == ["a"]
    small = {"en": Question((Part((("word",), ("other",))),))}
    assert elastic_queries.bounded(small, "de") == small


def test_many_processes_begin_one_index(elastic_server: Server, elastic_prefix: str) -> None:
    prefix = f"{elastic_prefix}-many"
    engines = [ElasticEngine(elastic_server, prefix) for _ in range(6)]
    try:
        with ThreadPoolExecutor(6) as pool:
            list(
                pool.map(lambda pair: pair[1].put([service(f"n{pair[0]}", body="word")]), enumerate(engines))
            )
        assert len(dict(engines[0].stored())) == 6
        state = elastic_server.ask(engines[0]._read, 10.0)
        assert state.numbers == (1,)
    finally:
        elastic_server.ask(lambda client: client.indices.delete(index=f"{prefix}-*"), 30.0)


def test_writers_beside_a_rebuild_lose_nothing(elastic: ElasticEngine) -> None:
    """Changes in every moment of a rebuild: what was put is there, what was removed is not."""
    elastic.put([service(f"n{number}", body="old") for number in range(40)])
    wanted = [service(f"n{number}", body="old") for number in range(40)]

    def change(number: int) -> None:
        elastic.remove([f"service:n{number}"])
        elastic.put([service(f"new{number}", body="new")])

    def while_it_is_read() -> Iterable[Document]:
        with ThreadPoolExecutor(2) as pool:
            running = [pool.submit(change, number) for number in range(20)]
            yield from wanted
            for each in running:
                each.result()

    elastic.rebuild(while_it_is_read())
    held = {document_id for document_id, _ in elastic.stored()}
    assert held == {f"service:n{n}" for n in range(20, 40)} | {f"service:new{n}" for n in range(20)}
    assert elastic.is_ready()


def test_a_killed_rebuild_of_another_make_is_thrown_away(elastic: ElasticEngine, monkeypatch) -> None:
    def cut(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        elastic.rebuild([service("old", body="word")], cut)
    for module in ("elastic_documents", "elastic_index", "elastic_rebuild"):
        monkeypatch.setattr(f"search.engines.{module}.MAKE", "elastic 99, analysis 99")
    assert elastic.rebuild([service("new", body="word")]) == 1
    assert names(ask(elastic, "word")) == ["new"]


@pytest.mark.proof
def test_scrubbing_leaves_no_deleted_document(elastic_server: Server, elastic_prefix: str) -> None:
    engine = ElasticEngine(elastic_server, f"{elastic_prefix}-scrubbed")
    engine.put([service(f"n{number}", body=f"words {number}") for number in range(50)])
    engine.put([service("n1", body="moved")])
    engine.remove(["service:n2"])
    engine.scrub()
    index = engine._names.index(1)
    docs = elastic_server.ask(lambda client: client.indices.stats(index=index, metric="docs"), 10.0)
    assert docs["_all"]["primaries"]["docs"]["deleted"] == 0
    elastic_server.ask(lambda client: client.indices.delete(index=index), 30.0)


def test_no_error_repeats_what_a_document_says(elastic: ElasticEngine, monkeypatch) -> None:
    stored = "search.engines.elastic_documents.stored"
    monkeypatch.setattr(stored, lambda document: {"id": document.id, "places": "Zzyzxstreet 17"})
    with pytest.raises(DatabaseError) as failure:
        elastic.put([service("a")])
    assert "Zzyzx" not in str(failure.value)
    assert failure.value.__cause__ is None


def test_texts_in_seventy_languages(elastic: ElasticEngine) -> None:
    codes = [f"{a}{b}" for a in "abcdefg" for b in "abcdefghij"]
    elastic.put([service("a", texts={code: Text(f"title {code}", body="word") for code in codes})])
    assert ask(elastic, "word", language="ba").hits[0].title == "title ba"


def test_an_overtaken_rebuild_is_refused_before_it_writes(elastic: ElasticEngine) -> None:
    def others() -> Iterable[Document]:
        elastic.rebuild([service("b", body="word")])
        yield service("a", body="word")

    with pytest.raises(Refused, match="Another rebuild"):
        elastic.rebuild(others())
    assert names(ask(elastic, "word")) == ["b"]
