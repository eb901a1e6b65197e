"""What every engine makes of words: synonyms, slips, other names, other ways of writing. See `contract.py`."""

from __future__ import annotations

import pytest

from search import Query, Suggestion, Text, find, put, suggest
from search.engines.base import Engine
from search.models import Synonym
from tests.search.shelf import found, names, service


@pytest.mark.usefixtures("engine")
class Synonyms:
    @pytest.fixture(autouse=True)
    def _documents(self, engine: Engine) -> None:
        put(
            [
                service("violence", title="Safe at home", keywords="physical violence"),
                service("therapy", body="physical therapy"),
                service("uncle", title="Visiting an uncle"),
                service("german", texts={"de": Text("Gewalt in der Familie")}),
            ]
        )

    def test_a_phrase_also_finds_what_it_means(self) -> None:
        Synonym.objects.create(language="en", said="mum hits me|dad hits me", means="physical violence")
        assert found("My mum hits me!") == ["violence"]
        assert found("dad hits me hard")[0] == "violence"
        assert "therapy" not in found("mum hits me")

    def test_all_words_of_one_meaning_are_wanted(self) -> None:
        Synonym.objects.create(language="en", said="beaten", means="physical violence|uncle")
        results = find(Query("beaten"))
        assert sorted(names(results)) == ["uncle", "violence"]
        assert (results.total, results.others) == (2, 0)

    def test_an_edit_holds_from_the_next_question_on(self) -> None:
        assert found("thrashed") == []
        row = Synonym.objects.create(language="en", said="thrashed", means="violence")
        assert found("thrashed") == ["violence"]
        row.means = "therapy"
        row.save()
        assert found("thrashed") == ["therapy"]
        row.delete()
        assert found("thrashed") == []

    def test_a_language_has_its_own(self) -> None:
        Synonym.objects.create(language="de", said="schlägt mich", means="gewalt")
        assert found("Papa schlägt mich", language="de")[0] == "german"
        assert found("beats me") == []


@pytest.mark.usefixtures("engine")
class Spelling:
    @pytest.fixture(autouse=True)
    def _documents(self, engine: Engine) -> None:
        put(
            [
                service("a", title="Counselling for families", body="after a divorce"),
                service("b", title="Swimming lessons"),
                service("de", texts={"de": Text("Beratung für Schwangere")}),
                service("uk", texts={"uk": Text("Насильство вдома")}),
            ]
        )

    @pytest.mark.parametrize(
        ("words", "language", "name", "meant"),
        [
            ("counseling", "en", "a", ""),
            ("councelling", "en", "a", "counselling"),
            ("Swiming lessens", "en", "b", "swimming lessons"),
            ("famlies counselling", "en", "a", "families counselling"),
            ("Beratnug", "de", "de", "beratung"),
            ("Beratnug", "en", "de", "beratung"),
            ("насилство", "uk", "uk", "насильство"),
            ("yfcbkmcndj", "uk", "uk", "насильство"),
        ],
    )
    def test_a_slip_is_forgiven_and_said(self, words: str, language: str, name: str, meant: str) -> None:
        results = find(Query(words, language=language))
        assert names(results)[:1] == [name]
        assert results.meant == meant

    def test_a_known_word_is_never_read_as_another(self) -> None:
        put([service("c", title="Lesson plans"), service("d", title="Lessor")])
        assert find(Query("lesson")).meant == ""
        assert "d" not in found("lesson")

    def test_what_is_like_nothing_is_left_alone(self) -> None:
        results = find(Query("xylophone"))
        assert (results.hits, results.meant) == ((), "")

    def test_a_number_and_a_short_word_are_not_spelt(self) -> None:
        assert find(Query("swimm1ng")).meant == ""
        assert find(Query("swi")).meant == ""


