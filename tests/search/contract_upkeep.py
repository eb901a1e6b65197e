"""What every engine stands: rebuilding under load, hostile questions, broken texts. See `contract.py`."""

from __future__ import annotations

import pytest

import search
from search import Query, Refused, Text, find, put, remove, suggest
from search.engines.base import Engine
from tests.search.shelf import Shelf, found, service


class Rebuilding:
    def test_a_rebuild_holds_what_the_sources_hold(self, engine: Engine) -> None:
        put([service("stale", body="word"), service("a", body="old")])
        search.register(Shelf(service("a", body="word"), service("b", body="word")))
        told: list[int] = []
        assert search.rebuild(told.append) == 2
        assert (told, found("word"), found("old")) == ([2], ["a", "b"], [])
        assert dict(engine.stored()) == {
            "service:a": engine.fingerprint(service("a", body="word")),
            "service:b": engine.fingerprint(service("b", body="word")),
        }

    def test_the_old_index_answers_meanwhile_and_changes_are_not_lost(self, engine: Engine) -> None:
        put([service("a", body="word"), service("b", body="word"), service("c", body="word")])
        shelf = Shelf(service("a", body="word"), service("b", body="word"), service("c", body="word"))
        seen: list[list[str]] = []

        def while_it_runs(done: int) -> None:
            put([service("b", body="other"), service("new", body="word")])
            remove(["service:c"])
            seen.append(sorted(found("word")))

        search.register(shelf)
        search.rebuild(while_it_runs)
        assert seen == [["a", "new"]]
        assert sorted(found("word")) == ["a", "new"]
        assert found("other") == ["b"]
        remove(["service:new"])
        assert found("word") == ["a"]

    def test_an_overtaken_rebuild_gives_way(self, engine: Engine) -> None:
        search.register(Shelf(service("a", body="word")))

        def another(done: int) -> None:
            engine.rebuild([service("b", body="word")])

        with pytest.raises(Refused, match="Another rebuild"):
            search.rebuild(another)
        assert found("word") == ["b"]

    def test_a_rebuild_that_fails_leaves_the_old_index(self, engine: Engine) -> None:
        put([service("a", body="word")])

        def fail(done: int) -> None:
            raise RuntimeError("power cut")

        with pytest.raises(RuntimeError):
            engine.rebuild([service("b", body="word")], fail)
        assert found("word") == ["a"]
        put([service("c", body="word")])
        assert engine.rebuild([service("d", body="word")]) == 1
        assert found("word") == ["d"]

    def test_a_rebuild_that_was_cut_off_is_taken_up_again(self, engine: Engine) -> None:
        def cut(done: int) -> None:
            raise KeyboardInterrupt

        put([service("old", body="word")])
        with pytest.raises(KeyboardInterrupt):
            engine.rebuild([service("same", body="word"), service("gone", body="word")], cut)
        wanted = [service("same", body="word"), service("new", body="word")]
        assert engine.rebuild(wanted) == 2
        assert sorted(found("word")) == ["new", "same"]
        assert dict(engine.stored()) == {each.id: engine.fingerprint(each) for each in wanted}

    def test_scrubbing_keeps_what_is_there(self, engine: Engine) -> None:
        put([service("a", body="word"), service("b", body="secret street")])
        remove(["service:b"])
        search.scrub()
        assert found("word") == ["a"]


@pytest.mark.usefixtures("engine")
class HostileInput:
    @pytest.mark.parametrize(
        "words",
        [
            'AND OR NOT NEAR(a b) "',
            '"""',
            "'; DROP TABLE search_1_document; --",
            "title:word ^word word* -word {title}:word (((",
            "word\x00word",
            "\ud800\udfff word \udc80",
            "word " * 25_000,
            "w" * 100_000,
            "\u202eword\u202c \u200bwo\u00adrd",
            "en:word",
            "ﷺ" * 2_000,
            "%s %d {0} \\ $1",
            " ".join(f"w{number}" for number in range(5_000)),
        ],
    )
    def test_no_words_make_it_fail(self, words: str) -> None:
        put([service("a", body="word"), service("b", texts={"de": Text("Wort"), "uk": Text("слово")})])
        results = find(Query(words))
        assert len(results.words) <= 200
        results.words.encode()
        suggest(words, "en")

    def test_documents_with_broken_text_are_kept_readable(self) -> None:
        put(
            [service("a", title="A\x00b \ud800 word", body="\udfff secret", facets={"district": ("\ud800",)})]
        )
        (hit,) = find(Query("secret")).hits
        hit.title.encode()
        "".join(mark.text for mark in hit.snippet).encode()
