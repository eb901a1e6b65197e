"""Mends single values, and says what it did: pure. A value that cannot be mended raises Refusal with the
cure.
"""

import html
import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

STATUSES = ("active", "inactive", "defunct", "temporarily closed")
STATUS_WORDS = {
    "open": "active",
    "closed": "inactive",
    "temporarily_closed": "temporarily closed",
    "temporarily-closed": "temporarily closed",
    "suspended": "temporarily closed",
    "discontinued": "defunct",
    "deleted": "defunct",
}
YES, NO = {"true", "yes", "y", "1", "t", "x"}, {"false", "no", "n", "0", "f"}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OLDEST_YEARS = 150
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--[^<>]*>")
_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li|/h\d|/tr)\b[^<>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+\d*);")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_web = URLValidator(schemes=["http", "https"])


class Refusal(ValueError):
    """A value that means nothing to us; the sentence says what would."""


def text(value: str) -> tuple[str, str]:
    """Plain text: no mark-up, no unseen characters (hostile ones among them), no trailing spaces."""
    notes = []
    plain = value.replace("\r\n", "\n").replace("\r", "\n")
    if _TAG.search(plain):
        plain = _TAG.sub("", _BREAK.sub("\n", _without(_without(plain, "script"), "style")))
        notes.append("HTML was taken out")
    if _ENTITY.search(plain):
        plain = html.unescape(plain)
    seen = _UNSEEN.sub("", unicodedata.normalize("NFC", plain.replace("\u00a0", " ").replace("\u0085", "\n")))
    if len(seen) != len(unicodedata.normalize("NFC", plain)):
        notes.append("characters that cannot be seen were taken out")
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in seen.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), " and ".join(notes)


def _without(value: str, element: str) -> str:
    """Without an element and all that stands in it.

    By hand: a pattern would take hours over hostile input.
    """
    low, kept, at = value.lower(), [], 0
    while (start := low.find(f"<{element}", at)) >= 0:
        end = low.find(f"</{element}", start)
        end = low.find(">", end) if end >= 0 else -1
        if end < 0:
            break
        kept.append(value[at:start])
        at = end + 1
    return "".join([*kept, value[at:]])


