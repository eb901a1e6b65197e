"""What every engine does, in one meaning. `test_engines.py` runs it on each engine that conftest.py names."""

from __future__ import annotations

import pytest

from search import Document, Near, Place, Query, Refused, Text, find, put, remove, suggest
from search.engines.base import Engine
from tests.search.shelf import counts, found, names, service


@pytest.mark.usefixtures("engine")
class Finding:
    def test_an_empty_index_finds_nothing_and_fails_at_nothing(self) -> None:
        results = find(Query("help"))
        assert (results.hits, results.total, results.others, results.facets) == ((), 0, 0, ())
        assert (results.page, results.pages) == (1, 1)
        assert suggest("he", "en") == ()
        remove(["service:none"])

    def test_title_weighs_more_than_summary_than_keywords_than_body(self) -> None:
        put(
            [
                service("body", body="divorce"),
                service("keywords", keywords="divorce"),
                service("summary", summary="divorce"),
                service("title", title="divorce"),
                *(service(f"other{number}", body="something else entirely") for number in range(9)),
            ]
        )
        assert found("divorce") == ["title", "summary", "keywords", "body"]

    def test_words_that_stand_together_come_before_the_same_words_apart(self) -> None:
        apart = "Foster homes for dogs. " + "Many other words about them. " * 4 + "We care for gardens."
        put(
            [
                service("apart", body=apart),
                service(
                    "together", body="Many other words about it. " * 4 + "Foster care for a while. Homes."
                ),
            ]
        )
        assert found("foster care") == ["together", "apart"]

    def test_a_title_that_is_just_what_was_typed_comes_first(self) -> None:
        put(
            [
                service("many", title="Hurts, hurts", summary="what hurts", keywords="hurts", body="hurts"),
                service("exact", title="Someone hurts me", body="Many other words about it. " * 9),
            ]
        )
        assert found("someone hurts me?") == ["exact", "many"]

    def test_all_words_come_first_and_the_rest_is_counted_apart(self) -> None:
        put(
            [
                service("one", title="Counselling counselling counselling"),
                service("both", body="Counselling for whoever lives through a divorce"),
                service("none", body="Swimming"),
            ]
        )
        results = find(Query("counselling after divorce"))
        assert names(results) == ["both", "one"]
        assert [hit.all_words for hit in results.hits] == [True, False]
        assert (results.total, results.others) == (1, 1)

    def test_what_is_closed_comes_last_in_its_group(self) -> None:
        put(
            [
                service("closed", title="Divorce counselling", last=True),
                service("open", body="A divorce, and long texts about it. Counselling."),
                service("partly closed", title="Divorce", last=True),
                service("partly", body="Much later and far down: divorce"),
            ]
        )
        assert found("divorce counselling") == ["open", "closed", "partly", "partly closed"]
        assert found()[-2:] == ["partly closed", "closed"] or found()[-2:] == ["closed", "partly closed"]

    def test_weight_multiplies_the_score(self) -> None:
        put([service("a", body="divorce", weight=1.0), service("b", body="divorce", weight=2.0)])
        first, second = find(Query("divorce")).hits
        assert first.id == "service:b"
        assert first.score == pytest.approx(2 * second.score)

    def test_no_words_give_everything_by_weight_then_title(self) -> None:
        put(
            [
                service("c", title="Übergang"),
                service("a", title="apple"),
                service("b", title="Banana"),
                service("heavy", title="Zebra", weight=3.0),
            ]
        )
        assert found() == ["heavy", "a", "b", "c"]
        assert found("  ?! ") == ["heavy", "a", "b", "c"]
        assert all(hit.all_words for hit in find(Query()).hits)

    def test_inflected_words_are_found(self) -> None:
        put(
            [
                service("en", texts={"en": Text("Families, children and counsellors")}),
                service("de", texts={"de": Text("Häuser und Beratungen")}),
                service("fr", texts={"fr": Text("Les écoles séparées")}),
                service("uk", texts={"uk": Text("Допомога для сім'ї та школи")}),
                service("ar", texts={"ar": Text("مَدْرَسَةُ الأطفال")}),
            ]
        )
        for words, language, name in (
            ("family", "en", "en"),
            ("CHILD", "en", "en"),
            ("haus", "de", "de"),
            ("haeuser", "de", "de"),
            ("ecole", "fr", "fr"),
            ("сімʼя", "uk", "uk"),
            ("школа", "uk", "uk"),
            ("مدرسة", "ar", "ar"),
        ):
            assert found(words, language=language) == [name], words

    def test_common_words_do_not_count_unless_they_are_alone(self) -> None:
        put([service("who", body="Who we are"), service("divorce", body="Divorce")])
        assert find(Query("what about a divorce")).total == 1
        assert found("who") == ["who"]

    def test_a_document_in_place_of_its_former_self(self) -> None:
        put([service("a", body="old words", facets={"need": ("grief",)})])
        put([service("a", body="new words", facets={"need": ("safety",)})])
        assert found("old") == []
        assert found("new") == ["a"]
        assert counts(find(Query()))["need"] == {"safety": 1}

    def test_a_text_of_the_same_length_is_another_text(self) -> None:
        put([service("a", body="old words")])
        assert found("new") == []
        put([service("a", body="new words")])
        assert found("new") == ["a"]

    def test_what_is_removed_is_gone_from_hits_and_counts(self) -> None:
        put([service("a", body="words", facets={"need": ("grief",)}), service("b", body="words")])
        assert found("words") == ["a", "b"]
        remove(["service:a", "service:never"])
        assert found("words") == ["b"]
        assert "need" not in counts(find(Query()))
        put([service("c", body="words")])
        assert found("words") == ["b", "c"]


