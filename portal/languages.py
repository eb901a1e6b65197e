"""Languages and days by name: in the reader's words, or in their own."""

from datetime import date

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import get_language_info


def name_of(code: str) -> str:
    """The language's name for this reader: "Arabic" on an English page. The code where nobody has named it."""
    return _named(code, "name_translated")


def own_name(code: str) -> str:
    """The language's name in itself, as its speakers look for it."""
    return _named(code, "name_local")


def _named(code: str, key: str) -> str:
    try:
        name = str(get_language_info(code)[key])
    except KeyError:
        return code
    return name[:1].upper() + name[1:]


def day_of_month(day: date) -> str:
    return date_format(day, "j F" if translation.get_language() == "en" else "MONTH_DAY_FORMAT")


def full_day(day: date) -> str:
    return date_format(day, "j F Y" if translation.get_language() == "en" else "DATE_FORMAT")
