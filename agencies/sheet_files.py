"""Spreadsheets as files: rows of text out and in, as .xlsx and as CSV. Knows nothing of entries.

What comes in is a stranger's file until it is read: its size, its rows and what it unpacks to are bounded before any of
it is believed, and nothing in it is ever calculated.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

MOST_BYTES = 2_000_000
MOST_UNPACKED = 12_000_000
MOST_PARTS = 100
MOST_ROWS = 2000  # that say something, under the headings
MOST_LINES = 5000  # empty ones included
MOST_COLUMNS = 200
LONGEST_TEXT = 10_000
TEXT_FORMAT = "@"
# A program that opens the file would calculate such a text. An apostrophe before it makes it a text.
CALCULATED = re.compile(r"'*[=+\-@\t\r]")
DEFUSED = re.compile(r"'+[=+\-@\t\r]")
# Parts of a workbook that do something by themselves, or fetch something from elsewhere.
REFUSED_PARTS = re.compile(r"vbaProject|externalLinks/|activeX/|embeddings/|macrosheets/", re.IGNORECASE)
# Entities could unfold to gigabytes, and no spreadsheet program writes any.
REFUSED_MARKUP = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)

Line = tuple[int, list[str]]


class UnreadableFile(ValueError):
    """`str()` says to the person who sent it what is wrong, where, and what to do."""


def defused(text: str) -> str:
    return f"'{text}" if CALCULATED.match(text) else text


def read_back(text: str) -> str:
    return text[1:] if DEFUSED.match(text) else text


def plain(text: str) -> str:
    """As a cell keeps it: line ends of one kind, nothing that no cell can hold."""
    one_kind = text.replace("\r\n", "\n").replace("_x000D_", "").replace("\r", "\n")
    return ILLEGAL_CHARACTERS_RE.sub("", one_kind).strip()


# Out


def as_csv(rows: Iterable[list[str]]) -> bytes:
    """With the mark by which spreadsheet programs know UTF-8."""
    made = io.StringIO()
    csv.writer(made).writerows([defused(text) for text in row] for row in rows)
    return made.getvalue().encode("utf-8-sig")


def as_xlsx(title: str, rows: Iterable[list[str]], notes_title: str, notes: Iterable[list[str]]) -> bytes:
    """`title`, `notes_title`: the names of the two sheets."""
    book = openpyxl.Workbook(write_only=True)
    for name, lines in ((title, rows), (notes_title, notes)):
        _fill(book.create_sheet(_sheet_name(name)), list(lines))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _sheet_name(name: str) -> str:
    return re.sub(r"[\\/*?:\[\]]", " ", name)[:31]


def _fill(sheet: WriteOnlyWorksheet, rows: list[list[str]]) -> None:
    sheet.freeze_panes = "A2"
    for number in range(1, len(rows[0]) + 1):
        column = sheet.column_dimensions[get_column_letter(number)]
        column.width, column.number_format = 28, TEXT_FORMAT
    for number, row in enumerate(rows):
        sheet.append([_cell(sheet, text, is_heading=number == 0) for text in row])


def _cell(sheet: WriteOnlyWorksheet, text: str, *, is_heading: bool) -> Cell:
    cell = WriteOnlyCell(sheet, defused(text))
    cell.data_type = "s"
    cell.number_format, cell.alignment = TEXT_FORMAT, Alignment(wrap_text=True, vertical="top")
    cell.font = Font(bold=is_heading)
    return cell


# In


def read(data: bytes) -> list[Line]:
    """The first sheet: (number of the line, its texts), without empty lines. Raises UnreadableFile.

    What kind of file it is, its content says and not its name.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableFile(_("The file is too large: 2 MB at most. Delete what you do not change."))
    if data.startswith(b"PK\x03\x04"):
        _look_inside(data)
        lines = _xlsx_lines(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(_("This is an old or a locked workbook. Save it as .xlsx, without a password."))
    else:
        lines = _csv_lines(data)
    return _bounded(lines)


def _bounded(lines: Iterator[Line]) -> list[Line]:
    found: list[Line] = []
    for number, texts in lines:
        if number > MOST_LINES or len(found) > MOST_ROWS:
            raise UnreadableFile(
                _("The sheet is too long: 2000 rows at most. Delete empty rows, or send it in parts.")
            )
        if len(texts) > MOST_COLUMNS:
            raise UnreadableFile(_("Row %(row)d has too many columns.") % {"row": number})
        if any(texts):
            _check_length(number, texts)
            found.append((number, texts))
    return found


def _check_length(number: int, texts: list[str]) -> None:
    for column, text in enumerate(texts, start=1):
        if len(text) > LONGEST_TEXT:
            raise UnreadableFile(
                _("Row %(row)d, column %(column)s: the text is too long. Make it shorter.")
                % {"row": number, "column": get_column_letter(column)}
            )


def _csv_lines(data: bytes) -> Iterator[Line]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            _("This is neither a workbook nor a CSV file in UTF-8. Save it as .xlsx, or as “CSV UTF-8”.")
        ) from error
    if "\x00" in text:
        raise UnreadableFile(_("This is no text file. Save it as .xlsx, or as “CSV UTF-8”."))
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            yield number, [read_back(plain(cell)) for cell in row]
    except csv.Error as error:
        raise UnreadableFile(_("This CSV file cannot be read. Save it as .xlsx and send that.")) from error


