"""What the tests of the importer share: folders written on the spot, and a harvest's report."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from django.core.management import call_command

DATA = Path(__file__).parent / "harvest"
# Real directories that may stand beside a checkout; no part of it, and never required.
REAL_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ORGANIZATION = "organizations.csv", "id,name\n1,Foxglove Play House\n"


def harvested(path: Path, *options: str) -> dict[str, list[dict[str, Any]]]:
    """The report of `manage.py harvest PATH --json …`."""
    out = io.StringIO()
    call_command("harvest", str(path), "--json", *options, stdout=out)
    return json.loads(out.getvalue())


def folder_of(path: Path, *files: tuple[str, str]) -> Path:
    """A folder with these files: (name, text) each."""
    path.mkdir(parents=True, exist_ok=True)
    for name, text in files:
        (path / name).write_text(text, encoding="utf-8")
    return path


def said(found: dict[str, list[dict[str, Any]]], key: str) -> list[str]:
    """`file:row: message` of each item of a list of the report."""
    return [f"{item['file']}:{item['row']}: {item['message']}" for item in found[key]]
