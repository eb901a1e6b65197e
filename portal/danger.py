"""People before results: when words speak of danger, somebody to talk to, in the language of the words."""

import re
from dataclasses import dataclass, replace

from django.utils import translation
from django.utils.translation import gettext as _

import search
from agencies.models import Scheme, Term
from agencies.models.words import direction
from search.types import Hit, Query

from .directory import MOST_CHARACTERS, Asked
from .frame import Frame, help_numbers
from .numbers import Number

NEEDS_ASKED = 3
CLEARLY = 1.5  # times the score of what is harmless
FAR = 2.0  # times the score of a sentence without any danger in it
SENTENCE_ENDS = re.compile(r"[.!?…؟。！？;\n]+")
PART_WORDS = 12
MOST_PARTS = 16


@dataclass(frozen=True, slots=True)
class Urgent:
    """In a language of its own: who writes in fear in one language is answered in it, whatever the page speaks."""

    title: str
    numbers: list[Number]
    language: str
    text: str = ""

    @property
    def direction(self) -> str:
        return direction(self.language)


def urgent(asked: Asked, frame: Frame) -> Urgent | None:
    """The block of a search for a need that the town marks sensitive, be it ticked or meant by the words."""
    language = _language_of_danger(asked, frame.language)
    return people(language, frame) if language else None


def danger_in(text: str, frame: Frame) -> str | None:
    """The language in which a text about an entry speaks of danger; its sentences are read one by one."""
    for part in _parts(text):
        language = _language_of_danger(Asked(words=part), frame.language)
        if language and _is_no_faint_likeness(part, frame.language):
            return language
    return None


def _is_no_faint_likeness(words: str, language: str) -> bool:
    """“Wrong” stands in some grave need's words too: what has only some of the words must answer far better than the
    sentence that everybody writes. Measured against the index itself, since each engine counts in its own way."""
    best = needs_meant(words, language)[0]
    usual = needs_meant(_("The phone number is wrong."), language)
    return best.all_words or not usual or best.score >= FAR * usual[0].score


def people(language: str, frame: Frame) -> Urgent:
    """Somebody to talk to, in this language where the town speaks it."""
    spoken = language if language in dict(frame.town.shown_languages()) else frame.language
    with translation.override(spoken):
        return Urgent(
            _("You are not in trouble. You can talk to someone now."),
            help_numbers(replace(frame, language=spoken)),
            spoken,
        )


def needs_meant(words: str, language: str) -> list[Hit]:
    """The needs that answer the words best, whatever else was ticked: danger must not hide behind a filter."""
    found = search.find(Query(words=words, language=language, kinds=("need",), size=NEEDS_ASKED)).hits
    return [hit for hit in found if hit.all_words] or list(found)


def _language_of_danger(asked: Asked, language: str) -> str | None:
    """The language in which a sensitive need was asked for; None where nothing sounds like danger."""
    hits = needs_meant(asked.words, language) if asked.words else []
    ticked = asked.facets.get("need", ())
    if not hits and not ticked:
        return None
    keys = [_key(hit) for hit in hits]
    needs = Term.objects.of(Scheme.NEED).filter(sensitive=True)
    grave = list(needs.filter(uid__in=keys) | needs.filter(code__in=ticked))
    if _sounds_like_danger(hits, {str(need.uid) for need in grave}):
        return hits[0].language
    return language if any(need.code in ticked for need in grave) else None


def _sounds_like_danger(hits: list[Hit], grave: set[str]) -> bool:
    """What answers best is grave. With some of the words only, it must answer clearly better than all that is not:
    a block that stands above every second search is soon read by nobody."""
    if not hits or _key(hits[0]) not in grave:
        return False
    if hits[0].all_words:
        return True
    harmless = max((hit.score for hit in hits if _key(hit) not in grave), default=0.0)
    return len(hits) > 1 and hits[0].score >= CLEARLY * harmless


def _parts(text: str) -> list[str]:
    """Sentences, long ones in pieces; at most sixteen parts, each short enough that its own words decide."""
    sentences = [part.split() for part in SENTENCE_ENDS.split(text)]
    size = max(PART_WORDS, -(-sum(map(len, sentences)) // MOST_PARTS))
    pieces = [words[at : at + size] for words in sentences for at in range(0, len(words), size)]
    joined = -(-len(pieces) // MOST_PARTS) or 1
    groups = [sum(pieces[at : at + joined], []) for at in range(0, len(pieces), joined)]
    return [" ".join(words)[:MOST_CHARACTERS] for words in groups]


def _key(hit: Hit) -> str:
    return hit.id.partition(":")[2]
