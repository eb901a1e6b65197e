"""How the tables of word forms are written."""

from __future__ import annotations


def joined(table: str) -> dict[str, str]:
    """Lines of `base: form form` as form -> base. The base leads to itself, so that affixes may be taken off it."""
    forms: dict[str, str] = {}
    for line in table.strip().splitlines():
        base, _, others = line.partition(":")
        forms.update(dict.fromkeys([base.strip(), *others.split()], base.strip()))
    return forms
