"""Numbers of a country as suggestions to its towns. No visitor ever sees one: the town calls it first and confirms it."""

import uuid
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from agencies.vocabulary import rows_of

SUGGESTIONS = uuid.UUID("3f0d6a52-6f0e-4a51-9a0e-0b7f4f3f9d11")


class UnknownCountry(LookupError):
    """No suggestions are known for this code; the message names the codes that are known."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A number as somebody has read it: `confidence` is high, medium or low."""

    country: str
    name: str
    kind: str
    number: str
    operator: str
    said: str
    source: str
    confidence: str

    @property
    def uid(self) -> uuid.UUID:
        """The same in every town, so that a number remembers which suggestion it was."""
        return uuid.uuid5(SUGGESTIONS, f"{self.country}:{self.kind}:{self.number}")


@cache
def _all() -> dict[uuid.UUID, Suggestion]:
    rows = rows_of(settings.FIXTURES_FOLDER / "helplines" / "suggestions.csv")
    return {suggestion.uid: suggestion for suggestion in (Suggestion(**row) for row in rows)}


def of_country(code: str) -> list[Suggestion]:
    """The suggestions for a country by its ISO code of two letters, like AT. Raises UnknownCountry."""
    found = [suggestion for suggestion in _all().values() if suggestion.country == code.upper()]
    if found:
        return found
    known = dict(sorted((each.country, each.name) for each in _all().values()))
    raise UnknownCountry(
        f"No numbers are known for “{code}”. Write one of these codes: "
        + ", ".join(f"{country} ({name})" for country, name in known.items())
    )


def suggestion_of(uid: uuid.UUID, number: str) -> Suggestion | None:
    """What a town's number came from, as long as the town has not written another number."""
    found = _all().get(uid)
    return found if found and found.number == number else None