@pytest.mark.usefixtures("engine")
class Languages:
    @pytest.fixture(autouse=True)
    def _documents(self, engine: Engine) -> None:
        put(
            [
                service(
                    "both", texts={"en": Text("Grief", "Someone died"), "de": Text("Trauer", "Jemand starb")}
                ),
                service("german", texts={"de": Text("Trauercafé", "Reden über Trauer")}),
            ]
        )

    def test_a_document_is_one_hit_whatever_its_languages(self) -> None:
        put([service("both", texts={"en": Text("Hospiz", "word"), "de": Text("Hospiz", "Wort")})])
        results = find(Query("hospiz", language="de"))
        assert (names(results), results.total) == (["both"], 1)
        assert results.hits[0].language == "de"
        assert find(Query("hospiz", language="en")).hits[0].language == "en"

    def test_what_exists_only_in_another_language_is_found_and_says_so(self) -> None:
        (hit,) = find(Query("Trauercafé", language="en")).hits
        assert (hit.title, hit.language) == ("Trauercafé", "de")

    def test_the_title_is_the_readers_where_there_is_one(self) -> None:
        hit = next(hit for hit in find(Query("trauer", language="en")).hits if hit.id == "service:both")
        assert (hit.title, hit.language) == ("Grief", "de")
        assert "".join(mark.text for mark in hit.snippet) == "Jemand starb"

    def test_the_address_is_the_readers(self) -> None:
        assert {hit.url for hit in find(Query("trauer", language="uk")).hits} == {"/uk/both/", "/uk/german/"}

    def test_without_words_a_text_is_the_readers_else_the_source(self) -> None:
        hits = {hit.id: hit for hit in find(Query(language="de")).hits}
        assert (hits["service:both"].title, hits["service:both"].language) == ("Trauer", "de")
        hits = {hit.id: hit for hit in find(Query(language="ar")).hits}
        assert (hits["service:both"].title, hits["service:both"].language) == ("Grief", "en")
        assert (hits["service:german"].title, hits["service:german"].language) == ("Trauercafé", "de")


