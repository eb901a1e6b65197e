"""One analysis for the index and the question, with every token's place in the original."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as some

from search import analysis


def terms(text: str, language: str = "en") -> list[str]:
    return [token.term for token in analysis.tokens(text, language)]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Élèves", "eleves"),
        ("e\u0301cole", "ecole"),
        ("STRASSE Straße", "strasse strasse"),
        ("ﬁne １２", "fine 12"),
        ("İstanbul", "istanbul"),
        ("Їжак і йод", "їжак і йод"),
        ("Ёлка", "елка"),
        ("سَيِّدَة أحمد", "سيدة احمد"),
        ("שָׁלוֹם", "שלום"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_folding_takes_case_and_accents_but_no_letters(text: str, folded: str) -> None:
    assert analysis.fold(text) == folded


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "counselling", "Counsel"),
        ("en", "children’s", "child"),
        ("de", "Häuser", "haus"),
        ("de", "Straße", "strasse"),
        ("fr", "séparation", "séparé"),
        ("uk", "сім’ї", "сімʼя"),
        ("uk", "психолога", "психолог"),
        ("uk", "дітям", "діти"),
        ("ar", "المَدْرَسَة", "مدرسة"),
        ("pt-br", "famílias", "família"),
        ("xx", "Éa", "ea"),
    ],
)
def test_forms_of_a_word_become_one_term(language: str, one: str, other: str) -> None:
    assert terms(one, language) == terms(other, language) != []


def test_what_has_no_stemmer_is_only_folded() -> None:
    assert terms("Families", "xx") == ["families"]


def test_an_apostrophe_belongs_to_english_and_ukrainian_words_alone() -> None:
    assert terms("l'école", "fr") == ["l", "ecol"]
    assert len(terms("п'ять", "uk")) == 1
    assert terms("'quoted'", "en") == ["quot"]


def test_invisible_characters_do_not_part_a_word() -> None:
    assert terms("Kin\u00adder\u200bschutz", "de") == terms("Kinderschutz", "de")


def test_places_are_those_of_the_original() -> None:
    text = "Für e\u0301lèves: Kin\u00adder!"
    assert [text[token.start : token.end] for token in analysis.tokens(text, "de")] == [
        "Für",
        "e\u0301lèves",
        "Kin\u00adder",
    ]


@given(text=some.text(max_size=200), language=some.sampled_from(["en", "de", "fr", "uk", "ar", "hi", "xx"]))
def test_any_text_has_tokens_in_order_without_spaces(text: str, language: str) -> None:
    end = 0
    for token in analysis.tokens(text, language):
        assert end <= token.start < token.end <= len(text)
        assert token.term and len(token.term.split()) == 1 and '"' not in token.term and ":" not in token.term
        end = token.end


def test_a_question_drops_what_either_language_always_says() -> None:
    assert analysis.question("counselling after a divorce", "en", "en") == ("counsel", "divorc")
    assert analysis.question("die Familie", "de", "en") == ("famili",)
    assert analysis.question("who are we", "en", "en") == ("who", "are", "we")


def test_a_question_is_no_longer_than_a_sentence() -> None:
    assert len(analysis.question(" ".join(f"w{n}" for n in range(10_000)), "en", "en")) == analysis.MOST_WORDS
    assert analysis.question("x" * 100_000, "en", "en") == ("x" * analysis.LONGEST_WORD,)
    assert analysis.question("\x00\ud800 ?!", "en", "en") == ()


def test_threads_stem_at_the_same_time() -> None:
    wrong: list[str] = []

    def stem() -> None:
        for number in range(300):
            if terms(f"families{number} counselling", "en")[1] != "counsel":
                wrong.append("counselling")

    threads = [threading.Thread(target=stem) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_clean_text_keeps_its_length() -> None:
    assert analysis.clean("a\x00b\ud800c") == "a b?c"
