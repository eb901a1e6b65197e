"""What a town's numbers lack: said on its dashboard, and by `check --deploy`."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from . import numbers
from .languages import full_day
from .models import Town, TownNumber
from .picking import Channel, Who, ways

NEEDED = (TownNumber.Kind.EMERGENCY, TownNumber.Kind.CHILD_HELPLINE)


@dataclass(frozen=True, slots=True)
class Gap:
    """A grave one stops a deployment; the others are warnings."""

    check_id: str
    text: str
    hint: str
    is_grave: bool = False


def gaps(town: Town) -> list[Gap]:
    found = numbers.confirmed(town)
    return [*_unconfirmed(found), *_single_way(found), *_stale(found), *_not_asked(found)]


def _unconfirmed(found: list[TownNumber]) -> list[Gap]:
    to_call = {number.kind for number in found if number.type == number.Type.VOICE}
    hint = _("In the admin, Settings, Town, Numbers: call it, then write who checked it and when.")
    return [
        Gap("portal.E001", _("No confirmed number to call: %(kind)s.") % {"kind": kind.label}, hint, True)
        for kind in NEEDED
        if kind not in to_call
    ]


def _single_way(found: list[TownNumber]) -> list[Gap]:
    """Who cannot speak aloud needs another way than a call. Without any way at all, the first gap says it."""
    single = ways(found, Who.CHILD)
    if len(single) != 1:
        return []
    words = {
        Channel.CALL: _("Children can reach somebody in one way only: by a call."),
        Channel.WRITE: _("Children can reach somebody in one way only: by writing."),
        Channel.GO: _("Children can reach somebody in one way only: by going there."),
    }
    hint = _(
        "Not everybody can speak aloud where they are. Add a chat, a number for text messages or a place to go to, "
        "and confirm it."
    )
    return [Gap("portal.W001", words[single.pop()], hint)]


def _stale(found: list[TownNumber]) -> list[Gap]:
    hint = _(
        "It stays on the site, marked as last checked on that day. Call it again, then write the new day."
    )
    return [
        Gap(
            "portal.W002",
            _("Checked too long ago: %(kind)s %(number)s, on %(day)s.")
            % {
                "kind": number.get_kind_display(),
                "number": number.number,
                "day": full_day(number.checked_on),
            },
            hint,
        )
        for number in found
        if number.is_stale and number.checked_on
    ]


def _not_asked(found: list[TownNumber]) -> list[Gap]:
    """One line for all: a warning for each would soon be read by nobody."""
    unasked = [number for number in found if not numbers.is_all_asked(number)]
    if not unasked:
        return []
    named = ", ".join(f"{number.get_kind_display()} {number.number}" for number in unasked)
    hint = _(
        "Visitors are told what is known, and nothing else. Call and ask: who answers when, in which languages? "
        "Is it free, recorded, located, shown on the phone bill? Must one say a name?"
    )
    return [Gap("portal.W003", _("Not all is known of: %(numbers)s.") % {"numbers": named}, hint)]
