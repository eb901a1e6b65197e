"""Fills in the admin's forms as a browser does: what stands in the page is sent back, with what a person changed."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client

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


def send(client: Client, address: str, changes: Mapping[str, object], **press: str) -> HttpResponse:
    """Opens an editing form, changes some fields, presses a button: `action_publish="yes"`."""
    fields: dict[str, object] = dict(fields_of(client.get(address)))
    fields.update(changes)
    return client.post(address, {**fields, **press})


def add_row(fields: Fields, relation: str, **values: str) -> None:
    """One more row of an inline panel."""
    number = int(fields[f"{relation}-TOTAL_FORMS"][0])
    fields[f"{relation}-TOTAL_FORMS"] = [str(number + 1)]
    for name, value in {"id": "", "ORDER": str(number + 1), "DELETE": "", **values}.items():
        fields[f"{relation}-{number}-{name}"] = [value]
