"""From typed words to parts and alternatives: pure, no engine."""

from __future__ import annotations

import pytest

from search import analysis, question
from search.question import Synonyms
from search.spelling import understood
from search.synonyms import _of_language


def parts(words: str, language: str = "en", asked_in: str = "", synonyms: Synonyms | None = None) -> list:
    asked = question.ask(words, asked_in or language, language, synonyms)
    return [list(part.alternatives) for part in asked.parts]


class Row:
    """A synonym without a database."""

    def __init__(self, said: str, means: str) -> None:
        self.said, self.means = said, means


def synonyms(*rows: tuple[str, str], language: str = "en") -> Synonyms:
    return _of_language(language, [Row(*row) for row in rows])  # type: ignore[list-item]


def test_a_question_drops_what_either_language_always_says() -> None:
    assert parts("counselling after a divorce") == [[("counsel",)], [("divorc",)]]
    assert parts("die Familie", "en", "de") == [[("famili",)]]
    assert parts("who are we") == [[("who",)], [("are",)], [("we",)]]


def test_a_question_is_no_longer_than_a_sentence() -> None:
    assert len(parts(" ".join(f"w{n}" for n in range(10_000)))) == question.MOST_WORDS
    assert parts("x" * 100_000) == [[("x" * analysis.LONGEST_WORD,)]]
    assert parts("?! …") == []


@pytest.mark.parametrize(
    ("text", "asked_in", "spoken"),
    [
        ("i want to die", "de", "en"),
        ("die Mutter", "de", "de"),
        ("mein Onkel fasst mich an", "en", "de"),
        ("counselling", "fr", "fr"),
        ("", "uk", "uk"),
    ],
)
def test_common_words_tell_the_language_of_a_question(text: str, asked_in: str, spoken: str) -> None:
    assert question.spoken_in(text, asked_in, ["en", "de", "fr"]) == spoken


def test_a_word_twice_is_one_part() -> None:
    assert parts("help help HELP") == [[("help",)]]


def test_a_compound_is_also_its_parts() -> None:
    assert parts("Trennungsberatung", "de") == [[("trennungsberat",), ("trennung", "berat")]]


def test_a_phrase_is_one_part_with_its_meanings() -> None:
    known = synonyms(("mum hits me|dad hits me", "physical violence|abuse"))
    assert parts("help my mum hits me now", synonyms=known) == [
        [("help",)],
        [("mum", "hit"), ("physic", "violenc"), ("abus",)],
        [("now",)],
    ]


def test_the_longest_phrase_wins() -> None:
    known = synonyms(("sad", "grief"), ("sad after the baby", "postnatal depression"))
    assert parts("sad after the baby", synonyms=known) == [[("sad", "babi"), ("postnat", "depress")]]
    assert parts("sad baby dog", synonyms=known)[0] == [("sad", "babi"), ("postnat", "depress")]
    assert parts("sad dog", synonyms=known) == [[("sad",), ("grief",)], [("dog",)]]


def test_the_same_phrase_in_two_groups_means_both() -> None:
    known = synonyms(("broke", "debts"), ("broke", "food bank"))
    assert parts("broke", synonyms=known) == [[("broke",), ("debt",), ("food", "bank")]]


def test_some_of_the_words_are_each_word_and_each_meaning_whole() -> None:
    known = synonyms(("mum hits me", "physical violence"))
    asked = question.ask("mum hits me", "en", "en", known)
    assert asked.some == (("mum", "hit"), ("physic", "violenc"), ("mum",), ("hit",))
    assert asked.terms == {"mum", "hit", "physic", "violenc"}


class Shelf:
    """A lexicon in memory: words of a language with the number of documents."""

    def __init__(self, **words: dict[str, int]) -> None:
        self.words = words

    def known(self, terms):
        return {
            code: frozenset(wanted)
            & {term for word in self.words.get(code, {}) for term in _terms(word, code)}
            for code, wanted in terms.items()
        }

    def near(self, word, language):
        return list(self.words.get(language, {}).items())


def _terms(text: str, language: str) -> set[str]:
    return {token.term for token in analysis.tokens(text, language)}


def meant(text: str, asked_in: str = "en", lexicon: Shelf | None = None, **known: Synonyms) -> str:
    lexicon = lexicon or Shelf(en={"counselling": 5, "family": 9}, uk={"допомога": 3})
    return understood(text, asked_in, list(lexicon.words), known, lexicon).meant


@pytest.mark.parametrize(
    ("text", "rewritten"),
    [
        ("councelling", "counselling"),
        ("famliy counselling!", "family counselling!"),
        ("counselling", ""),
        ("cat", ""),
        ("ljgjvjuf", "допомога"),
        ("zzzzzzzz", ""),
    ],
)
def test_unknown_words_are_read_as_the_nearest_known_ones(text: str, rewritten: str) -> None:
    assert meant(text) == rewritten


def test_among_words_as_near_the_more_frequent_one_comes_first() -> None:
    lexicon = Shelf(en={"carer": 1, "cares": 8})
    assert meant("carex", lexicon=lexicon) == "cares"


def test_a_word_of_a_synonym_is_a_known_word() -> None:
    known = synonyms(("bullied", "violence at school"))
    assert meant("bullied", en=known) == ""
    assert meant("bulied", en=known) == "bullied"


def test_a_comma_may_be_a_letter_of_another_keyboard() -> None:
    assert "бабуся" in meant(",f,ecz", "uk", Shelf(uk={"бабуся": 1}))


def test_a_digit_may_be_a_letter_of_a_french_keyboard() -> None:
    known = Shelf(fr={"séjour": 1, "carte": 1})
    assert meant("cqrte s2jour", "fr", known) == "carte séjour"


@pytest.mark.parametrize("said", ["3eme", "6eme", "b12", "14y", "cp1"])
def test_a_class_an_age_or_a_vitamin_is_no_other_keyboard(said: str) -> None:
    assert meant(said, "fr", Shelf(fr={"e": 1, "y": 1, "b": 1, "eme": 1}, en={"e": 1})) == ""


def test_no_common_word_is_meant() -> None:
    assert meant("theif", "en", Shelf(en={"their": 9, "thief": 1})) == "thief"


def test_a_number_is_no_slip_and_a_word_with_a_digit_is_like_no_other() -> None:
    assert meant("11611", "en", Shelf(en={"116111": 1})) == ""
    assert meant("helplin3", "en", Shelf(en={"helpline": 1})) == ""


def test_a_phrase_of_one_telling_word_is_compared_whole() -> None:
    known = synonyms(("he touches me", "sexual abuse"))
    assert parts("my uncle, he touches me", synonyms=known)[1] == [("touch",), ("sexual", "abus")]
    assert parts("get in touch", synonyms=known) == [[("touch",)]]
