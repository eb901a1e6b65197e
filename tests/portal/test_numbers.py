"""A number as a page shows it: what is known of it is said, what nobody has asked is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from agencies.models import Phone, PhoneFacts, Policy, ServicePage
from portal import numbers
from portal.models import Town, TownNumber

from . import small_town


def phone_of(**facts: object) -> numbers.Number:
    page = small_town.service(small_town.agency(), phones=[Phone(number="01632 960 1", **facts)])
    found = ServicePage.objects.for_visitor("en").get(pk=page.pk)
    return numbers.of_phone(found.phones.first(), found, Policy.current(), "en")


def town_number(language: str) -> numbers.Number:
    (contact,) = numbers.contacts(Town.load())
    return numbers.of_town(contact, Town.load(), language)


@pytest.mark.parametrize("kind", PhoneFacts.Type.values)
def test_every_kind_of_number_can_be_shown(kind: str) -> None:
    number = TownNumber(kind="other", number="01632 960 101", type=kind)
    assert numbers.ICONS[PhoneFacts.Type(kind)]
    assert numbers.display_of(number) == "01632 960 101"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, []),
        ({"free_call": "yes", "on_bill": "no"}, ["Free to call", "Not on the phone bill"]),
        ({"free_call": "no", "anonymous": "no"}, ["Costs a normal call", "They ask your name"]),
        ({"recorded": "yes", "located": "yes"}, ["The call is recorded", "They can see where you are"]),
        ({"type": "chat", "free_call": "yes", "anonymous": "yes"}, ["No name needed"]),
        ({"type": "in_person", "recorded": "no", "anonymous": "no"}, ["They ask your name"]),
        (
            {"type": "text", "free_call": "no", "on_bill": "yes", "recorded": "yes"},
            ["Costs a normal text message", "Shows on the phone bill", "They keep what you write"],
        ),
    ],
)
def test_what_is_known_is_said_and_nothing_else(facts: dict[str, str], said: list[str]) -> None:
    assert numbers.facts_of(TownNumber(kind="other", number="112", **facts)) == said


def test_the_languages_that_answer_are_named(town: None) -> None:
    row = small_town.confirmed("child_helpline", "116 111", spoken="en, de,ar,")
    small_town.numbers(row)
    shown = town_number("en")
    assert shown.facts == ["English, German, Arabic"]
    with translation.override("ar"):
        arabic = town_number("ar")
    assert arabic.facts[0].count("، ") == 2 and "," not in arabic.facts[0]
    assert arabic.facts[0].startswith("العربيّة"), "the reader's own language stands first"


def test_a_chat_shows_its_address_without_the_scheme(town: None) -> None:
    number = TownNumber(kind="other", number="https://chat.example/now/", type="chat")
    assert numbers.display_of(number) == "chat.example/now"
    assert number.href == "https://chat.example/now/"


def test_a_number_has_a_check_of_its_own_or_its_entrys(town: None) -> None:
    today = timezone.localdate()
    page = small_town.service(
        small_town.agency(),
        assured_date=today,
        assurer="Town hall",
        phones=[
            Phone(number="01632 960 101"),
            Phone(number="01632 960 102", assured_date=today - timedelta(days=4000), assurer="Harbour"),
            Phone(number="01632 960 103", assured_date=today),
        ],
    )
    found = ServicePage.objects.for_visitor("en").get(pk=page.pk)
    checks = [numbers.check_of(phone, found, Policy.current()) for phone in found.phones.all()]
    assert [(check.by, check.state) for check in checks] == [
        ("Town hall", "fresh"),
        ("Harbour", "stale"),
        ("Town hall", "fresh"),
    ]


def test_an_extension_stands_beside_its_number(town: None) -> None:
    assert phone_of(extension="12").display == "01632 960 1 (12)"
