"""The mapping file: which column of which file is what in HSDS, for data that has its own column names."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .records import Row, Unreadable
from .tables import TABLES, column_in, table_named

LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Rule:
    """A column of the file becomes `field` of `table`; with a key, of a further record that names its owner
    by it.
    """

    column: str
    table: str
    field: str
    key: str = ""
    key_column: str = ""


class Mapping:
    """The rules of every file, by the file's name without its ending."""

    def __init__(self, rules: dict[str, list[Rule]]):
        self.rules = rules

    def knows(self, stem: str) -> bool:
        return stem in self.rules

    def columns(self, stem: str) -> set[str]:
        """The columns that the rules of a file need."""
        return {name for rule in self.rules[stem] for name in (rule.column, rule.key_column) if name}

    def rows(self, stem: str, values: dict[str, Any], file: str, row: int) -> Iterator[Row]:
        """The records that one row of the file holds; columns without a rule stay with the first of them."""
        groups: dict[tuple[str, str, str], dict[str, Any]] = {}
        for rule in self.rules[stem]:
            group = groups.setdefault((rule.table, rule.key, rule.key_column), {})
            if values.get(rule.column):
                group[rule.field] = values[rule.column]
        rest = {
            column: value for column, value in values.items() if value and column not in self.columns(stem)
        }
        for (table, key, key_column), found in groups.items():
            if key:
                if found:
                    yield Row(table, {**found, key: values.get(key_column) or ""}, file, row)
                continue
            yield Row(table, {**rest, **found}, file, row)
            rest = {}


def read_mapping(path: Path) -> Mapping:
    """Reads and checks a mapping file; Unreadable says what is wrong with it and how it should be."""
    try:
        if path.stat().st_size > LARGEST:
            raise Unreadable(
                f"The mapping file {path.name} is larger than a megabyte: that cannot be a mapping."
            )
        data = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"The mapping file {path.name} cannot be read: {_reason(error)}.") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Unreadable(
            f"The mapping file {path.name} is not YAML: {str(error).splitlines()[0][:200]}."
        ) from error
    if not isinstance(data, dict) or not data:
        raise Unreadable(
            f"The mapping file {path.name} names no file. Begin with a file's name, its columns below it."
        )
    return Mapping(
        {_stem(name): list(_rules(path.name, str(name), columns)) for name, columns in data.items()}
    )


def mapping_beside(folder: Path) -> Path | None:
    """The mapping file that came with the data: the folder's only YAML file, if it names a CSV file there."""
    try:
        files = list(folder.iterdir())
    except (OSError, ValueError):  # one file, or nothing that can be read: the reader says so
        return None
    found = [path for path in files if path.suffix.lower() in (".yaml", ".yml")]
    if len(found) != 1:
        return None
    try:
        mapping = read_mapping(found[0])
    except Unreadable:  # some other YAML; whoever means it says --map and gets told what is wrong with it
        return None
    tables = [path.stem.lower() for path in files if path.suffix.lower() == ".csv"]
    return found[0] if any(mapping.knows(stem) for stem in tables) else None


def _stem(name: Any) -> str:
    return str(name).removesuffix(".csv").lower()


def _rules(path: str, name: str, columns: Any) -> Iterator[Rule]:
    if not isinstance(columns, dict):
        raise Unreadable(f"{path}: below “{name[:60]}” there must be columns, each with a model and a field.")
    for column, targets in columns.items():
        for target in targets if isinstance(targets, list) else [targets]:
            yield _rule(path, f"{name[:60]}, {str(column)[:60]}", str(column), target)


def _rule(path: str, place: str, column: str, target: Any) -> Rule:
    if not isinstance(target, dict) or not all(
        isinstance(target.get(part), str) for part in ("model", "field")
    ):
        raise Unreadable(
            f"{path}: “{place}” needs a model and a field, for instance model: services, field: name."
        )
    table = table_named(target["model"])
    if table is None:
        raise Unreadable(
            f"{path}: “{place}” names the model “{target['model'][:60]}”. There are: {', '.join(TABLES)}."
        )
    key, key_column = target.get("foreign_key_name") or "", target.get("foreign_key_value") or ""
    if not isinstance(key, str) or not isinstance(key_column, str) or bool(key) != bool(key_column):
        raise Unreadable(f"{path}: “{place}” needs both foreign_key_name and foreign_key_value, or neither.")
    return Rule(column, table, column_in(table, target["field"]), key, key_column)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or "it is not UTF-8 text"