def fitting(value: str, length: int) -> str:
    """At most so many characters, cut between words."""
    if len(value) <= length:
        return value
    cut, within_word = value[: length - 1], not value[length - 2 : length].count(" ")
    return (cut.rsplit(None, 1)[0] if within_word and " " in cut[length // 2 :] else cut).rstrip(" ,;:") + "…"


def flag(value: str) -> bool | None:
    word = value.strip().lower()
    return True if word in YES else False if word in NO else None


def email(value: str) -> tuple[str, str]:
    """The first address of a list; `mailto:` goes."""
    parts = [part for part in re.split(r"[,;\s]+", value.strip()) if part]
    first = re.sub(r"^mailto:", "", parts[0], flags=re.IGNORECASE) if parts else ""
    try:
        validate_email(first)
    except ValidationError:
        raise Refusal(f"“{value[:80]}” is not an e-mail address: write it like office@example.org") from None
    if len(first) > 254:
        raise Refusal("the e-mail address is too long")
    return first, "only the first e-mail address is shown" if len(parts) > 1 else ""


def url(value: str) -> tuple[str, str]:
    """A web address; without a scheme it is meant as https."""
    address, note = value.strip(), ""
    if not re.match(r"^[a-zA-Z][a-zA-Z0-9+.-]*:(?!\d)", address):
        address, note = "https://" + address.lstrip("/"), f"https:// was put before “{value.strip()[:80]}”"
    try:
        _web(address)
        urlsplit(address)
    except (ValidationError, ValueError):
        raise Refusal(f"“{value[:80]}” is not a web address: write it like https://example.org") from None
    if len(address) > 400:
        raise Refusal("the web address is longer than 400 characters")
    return address, note


def _year(text_: str) -> tuple[int, bool]:
    number = int(text_)
    if len(text_) > 2:
        return number, False
    return number + (2000 if number < 50 else 1900), True


_DATE_FORMS = (
    (re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?:[T ].*)?$"), ""),
    (re.compile(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4}|\d{2})$"), "month/day/year"),
    (re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4}|\d{2})$"), ""),
    (re.compile(r"(?P<d>\d{1,2})-(?P<m>\d{1,2})-(?P<y>\d{4})$"), ""),
)
_SPELLED = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y")


def day(value: str) -> tuple[date, str]:
    """A date in one of the forms people use; 12/24/2015 is month first, 24.12.2015 day first."""
    written = value.strip()
    found = _numeric_day(written) or _spelled_day(written)
    if found is None:
        raise Refusal(
            f"“{value[:40]}” is not a date: write it like 2026-01-24 (or 1/24/2026, the month first)"
        )
    if found[0].year < 1000:
        raise Refusal(
            f"“{value[:40]}” has no real year: write the dates of this year and the next, like 2026-12-24"
        )
    return found


def _numeric_day(written: str) -> tuple[date, str] | None:
    for form, _name in _DATE_FORMS:
        match = form.match(written)
        if match is None:
            continue
        year, short = _year(match["y"])
        try:
            found = date(year, int(match["m"]), int(match["d"]))
        except ValueError:
            return None
        return found, f"the year of “{written}” was read as {year}" if short else ""
    return None


def _spelled_day(written: str) -> tuple[date, str] | None:
    for form in _SPELLED:
        try:
            return datetime.strptime(written, form).date(), ""
        except ValueError:
            continue
    return None


_TIME = re.compile(
    r"(?P<h>\d{1,2})(?:[:.h](?P<m>\d{2}))?(?::(?P<s>\d{2})(?:\.\d+)?)?\s*(?P<half>[ap])?\.?\s*(?:m\b\.?)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_NAMED_TIMES = {"noon": time(12), "midday": time(12), "midnight": time(0)}


def clock(value: str) -> time:
    """A time as people write it: 9am, 3:00 PM, 9:30, 17.30, 0930, noon."""
    written = value.strip().lower()
    if written in _NAMED_TIMES:
        return _NAMED_TIMES[written]
    if re.fullmatch(r"\d{4}", written):
        written = f"{written[:2]}:{written[2:]}"
    match = _TIME.match(written)
    hour, minute = (int(match["h"]), int(match["m"] or 0)) if match else (99, 0)
    if match and match["half"]:
        hour = 99 if not 1 <= hour <= 12 else hour % 12 + (12 if match["half"].lower() == "p" else 0)
    if hour == 24 and minute == 0:
        hour = 0
    if hour > 23 or minute > 59:
        raise Refusal(f"“{value[:40]}” is not a time: write it like 9:30 or 3:00 PM")
    return time(hour, minute)


def weekday(value: str) -> str:
    word = value.strip().lower().rstrip(".")
    if word.isdigit() and 1 <= int(word) <= 7:
        return WEEKDAYS[int(word) - 1]
    for code, name in zip(WEEKDAYS, DAY_NAMES, strict=True):
        if len(word) >= 2 and (
            name.startswith(word) or (word.startswith(name[:3]) and name.startswith(word.rstrip("s")[:3]))
        ):
            return code
    raise Refusal(f"“{value[:40]}” is not a day of the week: write Monday, or MO")


def days(value: str) -> str:
    """HSDS's byday: MO,TU or 1MO,-1FR; names of days are understood too."""
    codes = []
    for part in re.split(r"[,;\s]+", value.strip()):
        match = re.fullmatch(r"([+-]?\d{1,2})?([A-Za-z]+)", part)
        if part and match is None:
            raise Refusal(f"“{value[:40]}” are not days of the week: write MO,TU,WE")
        if match:
            codes.append((match[1] or "") + weekday(match[2]))
    return ",".join(codes)


_EXTENSION = re.compile(r"^(.*?\d.*?)[\s,;(]*(?:extension|ext|x|#)\.?\s*:?\s*(\d{1,10})\)?$", re.IGNORECASE)
_LABELLED = re.compile(r"(?:^|[,;/]\s*)([A-Za-z][A-Za-z -]{1,24}):\s*(?=[+(\d])")


def numbers(value: str) -> list[tuple[str, str]]:
    """(label, number) of each number in a text like `main: 305-285-5922, tdd: 800-955-8771`; mostly one."""
    labels = list(_LABELLED.finditer(value))
    if not labels:
        return [("", value.strip())]
    ends = [match.start() for match in labels[1:]] + [len(value)]
    return [
        (match[1].strip(), value[match.end() : end].strip(" ,;"))
        for match, end in zip(labels, ends, strict=True)
    ]


def number(value: str) -> tuple[str, str, str]:
    """(number, extension, note). Quotes go; `312-346-9766 x 715` has an extension."""
    written = value.strip().strip("\"'").strip()
    match = _EXTENSION.match(written)
    extension = ""
    if match and len(re.sub(r"\D", "", match[1])) >= 3:
        written, extension = match[1].rstrip(" ,;("), match[2]
    if len(re.sub(r"\D", "", written)) < 3:
        raise Refusal(
            f"“{value[:60]}” is not a number: a number has at least three digits"
            if value.strip()
            else "there is no number"
        )
    if len(written) > 60:
        raise Refusal(
            "the number is longer than 60 characters: one number in each row, words in the description"
        )
    return written, extension, f"the extension {extension} was taken out of the number" if extension else ""


def phone_type(value: str) -> tuple[str, str]:
    """The kind of a number, and a note where it had to be guessed."""
    word = value.strip().lower().replace("-", "").replace(" ", "").replace("_", "")
    known = {
        "voice": "voice",
        "cell": "voice",
        "mobile": "voice",
        "landline": "voice",
        "hotline": "voice",
        "main": "voice",
    }
    known |= {
        "tollfree": "voice",
        "phone": "voice",
        "fax": "fax",
        "text": "text",
        "sms": "text",
        "chat": "chat",
    }
    known |= {
        "textphone": "textphone",
        "tty": "textphone",
        "tdd": "textphone",
        "ttytdd": "textphone",
        "tdd/tty": "textphone",
    }
    if word in known:
        return known[word], ""
    return "voice", f"the kind “{value[:30]}” of a number is not known: taken as a call" if word else ""


def status(value: str) -> tuple[str, str]:
    """One of HSDS's four words."""
    word = " ".join(value.strip().lower().split())
    if word in STATUSES or not word:
        return word or "active", ""
    if word in STATUS_WORDS:
        return STATUS_WORDS[word], f"the status “{value[:40]}” was read as “{STATUS_WORDS[word]}”"
    return "active", f"the status “{value[:40]}” is none of {', '.join(STATUSES)}: taken as active"


def _number(value: str) -> Decimal:
    try:
        found = Decimal(value.strip())
    except InvalidOperation:
        raise Refusal(f"“{value[:40]}” is not a number") from None
    if not found.is_finite():
        raise Refusal(f"“{value[:40]}” is not a number")
    return found


def age(value: str, *, last: bool = False) -> int:
    """Years to months; `last`: the last month that still counts, so 17 years mean until the 18th birthday."""
    years = _number(value)
    if not 0 <= years <= OLDEST_YEARS:
        raise Refusal(f"the age {value[:20]} is not between 0 and {OLDEST_YEARS} years")
    months = int(years * 12)
    return min(months + 11, OLDEST_YEARS * 12) if last and years == int(years) else months


def point(latitude: str, longitude: str) -> tuple[float, float]:
    north, east = float(_number(latitude)), float(_number(longitude))
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise Refusal(
            "the point is not on Earth: latitude is between -90 and 90, longitude between -180 and 180"
        )
    return north, east


def year(value: str) -> tuple[int, str]:
    """The year of founding; a full date gives its year."""
    if re.fullmatch(r"\d{4}(\.0)?", value.strip()):
        found, note = int(float(value)), ""
    elif re.fullmatch(r"\d{1,3}", value.strip()):
        raise Refusal(f"“{value}” is not a year: write it with four digits")
    else:
        found_day, note = day(value)
        found = found_day.year
    if not 1000 <= found <= 2100:
        raise Refusal(f"“{value[:20]}” is not a year that can be right")
    return found, note


def listed(value: str) -> list[str]:
    """The parts of a list in one cell, separated by commas, semicolons or bars, without doubles."""
    parts = (part.strip() for part in re.split(r"[,;|]", value))
    return list(dict.fromkeys(part for part in parts if part))
