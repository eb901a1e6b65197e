"""An entry in a list: the number to call, the chips, and what the list leaves out."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from agencies.models import Phone, Policy, Scheme, ServicePage
from portal import cards
from search import Hit, Mark

from . import small_town


def card(page: ServicePage, language: str = "en") -> cards.Card:
    found = ServicePage.objects.for_visitor(language).get(pk=page.pk)
    return cards.of_service(found, Policy.current(), language)


def test_a_call_comes_before_a_chat_and_a_fax_never(town: None) -> None:
    phones = [
        Phone(number="01632 960 001", type="fax"),
        Phone(number="chat.example", type="chat"),
        Phone(number="01632 960 002", withheld=True),
        Phone(number="01632 960 003"),
    ]
    page = small_town.service(small_town.agency(), phones=phones)
    assert card(page).number.display == "01632 960 003"
    found = ServicePage.objects.for_visitor("en").get(pk=page.pk)
    shown = cards.numbers_of(found, Policy.current(), "en")
    assert [number.display for number in shown] == ["01632 960 003", "chat.example"]


def test_without_a_number_of_its_own_it_shows_its_agencys(town: None) -> None:
    house = small_town.agency(phones=[Phone(number="01632 960 100")])
    assert card(small_town.service(house, phones=[])).number.display == "01632 960 100"
    withheld = [Phone(number="01632 960 200", withheld=True)]
    assert card(small_town.service(house, phones=withheld)).number.display == "01632 960 100"
    assert card(small_town.service(small_town.agency(), phones=[])).number is None


def test_chips_say_open_free_alone_and_which_languages(town: None) -> None:
    page = small_town.service(
        small_town.agency(),
        schedules=small_town.day_and_night(),
        languages=small_town.speaks("en", "ar"),
        status="active",
    )
    page.access_conditions = [
        small_town.term(Scheme.ACCESS_CONDITION, code) for code in ("free", "no-parent")
    ]
    page.save()
    chips = [(chip.text, chip.tone) for chip in card(page).chips]
    assert chips == [
        ("Day and night", "open"),
        ("Free", "plain"),
        ("Alone is fine", "plain"),
        ("EN AR", "languages"),
    ]


def test_what_is_closed_for_now_is_never_open(town: None) -> None:
    page = small_town.service(
        small_town.agency(), schedules=small_town.day_and_night(), status="temporarily closed"
    )
    shown = card(page)
    assert shown.closed and [chip.tone for chip in shown.chips] == ["warn"]


def test_unknown_hours_never_count_as_open(town: None) -> None:
    shown = card(small_town.service(small_town.agency()))
    assert [(chip.text, chip.tone) for chip in shown.chips] == [("Hours not known: call first", "plain")]


# --- why it was found


def hit(page: ServicePage, **facts: Any) -> Hit:
    plain = {
        "kind": "service",
        "title": page.title,
        "url": "",
        "score": 1.0,
        "language": "en",
        "all_words": True,
    }
    facts = {"snippet": (), "payload": {}} | plain | facts
    return Hit(id=page.document_id, **facts)


def found(page: ServicePage, reader: str = "en", /, near: str = "", **facts: Any) -> str:
    """The card of a hit as the page shows it to a reader of this language."""
    (shown,) = cards.of_hits([hit(page, **facts)], Policy.current(), reader, near)
    return " ".join(render_to_string("components/result_card.html", {"card": shown}).split())


MARKED = (Mark("Komm und ", False), Mark("rede", True))


def test_what_matched_stands_in_place_of_the_summary(town: None) -> None:
    page = small_town.service(small_town.agency(), summary="You can talk.")
    text = found(page, snippet=(Mark("Come and ", False), Mark("talk", True)), because="listening")
    assert "Come and <mark>talk</mark>" in text and "You can talk." not in text and "Also found" not in text


def test_what_matched_in_another_language_is_labelled_and_hides_no_summary(town: None) -> None:
    page = small_town.service(small_town.agency(), summary="You can talk.")
    text = found(page, snippet=MARKED, language="de")
    assert '<span lang="de" dir="ltr">Komm und <mark>rede</mark></span>' in text and "(in German)" in text
    assert text.index("You can talk.") < text.index("Komm und")


def test_what_exists_in_another_language_only_says_so_once(town: None) -> None:
    page = small_town.service(small_town.agency(), title="Circle", summary="You can talk.")
    text = found(page, "ar", snippet=(Mark("You can ", False), Mark("talk", True)))
    assert text.count("said__note") == 1 and '<span lang="en" dir="ltr">Circle</span>' in text
    assert "You can <mark>talk</mark>" in text


def test_another_name_is_named_where_no_text_has_the_words(town: None) -> None:
    page = small_town.service(small_town.agency(), summary="You can talk.")
    text = found(page, because="listening <b>ear")
    assert "Also found by: \u2068listening &lt;b&gt;ear\u2069" in text and "You can talk." in text


def test_the_distance_stands_before_the_languages_and_never_without_one(town: None) -> None:
    page = small_town.service(small_town.agency(), languages=small_town.speaks("en"))
    (shown,) = cards.of_hits([hit(page, distance=1.234)], Policy.current(), "en", "Harbour")
    assert [chip.tone for chip in shown.chips][-2:] == ["distance", "languages"]
    assert "\u20681.2\u2069 km from \u2068Harbour\u2069" in found(page, near="Harbour", distance=1.234)
    assert "\u20680.1\u2069 km" in found(page, near="Harbour", distance=0.0)
    assert " km" not in found(page, near="Harbour") and " km" not in found(page, distance=1.0)
