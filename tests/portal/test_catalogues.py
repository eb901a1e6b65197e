"""The interface's words in each language: a gap or a lost placeholder shows only to those who read it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent.parent
LOCALE = ROOT / "portal" / "locale"
CATALOGUES = sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))
HELD = re.compile(r"%\(\w+\)[sd]|{{.*?}}|{\w*}|</?[a-z][^>]*>")
COUNTS = ("%(counter)s", "%(n)s", "%(days)s", "%(times)s")

MARKS = {"_", "gettext", "gettext_lazy", "ngettext"}
MARKED = re.compile(r"""\b(?:_|n?gettext)\(u?((["'])(?:\\.|(?!\2).)*\2)""")
DJANGOS_OWN = {", "}  # its catalogues have the Arabic comma

each_catalogue = pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)


def held(text: str) -> list[str]:
    """What a translation must carry over unchanged: placeholders and HTML."""
    return sorted(HELD.findall(text))


def keeps(source: str, translation: str) -> bool:
    return held(source) == held(translation)


def keeps_plural(source: str, forms: list[str]) -> bool:
    """A form for one or two may say so in a word, as Arabic does; all else stays, and some form counts."""

    def uncounted(text: str) -> list[str]:
        return [part for part in held(text) if part not in COUNTS]

    return all(uncounted(form) == uncounted(source) for form in forms) and any(
        keeps(source, form) for form in forms
    )


def said_by_template(source: str) -> Iterator[str]:
    for quoted, _ in MARKED.findall(templatize(source)):
        yield ast.literal_eval(quoted)


def said_by_module(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(text)), *_]) if name in MARKS:
                yield text


@cache
def said() -> frozenset[str]:
    """Every English text that the site's templates and modules hand to gettext."""
    templates = [path for form in ("html", "txt") for path in ROOT.glob(f"templates/**/*.{form}")]
    modules = [path for app in ("search", "agencies", "portal") for path in ROOT.glob(f"{app}/**/*.py")]
    found = {text for path in templates for text in said_by_template(path.read_text("utf-8"))}
    found |= {text for path in modules for text in said_by_module(path.read_text("utf-8"))}
    return frozenset(found - DJANGOS_OWN)


@each_catalogue
def test_whoever_names_the_button_to_leave_names_it_as_it_stands_there(path: Path) -> None:
    said = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path)) if entry.msgstr}
    button = said["Leave this page"]
    for source, translation in said.items():
        if "“Leave this page”" in source:
            assert re.search(rf"[„“«]\s*{re.escape(button)}\s*[”“»]", translation), translation


@pytest.mark.parametrize(
    "source",
    [
        '{% translate "One" %}',
        "{% blocktranslate trimmed %}\n  One\n{% endblocktranslate %}",
        "{% blocktranslate count n=n %}One{% plural %}Many{% endblocktranslate %}",
        '{% include "a.html" with title=_("One") only %}',
        '<p>{{ _("One") }}</p>',
    ],
)
def test_a_text_of_a_template_is_found_however_it_is_written(source: str):
    assert list(said_by_template(source)) == ["One"]


def test_a_text_of_a_module_is_found_across_its_lines():
    assert list(said_by_module('_("One " "two")\nngettext("One", "Many", n)\nprint("Three")')) == [
        "One two",
        "One",
    ]


@each_catalogue
def test_every_text_of_the_site_is_in_it_and_nothing_else(path: Path):
    known = {entry.msgid for entry in polib.pofile(str(path))}
    assert sorted(said() - known) == []
    assert sorted(known - said()) == []


def test_every_language_beside_english_has_a_catalogue(settings):
    offered = {code for code, _ in settings.LANGUAGES} - {"en"}
    assert {path.parent.parent.name for path in CATALOGUES} == offered


@each_catalogue
def test_nothing_is_untranslated_fuzzy_or_left_over(path: Path):
    catalogue = polib.pofile(str(path))
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == []
    assert not catalogue.metadata_is_fuzzy


@each_catalogue
def test_placeholders_and_html_are_the_same_in_both(path: Path):
    catalogue = polib.pofile(str(path))
    plural = [entry for entry in catalogue if entry.msgid_plural]
    single = [entry for entry in catalogue if not entry.msgid_plural]
    assert [e.msgid for e in single if not keeps(e.msgid, e.msgstr)] == []
    assert [e.msgid for e in plural if not keeps_plural(e.msgid_plural, list(e.msgstr_plural.values()))] == []


@each_catalogue
def test_it_says_that_a_machine_wrote_it(path: Path):
    catalogue = polib.pofile(str(path))
    assert catalogue.metadata["X-Machine-Written"] == "yes, needs a native reader"
    assert "achine-written" in catalogue.header.splitlines()[0]


@each_catalogue
def test_every_plural_form_is_there(path: Path):
    catalogue = polib.pofile(str(path))
    forms = int(re.search(r"nplurals=(\d)", catalogue.metadata["Plural-Forms"]).group(1))
    assert [e.msgid for e in catalogue if e.msgid_plural and len(e.msgstr_plural) != forms] == []
