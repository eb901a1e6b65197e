"""An entry in a list: the number to call, the chips, and what the list leaves out."""

from __future__ import annotations

from agencies.models import Phone, Policy, Scheme, ServicePage
from portal import cards

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
