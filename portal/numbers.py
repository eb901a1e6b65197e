"""A number as a page shows it: the digits, what a person must know before calling, who checked it and when."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from agencies import freshness
from agencies.freshness import Check
from agencies.models import Entry, Known, Phone, PhoneFacts, Policy, Said

from . import languages
from .models import Town, TownNumber

CHANNELS = {
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
    hours: Said | str = ""
    note: Said | str = ""
    checked: Check | None = None


def facts_of(phone: PhoneFacts) -> list[str]:
    """What is known of a number, in short words; what nobody has asked is not said."""
    said = {
        "free_call": {Known.YES: _("Free to call"), Known.NO: _("Costs a normal call")},
        "anonymous": {Known.YES: _("No name needed"), Known.NO: _("They ask your name")},
        "on_bill": {Known.YES: _("Shows on the phone bill"), Known.NO: _("Not on the phone bill")},
        "recorded": {Known.YES: _("The call is recorded"), Known.NO: _("Not recorded")},
        "located": {Known.YES: _("They can see where you are"), Known.NO: _("They cannot see where you are")},
    }
    if phone.type != PhoneFacts.Type.VOICE:
        said = {name: said[name] for name in ("anonymous",)}
    return [words[getattr(phone, name)] for name, words in said.items() if getattr(phone, name) in words]


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
        channel=CHANNELS[PhoneFacts.Type(phone.type)],
        facts=facts_of(phone),
        hours=entry.said("hours", language, phone),
        checked=check_of(phone, entry, policy, language),
    )


def of_town(number: TownNumber, town: Town, language: str) -> Number:
    """A number the town vouches for. Only a confirmed one may come here (`confirmed`)."""
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
        channel=CHANNELS[PhoneFacts.Type(number.type)],
        facts=[*facts_of(number), *_spoken(number)],
        hours=town.said("hours", language, number),
        note=town.said("note", language, number),
        checked=Check(
            str(town.said("checked_by", language, number)),
            str(town.said("checked_role", language, number)),
            number.checked_on,
            "stale" if number.is_stale else "fresh",
        ),
    )


def _spoken(number: TownNumber) -> list[str]:
    """Which languages answer, in one short line."""
    codes = [code.strip() for code in number.spoken.split(",") if code.strip()]
    comma = _(", ")  # a word of Django's: Arabic has a comma of its own
    return [comma.join(map(languages.name_of, codes))] if codes else []


def short_label(kind: str) -> str:
    """The few words that fit the help bar."""
    return _("Emergency") if kind == TownNumber.Kind.EMERGENCY else _("Children's line")


def confirmed(town: Town, *kinds: str) -> list[TownNumber]:
    """The numbers that may be shown, in the town's order: only those that somebody has checked."""
    return [
        number for number in town.numbers.all() if number.is_confirmed and (not kinds or number.kind in kinds)
    ]
