"""What an item of the checklist lacks, and what would close the gap, in plain words. It decides nothing."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .checklist import GROWN_UP, Years
from .checklist_mirror import Line, Offer
from .languages import full_day
from .models import ChecklistItem
from .models.checklist import NEEDS

MOST_NAMED = 3


def ages(years: Years) -> str:
    """Whom an item or a band is for."""
    low, high = years
    if (low, high) == (0, GROWN_UP):
        return _("all ages")
    if low == GROWN_UP:
        return _("grown-ups over 25")
    if high == GROWN_UP:
        return _("age %(low)s and older") % {"low": low}
    if low == high:
        return _("age %(low)s") % {"low": low}
    return _("ages %(low)s to %(high)s") % {"low": low, "high": high}


def runs(years: Sequence[int]) -> list[Years]:
    """Years in a row, as their first and last."""
    found: list[Years] = []
    start = years[0] if years else 0
    for year, following in pairwise([*years, -1]):
        if following != year + 1:
            found.append((start, year))
            start = following
    return found


def lacks(line: Line) -> list[str]:
    """Why it is not met, in sentences. Empty where it is, or does not apply."""
    if line.state.name == "not-applicable":
        return [_("The town says why: %(why)s") % {"why": line.row.not_applicable}]
    if line.state.name == "stale":
        return [_("It was there, but nobody has checked it in time.")]
    return [_lack(lack, line) for lack in _named_once(line)]


def _named_once(line: Line) -> list[str]:
    """All that is missing of one service is one lack."""
    needs = [lack for lack in line.state.lacks if lack in NEEDS]
    return [lack for lack in line.state.lacks if lack not in NEEDS] + needs[:1]


def _lack(lack: str, line: Line) -> str:
    if lack == "services":
        there, wanted = len(line.offers), line.item.rule.at_least
        if not there:
            return _("Nobody offers this.")
        return _("%(there)s of %(wanted)s services are there.") % {"there": there, "wanted": wanted}
    if lack == "ages":
        named = ", ".join(ages(run) for run in runs(line.state.years))
        return _("Nobody is there for: %(ages)s.") % {"ages": named}
    return _("No service has all of this: %(needs)s.") % {"needs": _needs(line.item.rule.needs)}


def cures(line: Line) -> list[str]:
    """What would close the gap, the nearest first."""
    if not line.is_lacking:
        return []
    if line.state.name == "stale":
        return [_("Somebody must confirm: %(entries)s.") % {"entries": _overdue(line.offers)}]
    return [*_nearly(line), *_wanted(line), *_usually(line.row)]


def _overdue(offers: Iterable[Offer]) -> str:
    """The longest waiting first."""
    old = [offer for offer in offers if not offer.service.is_current]
    old.sort(key=lambda offer: (offer.due_on is not None, offer.due_on, offer.page.pk))
    named = [
        _("“%(title)s” (due since %(day)s)") % {"title": offer.page.title, "day": full_day(offer.due_on)}
        if offer.due_on
        else _("“%(title)s” (never checked)") % {"title": offer.page.title}
        for offer in old
    ]
    return _some(named)


def _nearly(line: Line) -> list[str]:
    """Services that are there and lack a mark."""
    asked = [lack for lack in line.state.lacks if lack in NEEDS]
    if not asked:
        return []
    titles = _some([_("“%(title)s”") % {"title": offer.page.title} for offer in line.offers])
    return [
        _("Ask whether this is true of one of them, and write it down: %(needs)s. They are: %(entries)s.")
        % {"needs": _needs(asked), "entries": titles}
    ]


def _wanted(line: Line) -> list[str]:
    missing = line.item.rule.at_least - len(line.offers)
    if missing <= 0 and "ages" not in line.state.lacks:
        return []
    needs = _needs(line.item.rule.needs)
    for_whom = ", ".join(ages(run) for run in runs(line.state.years)) or ages(line.item.years)
    number = max(missing, 1)
    kinds = " / ".join(term.name for term in line.row.kinds.all())
    said = {"n": number, "ages": for_whom, "needs": needs, "kinds": kinds}
    wanted = (
        ngettext(
            "Needed: a service for %(ages)s that %(needs)s",
            "Needed: %(n)s services for %(ages)s, one of which %(needs)s",
            number,
        )
        if needs
        else ngettext("Needed: a service for %(ages)s", "Needed: %(n)s services for %(ages)s", number)
    ) % said
    return [_("%(wanted)s. Kinds that count: %(kinds)s.") % {"wanted": wanted, "kinds": kinds}]


def _usually(row: ChecklistItem) -> list[str]:
    names = ", ".join(term.name for term in row.agency_kinds.all())
    return [_("Usually offered by: %(kinds)s.") % {"kinds": names}] if names else []


def _needs(needs: Iterable[str]) -> str:
    """As the rule's own fields say them, in their order."""
    wanted = set(needs)
    fields = [field for need, field in NEEDS.items() if need in wanted]
    return ", ".join(str(ChecklistItem._meta.get_field(field).verbose_name) for field in fields)


def _some(named: list[str]) -> str:
    more = len(named) - MOST_NAMED
    if more <= 1:
        return ", ".join(named)
    shown = ", ".join(named[:MOST_NAMED])
    return ngettext("%(shown)s and %(n)s more", "%(shown)s and %(n)s more", more) % {
        "shown": shown,
        "n": more,
    }
