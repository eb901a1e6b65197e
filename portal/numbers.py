"""A number as a page shows it: the digits, what a person must know before calling, who checked it and when."""

from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies import freshness
from agencies.freshness import Check
from agencies.models import Entry, Known, Phone, PhoneFacts, Policy, Said

from . import hours, languages
from .hours import Opening
from .models import Town, TownNumber
from .picking import Channel, Clock, Contact, contact_at

ICONS = {
    PhoneFacts.Type.VOICE: "phone",
    PhoneFacts.Type.TTY: "phone",
    PhoneFacts.Type.FAX: "phone",
    PhoneFacts.Type.TEXT: "text",
    PhoneFacts.Type.CHAT: "chat",
    PhoneFacts.Type.IN_PERSON: "pin",
}


@dataclass(frozen=True, slots=True)
class Number:
    label: Said | str
    display: str
    href: str
    channel: str
    facts: list[str] = field(default_factory=list)
    answer: Opening | None = None
    hours: Said | str = ""
    note: Said | str = ""
    checked: Check | None = None


def facts_of(phone: PhoneFacts) -> list[str]:
    """What is known of a number, in short words; what nobody has asked is not said."""
    return [
        words[getattr(phone, name)]
        for name, words in _facts_for(phone.type).items()
        if getattr(phone, name) in words
    ]


def is_all_asked(number: TownNumber) -> bool:
    """Whether the town knows all that a person must know before using a number of this kind (SAFETY.md 8)."""
    asked = all(getattr(number, name) != Known.UNKNOWN for name in _facts_for(number.type))
    return asked and number.answers != TownNumber.Answers.UNKNOWN and bool(number.spoken_codes)


def _facts_for(kind: str) -> dict[str, dict[str, str]]:
    """The words for what matters of a call, of a text message, or of a chat and a place."""
    if kind == PhoneFacts.Type.TEXT:
        return _facts_of_text()
    said = _facts_of_call()
    if kind in (PhoneFacts.Type.CHAT, PhoneFacts.Type.IN_PERSON):
        return {"anonymous": said["anonymous"]}
    return said


def _facts_of_call() -> dict[str, dict[str, str]]:
    return {
        "free_call": {Known.YES: _("Free to call"), Known.NO: _("Costs a normal call")},
        "anonymous": {Known.YES: _("No name needed"), Known.NO: _("They ask your name")},
        "on_bill": {Known.YES: _("Shows on the phone bill"), Known.NO: _("Not on the phone bill")},
        "recorded": {Known.YES: _("The call is recorded"), Known.NO: _("Not recorded")},
        "located": {Known.YES: _("They can see where you are"), Known.NO: _("They cannot see where you are")},
    }


def _facts_of_text() -> dict[str, dict[str, str]]:
    return _facts_of_call() | {
        "free_call": {Known.YES: _("Free to write"), Known.NO: _("Costs a normal text message")},
        "recorded": {
            Known.YES: _("They keep what you write"),
            Known.NO: _("They do not keep what you write"),
        },
    }


def display_of(phone: PhoneFacts) -> str:
    """The digits as written; a chat's address without its scheme."""
    text = phone.number.removeprefix("https://").rstrip("/")
    extension = getattr(phone, "extension", "")
    return f"{text} ({extension})" if extension else text


def check_of(phone: Phone, entry: Entry, policy: Policy, language: str = "") -> Check:
    """The number's own check; where it has none, or the same one, the entry's stands for it."""
    own = (phone.assured_date, phone.assurer)
    if not all(own) or own == (entry.assured_date, entry.assurer):
        return freshness.check_of(entry, policy, language=language)
    interval = policy.interval_days(entry.kind_codes)
    state, due_on = freshness.state_of(phone.assured_date, interval, freshness.today(policy))
    return Check(phone.assurer, phone.assurer_role, phone.assured_date, state, due_on)


def of_phone(phone: Phone, entry: Entry, policy: Policy, language: str) -> Number:
    return Number(
        label=entry.said("description", language, phone),
        display=display_of(phone),
        href=phone.href,
        channel=ICONS[PhoneFacts.Type(phone.type)],
        facts=facts_of(phone),
        hours=entry.said("hours", language, phone),
        checked=check_of(phone, entry, policy, language),
    )