@pytest.mark.usefixtures("engine")
class Facets:
    @pytest.fixture(autouse=True)
    def _documents(self, engine: Engine) -> None:
        put(
            [
                service("a", body="help", facets={"need": ("grief", "safety"), "district": ("north",)}),
                service("b", body="help", facets={"need": ("grief",), "district": ("south",)}),
                service("c", body="help me", facets={"need": ("money",), "district": ("south",)}),
                service("d", body="swimming", facets={"need": ("sport",)}, kind="agency"),
            ]
        )

    def test_any_within_a_facet_all_between_facets(self) -> None:
        assert found("help", facets={"need": ("grief", "money")}) == ["a", "b", "c"]
        assert found("help", facets={"need": ("grief", "money"), "district": ("south",)}) == ["b", "c"]
        assert found("help", facets={"need": ("nothing like it",)}) == []
        assert found("help", facets={"need": ()}) == ["a", "b", "c"]

    def test_counts_are_of_the_matches_and_many_to_many(self) -> None:
        assert counts(find(Query("help"))) == {
            "kind": {"service": 3},
            "need": {"grief": 2, "money": 1, "safety": 1},
            "district": {"south": 2, "north": 1},
        }

    def test_a_facets_own_ticks_do_not_narrow_its_own_counts(self) -> None:
        counted = counts(find(Query("help", facets={"district": ("north",)})))
        assert counted["district"] == {"south": 2, "north": 1}
        assert counted["need"] == {"grief": 1, "safety": 1}

    def test_a_count_is_what_its_tick_finds(self) -> None:
        ticked = {"need": ("grief",)}
        counted = counts(find(Query("help", facets=ticked)))
        for value, count in counted["district"].items():
            assert find(Query("help", facets={**ticked, "district": (value,)})).total == count

    def test_a_ticked_value_stays_even_at_zero(self) -> None:
        results = find(Query("help", facets={"need": ("sport",)}))
        assert (results.total, counts(results)["need"]["sport"]) == (0, 0)

    def test_kinds_are_a_scope_and_kind_is_a_facet(self) -> None:
        assert found(kinds=("agency",)) == ["d"]
        assert counts(find(Query(kinds=("agency",))))["kind"] == {"agency": 1}
        assert counts(find(Query(facets={"kind": ("agency",)})))["kind"] == {"service": 3, "agency": 1}

    def test_without_all_words_the_others_are_counted(self) -> None:
        results = find(Query("swimming money grief"))
        assert (results.total, results.others, counts(results)["kind"]) == (0, 1, {"agency": 1})

    def test_the_most_frequent_value_comes_first_and_facets_keep_their_order(self) -> None:
        facets = find(Query("help")).facets
        assert [facet.name for facet in facets] == ["kind", "need", "district"]
        assert [each.value for each in facets[1].values] == ["grief", "money", "safety"]


@pytest.mark.usefixtures("engine")
class Pages:
    def test_pages_are_stable_and_never_overlap(self) -> None:
        put([service(f"n{number:02}", title="The same title", body="same words") for number in range(23)])
        put([service(f"o{number:02}", body="same") for number in range(7)])
        for words in ("", "same words"):
            pages = [found(words, page=page, size=4) for page in range(1, 9)]
            listed = [name for page in pages for name in page]
            assert sorted(listed) == sorted(set(listed))
            assert len(listed) == 30
            assert [found(words, page=page, size=4) for page in range(1, 9)] == pages
        results = find(Query("same words", page=6, size=4))
        assert (results.total, results.others, results.pages) == (23, 7, 8)
        assert [hit.all_words for hit in results.hits] == [True, True, True, False]

    def test_a_page_beyond_the_end_is_empty_and_no_error(self) -> None:
        put([service("a", body="word")])
        results = find(Query("word", page=1_000_000))
        assert (results.hits, results.total, results.page, results.pages) == ((), 1, 1_000_000, 1)