def _look_inside(data: bytes) -> None:
    """Before anything is unpacked: how much it would be, and whether it is more than a table."""
    unreadable = _("This workbook cannot be read. Open it, save it as .xlsx and send that.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise UnreadableFile(
                    _("This workbook unpacks to far too much. Copy the table into a new one.")
                )
            if any(REFUSED_PARTS.search(part.filename) for part in parts):
                raise UnreadableFile(
                    _("This workbook has macros or links to other files. Save it as .xlsx without them.")
                )
            if any(_has_entities(packed.read(part)) for part in parts):
                raise UnreadableFile(unreadable)
    except UnreadableFile:
        raise
    except Exception as error:  # zipfile has a dozen ways to fail on a broken file
        raise UnreadableFile(unreadable) from error


def _has_entities(content: bytes) -> bool:
    """In whatever part, for any of them may be read as markup, and in UTF-16 too."""
    return REFUSED_MARKUP.search(content.replace(b"\x00", b"")) is not None


def _xlsx_lines(data: bytes) -> Iterator[Line]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        rows = book.worksheets[0].iter_rows(max_row=MOST_LINES + 1, max_col=MOST_COLUMNS)
        for number, cells in enumerate(rows, start=1):
            yield number, _trimmed([_cell_text(number, column, cell) for column, cell in enumerate(cells, 1)])
    except UnreadableFile:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part makes of it
        raise UnreadableFile(
            _("This workbook cannot be read. Open it, save it as .xlsx and send that.")
        ) from error


def _trimmed(texts: list[str]) -> list[str]:
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _cell_text(row: int, column: int, cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "s" or cell.data_type == "inlineStr":
        return read_back(plain(str(value)))
    if cell.data_type == "n" and not isinstance(value, bool):
        return str(int(value)) if value == int(value) else str(value)
    raise UnreadableFile(
        _("Row %(row)d, column %(column)s: this is a formula or a date. Write the text itself there.")
        % {"row": row, "column": get_column_letter(column)}
    )


def by_heading(lines: list[Line]) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """The headings, and each row's texts under them. Raises UnreadableFile for a text without a heading."""
    if not lines:
        raise UnreadableFile(_("The sheet is empty."))
    (_number, headings), *rows = lines
    found = []
    for number, texts in rows:
        pairs = list(zip_longest(headings, texts, fillvalue=""))
        stray = next((i for i, (heading, text) in enumerate(pairs, 1) if text and not heading), None)
        if stray:
            raise UnreadableFile(
                _(
                    "Row %(row)d, column %(column)s: there is no heading above this text. Add it, or delete the text."
                )
                % {"row": number, "column": get_column_letter(stray)}
            )
        found.append((number, {heading: text for heading, text in pairs if heading}))
    return headings, found
