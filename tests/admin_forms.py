"""Fills in the admin's forms as a browser does: what stands in the page is sent back, with what a person changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser

import pytest
from django.forms import BaseForm, BaseFormSet, BoundField
from django.forms.widgets import ChoiceWidget
from django.http import HttpResponse
from django.test import Client
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from wagtail.admin.panels import Panel

Fields = dict[str, list[str]]


class FormReader(HTMLParser):
    """Reads the fields of the page's editing form; what stands in a <template> is not sent."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: Fields = {}
        self.names: set[str] = set()
        self._templates = 0
        self._reading = False
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag == "form" and not self._reading:
            self._reading = "data-edit-form" in found or found.get("id") == "page-edit-form"
        self._templates += tag == "template"
        if self._templates or not self._reading:
            return
        name = found.get("name", "")
        if tag == "textarea":
            self._area = name
            self.fields.setdefault(name, []).append("")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in found:
            self.fields.setdefault(self._select, []).append(found.get("value", ""))
        elif tag == "input" and name:
            self._input(name, found)

    def _input(self, name: str, found: Mapping[str, str]) -> None:
        self.names.add(name)
        kind = found.get("type", "text")
        if kind in ("submit", "button", "file") or (kind in ("checkbox", "radio") and "checked" not in found):
            return
        self.fields.setdefault(name, []).append(found.get("value", "on" if kind == "checkbox" else ""))

    def handle_endtag(self, tag: str) -> None:
        self._templates -= tag == "template"
        if tag == "textarea":
            self._finish_area()
        if tag == "select":
            self._select = None
        if tag == "form" and self._reading and not self._templates:
            self._reading = False

    def _finish_area(self) -> None:
        if self._area is not None:
            # A browser drops the line break after the tag and sends the others as CRLF.
            text = self.fields[self._area][-1].removeprefix("\n")
            self.fields[self._area][-1] = text.replace("\r\n", "\n").replace("\n", "\r\n")
        self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.fields[self._area][-1] += data


def fields_of(response: HttpResponse) -> Fields:
    """What a browser would send if somebody pressed Save now."""
    assert response.status_code == 200, response.status_code
    reader = FormReader()
    reader.feed(response.content.decode())
    return reader.fields


def opened(client: Client, address: str) -> Fields:
    """The same fields, asked of the page without its layout: that takes two thirds of the time of an editor.

    That both are the same is held by tests/agencies/test_editing.py.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Panel.BoundPanel, "render_form_content", lambda panel: _without_layout(panel.form))
        return fields_of(client.get(address))


def _without_layout(form: BaseForm) -> SafeString:
    """All fields of a form and of the rows of its inline panels."""
    rows = [each for formset in getattr(form, "formsets", {}).values() for each in _rows(formset)]
    return mark_safe("".join([*map(_field, form), *map(_without_layout, rows)]))


def _rows(formset: BaseFormSet) -> Iterator[BaseForm]:
    """With the places that Wagtail's inline panels number themselves."""
    yield formset.management_form
    for number, row in enumerate(formset.forms, 1):
        if formset.can_order:
            row.fields["ORDER"].initial = row.initial["ORDER"] = number
        yield row


def _field(field: BoundField) -> str:
    """Most of the time goes into the choices that nobody made: these are left out."""
    widget = field.field.widget
    if not isinstance(widget, ChoiceWidget):
        return field.as_widget()
    groups = widget.get_context(field.html_name, field.value(), {})["widget"]["optgroups"]
    chosen = [row["value"] for _name, rows, _at in groups for row in rows if row["selected"]]
    return format_html_join("", '<input name="{}" value="{}">', ((field.html_name, each) for each in chosen))


def send(client: Client, address: str, changes: Mapping[str, object], **press: str) -> HttpResponse:
    """Opens an editing form, changes some fields, presses a button: `action_publish="yes"`."""
    fields: dict[str, object] = {**opened(client, address), **changes}
    return client.post(address, {**fields, **press})


def add_row(fields: Fields, relation: str, **values: str) -> None:
    """One more row of an inline panel."""
    number = int(fields[f"{relation}-TOTAL_FORMS"][0])
    fields[f"{relation}-TOTAL_FORMS"] = [str(number + 1)]
    for name, value in {"id": "", "ORDER": str(number + 1), "DELETE": "", **values}.items():
        fields[f"{relation}-{number}-{name}"] = [value]