@pytest.mark.usefixtures("engine")
class Suggestions:
    @pytest.fixture(autouse=True)
    def _documents(self, engine: Engine) -> None:
        put(
            [
                service("a", title="Counselling for families", summary="Counselling"),
                service("b", title="Family counsellors", keywords="counselling"),
                service("c", title="Swimming", body="counterfeit"),
                service("d", texts={"de": Text("Übergang und Counselling")}),
            ]
        )

    def test_words_that_begin_like_this_with_the_number_of_documents(self) -> None:
        assert suggest("couns", "en") == (Suggestion("counselling", 2), Suggestion("counsellors", 1))
        assert suggest("Coun", "de") == (Suggestion("counselling", 1),)

    def test_the_words_before_narrow_the_count(self) -> None:
        assert suggest("families couns", "en") == (
            Suggestion("families counselling", 2),
            Suggestion("families counsellors", 1),
        )
        assert suggest("swimming couns", "en") == ()

    def test_accents_are_shown_and_need_not_be_typed(self) -> None:
        assert suggest("uberg", "de") == (Suggestion("übergang", 1),)

    def test_nothing_is_suggested_for_next_to_nothing(self) -> None:
        assert suggest("couns", "uk") == suggest("c", "en") == suggest("", "en") == suggest('"*', "en") == ()
        assert suggest("couns ", "en") == ()


@pytest.mark.usefixtures("engine")
class OtherNames:
    @pytest.fixture(autouse=True)
    def _documents(self, engine: Engine) -> None:
        put(
            [
                service(
                    "shelter",
                    texts={"en": Text("A safe bed", "Doors that lock", keywords="Refuge\nSafe house")},
                    names={"uk": "Притулок\nЗахист"},
                ),
                service("other", title="Swimming"),
            ]
        )

    def test_what_exists_only_in_another_language_is_found_by_its_names(self) -> None:
        (hit,) = find(Query("притулок", language="uk")).hits
        assert (hit.id, hit.title, hit.language) == ("service:shelter", "A safe bed", "en")
        assert "".join(mark.text for mark in hit.snippet) == "Doors that lock"
        assert hit.because == "Притулок"

    def test_a_hit_says_by_which_other_name_it_was_found(self) -> None:
        assert [hit.because for hit in find(Query("refuge")).hits] == ["Refuge"]
        assert [hit.because for hit in find(Query("bed")).hits] == [""]
        assert [hit.because for hit in find(Query("lock")).hits] == [""]

    def test_a_number_is_found_and_never_shown_as_a_name(self) -> None:
        put([service("line", title="A line", keywords="116 111\n116111")])
        assert [hit.because for hit in find(Query("116111")).hits] == [""]

    def test_names_alone_are_no_text_to_show(self) -> None:
        hits = {hit.id: hit for hit in find(Query(language="uk")).hits}
        assert hits["service:shelter"].title == "A safe bed"

    def test_names_that_went_find_nothing(self) -> None:
        put([service("shelter", title="A safe bed")])
        assert found("притулок", language="uk") == []


@pytest.mark.usefixtures("engine")
class Writing:
    """How each language writes its words: see `search/analysis.py`."""

    def test_a_german_compound_is_found_by_its_parts_and_the_parts_by_the_compound(self) -> None:
        put(
            [
                service("whole", texts={"de": Text("Trennungsberatung")}),
                service("apart", texts={"de": Text("Beratung bei Trennung")}),
            ]
        )
        assert sorted(found("Beratung", language="de")) == ["apart", "whole"]
        assert sorted(found("Trennung Beratung", language="de")) == ["apart", "whole"]
        assert found("Trennungsberatung", language="de")[0] == "whole"
        assert sorted(found("Trennungsberatung", language="de")) == ["apart", "whole"]

    def test_chinese_needs_no_spaces(self) -> None:
        put([service("zh", texts={"zh": Text("儿童保护中心", body="为家庭提供帮助")})])
        assert found("保护", language="zh") == ["zh"]
        assert found("家庭帮助", language="zh") == ["zh"]
        assert found("老人", language="zh") == []

    def test_an_elided_article_is_no_word(self) -> None:
        put([service("fr", texts={"fr": Text("Quitter l’école", body="d'accord")})])
        assert find(Query("l'école", language="fr")).total == 1
        assert find(Query("école", language="fr")).total == 1
