"""No address of the site, read or written to, tells a stranger of another's unpublished things, or changes them.

A cell of this table is a role, an address of the URL configuration, and whose things it is about: another agency's
draft, its public entry with a change that waits, or one's own entry at the address and the other's ids in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from wagtail.admin.views.reports import audit_logging
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet

from agencies import seeing
from agencies.membership import AGENCY_ROLES
from tests.access_probes import SECRET, Belongings, Probe, ask, belongings_of, probes, state_of, text_of
from tests.agencies.stage import Stage, set_up, signed_in

pytestmark = [
    # Wagtail leaves the files of a picture's sizes to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    # wagtail-localize pages through its report without an order.
    pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning"),
]

STRANGERS = ("nobody", "editor", "lead", "town_editor", "youth_council_editor", "safeguarding_reviewer")
ABOUT = ("draft", "live", "mixed")

Neighbours = tuple[Stage, Belongings]


class Undone(Exception):
    """Ends a transaction of which nothing may stay."""


@pytest.fixture
def neighbours(town: None) -> Neighbours:
    stage = set_up()
    return stage, belongings_of(stage.other, stage.others_service)


def client_of(role: str, stage: Stage) -> Client:
    client = Client() if role == "nobody" else signed_in(role, stage.own if role in AGENCY_ROLES else None)
    client.raise_request_exception = False
    return client


def addresses(neighbours: Neighbours, about: str) -> list[Probe]:
    stage, belongings = neighbours
    if about == "mixed":
        return probes(belongings, belongings.draft, beside=stage.service)
    return probes(belongings, getattr(belongings, about))


def faults(client: Client, belongings: Belongings, asked: Iterable[Probe], write: bool) -> list[str]:
    """What goes wrong at these addresses; nothing that they change stays."""
    before = state_of(belongings)
    found = []
    for probe in asked:
        try:
            with transaction.atomic():
                response = ask(client, probe, write)
                if response.status_code >= 500:
                    found.append(f"{response.status_code} at {probe}")
                if SECRET.lower() in text_of(response).lower():
                    found.append(f"told by {probe}")
                if write and state_of(belongings) != before:
                    found.append(f"changed by {probe}")
                raise Undone
        except Undone:
            pass
    return found


def table(roles: Iterable[str], abouts: Iterable[str]) -> Callable[[Any], Any]:
    cells = [(role, about, write) for role in roles for about in abouts for write in (False, True)]
    names = [f"{role}-{about}-{'write' if write else 'read'}" for role, about, write in cells]
    return pytest.mark.parametrize(("role", "about", "write"), cells, ids=names)


@table(["editor"], ABOUT)
def test_an_editor_of_another_agency(neighbours: Neighbours, role: str, about: str, write: bool) -> None:
    stage, belongings = neighbours
    asked = addresses(neighbours, about)
    assert len(asked) > 280
    assert not faults(client_of(role, stage), belongings, asked, write)


@pytest.mark.proof
@table([role for role in STRANGERS if role != "editor"], ABOUT)
def test_every_other_stranger(neighbours: Neighbours, role: str, about: str, write: bool) -> None:
    stage, belongings = neighbours
    assert not faults(client_of(role, stage), belongings, addresses(neighbours, about), write)


# --- each guard taken out once --------------------------------------------------------------------


def without_the_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeing.AdminGuard, "process_view", lambda *args: None)


def without_the_choosers_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeing, "choosable", lambda pages, user: pages)


def without_the_reports_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeing, "REPORTS_OF_THE_TOWN", {})


def without_the_limit_of_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(audit_logging.SiteHistoryReportFilterSet, "get_users_queryset")


def without_the_pictures_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeing.OwnImages, "get_queryset", ImagesAdminAPIViewSet.get_queryset)


@pytest.mark.parametrize(
    ("take_out", "where"),
    [
        (without_the_guard, "/choose-page/"),
        (without_the_choosers_limit, "/choose-page/"),
        (without_the_reports_limit, "/reports/"),
        (without_the_limit_of_names, "/site-history/"),
        (without_the_pictures_limit, "/api/main/images/"),
    ],
)
def test_without_a_guard_the_table_fails(
    neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch, take_out: Callable[[Any], None], where: str
) -> None:
    stage, belongings = neighbours
    client = client_of("editor", stage)
    asked = [probe for probe in addresses(neighbours, "draft") if where in probe.path]
    assert not faults(client, belongings, asked, write=False)
    take_out(monkeypatch)
    anew = Client()  # a client keeps its middleware
    anew.cookies = client.cookies
    assert faults(anew, belongings, asked, write=False)


def test_a_state_of_a_review_counts_at_its_own_page_only(neighbours: Neighbours) -> None:
    stage, belongings = neighbours
    superuser = client_of("superuser", stage)
    state = belongings.ids["task_states"][belongings.draft.pk]
    action = f"/admin/pages/workflow/action/{{}}/approve/{state}/"
    assert superuser.post(action.format(stage.service.pk)).status_code == 404
    assert superuser.post(action.format(belongings.draft.pk)).status_code != 404


def test_a_new_title_of_a_public_entry_is_not_shown_to_those_who_may_link_to_it(
    neighbours: Neighbours,
) -> None:
    stage, belongings = neighbours
    answer = text_of(client_of("town_editor", stage).get(f"/admin/choose-page/{stage.other.pk}/"))
    assert "Play outside" in answer
    assert SECRET not in answer
