"""Sheets as files: what is written reads back, and what a stranger's file may hold is refused before it does anything."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from agencies import sheet_changes, sheet_files
from agencies.sheet_changes import Row
from agencies.sheet_files import UnreadableFile


def rows_of(data: bytes) -> list[Row]:
    return sheet_changes.rows_of(sheet_files.read(data))


def workbook(change: Callable[[openpyxl.Workbook], object] = lambda book: None) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Code", "Made from", "Title"])
    change(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def with_part(name: str, content: bytes, of: bytes | None = None) -> bytes:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(of or workbook())) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return made.getvalue()


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
HOSTILE = {
    "empty": b"",
    "nothing": b"PK\x03\x04",
    "half": workbook()[:900],
    "text": "Ä".encode("latin-1"),
    "nul": b"Code,Made from\x00",
    "old workbook": b"\xd0\xcf\x11\xe0" + b"x" * 100,
    "large": b"x" * 2_000_001,
    "unpacks to too much": with_part("xl/media/a.xml", b" " * 13_000_000),
    "many parts": with_part("a", b""),
    "macros": with_part("xl/vbaProject.bin", b"x"),
    "links elsewhere": with_part("xl/externalLinks/externalLink1.xml", b"<x/>"),
    "entities": with_part("xl/sharedStrings.xml", BOMB),
    "entities in utf-16": with_part("xl/sharedStrings.bin", BOMB.decode().encode("utf-16")),
    "no sheet": with_part("xl/workbook.xml", b"<x/>"),
    "formula": workbook(lambda book: book.active.append(["", "", '=HYPERLINK("http://x.example")'])),
    "truth": workbook(lambda book: book.active.append(["", "", True])),
    "far row": workbook(lambda book: book.active.cell(6000, 1, "x")),
    "many rows": b"Code,Made from,Title\n" + b",,x\n" * 2001,
    "long text": b"Code,Made from,Title\n,," + b"x" * 10_001,
    "huge cell": b"Code,Made from,Title\n,," + b"x" * 200_000,
    "no heading": b"Code,Made from,Title\n,,x,stray",
    "unknown column": b"Code,Made from,Title,Notes\n,,x,y",
    "column twice": b"Code,Made from,Title,Title\n,,x,y",
    "no code": b"Title\nx",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_or_broken_file_is_refused_with_a_sentence(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "many parts":
        monkeypatch.setattr(sheet_files, "MOST_PARTS", 5)
    with pytest.raises(UnreadableFile) as refusal:
        rows_of(HOSTILE[kind])
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("macros", "macros or links"),
        ("links elsewhere", "macros or links"),
        ("unpacks to too much", "unpacks to far too much"),
        ("formula", "Row 2, column C: this is a formula"),
        ("many rows", "2000 rows at most"),
        ("far row", "2000 rows at most"),
        ("no heading", "Row 2, column D: there is no heading"),
        ("unknown column", "There is no column “Notes”"),
        ("no code", "The column “Code” is missing"),
    ],
)
def test_the_sentence_says_what_is_wrong_and_where(kind: str, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        rows_of(HOSTILE[kind])


def test_a_wide_sheet_is_read_no_further_than_its_columns() -> None:
    assert rows_of(workbook(lambda book: book.active.cell(2, 16_000, "x"))) == []


def test_numbers_are_read_as_they_look() -> None:
    (row,) = rows_of(workbook(lambda book: book.active.append(["", "", 144.0])))
    assert row.cells["title"] == "144"


def test_empty_lines_are_no_rows_and_count_as_lines() -> None:
    (row,) = rows_of(b"Code,Made from,Title\n,,\n\n,,x\n")
    assert row == Row(4, {"code": "", "made_from": "", "title": "x"})


TEXTS = [
    "plain",
    "=1+1",
    "+49",
    "-x",
    "@x",
    "'=x",
    "''+x",
    "'quoted'",
    "two\nlines",
    "a\r\nb",
    "odd \x0b one",
    "#N/A",
]


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_written_reads_back(text: str) -> None:
    rows = [["Code", "Title"], ["", sheet_files.plain(text)]]
    kept = [(1, rows[0]), (2, rows[1])]
    assert sheet_files.read(sheet_files.as_csv(rows)) == kept
    assert sheet_files.read(sheet_files.as_xlsx("Services", rows, "How to", [["x"]])) == kept


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_that_is_written_is_calculated(text: str) -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(sheet_files.as_xlsx("a/b", [["x"], [text[:4]]], "How to", [["x"]]))
    )
    cell = book.worksheets[0]["A2"]
    assert (cell.data_type, str(cell.value)[0] in "=+-@") == ("s", False)


def test_an_apostrophe_that_a_person_wrote_stays() -> None:
    assert sheet_files.read_back("'tis") == "'tis"
