"""Once a house's street has become a secret, no address of the site tells it, to nobody, and no log line holds it.

The database itself is hunted through in tests/agencies/test_location.py.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

import pytest
from django.db import transaction
from django.test import Client

from agencies.models import AgencyPage
from search import outbox
from tests import factories
from tests.access_probes import Belongings, Probe, ask, belongings_of, probes, text_of
from tests.agencies.secret_house import POSTCODE, STREET, TRACES, WAY, open_place, tick
from tests.agencies.stage import set_up, signed_in

pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning"),
]

TYPED = (STREET, POSTCODE, WAY)


@pytest.fixture
def house(town: None) -> tuple[AgencyPage, Belongings]:
    """A public agency with a service, a draft and a past; its address is no secret yet."""
    stage = set_up()
    agency = stage.other
    agency.locations = [open_place()]
    agency.save_revision().publish()
    belongings = belongings_of(agency, stage.others_service)
    outbox.drain()
    return AgencyPage.objects.get(pk=agency.pk), belongings


def everything(agency: AgencyPage, belongings: Belongings) -> list[Probe]:
    """Every address about the agency, its public service and its draft."""
    pages = (agency, belongings.live, belongings.draft)
    return list(
        {
            probe.path: probe for page in pages for probe in probes(belongings, belongings.draft, beside=page)
        }.values()
    )


def told(client: Client, asked: Iterable[Probe]) -> Iterator[str]:
    client.raise_request_exception = False
    for probe in asked:
        with transaction.atomic():
            text = text_of(ask(client, probe, write=False))
            transaction.set_rollback(True)
        if any(trace in text for trace in TRACES):
            yield probe.path


def pages_for_visitors(agency: AgencyPage, belongings: Belongings) -> list[Probe]:
    codes = [agency.code, belongings.live.code]
    paths = ["/en/", "/en/find/", "/en/now/", "/healthz", "/robots.txt"]
    paths += [f"/en/{code}/{more}" for code in codes for more in ("", "wrong/")]
    return [Probe(path, path) for path in paths]


def results(words: str) -> str:
    return Client().post("/en/find/", {"words": words}, follow=True).content.decode()


@pytest.mark.django_db
def test_visitors_find_the_house_and_never_where_it_is(
    house: tuple[AgencyPage, Belongings], caplog: pytest.LogCaptureFixture
) -> None:
    agency, belongings = house
    visitors = pages_for_visitors(agency, belongings)
    assert list(told(Client(), visitors)) == [f"/en/{agency.code}/"], "the hunt sees what is there"
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
def test_no_address_of_the_admin_tells_it_even_to_a_superuser(house: tuple[AgencyPage, Belongings]) -> None:
    agency, belongings = house
    asked = everything(agency, belongings)
    superuser = signed_in("superuser")
    before = set(told(superuser, asked))
    assert len(before) > 10, "the hunt sees what is there"

    tick(factories.fresh(agency)).save_revision()
    outbox.drain()
    assert set(told(superuser, asked)) == set()
