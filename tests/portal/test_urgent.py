"""Words of danger bring people first: in the language of the words, whatever the page speaks."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.test import Client
from django.utils import translation

from portal import danger, directory, frame
from portal.models import Town

from . import small_town
from .searching import fetch

TITLE = "You are not in trouble. You can talk to someone now."

DANGER = [
    ("my uncle touches me", "en"),
    ("mum hits me", "en"),
    ("i want to die", "en"),
    ("daddy hurts mummy", "en"),  # no need has all of it
    ("mein Onkel fasst mich an", "de"),
    ("er schlägt mich", "de"),
    ("papa me frappe", "fr"),  # no need has all of it
    ("je veux mourir", "fr"),
    ("мене б'ють", "uk"),
    ("хочу померти", "uk"),
    ("يضربني", "ar"),
    ("أفكر في الانتحار", "ar"),  # no need has all of it
]


# People, places and things that also stand in many a bad story: alone they tell none.
HARMLESS = {
    "en": "piano teacher|safety pin|paracetamol|new trainers|withdrawn|temperature"
    "|football coach|bus driver|party|cult|triggers|bedtime|swimming pool",
    "de": "umkleidekabine|ministrant|heimleiter|mann im park|teure geschenke|strich|klavierlehrer|trainer|busfahrer"
    "|nachhilfelehrer|opa|babysitter|schwimmbad",
    "fr": "prof de piano|prof de judo|dans les vestiaires|camp scout|babysitteur"
    "|infection urinaire|chauffeur de bus|maître-nageur|piscine",
    "uk": "фізрук|тренер|петля|синяк|вожатий|учитель музики|водій автобуса|басейн|няня",
    "ar": "مدرب كرة القدم|أستاذ البيانو|سائق الباص|عمي|مسبح|جليسة أطفال|صداع|غرفة تبديل الملابس",
}


def said(language: str) -> str:
    with translation.override(language):
        return translation.gettext(TITLE)


@pytest.mark.parametrize("page", ["en", "de", "ar"])
def test_danger_is_answered_in_the_language_it_is_told_in(demo: None, client: Client, page: str) -> None:
    for words, language in DANGER:
        response = fetch(client, page, words=words)
        urgent = response.context["results"].urgent
        assert urgent is not None, words
        assert (urgent.language, urgent.title) == (language, said(language)), words
        block = re.search(r'<section class="urgent".*?</section>', response.content.decode(), re.DOTALL)
        assert block is not None
        text = block[0]
        assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in text, words
        assert f'href="/{language}/now/"' in text, words
        assert '<bdi dir="ltr">112</bdi>' in text and 'href="tel:116111"' in text, words
        assert text.index(said(language)) < text.index("tel:"), words


def test_the_numbers_speak_that_language_too(demo: None, client: Client) -> None:
    text = fetch(client, "en", words="mein Onkel fasst mich an").content.decode()
    block = text[text.index('<section class="urgent"') : text.index("</section>")]
    assert "Hör-zu-Telefon" in block and "Geprüft von" in block and "Anruf kostenlos" in block
    assert "Free to call" not in block and "Checked by" not in block
    assert "answers" in text[text.index("</section>") :], "the page itself goes on in the reader's language"


def test_the_block_stands_above_the_facets_and_the_hits(demo: None, client: Client) -> None:
    text = fetch(client, words="mum hits me").content.decode()
    assert (
        text.index('class="urgent"')
        < text.index("<aside")
        < text.index("data-count")
        < text.index("<article")
    )


@pytest.mark.parametrize("language", HARMLESS)
def test_a_person_or_a_place_alone_brings_no_alarm(demo: None, language: str) -> None:
    asked = {words: directory.Asked(words=words) for words in HARMLESS[language].split("|")}
    shown = frame.frame_of(language)
    assert [words for words, each in asked.items() if danger.urgent(each, shown)] == []


@pytest.mark.parametrize(
    "words",
    ["rent", "school", "food", "Miete", "Hebamme", "garderie", "дитячий садок", "zzqx", "swimming", "مدرسة"],
)
def test_everyday_words_bring_no_alarm(demo: None, client: Client, words: str) -> None:
    assert fetch(client, words=words).context["results"].urgent is None


def test_a_language_that_the_town_does_not_offer_falls_back_to_the_readers(
    demo: None, client: Client
) -> None:
    town = Town.load()
    town.languages = ["en", "ar"]
    town.save()
    urgent = fetch(client, words="mein Onkel fasst mich an").context["results"].urgent
    assert (urgent.language, urgent.title) == ("en", TITLE)


def test_a_ticked_need_speaks_the_readers_language(harbour: None, client: Client) -> None:
    small_town.numbers()
    urgent = fetch(client, "ar", need="g-danger").context["results"].urgent
    assert (urgent.language, urgent.title) == ("ar", said("ar"))
    assert fetch(client, need="g-basics").context["results"].urgent is None


def test_a_filter_hides_no_danger(demo: None, client: Client) -> None:
    response = fetch(client, words="mum hits me", need="g-school", open="now", district="harbour")
    assert response.context["results"].urgent is not None


@pytest.mark.parametrize(
    ("grave", "harmless", "is_urgent"), [(9.0, 6.1, False), (9.0, 5.9, True), (5.0, 9.0, False)]
)
def test_with_some_of_the_words_danger_must_fit_clearly_better(
    demo: None, monkeypatch: pytest.MonkeyPatch, grave: float, harmless: float, is_urgent: bool
) -> None:
    """Where no need has all the words, one grave need among harmless ones is chance."""
    told = [("i want to die", grave), ("school", harmless)]
    hits = [
        replace(danger.needs_meant(words, "en")[0], all_words=False, score=score) for words, score in told
    ]
    hits.sort(key=lambda hit: -hit.score)
    monkeypatch.setattr(danger, "needs_meant", lambda words, language: hits)
    assert (danger.urgent(directory.Asked(words="x"), frame.frame_of("en")) is not None) == is_urgent


def test_a_single_need_with_some_of_the_words_is_chance(demo: None, client: Client) -> None:
    assert fetch(client, words="Harbour Street").context["results"].urgent is None
