"""Once a house's street has become a secret, no address of the site tells it, to nobody, and no log line holds it.

The database itself is hunted through in tests/agencies/test_location.py.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

import pytest
from django.test import Client

from agencies.models import AgencyPage
from search import outbox
from tests import factories
from tests.access_belongings import belongings_of
from tests.access_probes import Probe, ask, probes, text_of, undone
from tests.agencies.secret_house import POSTCODE, STREET, TRACES, WAY, open_place, tick
from tests.agencies.stage import Stage, signed_in

pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning"),
]

TYPED = (STREET, POSTCODE, WAY)


@pytest.fixture
def house(stage: Stage) -> tuple[AgencyPage, str]:
    """A public agency whose address is no secret yet, and the code of a service of its."""
    agency = stage.other
    agency.locations = [open_place()]
    agency.save_revision().publish()
    outbox.drain()
    return factories.fresh(agency), stage.others_service.code


def told(client: Client, asked: Iterable[Probe]) -> Iterator[str]:
    client.raise_request_exception = False
    for probe in asked:
        with undone(client):
            text = text_of(ask(client, probe, write=False))
        if any(trace in text for trace in TRACES):
            yield probe.path


def pages_for_visitors(*codes: str) -> list[Probe]:
    paths = ["/en/", "/en/find/", "/en/now/", "/healthz", "/robots.txt", "/sitemap.xml", "/en/sitemap-1.xml"]
    paths += [f"/en/{code}/{more}" for code in codes for more in ("", "short/", "wrong/")]
    return [Probe(path, path) for path in paths]


def results(words: str) -> str:
    return Client().post("/en/find/", {"words": words}, follow=True).content.decode()


@pytest.mark.django_db
def test_visitors_find_the_house_and_never_where_it_is(
    house: tuple[AgencyPage, str], caplog: pytest.LogCaptureFixture
) -> None:
    agency, service = house
    visitors = pages_for_visitors(agency.code, service)
    assert f"/en/{agency.code}/" in told(Client(), visitors), "the hunt sees what is there"
    assert f"/en/{agency.code}/" in results(STREET)

    with caplog.at_level(logging.DEBUG):
        tick(agency).save_revision()
        outbox.drain()
        assert list(told(Client(), visitors)) == []
        for words in TYPED:
            assert f"/en/{agency.code}/" not in results(words)
        assert f"/en/{agency.code}/" in results(agency.title)
    assert not [trace for trace in TRACES if trace in caplog.text]


@pytest.mark.proof
@pytest.mark.django_db
def test_no_address_of_the_admin_tells_it_even_to_a_superuser(house: tuple[AgencyPage, str]) -> None:
    """Its past versions, what waits for review, the spreadsheet and every report included."""
    agency, _service = house
    belongings = belongings_of(agency, agency)
    asked = probes(belongings, belongings.live)
    superuser = signed_in("superuser")
    assert len(set(told(superuser, asked))) > 5, "the hunt sees what is there"

    tick(factories.fresh(agency)).save_revision()
    outbox.drain()
    assert set(told(superuser, asked)) == set()
