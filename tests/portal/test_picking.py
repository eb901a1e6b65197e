"""Whom to talk to right now: the pick from the town's numbers, by hour, language, age and channel."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from agencies.models import Known, PhoneFacts
from agencies.opening import Verdict
from portal.models import TownNumber
from portal.picking import KINDS, Channel, Clock, Contact, Who, best_first, contact_at, pick, ways

Kind, Type = TownNumber.Kind, PhoneFacts.Type
NEW_YEAR = date(2027, 1, 1)


def clock(moment: str) -> Clock:
    return Clock(datetime.fromisoformat(moment), lambda day: day == NEW_YEAR, ZoneInfo("Europe/Berlin"))


def contact(kind: str = Kind.CHILD_HELPLINE, state: str = "open", **facts: Any) -> Contact:
    return Contact(TownNumber(kind=kind, number="116 111", **facts), Verdict(state))


def office(**facts: Any) -> TownNumber:
    """A number that answers on working days, and on Thursdays until the evening."""
    return TownNumber(
        answers="hours",
        byday="MO,TU,WE,FR",
        opens_at=time(9),
        closes_at=time(16),
        other_days="TH",
        other_opens_at=time(9),
        other_closes_at=time(19),
        **facts,
    )


CONTACTS = some.lists(
    some.builds(
        contact,
        some.sampled_from(Kind.values),
        some.sampled_from(["always", "open", "unknown", "holiday", "closed"]),
        type=some.sampled_from(Type.values),
        spoken=some.sampled_from(["", "en", "de,ar", "en,ar"]),
        free_call=some.sampled_from(Known.values),
        anonymous=some.sampled_from(Known.values),
    ),
    max_size=8,
)
LANGUAGES = some.sampled_from(["en", "ar", "fr"])


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("2026-11-26T18:59", "open"),  # a Thursday
        ("2026-11-26T19:00", "closed"),
        ("2026-11-27T15:59", "open"),
        ("2026-11-27T18:00", "closed"),
        ("2026-11-28T10:00", "closed"),
        ("2027-01-01T10:00", "holiday"),
    ],
)
def test_a_number_answers_at_its_hours(moment: str, state: str) -> None:
    assert contact_at(office(), clock(moment)).verdict.state == state


def test_what_nobody_asked_is_not_known_and_day_and_night_holds_on_holidays() -> None:
    moment = clock("2027-01-01T03:00")
    assert contact_at(TownNumber(), moment).verdict.state == "unknown"
    assert contact_at(TownNumber(answers="always"), moment).verdict.state == "always"
    assert contact_at(office(), None).verdict.state == "unknown", "without a clock nothing is promised"


def test_opens_today_or_another_day() -> None:
    assert contact_at(office(), clock("2026-11-26T07:00")).opens_today
    assert not contact_at(office(), clock("2026-11-27T20:00")).opens_today


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({}, {"state": "unknown", "spoken": "en"}),
        ({"state": "unknown"}, {"state": "closed", "spoken": "en"}),
        ({"state": "holiday"}, {"state": "closed"}),
        ({"spoken": "de,en", "free_call": "no"}, {"spoken": "de", "free_call": "yes"}),
        ({"spoken": "en"}, {"spoken": ""}),
        ({"spoken": ""}, {"spoken": "de"}),
        ({"kind": Kind.CHILD_HELPLINE}, {"kind": Kind.CHILD_PROTECTION, "free_call": "yes"}),
        ({"free_call": "yes", "type": "chat"}, {"type": "voice"}),
        ({"anonymous": "unknown"}, {"anonymous": "no"}),
        ({"type": "voice"}, {"type": "chat"}),
        ({"type": "text"}, {"type": "in_person"}),
    ],
)
def test_the_better_contact_comes_first(better: dict[str, Any], worse: dict[str, Any]) -> None:
    first, last = contact(**better), contact(**worse)
    for given_order in ([first, last], [last, first]):
        assert pick(given_order, Who.CHILD, "en")[0] is first


def test_a_call_comes_with_a_chat() -> None:
    calls = [contact(free_call="yes"), contact(free_call="yes")]
    chat = contact(type="chat", state="closed")
    assert pick([*calls, chat], Who.CHILD, "en") == [calls[0], chat]
    assert pick(calls, Who.CHILD, "en") == calls, "with one channel alone, another number"


@given(contacts=CONTACTS, language=LANGUAGES, who=some.sampled_from(Who))
def test_the_pick_is_fit_for_these_people(contacts: list[Contact], language: str, who: Who) -> None:
    able = [each for each in contacts if each.number.kind in KINDS[who] and each.channel]
    picked = pick(contacts, who, language)
    assert len(picked) == min(2, len(able))
    assert all(any(each is one for one in able) for each in picked)
    assert all(each.number.kind != Kind.EMERGENCY for each in picked)
    if any(each.answers_now for each in able):
        assert picked[0].answers_now
    if any(each.answers_now and language in each.number.spoken_codes for each in able):
        assert language in picked[0].number.spoken_codes
    if len({each.channel for each in able}) > 1:
        assert picked[0].channel != picked[1].channel


@given(contacts=CONTACTS, language=LANGUAGES)
def test_an_order_loses_nobody_and_keeps_the_towns_own(contacts: list[Contact], language: str) -> None:
    ranked = best_first(contacts, language)
    assert sorted(map(id, ranked)) == sorted(map(id, contacts))
    assert list(map(id, best_first(ranked, language))) == list(map(id, ranked))


def test_the_ways_to_reach_somebody() -> None:
    numbers = [TownNumber(kind=Kind.CHILD_HELPLINE, type=kind) for kind in (Type.VOICE, Type.FAX, Type.TTY)]
    assert ways(numbers, Who.CHILD) == {Channel.CALL} and ways(numbers, Who.ADULT) == set()
    assert ways([TownNumber(kind=Kind.EMERGENCY, type=Type.TEXT)], Who.CHILD) == set()
