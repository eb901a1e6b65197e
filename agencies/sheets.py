"""An agency's services as rows of a sheet, and what a changed row makes of a service. Pure: no database.

A row says what a person writes in words: texts in all languages, ages, state, one number, one website. Places have no
column: what may be a secret leaves the house in no file. Vocabularies and all else are edited in the admin.

A version is what Wagtail keeps in a revision, whole or only its part that the sheet is about.
"""

import copy
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation
from django.utils.translation import gettext as _
from modelcluster.models import get_serializable_data_for_fields

from .differences import Version
from .models import EntryWords, Phone, ServicePage, Status, Website
from .models.service import check_ages
from .sheet_files import plain
from .wording import renew

CODE, MADE_FROM, LANGUAGE, TITLE = "code", "made_from", "source_language", "title"
MARKS = (CODE, MADE_FROM)
NUMBER, NUMBER_FOR, WEBSITE = "number", "number_for", "website"
TEXTS = tuple(name for name in ServicePage.WORDS if name not in ("assurer", "assurer_role"))
FACTS = ("status", "minimum_age", "maximum_age", "email")
OWN = (LANGUAGE, *TEXTS, *FACTS)
STATES: dict[str, Any] = dict(Status.choices)
PARTS = ("phones", "websites", "words")
OF_PHONE = {NUMBER: "number", NUMBER_FOR: "description"}
HEAD = (*MARKS, LANGUAGE, TITLE, "status")
TAIL = (*FACTS[1:], NUMBER, NUMBER_FOR, WEBSITE)

Cells = dict[str, str]  # by the key of a column; a cell without text has no key in what is exported


@dataclass(frozen=True, slots=True)
class Problem:
    """What a cell does not take, and what to do."""

    column: str
    text: str


# The columns


def columns(written_in: set[str]) -> list[str]:
    """Keys, in the order of the sheet; words get columns in each language that is another one for some entry."""
    further = [code for code, _name in settings.LANGUAGES if written_in != {code}]
    words = [words_key(field, language) for language in further for field in TEXTS]
    return [*HEAD, *(name for name in TEXTS if name != TITLE), *TAIL, *words]


def words_key(field: str, language: str) -> str:
    return f"{field}@{language}"


def heading(key: str) -> str:
    """What stands above a column, in the language of the person."""
    field, _at, language = key.partition("@")
    if language:
        return f"{heading(field)} ({language})"
    named = {
        CODE: _("Code"),
        MADE_FROM: _("Made from"),
        NUMBER: _("Number"),
        NUMBER_FOR: _("Number: whom it reaches"),
        WEBSITE: _("Website"),
    }
    if field in named:
        return named[field]
    name = str(ServicePage._meta.get_field(field).verbose_name)
    return name[:1].upper() + name[1:]


def note(key: str) -> str:
    """What a person must know of a column before filling it in."""
    field, _at, language = key.partition("@")
    if language:
        return _("The same in this language. Empty: not translated.")
    named = {
        CODE: _("Says which service the row is. Do not change it. A new service has none: leave it empty."),
        MADE_FROM: _("Says which version the row was made from. Do not change it."),
        LANGUAGE: _("The language of the texts, in two letters. It can be chosen for a new service only."),
        NUMBER: _(
            "The first number that is shown. Others, and what a number costs, are edited in the admin."
        ),
        NUMBER_FOR: _("For instance: duty desk."),
        WEBSITE: _("The first website. Others are edited in the admin."),
        TITLE: _("What a person gets. Not the office's name: “Talk to someone who listens”."),
        "status": ", ".join(str(label) for label in Status.labels),
        "minimum_age": _("In months: twelve years are 144."),
    }
    return named.get(field) or str(ServicePage._meta.get_field(field).help_text)


def _in_each_language(said: Callable[[], Iterator[tuple[str, str]]]) -> dict[str, str]:
    """A sheet may come back from a colleague whose admin speaks another language."""
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.update({text.strip().casefold(): key for text, key in said()})
    return found


def known_headings() -> dict[str, str]:
    """Heading as it is read, in any language -> key of the column."""
    keys = columns(set())
    return _in_each_language(lambda: ((heading(key), key) for key in keys))


def _states() -> dict[str, str]:
    labels = _in_each_language(lambda: ((str(label), value) for value, label in Status.choices))
    return labels | {value: value for value in Status.values}


# A service as a row


def cells(version: Version) -> Cells:
    found = {name: _text(version.get(name)) for name in OWN}
    phone = _main_number(version)
    found |= {key: _text(phone.get(name)) for key, name in OF_PHONE.items()}
    website: dict[str, Any] = next(iter(version.get("websites") or []), {})
    found[WEBSITE] = _text(website.get("url"))
    for row in version.get("words") or []:
        if row["record"] is None and row["field"] in TEXTS:
            found[words_key(row["field"], row["language"])] = _text(row["text"])
    return {key: text for key, text in found.items() if text}


def _text(value: Any) -> str:
    return "" if value is None else plain(str(value))


def _main_number(version: Version) -> dict[str, Any]:
    """The first that is shown for the whole entry."""
    shown = (row for row in version.get("phones") or [] if not row["withheld"] and row["at"] is None)
    return next(shown, {})


def mark(found: Cells) -> str:
    """By which a row is known again. The letter before it keeps spreadsheet programs from taking it for a number."""
    said = json.dumps(sorted(found.items()))
    return "v" + hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:15]


def shown(key: str, text: str) -> str:
    return str(STATES.get(text, text)) if key == "status" else text


def understood(given: Mapping[str, str]) -> Cells:
    """The cells of a row as they are kept: a state by its word in HSDS."""
    found = dict(given)
    if "status" in found:
        found["status"] = _states().get(found["status"].casefold(), found["status"])
    return found


