"""What is done once a day, by one line of cron: every step by itself, and all of them may run as often as you like.

What search must forget when a day ends (hours, checks past their grace) is no step of its own: `search_worker` notes it.
"""

import io
import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies import corrections, freshness
from agencies.models import Policy

from . import checklist_history, deck, gone
from .models import BurntSeal, NightlyRun
from .models.nightly import KEPT, QUIET

log = logging.getLogger("lantern")

Act = Callable[[], str]


class Busy(Exception):
    """Another run has not ended."""


def command(name: str, *arguments: str) -> Act:
    """A management command as a step; what it says is kept with the run."""

    def act() -> str:
        said = io.StringIO()
        call_command(name, *arguments, stdout=said, stderr=said, no_color=True)
        return said.getvalue().strip()

    return act


def forget_runs() -> str:
    gone, _by_model = NightlyRun.objects.filter(running=False, started_at__lt=timezone.now() - KEPT).delete()
    return f"{gone} old runs forgotten."


def forget_seals() -> str:
    gone, _by_model = BurntSeal.objects.filter(until__lte=timezone.now()).delete()
    return f"{gone} burnt seals forgotten."


def escalate_reports() -> str:
    return f"{corrections.escalate(freshness.today(Policy.current()))} reports handed to the town."


def forget_words() -> str:
    return f"{corrections.forget(freshness.today(Policy.current()))} texts of visitors forgotten."


def note_checklist() -> str:
    return f"{checklist_history.note()} items of the checklist changed."


def remember_listed() -> str:
    return f"{gone.remember(deck.deck_of(settings.LANGUAGE_CODE))} services stand in lists."


# In this order: what is published and forgotten tonight is in the search that is compared at the end.
STEPS: dict[str, Act] = {
    "publish_scheduled": command("publish_scheduled"),
    "remind": command("remind"),
    "escalate_reports": escalate_reports,
    "forget_words": forget_words,
    "check_links": command("check_links"),
    "note_checklist": note_checklist,
    "remember_listed": remember_listed,
    "tidy_demand": command("tidy_demand"),
    "clearsessions": command("clearsessions"),
    "forget_seals": forget_seals,
    "forget_runs": forget_runs,
    "search_worker": command("search_worker", "--once"),
    "check_search": command("check_search"),
}


def run(steps: dict[str, Act] | None = None) -> NightlyRun:
    """All steps, each whatever became of the others. Raises Busy while another run lasts."""
    current = _begin()
    for name, act in (STEPS if steps is None else steps).items():
        started = time.monotonic()
        well, said = _take(name, act)
        current.note(name, well, said, time.monotonic() - started)
    current.end()
    return current


def _begin() -> NightlyRun:
    """A run that was killed is over once nothing has been heard of it for a while."""
    NightlyRun.objects.filter(running=True, heard_at__lt=timezone.now() - QUIET).update(running=False)
    try:
        with transaction.atomic():
            return NightlyRun.objects.create()
    except IntegrityError:
        raise Busy("Another nightly run has not ended yet.") from None


def _take(name: str, act: Act) -> tuple[bool, str]:
    """What went wrong is kept by its kind; only commands' own words, which name nobody, are kept too."""
    try:
        return True, act()
    except CommandError as error:
        log.error("The nightly step %s failed: %s", name, error)
        return False, str(error)
    except Exception as error:  # whatever it is, the other steps have their turn
        log.exception("The nightly step %s failed.", name)
        return False, type(error).__name__
