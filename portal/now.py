"""What the page "Who can I talk to right now?" shows of the town's numbers."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from . import numbers
from .frame import Frame
from .models import TownNumber
from .picking import Contact, Who, pick


@dataclass(frozen=True, slots=True)
class Picked:
    """The first contact of some people and another way, as the page shows them."""

    who: Who
    title: str
    numbers: list[numbers.Number]
    may_answer: bool


def people_now(frame: Frame) -> dict[str, Any]:
    """`picked` for the young and for grown-ups, `danger`, and `others`: whatever does not stand in one of them."""
    found = numbers.contacts(frame.town)
    picks = {who: pick(found, who, frame.language) for who in Who}
    danger = [contact for contact in found if contact.number.kind == TownNumber.Kind.EMERGENCY]
    shown = [*danger, *(contact for picked in picks.values() for contact in picked)]
    return {
        "picked": [_picked(who, contacts, frame) for who, contacts in picks.items() if contacts],
        "danger": _words(danger, frame),
        "others": _words([contact for contact in found if contact not in shown], frame),
    }


def _picked(who: Who, contacts: list[Contact], frame: Frame) -> Picked:
    titles = {Who.CHILD: _("If you are under 18"), Who.ADULT: _("If you are grown up")}
    may_answer = any(contact.verdict.state != "closed" for contact in contacts)
    return Picked(who, titles[who], _words(contacts, frame), may_answer)


def _words(contacts: list[Contact], frame: Frame) -> list[numbers.Number]:
    return [numbers.of_town(contact, frame.town, frame.language) for contact in contacts]
