"""Real directories, where this checkout has them beside it: they load, and what is refused is said."""

from __future__ import annotations

import pytest
from wagtail.models import Page

from agencies.models import AgencyPage, Location, ServicePage

from .harvesting import REAL_DATA as DATA
from .harvesting import harvested

EXAMPLES = DATA.parent / "standards" / "hsds-3.2.3" / "examples"
pytestmark = pytest.mark.django_db


def test_florida(town: None) -> None:
    found = harvested(DATA / "florida-mit", "--map", str(DATA / "florida-mit" / "florida_mapping.yaml"))
    assert (AgencyPage.objects.count(), ServicePage.objects.count(), Location.objects.count()) == (
        20,
        135,
        378,
    )
    assert found["refused"] == []
    assert (
        harvested(DATA / "florida-mit", "--map", str(DATA / "florida-mit" / "florida_mapping.yaml"))[
            "updated"
        ]
        == []
    )


def test_san_mateo_and_its_faults(town: None) -> None:
    assert len(harvested(DATA / "ohana-bsd3")["created"]) == 31
    found = harvested(DATA / "ohana-bsd3" / "invalid-fixtures")
    assert all(item["message"] for item in (*found["repaired"], *found["refused"]))
    for file in sorted((DATA / "ohana-bsd3" / "invalid-fixtures").glob("*.csv")):
        rows = len(file.read_text().splitlines())
        told = [item for key in found for item in found[key] if item["file"] == file.name]
        assert rows <= 2 or told or file.name.startswith(("valid", "locations")), file.name


def test_illinois(town: None) -> None:
    found = harvested(DATA / "ilao-mit" / "expected-hsds1.1")
    refused = {item["type"]: 0 for item in found["refused"]}
    for item in found["refused"]:
        refused[item["type"]] += 1
    assert AgencyPage.objects.count() == 33
    assert ServicePage.objects.count() + refused["service"] == 430
    assert Page.find_problems() == ([], [], [], [], [])


@pytest.mark.parametrize(
    "name", ["service_full.json", "service_list.json", "organization_full.json", "tabular.json", "csv"]
)
def test_the_examples_of_hsds(town: None, name: str) -> None:
    harvested(EXAMPLES / name, "--publish")
    assert str(ServicePage.objects.get().translation_key) == "ac148810-d857-441c-9679-408f346de14b"
    assert str(AgencyPage.objects.get().translation_key) == "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610"
