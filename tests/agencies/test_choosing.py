"""Wagtail's explorer and page chooser ask the database as much about five entries and agencies as about one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page

from agencies import membership
from agencies.models import AgenciesPage, ServicePage
from tests import factories
from tests.agencies.stage import Stage, person, proven


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def lists_of(branch: Page) -> list[str]:
    chooser = reverse("wagtailadmin_choose_page_child", args=[branch.pk])
    search = reverse("wagtailadmin_choose_page_search") + "?q=somebody"
    return [reverse("wagtailadmin_explore", args=[branch.pk]), chooser, search]


@pytest.mark.parametrize("role", ["editor", "town_admin"])
def test_lists_of_entries_ask_as_much_for_many_as_for_one(stage: Stage, role: str) -> None:
    client = proven(person(role, stage.own if role == "editor" else None))
    addresses = lists_of(stage.own)
    few = [queries(client, address) for address in addresses]
    for number in range(4):
        service = factories.service(stage.own, title=f"Talk to somebody {number}")
        service.save_revision()
        service.get_workflow().start(service, None)
        stage.own.add_child(
            instance=ServicePage(title=f"Draft for somebody {number}", live=False, slug=f"draft-{number}")
        )
    assert "Talk to somebody 3" in client.get(addresses[1]).content.decode()
    assert [queries(client, address) for address in addresses] == few


def test_lists_of_agencies_ask_as_much_for_many_as_for_few(stage: Stage) -> None:
    client = proven(person("town_admin"))
    addresses = lists_of(AgenciesPage.objects.get())[:2]
    few = [queries(client, address) for address in addresses]
    for number in range(4):
        agency = factories.agency(f"more-{number}")
        membership.open_agency(agency.key, page=agency)
        factories.service(agency)
    assert [queries(client, address) for address in addresses] == few


def test_the_chooser_says_what_waits_for_review(stage: Stage) -> None:
    """What it is told in advance is what it would have asked."""
    stage.service.save_revision()
    stage.service.get_workflow().start(stage.service, person("lead", stage.own))
    client = proven(person("editor", stage.own))
    shown = client.get(reverse("wagtailadmin_choose_page_child", args=[stage.own.pk])).content.decode()
    assert "Talk to somebody" in shown and "live + in moderation" in shown.lower()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="about Wagtail's index on SQLite")
def test_typing_into_the_chooser_works_out_no_rank_for_each_page(stage: Stage) -> None:
    client = proven(person("editor", stage.own))
    with CaptureQueriesContext(connection) as found:
        shown = client.get(reverse("wagtailadmin_choose_page_search") + "?q=somebo").content.decode()
    assert "Talk to somebody" in shown
    assert not [query for query in found.captured_queries if "bm25" in query["sql"]]
