"""Reads a folder or a file into rows: encodings, CSV, JSON. What cannot be read is reported, never raised at
the reader's back.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from . import nested
from .mapping import Mapping
from .records import Report, Row, Unreadable
from .tables import ADDRESSES, ENTITIES, TABLES, column_in, table_named, table_with

LARGEST = 200_000_000
LONGEST_CELL = 1_000_000
KINDS = (".csv", ".json")
MORE_CELLS = "more cells"


def read(path: Path, report: Report, mapping: Mapping | None = None) -> list[Row]:
    """All rows below `path`. Raises Unreadable, in one sentence, when there is nothing to read at all."""
    files = _files(path)
    rows: list[Row] = []
    troubles: list[str] = []
    for file in files:
        try:
            rows += _rows_of(file, report, mapping)
        except Unreadable as error:
            troubles.append(str(error))
            report.refused(Row("file", {}, file.name, 0), str(error))
    if not rows:
        raise Unreadable(
            troubles[0] if troubles else f"“{path.name}” holds no row of any table that HSDS knows."
        )
    return rows


def _files(path: Path) -> list[Path]:
    """What is to be read, files with the names of tables first."""
    try:
        if path.is_dir():
            files = [file for file in path.iterdir() if file.suffix.lower() in KINDS and file.is_file()]
        elif path.is_file():
            files = [path]
        else:
            raise Unreadable(f"There is no folder or file “{path}”. Name one that holds CSV or JSON.")
        size = sum(file.stat().st_size for file in files)
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it leads back to itself"
        raise Unreadable(f"“{path.name}” cannot be read: {reason}.") from error
    if not files:
        raise Unreadable(f"The folder “{path.name}” holds no file that ends in .csv or .json.")
    if size > LARGEST:
        raise Unreadable(
            f"“{path.name}” holds {size // 1_000_000} MB; at most {LARGEST // 1_000_000} MB are read"
            " at once. Divide it."
        )
    return sorted(files, key=lambda file: (table_named(file.stem) is None, file.name))


def _rows_of(file: Path, report: Report, mapping: Mapping | None) -> list[Row]:
    content = _decoded(file, report)
    if file.suffix.lower() == ".json":
        return list(_json_rows(file, content, report))
    return list(_csv_rows(file, content, report, mapping))


def _decoded(file: Path, report: Report) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise Unreadable(f"{file.name} cannot be read: {error.strerror}.") from error
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ["utf-16"] if wide else ["utf-8-sig", "cp1252"]:
        try:
            content = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "utf-8-sig":
            report.repaired(
                Row("file", {}, file.name, 0), f"it is not UTF-8 and was read as {encoding}: save it as UTF-8"
            )
        return content
    raise Unreadable(f"{file.name} is in no encoding known here. Save it as UTF-8.")


# --- JSON -----------------------------------------------------------------------------------------


def _json_rows(file: Path, content: str, report: Report) -> Iterator[Row]:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        place = (
            f"line {error.lineno}: {error.msg}"
            if isinstance(error, json.JSONDecodeError)
            else "it cannot be understood"
        )
        raise Unreadable(f"{file.name} is not valid JSON ({place}).") from error
    if nested.is_about_data(data):
        return
    unknown = 0
    for row in nested.rows_of(data, file.name):
        if row.table:
            yield row
        else:
            unknown += 1
            report.refused(row, "no record of HSDS looks like this: it was not read")
    if not unknown and not isinstance(data, (dict, list)):
        raise Unreadable(f"{file.name} holds neither a record nor a list of records.")


# --- CSV ------------------------------------------------------------------------------------------


def _csv_rows(file: Path, content: str, report: Report, mapping: Mapping | None) -> Iterator[Row]:
    lines = _cells(file, content, report)
    header = next(lines, (1, []))[1]
    columns = [cell.strip().strip("\ufeff") for cell in header]
    if not any(columns):
        raise Unreadable(f"{file.name} is empty: its first line must name the columns.")
    stem = file.stem.lower()
    if mapping and mapping.knows(stem):
        if missing := mapping.columns(stem) - set(columns):
            heading = Row("file", {}, file.name, 1)
            report.repaired(
                heading, f"the mapping names columns that are not there: {', '.join(sorted(missing))[:300]}"
            )
        for number, values in _records(columns, lines):
            yield from mapping.rows(stem, values, file.name, number)
        return
    table = _table_of(file, columns)
    names = [column_in(table, column) for column in columns]
    for number, values in _records(names, lines):
        yield Row(table, values, file.name, number)


def _table_of(file: Path, columns: list[str]) -> str:
    lower = {column.lower().replace(" ", "_") for column in columns if column}
    table = table_named(file.stem)
    if table in ENTITIES and not lower & {"name", "title"} and not lower & set(TABLES[table].marks):
        raise Unreadable(
            f"{file.name}: its columns are not HSDS's. Say what they mean in a mapping file (--map,"
            " see FEEDS.md)."
        )
    table = table or table_with(lower, file.stem.lower())
    if table is None:
        raise Unreadable(
            f"{file.name}: no table of HSDS has these columns. Name the file after its table, like"
            " services.csv, or use --map."
        )
    return "mail_addresses" if table in ADDRESSES and "mail" in file.stem.lower() else table


def _cells(file: Path, content: str, report: Report) -> Iterator[tuple[int, list[str]]]:
    """(line of the file, cells) of each row. The line is where the row begins."""
    limit = csv.field_size_limit(LONGEST_CELL)
    try:
        dialect = _dialect(content)
        reader = csv.reader(_lines(content), delimiter=dialect)
        begins = 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                report.refused(
                    Row("file", {}, file.name, begins),
                    f"reading ended here, the row cannot be understood: {error}",
                )
                return
            yield begins, cells
            begins = reader.line_num + 1
    finally:
        csv.field_size_limit(limit)


def _lines(content: str) -> Iterable[str]:
    """Lines with their ends; without NUL bytes, which no database takes."""
    return (line.replace("\0", "") for line in io.StringIO(content, newline=""))


def _dialect(content: str) -> str:
    """Comma, semicolon or tab: what the first line has most of."""
    first = content.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _records(
    names: list[str], lines: Iterator[tuple[int, list[str]]]
) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        values: dict[str, Any] = {name: cell for name, cell in zip(names, cells, strict=False) if name}
        if surplus := [cell for cell in cells[len(names) :] if cell.strip()]:
            values[MORE_CELLS] = surplus
        yield number, values
