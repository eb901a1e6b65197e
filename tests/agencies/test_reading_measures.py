"""The numbers behind "easy to read": what counts as a sentence and a long word, and where the limits lie."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.reading_measures import LIMITS, Measure, findings, measure

WORDS = st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöüßéçїжя", min_size=2, max_size=14)
SENTENCES = st.lists(WORDS, min_size=1, max_size=25).map(lambda words: " ".join(words).capitalize() + ".")
TEXTS = st.lists(SENTENCES, min_size=1, max_size=8)


def over(text: str, language: str = "en", field: str = "child_summary") -> set[str]:
    return {str(finding.measure) for finding in findings(field, text, language)}


@given(TEXTS)
def test_every_sentence_and_every_word_is_counted_once(sentences: list[str]) -> None:
    found = measure(" ".join(sentences))
    assert found.words == tuple(len(sentence.split()) for sentence in sentences)
    assert found.longest_sentence in sentences
    assert 1 <= found.mean <= found.longest <= found.total
    assert found.mean <= found.lix <= found.mean + 100


@given(TEXTS)
def test_the_order_of_sentences_does_not_matter_but_their_length_does(sentences: list[str]) -> None:
    found, turned = measure(" ".join(sentences)), measure(" ".join(reversed(sentences)))
    assert (found.mean, found.longest, found.lix) == (turned.mean, turned.longest, turned.lix)
    one = measure(" ".join(sentence.rstrip(".").lower() for sentence in sentences))
    assert one.mean >= found.mean


@given(st.text(), st.sampled_from(["en", "de", "ar", "uk", "zh", "xx"]), st.sampled_from([*LIMITS, "title"]))
def test_any_text_can_be_measured(text: str, language: str, field: str) -> None:
    for finding in findings(field, text, language):
        assert finding.value > finding.limit


@pytest.mark.parametrize("text", ["", "   ", "...", "\n\n", "—"])
def test_no_text_has_no_findings(text: str) -> None:
    assert measure(text).words == ()
    assert over(text) == set()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("You can call. It is free.", (3, 3)),
        ("You can call, e.g. at night. It is free.", (7, 3)),
        ("Hilfe, z. B. beim Umzug. Es kostet nichts.", (5, 3)),
        ("Is it free? Yes! Come.", (3, 1, 1)),
        ("“Talk to me.” We listen.", (3, 2)),
        ("Talk to us\nWe listen", (3, 2)),
        ("هل تحتاج مساعدة؟ اتصل بنا.", (3, 2)),
        ("Call 116 111 - it's free.", (5,)),
    ],
)
def test_where_a_sentence_ends(text: str, words: tuple[int, ...]) -> None:
    assert measure(text).words == words


def test_lix_is_the_mean_and_the_share_of_long_words() -> None:
    found = measure("We look after families. They stay with us together.")
    assert (found.mean, found.long_words) == (4.5, 2)
    assert found.lix == pytest.approx(4.5 + 200 / 9)


@pytest.mark.parametrize(("count", "is_found"), [(15, False), (16, True)])
def test_no_sentence_for_a_child_has_more_than_fifteen_words(count: int, is_found: bool) -> None:
    text = " ".join(["we"] * count) + ". Call. Come. Ask. Talk."
    assert (Measure.LONGEST in over(text)) is is_found
    finding = next((each for each in findings("child_summary", text, "en")), None)
    assert finding is None or finding.sentence.startswith("we we")


@pytest.mark.parametrize(("count", "is_found"), [(8, False), (9, True)])
def test_sentences_for_a_child_have_eight_words_on_average(count: int, is_found: bool) -> None:
    assert (Measure.MEAN in over(" ".join(["We"] * count) + ".")) is is_found


def test_languages_with_long_words_are_given_more_room() -> None:
    text = "Wir helfen euch allen gern. Niemand erfährt davon, wenn du anrufst."
    assert 30 < measure(text).lix <= 35
    assert Measure.LIX in over(text, "en")
    assert Measure.LIX not in over(text, "de") | over(text, "de-at")


def test_a_few_words_have_no_lix_and_neither_has_arabic() -> None:
    assert measure("Counselling together.").lix > 35
    assert over("Counselling together.") == set()
    arabic = "المساعدة للعائلات والأطفال. المستشارون يستمعون إليكم. الاتصال مجاني دائما للجميع."
    assert over(arabic, "uk") == {"lix"}
    assert over(arabic, "ar") == set()


def test_what_has_no_spaces_is_not_measured() -> None:
    assert over("we " * 40, "zh") == set()


def test_a_summary_may_be_longer_than_a_childs() -> None:
    text = "You can come and talk to us about all that is on your mind at home."
    assert over(text) == {"mean", "longest"}
    assert over(text, field="summary") == set()
