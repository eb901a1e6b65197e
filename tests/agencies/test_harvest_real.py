"""Real directories, where this checkout has them beside it: they load, and what is refused is said."""

from __future__ import annotations

from collections import Counter

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
    """Most of its services name one of 125 organisations that it has no row of."""
    path = DATA / "ilao-mit" / "expected-hsds1.1"
    found = harvested(path, "--publish")
    refused = Counter(item["type"] for item in found["refused"])
    assert refused == {"service": 1, "location": 161, "phone": 169, "regular_schedule": 175}
    assert Counter(item["type"] for item in found["repaired"])["organization"] >= 125
    assert AgencyPage.objects.count() == 33 + 125
    assert AgencyPage.objects.filter(live=False, title__endswith="(name unknown)").count() == 56
    assert AgencyPage.objects.filter(live=True).count() == 33 + 69
    assert (ServicePage.objects.count(), ServicePage.objects.public().count()) == (429, 165)
    assert Page.find_problems() == ([], [], [], [], [])
    again = harvested(path, "--publish")
    assert (again["created"], again["updated"]) == ([], [])


@pytest.mark.parametrize(
    "name", ["service_full.json", "service_list.json", "organization_full.json", "tabular.json", "csv"]
)
def test_the_examples_of_hsds(town: None, name: str) -> None:
    harvested(EXAMPLES / name, "--publish")
    assert str(ServicePage.objects.get().translation_key) == "ac148810-d857-441c-9679-408f346de14b"
    assert str(AgencyPage.objects.get().translation_key) == "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610"