def of_town(contact: Contact, town: Town, language: str) -> Number:
    """A number the town vouches for. Only a confirmed one may come here (`contacts`)."""
    number = contact.number
    usual = {
        TownNumber.Kind.EMERGENCY: _("Emergency"),
        TownNumber.Kind.CHILD_HELPLINE: _("Children's line"),
        TownNumber.Kind.MISSING_CHILDREN: _("Missing children"),
        TownNumber.Kind.POLICE: _("Local police"),
        TownNumber.Kind.CHILD_PROTECTION: _("Child protection team"),
        TownNumber.Kind.PARENT_HELPLINE: _("Line for parents"),
        TownNumber.Kind.IN_PERSON: _("Go there"),
        TownNumber.Kind.OTHER: _("Another number"),
    }
    return Number(
        label=town.said("label", language, number) if number.label else usual[TownNumber.Kind(number.kind)],
        display=display_of(number),
        href=number.href,
        channel=ICONS[PhoneFacts.Type(number.type)],
        facts=[*facts_of(number), *_spoken(number, language)],
        answer=_answer_of(contact),
        hours=town.said("hours", language, number),
        note=town.said("note", language, number),
        checked=Check(
            str(town.said("checked_by", language, number)),
            str(town.said("checked_role", language, number)),
            number.checked_on,
            "stale" if number.is_stale else "fresh",
        ),
    )


def _spoken(number: TownNumber, language: str) -> list[str]:
    """Which languages answer, in one short line, the reader's own first."""
    codes = sorted(number.spoken_codes, key=lambda code: code != language)
    comma = _(", ")  # a word of Django's: Arabic has a comma of its own
    return [comma.join(map(languages.name_of, codes))] if codes else []


def _answer_of(contact: Contact) -> Opening | None:
    """Whether somebody answers now; None where nobody knows."""
    if contact.verdict.state == "unknown":
        return None
    return Opening(contact.verdict.state, _answer_words(contact))


def _answer_words(contact: Contact) -> str:
    found = contact.verdict
    if contact.channel == Channel.GO and contact.now:
        return hours.sentence(found, contact.now)
    if found.state == "always":
        return _("Answers day and night")
    if found.state == "holiday":
        return _("Holiday: call first")
    if found.until is not None:
        return _("Answers now, until %(time)s") % {"time": hours.clock(found.until)}
    if found.opens is None:
        return _("Closed now")
    day = "" if contact.opens_today else date_format(found.opens, "l") + " "
    return _("Closed now, from %(when)s") % {"when": day + hours.clock(found.opens)}


def in_bar(contact: Contact) -> Number:
    """The few words that fit the help bar: the digits, and from when somebody answers if nobody does now."""
    number = contact.number
    return Number(_bar_label(contact), display_of(number), number.href, "phone")


def _bar_label(contact: Contact) -> str:
    if contact.number.kind == TownNumber.Kind.EMERGENCY:
        return _("Emergency")
    if contact.verdict.state != "closed":
        return _("Children's line")
    if contact.verdict.opens is None or not contact.opens_today:
        return _("Children's line, closed now")
    return _("Children's line, from %(when)s") % {"when": hours.clock(contact.verdict.opens)}


def confirmed(town: Town, *kinds: str) -> list[TownNumber]:
    """The numbers that may be shown, in the town's order: only those that somebody has checked."""
    return [
        number for number in town.numbers.all() if number.is_confirmed and (not kinds or number.kind in kinds)
    ]


def contacts(town: Town, *kinds: str) -> list[Contact]:
    """The numbers that may be shown, with what is known of them at this moment. The town's clock is read where needed."""
    found = confirmed(town, *kinds)
    keeps_hours = any(number.answers == TownNumber.Answers.HOURS for number in found)
    clock = _clock() if keeps_hours else None
    return [contact_at(number, clock) for number in found]


def _clock() -> Clock:
    policy = Policy.current()
    now = timezone.now().astimezone(policy.tz()).replace(tzinfo=None)
    return Clock(now, policy.is_holiday, policy.tz())
