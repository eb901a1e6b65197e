"""A place with its addresses, its access and its own numbers; a secret one without any of its address."""

from typing import Any

from . import repair
from .columns import Columns, clean
from .parts import Part, Parts
from .records import Report, Row
from .secrecy import is_secret

TYPES = ("physical", "postal", "virtual")
LENGTHS = {
    "attention": 160,
    "address_1": 255,
    "address_2": 255,
    "city": 120,
    "region": 120,
    "state_province": 120,
    "postal_code": 20,
    "country": 60,
}
ACCESS_WORDS = {
    "cd": "Information on CD",
    "tty": "Textphone",
    "tape_braille": "Tape or Braille",
    "wheelchair": "Wheelchair access",
    "wheelchair_van": "Wheelchair van",
}


def place_of(
    row: Row, addresses: list[Row], accessibility: list[Row], parts: Parts, report: Report
) -> list[tuple[str, Part]]:
    """The place itself, then a place for letters where that is elsewhere, then the languages spoken there."""
    columns = Columns(row, report)
    secret = is_secret(row, addresses)
    columns.drop("confidential")
    found = _secret_place(columns) if secret else _open_place(columns, addresses, parts, report)
    found["name"] = columns.line("name", 160)
    found["alternate_name"] = columns.line("alternate_name", 160)
    found["uid"] = parts.graph.uid("location", row.id)
    found["accessibility"] = _accessibility(columns, accessibility, secret, report)
    found["description"] = columns.text("description") or columns.text("short_desc")
    languages = [
        language for name in ("languages", "language") for language in repair.listed(columns.text(name))
    ]
    found["extra"] = {} if secret else columns.rest() | found.pop("extra", {})
    spoken = [parts.language(name, parts.graph.uid("language", f"{row.id}/{name}")) for name in languages]
    letters = [] if secret else _letters_elsewhere(found, addresses, parts, report)
    return [("locations", found), *letters, *spoken]


def _secret_place(columns: Columns) -> Part:
    columns.say(
        "its address is a secret: street, postcode, point and directions were dropped before"
        " anything was kept"
    )
    columns.drop("latitude", "longitude", "transportation", "url", "addresses")
    kind = columns.pop("location_type").lower()
    return {"confidential": True, "location_type": kind if kind in TYPES else "physical"}


def _open_place(columns: Columns, addresses: list[Row], parts: Parts, report: Report) -> Part:
    kind = columns.pop("location_type").lower()
    virtual = repair.flag(columns.pop("virtual"))
    found: Part = {
        "location_type": kind if kind in TYPES else ("virtual" if virtual else "physical"),
        "url": columns.noted("url", repair.url, ""),
        "transportation": columns.text("transportation"),
    }
    if columns.pop("admin_emails"):
        columns.say("admin_emails are addresses of people: not kept")
    _point(columns, found)
    if addresses and addresses[0].table != "mail_addresses":
        found |= _address(addresses[0], report, found.setdefault("extra", {}))
    return found


def _point(columns: Columns, found: Part) -> None:
    latitude, longitude = columns.pop("latitude"), columns.pop("longitude")
    if not latitude and not longitude:
        return
    try:
        found["latitude"], found["longitude"] = repair.point(latitude, longitude)
    except repair.Refusal as refusal:
        columns.extra |= {"latitude": latitude, "longitude": longitude}
        columns.say(f"latitude, longitude: {refusal}. Left out, kept aside")


def _address(row: Row, report: Report, aside: dict[str, Any]) -> Part:
    """The columns of an address; further lines go into the second, the rest aside."""
    columns = Columns(row, report)
    if more := ", ".join(line for line in (columns.line("address_3"), columns.line("address_4")) if line):
        columns.left["address_2"] = ", ".join(line for line in (columns.pop("address_2"), more) if line)
    if not columns.left.get("city"):
        report.once(row, "it names no town (city): kept as it is")
    found: Part = {name: columns.line(name, length) for name, length in LENGTHS.items()}
    columns.drop("address_type")
    if row.id:
        aside["address_id"] = str(row.id)
    if rest := columns.rest():
        aside["address"] = rest
    return found


def _letters_elsewhere(
    place: Part, addresses: list[Row], parts: Parts, report: Report
) -> list[tuple[str, Part]]:
    """Further addresses of a place: a place for letters each, unless they say the same."""
    found = []
    for row in addresses if "address_1" not in place else addresses[1:]:
        if same_door(row, place):
            if row.get("attention") and not place.get("attention"):
                place["attention"] = clean(row.get("attention"))[:160]
            continue
        if part := postal_place(row, place["name"], parts, report):
            found.append(("locations", part))
    return found


def same_door(row: Row, place: Part) -> bool:
    same = (
        row.get(name).lower() == str(place.get(name) or "").lower() for name in ("address_1", "postal_code")
    )
    return bool(row.get("address_1")) and all(same)


def postal_place(row: Row, name: str, parts: Parts, report: Report) -> Part | None:
    """An address for letters, as a place of its own; None when no letter would arrive there."""
    if not row.get("address_1"):
        report.refused(row, "it names no street or box (address_1): fill it in")
        return None
    aside: dict[str, Any] = {}
    address = _address(row, report, aside)
    kind = row.get("address_type").lower()
    uid = parts.uid(row, "address", row.get("address_1"), row.get("postal_code"))
    return {
        **address,
        "uid": uid,
        "name": address["attention"] or name[:160],
        "location_type": kind if kind in TYPES else "postal",
        "extra": aside,
    }


def _accessibility(columns: Columns, rows: list[Row], secret: bool, report: Report) -> str:
    """One sentence each, from a list of words or from rows."""
    words = repair.listed(columns.text("accessibility"))
    sentences = [
        ACCESS_WORDS.get(word.lower(), word.replace("_", " ").capitalize()).rstrip(".") + "."
        for word in words
    ]
    aside = []
    for row in rows:
        inner = Columns(row, report)
        texts = [text for text in (inner.text("description"), inner.text("details")) if text]
        if row.get("description"):
            sentences += [text if text.endswith((".", "!", "?")) else f"{text}." for text in texts]
        if rest := inner.rest():
            aside.append(rest)
    if aside and not secret:
        columns.extra["accessibility"] = aside
    return " ".join(sentences)
