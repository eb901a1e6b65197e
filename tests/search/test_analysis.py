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
        ("سَيِّدَة أحمد", "سيده احمد"),
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
        ("en", "kids", "child"),
        ("en", "mommy", "mothers"),
        ("en", "daddy", "dads"),
        ("en", "taught", "teaching"),
        ("en", "fought", "fights"),
        ("en", "beaten", "beats"),
        ("en", "hitting", "hits"),
        ("en", "drunk", "drinking"),
        ("en", "lying", "lies"),
        ("en", "dead", "died"),
        ("en", "pregnancy", "pregnant"),
        ("en", "immunization", "immunisation"),
        ("en", "neighbors", "neighbour"),
        ("de", "Anwältinnen", "Anwalt"),
        ("de", "Ärztin", "Ärzte"),
        ("de", "Psychologinnen", "Psychologe"),
        ("de", "Lehrerin", "Lehrer"),
        ("de", "Beraterinnen", "Berater"),
        ("de", "Pädagogin", "Pädagogen"),
        ("de", "Sozialarbeiterin", "Sozialarbeiter"),
        ("de", "schlägt", "geschlagen"),
        ("de", "Mami", "Mutter"),
        ("fr", "traductrices", "traducteur"),
        ("fr", "éducatrice", "éducateur"),
        ("fr", "travailleuse", "travailleurs"),
        ("fr", "sœur", "soeurs"),
        ("fr", "battent", "battu"),
        ("uk", "б'ють", "побиття"),
        ("uk", "учителька", "вчителі"),
        ("uk", "прийомній", "прийомна"),
        ("uk", "інклюзії", "інклюзією"),
        ("uk", "матір'ю", "мамо"),
        ("uk", "виплат", "виплати"),
        ("uk", "опіку", "опіка"),
        ("uk", "батьків", "батькам"),
        ("uk", "молоддю", "молоді"),
        ("uk", "утекла", "втік"),
        ("uk", "учора", "вчора"),
        ("uk", "усиновлення", "всиновлення"),
        ("ar", "مدارس", "بالمدرسة"),
        ("ar", "مدرستي", "المدارس"),
        ("ar", "أطفال", "لطفلي"),
        ("ar", "بيوت", "بيتنا"),
        ("ar", "حقوقي", "حق"),
        ("ar", "أمهات", "ماما"),
        ("ar", "آباء", "بابا"),
        ("ar", "أدوية", "دواء"),
        ("ar", "محامون", "محامٍ"),
        ("ar", "أصدقائي", "صديق"),
        ("ar", "صورتي", "صور"),
        ("ar", "مشاكل", "مشكلة"),
        ("ar", "أماكن", "مكان"),
        ("ar", "بناتي", "بنت"),
        ("ar", "أولاد", "ولدي"),
        ("ar", "رسائل", "رسالة"),
        ("ar", "مساكن", "السكن"),
        ("ar", "لابنتي", "ابنة"),
        ("ar", "وحيد", "الوحيدة"),
        ("ar", "لقاحات", "لقاح"),
        ("ar", "تضربني", "يضربوني"),
        ("ar", "ولا", "لا"),
        ("ar", "عالمدرسة", "المدرسة"),
        ("ar", "عالمحكمة", "محكمة"),
        ("ar", "المستشفي", "مستشفى"),
        ("pt-br", "famílias", "família"),
        ("xx", "Éa", "ea"),
    ],
)
def test_forms_of_a_word_become_one_term(language: str, one: str, other: str) -> None:
    assert terms(one, language) == terms(other, language) != []


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "Termin", "Term"),
        ("de", "darin", "dar"),
        ("en", "thought", "think"),
        ("fr", "cicatrice", "cicateur"),
        ("uk", "уголос", "голос"),
        ("ar", "آلام", "الأم"),
        ("ar", "جدا", "جد"),
        ("ar", "باب", "أب"),
        ("ar", "سنه", "سن"),
        ("ar", "عالية", "اليه"),
    ],
)
def test_what_only_looks_like_a_form_stays_another_word(language: str, one: str, other: str) -> None:
    assert terms(one, language) != terms(other, language)


def test_what_has_no_stemmer_is_only_folded() -> None:
    assert terms("Families", "xx") == ["families"]


def test_an_apostrophe_belongs_to_english_and_ukrainian_words_alone() -> None:
    assert terms("lycée d'été", "fr") == ["lyc", "ete"]
    assert terms("l'école, L’Étoile, qu’il", "fr") == ["ecol", "etoil", "il"]
    assert terms("l école", "fr") == ["l", "ecol"]
    assert len(terms("п'ять", "uk")) == 1
    assert terms("'quoted'", "en") == ["quot"]


def test_invisible_characters_do_not_part_a_word() -> None:
    assert terms("Kin\u00adder\u200bschutz", "de") == terms("Kinderschutz", "de")


def test_of_a_word_of_nothing_but_invisible_characters_nothing_is_left() -> None:
    assert terms("ぁ\u00ad", "uk") == ["ぁ"]


def test_places_are_those_of_the_original() -> None:
    text = "Für e\u0301lèves: Kin\u00adder!"
    assert [text[token.start : token.end] for token in analysis.tokens(text, "de")] == [
        "Für",
        "e\u0301lèves",
        "Kin\u00adder",
    ]


@given(
    text=some.text(max_size=200), language=some.sampled_from(["en", "de", "fr", "uk", "ar", "hi", "zh", "xx"])
)
def test_any_text_has_tokens_in_order_without_spaces(text: str, language: str) -> None:
    before = 0
    for token in analysis.tokens(text, language):
        assert before <= token.start < token.end <= len(text)
        assert token.term and len(token.term.split()) == 1 and '"' not in token.term and ":" not in token.term
        before = token.start


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("Trennungsberatung", ["trennungsberat", "trennung", "berat"]),
        ("Kinderschutz", ["kinderschutz", "kind", "schutz"]),
        ("Familienberatungsstelle", ["familienberatungsstell", "famili", "berat", "stell"]),
        ("Hausaufgabenhilfe", ["hausaufgabenhilf", "hausaufgab", "hilf"]),
        ("Staubecken", ["staubeck"]),
        ("Beratung", ["berat"]),
    ],
)
def test_german_compounds_are_their_parts_too(word: str, parts: list[str]) -> None:
    assert terms(word, "de") == parts


def test_letters_without_spaces_are_taken_in_pairs() -> None:
    assert terms("儿童保护", "zh") == ["儿童", "童保", "保护"]
    assert terms("我", "zh") == ["我"]
    assert terms("相談2025センター", "ja") == ["相談", "2025", "セン", "ンタ", "ター"]
    text = "看 儿童保护 abc"
    assert [text[token.start : token.end] for token in analysis.tokens(text, "zh")][:2] == ["看", "儿童"]


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
