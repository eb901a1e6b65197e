"""What a browser's profile on disk has kept of a visit."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

IN_AN_ADDRESS = "narwhalplum"
IN_A_STATE = "axolotlfig"


def places_of(word: str, folder: Path) -> set[str]:
    """The files in which the word stands, in either of the encodings a browser writes."""
    forms = [word.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")]
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(form in path.read_bytes() for form in forms)
    }


def spread_controls(page: Page, site: str, script: bool) -> None:
    """Leave two words where a careless site would: they prove that the hunt finds what is there."""
    page.goto(f"{site}/en/find/?q={IN_AN_ADDRESS}")
    if script:
        page.evaluate("word => history.replaceState({ word }, '')", IN_A_STATE)
