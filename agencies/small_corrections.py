"""What a trusted agency may correct without waiting for a second person: words, and nothing that leads anybody anywhere.

Never a number, an address, hours in the table, a state, an age or what is secret; nor a number or a link inside the
words. The town names the agencies it trusts; the review rule (`models/review.py`) publishes, nobody's permission does.
"""

import re

from .differences import Change, Version, changes
from .models import AgencyPage, Entry, Policy, ServicePage

WORDS = {
    "alternate_name",
    "summary",
    "child_summary",
    "description",
    "hours_text",
    "application_process",
    "what_happens",
    "wait_time",
    "interpretation_services",
}
# A number to call (five digits, however they are grouped), an e-mail address or a link.
LEADS_SOMEWHERE = re.compile(r"\S*@\S*|\S*://\S*|www\.\S*|\d(?:[\s()./+-]*\d){4,}", re.IGNORECASE)


def is_small(entry: Entry) -> bool:
    """True when the newest draft of a public entry differs from what is public by small corrections alone."""
    latest = entry.get_latest_revision()
    if not entry.live or latest is None or not is_trusted(entry):
        return False
    live = type(entry).objects.get(pk=entry.pk)
    return is_small_change(live.serializable_data(), latest.content, type(entry))


def is_trusted(entry: Entry) -> bool:
    agency = entry.agency if isinstance(entry, ServicePage) else entry
    return isinstance(agency, AgencyPage) and Policy.load().trusted_agencies.filter(pk=agency.pk).exists()


def is_small_change(before: Version, after: Version, model: type[Entry]) -> bool:
    found = list(changes(before, after, model))
    waits = after.get("go_live_at") or after.get("expire_at") != before.get("expire_at")
    return bool(found) and not waits and all(_is_small(change) for change in found)


def _is_small(change: Change) -> bool:
    if change.relation == "words":
        texts = [side if change.field else (side or {}).get("text") for side in (change.before, change.after)]
        is_own = change.row.get("record") is None and change.row.get("field") in WORDS
        return is_own and not _leads_elsewhere(*texts)
    return not change.relation and change.field in WORDS and not _leads_elsewhere(change.before, change.after)


def _leads_elsewhere(before: object, after: object) -> bool:
    """Also when one goes: "call 112" must not become "call"."""
    old, new = (sorted(LEADS_SOMEWHERE.findall(str(text or ""))) for text in (before, after))
    return old != new