@pytest.mark.usefixtures("engine")
class Refusals:
    @pytest.mark.parametrize(
        ("query", "cure"),
        [
            (Query(facets={"needs": ("grief",)}), "Did you mean need?"),
            (Query(facets={"x" * 100_000: ()}), "Use one of: kind, need"),
            (Query(page=0), "from 1 to"),
            (Query(page=10**9), "from 1 to"),
            (Query(size=0), "from 1 to"),
            (Query(size=10**9), "from 1 to"),
            (Query(ages=(-1, 5)), "in months"),
            (Query(ages=(5, 4)), "lower one first"),
            (Query(open=(5, 5)), "earlier one first"),
            (Query(order="cheapest"), "best, nearest"),
            (Query(order="nearest"), "Give near"),
            (Query(near=Near(91.0, 0.0)), "in degrees"),
            (Query(near=Near(float("nan"), 0.0)), "in degrees"),
            (Query(near=Near(0.0, 0.0, within=0.0)), "kilometres"),
            (Query(language="/evil.example"), "Use a code"),
            (Query(language=""), "Use a code"),
        ],
    )
    def test_a_question_without_meaning_is_refused_with_the_cure(self, query: Query, cure: str) -> None:
        with pytest.raises(Refused, match=cure):
            find(query)

    @pytest.mark.parametrize(
        "document",
        [
            Document("service:a", "service", "/", {}),
            Document("", "service", "/", {"en": Text("a")}),
            Document("service:a", "service", "/", {"en": Text("a")}, facets={"colour": ("red",)}),
            Document("service:a", "service", "/", {"en": Text("a")}, facets={"kind": ("service",)}),
            Document("service:a", "service", "/", {"en": Text("a")}, ages=(5, 4)),
            Document("service:a", "service", "/", {"en": Text("a")}, weight=0.0),
            Document("service:a", "service", "/", {"en": Text("a")}, open=((5, 5),)),
            Document("service:a", "service", "/", {"en": Text("a")}, places=(Place(0.0, 181.0),)),
            Document("service:a", "service", "/", {"en": Text("a")}, names={"en": "twice"}),
        ],
    )
    def test_a_document_that_cannot_keep_its_meaning_is_refused(self, document: Document) -> None:
        with pytest.raises(Refused):
            put([document])
        assert find(Query()).total == 0


@pytest.mark.usefixtures("engine")
class Snippets:
    def test_the_original_letters_are_marked(self) -> None:
        put([service("a", summary="Für Familien, deren Häuser brennen – “Élèves”.", title="x")])
        (hit,) = find(Query("eleves")).hits
        assert [mark.text for mark in hit.snippet if mark.marked] == ["Élèves"]
        assert "".join(mark.text for mark in hit.snippet) == "Für Familien, deren Häuser brennen – “Élèves”."

    def test_a_long_text_is_cut_at_words_around_the_match(self) -> None:
        put([service("a", title="x", body="before and " * 100 + "the divorce itself" + " and after" * 100)])
        (hit,) = find(Query("divorce")).hits
        text = "".join(mark.text for mark in hit.snippet)
        assert text.startswith("…") and text.endswith("…") and len(text) < 240
        assert [mark.text for mark in hit.snippet if mark.marked] == ["divorce"]

    def test_the_window_with_most_of_the_words_is_shown(self) -> None:
        body = "divorce " + "filler " * 200 + "divorce counselling here" + " filler" * 200
        put([service("a", title="x", body=body)])
        (hit,) = find(Query("counselling divorce")).hits
        assert [mark.text for mark in hit.snippet if mark.marked] == ["divorce", "counselling"]

    def test_a_match_in_the_title_alone_shows_how_the_summary_begins(self) -> None:
        put([service("a", title="Divorce", summary="We\n help   you.")])
        (hit,) = find(Query("divorce")).hits
        assert [(mark.text, mark.marked) for mark in hit.snippet] == [("We help you.", False)]

    def test_the_payload_comes_back(self) -> None:
        put([service("a", payload={"agency": "north-star"})])
        (hit,) = find(Query()).hits
        assert (dict(hit.payload), hit.kind, hit.id) == ({"agency": "north-star"}, "service", "service:a")
