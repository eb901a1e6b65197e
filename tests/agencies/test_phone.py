"""Numbers: what a tap opens, and which are none."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from agencies.models import Known, Phone

Type = Phone.Type


@pytest.mark.parametrize(
    ("number", "kind", "href"),
    [
        ("01632 960101", Type.VOICE, "tel:01632960101"),
        ("+44 (1632) 960-101", Type.VOICE, "tel:+441632960101"),
        ("116 111", Type.VOICE, "tel:116111"),
        ("112", Type.VOICE, "tel:112"),
        ("01632 960101 ext. 7", Type.VOICE, "tel:01632960101"),
        ("01632 960101 x7", Type.TTY, "tel:01632960101"),
        ("01632 960102", Type.TEXT, "sms:01632960102"),
        ("chat.a.example", Type.CHAT, "https://chat.a.example"),
        ("https://chat.a.example/", Type.CHAT, "https://chat.a.example/"),
        ("01632 960104", Type.CHAT, "sms:01632960104"),
        ("Town hall, room 4", Type.IN_PERSON, ""),
        ("01632 960103", Type.FAX, ""),
    ],
)
def test_what_a_tap_opens(number: str, kind: str, href: str) -> None:
    assert Phone(number=number, type=kind).href == href


@pytest.mark.parametrize("number", ["javascript:alert(1)", "http://a.example", "data:text/html,x"])
def test_a_chat_opens_nothing_but_https(number: str) -> None:
    assert Phone(number=number, type=Type.CHAT).href.startswith("https://")


@pytest.mark.parametrize(("number", "kind"), [("", Type.VOICE), ("12", Type.VOICE), ("call us", Type.TEXT)])
def test_fewer_than_three_digits_are_no_number(number: str, kind: str) -> None:
    with pytest.raises(ValidationError, match="three digits"):
        Phone(number=number, type=kind).clean()


@pytest.mark.parametrize(
    ("number", "kind"), [("112", Type.VOICE), ("Town hall", Type.IN_PERSON), ("a.example", Type.CHAT)]
)
def test_short_numbers_places_and_chats_are_taken(number: str, kind: str) -> None:
    Phone(number=number, type=kind).clean()


def test_what_nobody_has_asked_is_unknown_not_no() -> None:
    phone = Phone(number="112")
    facts = ("free_call", "anonymous", "recorded", "located", "on_bill")
    assert {getattr(phone, fact) for fact in facts} == {Known.UNKNOWN}
