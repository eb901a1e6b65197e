"""A secret place has no address: it is taken out before anything is stored, compared or said."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from . import repair
from .records import Entry, Report, Row

WITHHELD = "(…)"
_SAYS_SO = re.compile(
    r"^\W*(address|location)?\W*(is\W+)?(confidential|undisclosed|secret|withheld|not disclosed)\b",
    re.IGNORECASE,
)
ADDRESS_LINES = ("address_1", "address_2", "address_3", "address_4")


def is_secret(location: Row, addresses: Iterable[Row]) -> bool:
    """True when the row says so, or when its street says so instead of naming one."""
    if repair.flag(location.get("confidential")) or location.get("location_type").lower() == "confidential":
        return True
    return any(
        _SAYS_SO.match(row.get(column)) for row in addresses for column in ADDRESS_LINES if row.get(column)
    )


class Secrets:
    """The streets, postcodes and points of secret places, to be hunted in everything else."""

    def __init__(self) -> None:
        self._by_owner: dict[str, set[str]] = {}

    def add(self, owner: str, location: Row, addresses: Iterable[Row]) -> None:
        found = self._by_owner.setdefault(owner, set())
        for row in addresses:
            lines = [row.get(column) for column in ADDRESS_LINES]
            found |= {line for line in lines if len(line) >= 5 and any(sign.isdigit() for sign in line)}
            if len(row.get("postal_code")) >= 4:
                found.add(row.get("postal_code"))
        found |= {
            location.get(column) for column in ("latitude", "longitude") if len(location.get(column)) >= 6
        }

    def hide(self, entry: Entry, owner: str, report: Report) -> None:
        """Takes the secrets of an owner out of every text of an entry."""
        if not (pattern := self._pattern([owner])):
            return
        before = (entry.name, entry.fields, entry.parts, entry.extra, entry.tags)
        entry.name, entry.fields, entry.parts, entry.extra, entry.tags = hidden = _without(before, pattern)
        if hidden != before:
            row = Row(entry.type, {"id": entry.external_id, "name": entry.name}, entry.file, entry.row)
            report.repaired(row, "a text named the address of a secret place: it was taken out")

    def hide_in_report(self, report: Report) -> None:
        if pattern := self._pattern(self._by_owner):
            report.findings = [
                replace(
                    found,
                    name=pattern.sub(WITHHELD, found.name),
                    message=pattern.sub(WITHHELD, found.message),
                )
                for found in report.findings
            ]

    def _pattern(self, owners: Iterable[str]) -> re.Pattern[str] | None:
        secrets = sorted(
            {secret for owner in owners for secret in self._by_owner.get(owner, ())}, key=len, reverse=True
        )
        words = (r"\s+".join(re.escape(word) for word in secret.split()) for secret in secrets)
        return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE) if secrets else None


def _without(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return pattern.sub(WITHHELD, value)
    if isinstance(value, float):
        return None if pattern.fullmatch(str(value)) else value
    if isinstance(value, (list, tuple)):
        return type(value)(_without(item, pattern) for item in value)
    if isinstance(value, dict):
        # The postcode of an open place may be that of a secret one: in its own field it gives nothing away.
        return {key: item if key == "postal_code" else _without(item, pattern) for key, item in value.items()}
    return value
