"""Whom to talk to right now: of the numbers the town vouches for, the best first contact and another way. Pure.

Nobody is asked anything. What is known without asking decides: the hour, the language of the page, and whether the
lines are for the young or for grown-ups. Both get an answer, side by side.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum

from agencies.models import Known, PhoneFacts
from agencies.opening import Verdict, verdict

from .models import TownNumber

Kind, Type = TownNumber.Kind, PhoneFacts.Type


class Who(StrEnum):
    CHILD = "child"
    ADULT = "adult"


class Channel(StrEnum):
    CALL = "call"
    WRITE = "write"
    GO = "go"


CHANNELS = {
    Type.VOICE: Channel.CALL,
    Type.CHAT: Channel.WRITE,
    Type.TEXT: Channel.WRITE,
    Type.IN_PERSON: Channel.GO,
}

# Who listens comes before who must act. Danger has a place of its own on every page and is never picked.
KINDS = {
    Who.CHILD: (Kind.CHILD_HELPLINE, Kind.CHILD_PROTECTION, Kind.IN_PERSON),
    Who.ADULT: (Kind.PARENT_HELPLINE, Kind.CHILD_PROTECTION, Kind.IN_PERSON),
}

OPEN = ("always", "open")
UNKNOWN = ("unknown", "holiday")
WAY_ORDER = list(Channel)
KNOWN_ORDER = [Known.YES, Known.UNKNOWN, Known.NO]


@dataclass(frozen=True, slots=True)
class Clock:
    """A moment in the town: `now` without a zone, in the town's own time."""

    now: datetime
    is_holiday: Callable[[date], bool]
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Contact:
    """A number the town vouches for, and whether somebody answers it at this moment."""

    number: TownNumber
    verdict: Verdict
    now: datetime | None = None

    @property
    def opens_today(self) -> bool:
        opens = self.verdict.opens
        return opens is not None and self.now is not None and opens.date() == self.now.date()

    @property
    def answers_now(self) -> bool:
        return self.verdict.state in OPEN

    @property
    def channel(self) -> Channel | None:
        """How one reaches it; None for a fax and a textphone, which most people do not have."""
        return CHANNELS.get(Type(self.number.type))


def contact_at(number: TownNumber, clock: Clock | None) -> Contact:
    """The number at this moment. Without a clock, numbers with hours of their own count as not known."""
    if number.answers == TownNumber.Answers.ALWAYS:
        return Contact(number, Verdict("always"))
    if clock is None or number.answers == TownNumber.Answers.UNKNOWN:
        return Contact(number, Verdict("unknown"))
    found = verdict(number.opening_rows, clock.now, clock.is_holiday, zone=clock.zone)
    return Contact(number, found, clock.now)


def best_first(contacts: Sequence[Contact], language: str, kinds: Sequence[str] = ()) -> list[Contact]:
    """Open before not known before closed; then who speaks the reader's language; then the order of `kinds`; then free
    and without a name; then a call before writing before going there; then the town's own order."""

    def rank(contact: Contact) -> tuple[int, ...]:
        number = contact.number
        return (
            _openness(contact),
            _speech(number, language),
            kinds.index(number.kind) if number.kind in kinds else len(kinds),
            KNOWN_ORDER.index(Known(number.free_call)) + KNOWN_ORDER.index(Known(number.anonymous)),
            WAY_ORDER.index(contact.channel) if contact.channel else len(WAY_ORDER),
        )

    return sorted(contacts, key=rank)


def pick(contacts: Sequence[Contact], who: Who, language: str) -> list[Contact]:
    """The best first contact and a second, reached another way wherever there is one; fewer where the town has fewer."""
    kinds = KINDS[who]
    able = [contact for contact in contacts if contact.number.kind in kinds and contact.channel]
    ranked = best_first(able, language, kinds)
    if len(ranked) < 2:
        return ranked
    first, *rest = ranked
    another_way = (contact for contact in rest if contact.channel != first.channel)
    return [first, next(another_way, rest[0])]


def ways(numbers: Sequence[TownNumber], who: Who) -> set[Channel]:
    """The ways in which these people can reach somebody: a call, writing, going there."""
    return {CHANNELS[Type(n.type)] for n in numbers if n.kind in KINDS[who] and Type(n.type) in CHANNELS}


def _openness(contact: Contact) -> int:
    state = contact.verdict.state
    return 0 if state in OPEN else 1 if state in UNKNOWN else 2


def _speech(number: TownNumber, language: str) -> int:
    spoken = number.spoken_codes
    return 0 if language in spoken else 2 if spoken else 1
