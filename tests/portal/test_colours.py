"""A town's colours must be legible in each of their places, by day and by night."""

from __future__ import annotations

import random

import pytest
from django.core.exceptions import ValidationError

from portal import colours


def test_the_ratios_are_those_of_the_standard() -> None:
    assert round(colours.contrast("#000000", "#ffffff"), 2) == 21
    assert round(colours.contrast("#0d5c56", colours.PAPER_DAY), 1) == 7.3


def test_the_defaults_pass() -> None:
    colours.check_brand("#0d5c56")
    colours.check_accent("#f6b23c")


@pytest.mark.parametrize("colour", ["#fff", "red", "0d5c56", "#0d5c5g", "#0d5c56;}", "", "#0d5c56\n"])
def test_what_is_no_colour_is_refused_in_words(colour: str) -> None:
    with pytest.raises(ValidationError, match="six digits"):
        colours.check_brand(colour)


@pytest.mark.parametrize(
    ("check", "passes", "colour"),
    [
        (colours.check_brand, colours.brand_passes, "#ffff00"),
        (colours.check_brand, colours.brand_passes, "#8ad6c6"),
        (colours.check_accent, colours.accent_passes, "#102030"),
    ],
)
def test_a_pale_colour_is_refused_with_the_nearest_that_passes(check, passes, colour: str) -> None:
    with pytest.raises(ValidationError) as refused:
        check(colour)
    nearest = refused.value.params["nearest"]
    assert passes(nearest) and nearest in refused.value.messages[0] and colour in refused.value.messages[0]


def test_every_colour_has_a_nearest_and_a_night() -> None:
    chance = random.Random(3)
    extremes = ["#000000", "#ffffff", "#808080", "#ff0000", "#0000ff"]
    for colour in extremes + [f"#{chance.randrange(1 << 24):06x}" for _ in range(60)]:
        assert colours.brand_passes(colours.nearest(colour, colours.brand_passes))
        assert colours.accent_passes(colours.nearest(colour, colours.accent_passes))
        assert colours.contrast(colours.night_twin(colour), colours.PAPER_NIGHT) >= 7


def test_by_night_a_towns_own_brand_is_lightened() -> None:
    assert colours.stylesheet("#0d5c56", "#f6b23c").count("{") == 1
    assert colours.night_twin("#6a3a7c") in colours.stylesheet("#6a3a7c", "#f6b23c")