def differing(given: Cells, version: Version) -> Cells:
    """What a row changes: columns that the sheet lacks change nothing."""
    now = cells(version)
    return {key: text for key, text in given.items() if key not in MARKS and text != now.get(key, "")}


def filled_in(given: Cells) -> Cells:
    """What a row says of a new service. An empty cell leaves what that begins with."""
    return {key: text for key, text in given.items() if key not in MARKS and text}


# A row as a change


def blank(language: str) -> Version:
    """What a new service begins with."""
    own = {name: ServicePage._meta.get_field(name).get_default() for name in OWN}
    return {**own, LANGUAGE: language, **{relation: [] for relation in PARTS}}


def json_of(record: Any) -> dict[str, Any]:
    """A part as it stands in a revision."""
    return json.loads(json.dumps(get_serializable_data_for_fields(record), cls=DjangoJSONEncoder))


def changed(version: Version, wanted: Cells) -> tuple[Version, list[Problem]]:
    """The version with these cells written into it, and what could not be: then it is not to be used."""
    after = copy.deepcopy(version)
    problems = [*_write_own(after, wanted), *_write_number(after, wanted), *_write_website(after, wanted)]
    problems += _write_words(version, after, wanted)
    return after, problems


def _write_own(after: Version, wanted: Cells) -> Iterator[Problem]:
    for name in (key for key in OWN if key in wanted):
        field: Any = ServicePage._meta.get_field(name)
        text = wanted[name]
        try:
            after[name] = field.clean(None if not text and field.null else text, None)
        except ValidationError as error:
            yield Problem(name, " ".join(error.messages))
    if LANGUAGE in wanted and wanted[LANGUAGE] not in dict(settings.LANGUAGES):
        yield Problem(LANGUAGE, _("This language is not one of the site's."))
    try:
        check_ages(after.get("minimum_age"), after.get("maximum_age"))
    except ValidationError as error:
        yield Problem("maximum_age", " ".join(error.messages))


def _write_number(after: Version, wanted: Cells) -> Iterator[Problem]:
    given = {name: wanted[key] for key, name in OF_PHONE.items() if key in wanted}
    if not given:
        return
    row = _main_number(after)
    number = given.get("number", row.get("number", ""))
    if not number:
        if given.get("description"):
            yield Problem(NUMBER, _("Fill in the number too."))
        after["phones"] = [phone for phone in after["phones"] if phone is not row]
        return
    if not row:
        row = json_of(Phone())
        after["phones"] = [*after["phones"], row]
    if number != row["number"]:
        # Nobody has called the new one yet: the page says so.
        row |= {"assured_date": None, "assurer": "", "assurer_role": ""}
    row |= given
    yield from _phone_problems(row)


def _phone_problems(row: dict[str, Any]) -> Iterator[Problem]:
    for key, name in OF_PHONE.items():
        field: Any = Phone._meta.get_field(name)
        try:
            field.clean(row[name], None)
        except ValidationError as error:
            yield Problem(key, " ".join(error.messages))
    try:
        Phone(number=row["number"], type=row["type"]).clean()
    except ValidationError as error:
        yield Problem(NUMBER, " ".join(error.messages))


def _write_website(after: Version, wanted: Cells) -> Iterator[Problem]:
    if WEBSITE not in wanted:
        return
    first, *others = after["websites"] or [{}]
    if not wanted[WEBSITE]:
        after["websites"] = others
        return
    try:
        url = Website._meta.get_field("url").formfield().clean(wanted[WEBSITE])
    except ValidationError as error:
        yield Problem(WEBSITE, " ".join(error.messages))
        return
    after["websites"] = [(first or json_of(Website())) | {"url": url}, *others]


def _sources(version: Version) -> dict[tuple[str | None, str], str]:
    """Every text that has words in further languages, of what the sheet writes: (part, field) -> text."""
    found: dict[tuple[str | None, str], str] = {(None, name): version.get(name) or "" for name in TEXTS}
    for relation, model in (("phones", Phone), ("websites", Website)):
        for row in version.get(relation) or []:
            found |= {(str(row["uid"]), name): row.get(name) or "" for name in model.WORDS}
    return found


def _write_words(before: Version, after: Version, wanted: Cells) -> Iterator[Problem]:
    was, now = _sources(before), _sources(after)
    typed = {key: text for key, text in wanted.items() if "@" in key}
    kept = []
    for row in after["words"]:
        source = (row["record"], row["field"])
        key = words_key(row["field"], row["language"])
        words = typed.pop(key, None) if row["record"] is None else None
        row |= _renewed(row, was.get(source, ""), now.get(source, ""), words)
        if row["text"] and (now.get(source) or source not in was):
            kept.append(row)
    for key, text in typed.items():
        field, _at, language = key.partition("@")
        if problem := _words_problem(key, after, text):
            yield problem
        elif text:
            row = json_of(EntryWords(language=language, field=field))
            kept.append(row | _renewed(row, "", now[None, field], text))
    after["words"] = kept


def _words_problem(key: str, after: Version, text: str) -> Problem | None:
    field, _at, language = key.partition("@")
    if language == after[LANGUAGE] and text:
        return Problem(key, _("The entry is written in this language: use the column without the brackets."))
    if text and not after.get(field):
        return Problem(key, _("There is no text to translate: fill in the column without the brackets too."))
    return None


def _renewed(row: dict[str, Any], before: str, now: str, typed: str | None) -> dict[str, Any]:
    names = ("text", "by", "fingerprint", "made_from")
    words = EntryWords(**{name: row[name] for name in names})
    renew(words, before, now, typed)
    return {name: getattr(words, name) for name in names}
