"""HSDS's JSON, one record inside another, to the flat rows that a CSV file would hold."""

import math
import re
from collections.abc import Iterator
from typing import Any

from .records import Row
from .tables import INNER, OUTER, column_in, table_named, table_with

DEEPEST = 12
_BROKEN = re.compile("[\x00\ud800-\udfff]")


def rows_of(data: Any, file: str) -> Iterator[Row]:
    """The rows of one JSON document: a page, a list, a single record or HSDS's tabular form."""
    if isinstance(data, dict):
        if isinstance(data.get("contents"), list):
            yield from _listed(data["contents"], file)
        elif tables := _tabular(data):
            for table, records in tables.items():
                yield from _listed(records, file, table)
        else:
            yield from _listed([data], file)
    elif isinstance(data, list):
        yield from _listed(data, file)


def is_about_data(data: Any) -> bool:
    """A description of a package or of an interface: not a fault that it holds no services."""
    return isinstance(data, dict) and bool(
        ("resources" in data and "profile" in data)
        or {"version", "openapi_url"} <= set(data)
        or "$schema" in data
    )


def _tabular(data: dict[str, Any]) -> dict[str, list[Any]]:
    found = {}
    for name, records in data.items():
        table = table_named(str(name).removesuffix(".csv"))
        if table and isinstance(records, list):
            found[table] = records
    return found if found and len(found) * 2 > len(data) else {}


def _listed(records: list[Any], file: str, table: str | None = None) -> Iterator[Row]:
    for place, record in enumerate(records, start=1):
        if not isinstance(record, dict):
            yield Row("", {}, file, place)
            continue
        stem = file.rsplit(".", 1)[0].lower()
        kind = table or table_with({str(key).lower() for key in record}, stem)
        yield from _flattened(kind or "", record, file, place)


def _flattened(table: str, record: dict[str, Any], file: str, place: int, depth: int = 0) -> Iterator[Row]:
    """The record, then what stood inside it; each names its owner by the column that HSDS has for it."""
    values: dict[str, Any] = {}
    further: list[tuple[str, dict[str, Any]]] = []
    own_id = str(_sound(record.get("id")) or "")
    for key, value in record.items():
        member = str(key).lower()
        if isinstance(value, dict) and (table, member) in OUTER:
            outer_table, column = OUTER[table, member]
            values[column] = values.get(column) or _sound(value.get("id"))
            further.append((outer_table, value))
        elif isinstance(value, list) and (table, member) in INNER:
            inner_table, column = INNER[table, member]
            further += [(inner_table, {column: own_id, **item}) for item in value if isinstance(item, dict)]
            if plain := [item for item in value if isinstance(item, str)]:
                values[member] = "; ".join(plain)
        elif (value := _sound(value)) not in (None, "", [], {}):
            values[column_in(table, member) if table else member] = value
    yield Row(table, values, file, place, embedded=depth > 0)
    if depth < DEEPEST:
        for inner_table, item in further:
            yield from _flattened(inner_table, item, file, place, depth + 1)


def _sound(value: Any) -> Any:
    """JSON can hold halves of characters and numbers that are none; no database takes them."""
    if isinstance(value, str):
        return _BROKEN.sub("", value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
