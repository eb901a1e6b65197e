"""How hard a page of the town for children is to read: its blocks are measured one by one, as its editor sees them."""

from collections.abc import Iterator
from typing import Any

from agencies import reading_checks

from .frame import language_of
from .models import ContentPage

WRITTEN = {"heading", "paragraph", "steps", "notice", "urgent", "question"}


def texts(page: ContentPage) -> Iterator[tuple[str, str]]:
    """(field or place of a block, its words) of what an editor wrote; each line is a sentence at least.

    By place: blocks that are not saved yet have no ids.
    """
    yield "title", page.title
    yield "intro", page.intro
    for place, block in enumerate(page.body):
        yield str(place), _words_of(block)


def _words_of(block: Any) -> str:
    if block.block_type == "services":
        return block.value["title"] or ""
    if block.block_type not in WRITTEN:
        return ""
    return "\n".join(block.block.get_searchable_content(block.value))


def marks(page: ContentPage) -> dict[str, str]:
    """By field or place of a block, what is over a limit for children; nothing is asked of pages for others."""
    if page.audience != ContentPage.Audience.CHILD:
        return {}
    language = language_of(page)
    return {key: reading_checks.marks_of("child_summary", text, language) for key, text in texts(page)}
