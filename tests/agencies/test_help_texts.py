"""Every field of an entry's editor says in plain words what it asks for; words of further languages stand beside theirs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.forms import BaseForm
from wagtail.admin.panels import get_edit_handler

from agencies import help_texts
from agencies.models import AgencyPage, Entry, ServicePage
from tests import factories

pytestmark = pytest.mark.django_db

OF_WAGTAIL = {"comment_notifications", "ORDER", "DELETE", "id", "uid", "slug"}
KINDS: list[Any] = [AgencyPage, ServicePage]


def fields(kind: type[Entry]) -> Iterator[tuple[str, str, str]]:
    """(part, field, help text) of everything the editor asks for."""
    entry = factories.agency() if kind is AgencyPage else factories.service()
    form = get_edit_handler(kind).get_form_class()(instance=entry, parent_page=entry.get_parent())
    yield from _of(kind.__name__.lower(), form)
    for name, formset in form.formsets.items():
        if name != "comments":
            yield from _of(formset.model.__name__.lower(), formset.empty_form)


def _of(part: str, form: BaseForm) -> Iterator[tuple[str, str, str]]:
    for name, field in form.fields.items():
        if name not in OF_WAGTAIL and not name.startswith("words-"):
            yield part, name, str(field.help_text)


@pytest.mark.parametrize("kind", KINDS)
def test_no_field_is_without_help(town: None, kind: type[Entry]) -> None:
    titled_in_the_panel = ("servicepage", "title")
    silent = [
        (part, name) for part, name, text in fields(kind) if not text and (part, name) != titled_in_the_panel
    ]
    assert silent == []


def test_no_help_is_for_a_field_that_is_not_there(town: None) -> None:
    shown = {(part, name) for kind in KINDS for part, name, _text in fields(kind)}
    known = {f"{part}.{name}" for part, name in shown} | {name for _part, name in shown}
    assert set(help_texts.TEXTS) - known == set()


@pytest.mark.parametrize("kind", KINDS)
def test_our_help_stands_in_place_of_wagtails(town: None, kind: type[Entry]) -> None:
    shown = {f"{part}.{name}": text for part, name, text in fields(kind)}
    ours = {name: str(text) for name, text in help_texts.TEXTS.items() if name in shown}
    assert {name: shown[name] for name in ours} == ours
    assert shown[f"{kind.__name__.lower()}.tags"] == str(help_texts.TEXTS["tags"])
