"""What the table of leaks cannot see: a guard that refuses everybody, and a superuser who gets round the review.

Each role reads and changes what is its own; nobody makes public, at any address, what they have a hand in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from django.test import Client, TestCase
from django.urls import resolve
from wagtail.models import Page

from agencies.membership import AGENCY_ROLES
from agencies.models import User
from tests.access_belongings import Belongings, belongings_of, belongings_of_town
from tests.access_probes import Probe, ask, ask_filled_in, probes, text_of, undone
from tests.agencies.stage import Stage, proven
from tests.test_access_leaks import client_of

pytestmark = [
    pytest.mark.usefixtures("plain_templates"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning"),
]

PAGES = "wagtailadmin_pages:"
READ = {
    *(f"{PAGES}{view}" for view in ("edit", "history", "usage", "view_draft", "workflow_history")),
    *(f"{PAGES}{view}" for view in ("revisions_view", "workflow_history_detail")),
    "wagtailadmin_explore",
    "wagtailadmin_reports:site_history",
}
# Role -> what it changes of its own.
CHANGED = {
    "editor": {f"{PAGES}edit", f"{PAGES}unpublish"},
    "lead": {f"{PAGES}edit", f"{PAGES}unpublish", f"{PAGES}lock"},
    "town_editor": {f"{PAGES}edit", f"{PAGES}unpublish", f"{PAGES}delete"},
    "youth_council_editor": {f"{PAGES}edit"},
}
ALL_CHANGES = set().union(*CHANGED.values())
# Addresses that are about a page, a state of its review or its translation.
MAY_PUBLISH = re.compile(r"page|state|translation|entry|bulk|review|pk>\d*/action")


def name_of(probe: Probe) -> str:
    return resolve(probe.path.split("?")[0]).view_name


def changed(client: Client, belongings: Belongings, asked: Iterable[Probe]) -> set[str]:
    before, found = belongings.state(), set()
    for probe in asked:
        with undone(client):
            ask_filled_in(client, probe)
            if belongings.state() != before:
                found.add(name_of(probe))
    return found


@pytest.mark.parametrize("role", CHANGED)
def test_everybody_reads_and_changes_what_is_their_own(stage: Stage, role: str) -> None:
    own = belongings_of(stage.own, stage.service) if role in AGENCY_ROLES else belongings_of_town()
    own.live.current_workflow_state.cancel()  # while it waits, it is locked
    client = client_of(role, stage)
    by_name = {name_of(probe): probe for probe in probes(own, own.live) if probe.path.startswith("/admin/")}
    told = {name for name in READ if own.word in text_of(ask(client, by_name[name], write=False))}
    assert told == READ
    assert changed(client, own, [by_name[name] for name in sorted(ALL_CHANGES)]) == CHANGED[role]


# --- superusers -----------------------------------------------------------------------------------


def as_superuser(author: User) -> Client:
    User.objects.filter(pk=author.pk).update(is_superuser=True)
    client = proven(User.objects.get(pk=author.pk))
    client.raise_request_exception = False
    return client


def published(client: Client, own: Belongings, page: Page, where: re.Pattern[str] = MAY_PUBLISH) -> list[str]:
    """The addresses that show the public what nobody else has looked at."""
    found = []
    for probe in probes(own, page):
        if probe.path.startswith("/admin/") and where.search(probe.pattern):
            with undone(client):
                with TestCase.captureOnCommitCallbacks(execute=True):  # wagtail-localize publishes there
                    ask_filled_in(client, probe)
                if own.is_public(page):
                    found.append(str(probe))
    return found


@pytest.mark.parametrize(
    "about", ["draft", *(pytest.param(about, marks=pytest.mark.proof) for about in ("live", "translation"))]
)
def test_no_address_publishes_what_a_superuser_wrote(stage: Stage, about: str) -> None:
    own = belongings_of_town() if about == "translation" else belongings_of(stage.own, stage.service)
    if about == "draft":  # while something waits, nobody edits it: one of the three does not
        own.draft.current_workflow_state.cancel()
    assert not published(as_superuser(own.author), own, getattr(own, about))


def test_with_a_reason_alone_a_superuser_publishes_it(stage: Stage) -> None:
    own = belongings_of(stage.own, stage.service)
    client = as_superuser(own.author)
    address = f"/admin/review/without/{own.draft.pk}/"
    for reason, is_public in (("", False), ("  ", False), ("The street is under water.", True)):
        client.post(address, {"reason": reason})
        assert own.is_public(own.draft) is is_public
