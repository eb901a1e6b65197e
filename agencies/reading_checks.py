"""Plain language in Wagtail's own checker: what `reading_measures.py` finds is marked in the preview, and a rule tells of it.

Wagtail makes the preview anew while somebody types and lets axe look at it. So the findings come as one types,
measured by the server's one module, and no script of ours runs in the editor.
"""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.userbar import BaseItem, ContentCheckerItem

from .models import Entry
from .reading_measures import LIMITS, Measure, findings
from .reading_words import HELP, NAMES

# A page of the town says in few words what it is about, and a description for search engines would stand in no visitor's
# interest: titles of sensitive pages are neutral on purpose (SAFETY.md 6).
NOT_ASKED = {"empty-meta-description"}


def mark(field: str, measure: Measure) -> str:
    return f"{field}-{measure}"


def marks(entry: Entry, language: str) -> dict[str, str]:
    """By field, the marks of what is over a limit in the words that a reader of that language gets."""
    said = {field: entry.said(field, language) for field in LIMITS}
    return {field: marks_of(field, words.text, words.language) for field, words in said.items()}


def marks_of(field: str, text: str, language: str) -> str:
    """The marks of a text that is held to the limits of this field."""
    return " ".join(mark(field, finding.measure) for finding in findings(field, text, language))


def _every() -> Iterable[tuple[str, Measure]]:
    return ((field, measure) for field in LIMITS for measure in Measure)


def _rule(field: str, measure: Measure) -> dict[str, Any]:
    """What carries the mark and can be seen is a finding: the server has measured already."""
    return {
        "id": f"reading-{mark(field, measure)}",
        "impact": "moderate",
        "selector": f'[data-reading~="{mark(field, measure)}"]',
        "tags": ["best-practice"],
        "any": [],
        "none": ["is-on-screen"],
        "enabled": True,
    }


RULES = [_rule(field, measure) for field, measure in _every()]


class PlainLanguageItem(ContentCheckerItem):
    """Wagtail's checker, which knows plain language besides."""

    axe_custom_rules = [
        *(rule for rule in ContentCheckerItem.axe_custom_rules if rule["id"] not in NOT_ASKED),
        *RULES,
    ]
    axe_run_only = [
        *(name for name in ContentCheckerItem.axe_run_only if name not in NOT_ASKED),
        *(rule["id"] for rule in RULES),
    ]
    axe_messages = ContentCheckerItem.axe_messages | {
        f"reading-{mark(field, measure)}": {"error_name": NAMES[measure], "help_text": HELP[field, measure]}
        for field, measure in _every()
    }


@hooks.register("construct_wagtail_userbar")
def plain_language(request: HttpRequest, items: list[BaseItem], page: Any) -> None:
    items[:] = [
        PlainLanguageItem(item.in_editor) if isinstance(item, ContentCheckerItem) else item for item in items
    ]
