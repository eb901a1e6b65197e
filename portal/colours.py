"""A town's colours, measured: each must be legible in every role it plays, by day and by night (WCAG 2.2, 1.4.3 and 1.4.11)."""

import colorsys
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

DEFAULT_BRAND = "#0d5c56"
PAPER_DAY, PAPER_NIGHT, INK, WHITE = "#fdf7ec", "#121a30", "#1b2440", "#ffffff"
TEXT_RATIO, EDGE_RATIO = 4.5, 3.0
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1 (WCAG 2.2)."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def with_lightness(colour: str, lightness: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    hue, _light, saturation = colorsys.rgb_to_hls(red, green, blue)
    return "#" + "".join(f"{round(c * 255):02x}" for c in colorsys.hls_to_rgb(hue, lightness, saturation))


def brand_passes(colour: str) -> bool:
    """Text and links on the day's paper, and white text on it as a button."""
    return contrast(colour, PAPER_DAY) >= TEXT_RATIO and contrast(colour, WHITE) >= TEXT_RATIO


def accent_passes(colour: str) -> bool:
    """Ink on it (the exit), and the ring of the focus against the help bar's night blue."""
    return contrast(colour, INK) >= TEXT_RATIO and contrast(colour, PAPER_NIGHT) >= EDGE_RATIO


def nearest(colour: str, passes) -> str:
    """The same hue at the nearest lightness that passes."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    start = colorsys.rgb_to_hls(red, green, blue)[1]
    steps = sorted((abs(n / 100 - start), n / 100) for n in range(101))
    return next(found for _distance, light in steps if passes(found := with_lightness(colour, light)))


def night_twin(brand: str) -> str:
    """The brand colour for links by night: lightened until it reads on the night's paper."""
    return nearest(brand, lambda colour: contrast(colour, PAPER_NIGHT) >= 7)


def stylesheet(brand: str, accent: str) -> str:
    """A town's colours as custom properties. The default brand keeps the night twin that the look has drawn for it."""
    if brand.lower() == DEFAULT_BRAND:
        return f":root{{--accent:{accent}}}"
    day = f":root{{--brand:{brand};--button:{brand};--accent:{accent}}}"
    return f"{day}@media (prefers-color-scheme:dark){{:root{{--brand:{night_twin(brand)}}}}}"


def _check(colour: str, passes) -> None:
    if not _HEX.fullmatch(colour):
        raise ValidationError(_("Write a colour as # and six digits or letters a to f, like #0d5c56."))
    if not passes(colour):
        raise ValidationError(
            _(
                "%(colour)s is too hard to read in one of its places. The nearest colour that works is %(nearest)s."
            ),
            params={"colour": colour, "nearest": nearest(colour, passes)},
        )


def check_brand(colour: str) -> None:
    _check(colour, brand_passes)


def check_accent(colour: str) -> None:
    _check(colour, accent_passes)
