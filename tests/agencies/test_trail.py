"""Who confirmed what stands in Wagtail's history: the town's as CSV, an agency's its own alone."""

from __future__ import annotations

import pytest
from django.urls import reverse

from agencies import freshness
from tests import factories

from . import stage
from .stage import Stage

pytestmark = pytest.mark.django_db
HISTORY = "wagtailadmin_reports:site_history"


@pytest.fixture
def scene(stage: Stage) -> Stage:
    for service in (stage.service, stage.others_service):
        freshness.confirm(factories.fresh(service), by=service.agency.title, role="Agency lead")
    return stage


def read(role: str, agency=None, query: str = "") -> str:
    response = stage.signed_in(role, agency).get(reverse(HISTORY) + query)
    assert response.status_code == 200
    return (b"".join(response) if response.streaming else response.content).decode()


def test_the_town_reads_and_exports_all(scene: Stage) -> None:
    text = read("town_admin")
    assert "Talk to somebody" in text and "Play outside" in text and "Confirmed: still correct" in text


def test_the_town_exports_all(scene: Stage) -> None:
    rows = read("town_admin", query="?export=csv").splitlines()
    assert any("Talk to somebody,Service,Confirm" in row for row in rows)
    assert any("Play outside" in row for row in rows)


@pytest.mark.parametrize("query", ["", "?export=csv"])
@pytest.mark.parametrize("role", ["editor", "lead"])
def test_an_agency_sees_its_own_alone(scene: Stage, role: str, query: str) -> None:
    text = read(role, scene.own, query)
    assert "Talk to somebody" in text and "Play outside" not in text and "Meadow" not in text


@pytest.mark.parametrize("query", ["", "?export=csv"])
def test_nothing_of_it_is_for_who_writes_other_pages(scene: Stage, query: str) -> None:
    text = read("youth_council_editor", query=query)
    assert "Talk to somebody" not in text and "Play outside" not in text


def test_an_entrys_own_history_says_it(scene: Stage) -> None:
    address = reverse("wagtailadmin_pages:history", args=[scene.service.pk])
    assert "Confirmed: still correct" in stage.signed_in("editor", scene.own).get(address).content.decode()
    other = stage.signed_in("editor", scene.other).get(address)
    assert other.status_code in (302, 403, 404) and b"Confirmed" not in other.content
