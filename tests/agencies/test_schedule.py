"""What an editor may write as hours."""

from __future__ import annotations

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError

from agencies.models import Schedule
from agencies.models.schedule import validate_byday


def row(**fields) -> Schedule:
    return Schedule(**{"byday": "MO", "opens_at": time(9), "closes_at": time(17), **fields})


@pytest.mark.parametrize("days", ["", "MO", "MO,TU,WE,TH,FR,SA,SU", "1MO,-1FR,+2TU"])
def test_days_are_understood(days: str) -> None:
    validate_byday(days)


@pytest.mark.parametrize("days", ["Monday", "MO TU", "XX", "MO,,Tu"])
def test_other_days_are_named_in_the_refusal(days: str) -> None:
    with pytest.raises(ValidationError, match="Not understood"):
        validate_byday(days)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"closes_at": None}, "closes_at"),
        ({"opens_at": None}, "closes_at"),
        ({"closes_at": time(9)}, "closes_at"),
        ({"valid_from": date(2026, 5, 3), "valid_to": date(2026, 5, 2)}, "valid_to"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(fields: dict, named: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        row(**fields).clean()
    assert list(refusal.value.message_dict) == [named]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"opens_at": time(22), "closes_at": time(6)},
        {"opens_at": time(0), "closes_at": time(0)},
        {"opens_at": None, "closes_at": None},
        {"valid_from": date(2026, 5, 3), "valid_to": date(2026, 5, 3)},
    ],
)
def test_what_can_be_is_taken(fields: dict) -> None:
    row(**fields).clean()


def test_an_exception_has_both_dates_and_either_closes_or_counts_every_day() -> None:
    both = {"valid_from": date(2026, 5, 3), "valid_to": date(2026, 5, 4)}
    assert row(byday="", **both).is_exception
    assert row(closed=True, **both).is_exception
    assert not row(**both).is_exception  # the hours of a season
    assert not row(byday="", bymonthday="3", **both).is_exception
    assert not row(closed=True, valid_from=date(2026, 5, 3)).is_exception
    assert not row().is_exception
