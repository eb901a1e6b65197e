"""Compiles the catalogues of the interface's words (.po to .mo): gettext is not on a fresh machine."""

from __future__ import annotations

from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent


def stale_catalogues() -> list[Path]:
    """Catalogues whose compiled twin is missing or older."""

    def is_stale(po: Path) -> bool:
        mo = po.with_suffix(".mo")
        return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime

    return [po for po in sorted(ROOT.glob("*/locale/*/LC_MESSAGES/*.po")) if is_stale(po)]


def compile_catalogue(po: Path) -> None:
    """Written beside and renamed, so that a running server never reads half a file."""
    half = po.with_suffix(".mo.new")
    polib.pofile(str(po)).save_as_mofile(str(half))
    half.replace(po.with_suffix(".mo"))


def main() -> None:
    for po in stale_catalogues():
        compile_catalogue(po)


if __name__ == "__main__":
    main()
