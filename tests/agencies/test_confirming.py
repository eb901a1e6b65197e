"""“Still correct” is said of what is public: at once, of a draft too, with nothing else changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from wagtail.models import PageLogEntry

from agencies import freshness
from agencies.models import EntryWords, Policy, fingerprint
from tests import factories

from . import stage
from .stage import Stage

pytestmark = pytest.mark.django_db
LONG_AGO = date(2025, 1, 1)


@pytest.fixture
def scene(stage: Stage) -> Stage:
    return stage


def today() -> date:
    return freshness.today(Policy.current())


def confirm(entry, **options) -> None:
    freshness.confirm(factories.fresh(entry), by="Harbour house", role="Agency lead", **options)


def test_it_holds_for_the_live_page_and_its_numbers_at_once(scene: Stage) -> None:
    factories.forget_noted()
    confirm(scene.service)
    service = factories.fresh(scene.service)
    for record in (service, service.phones.get()):
        assert (record.assured_date, record.assurer, record.assurer_role) == (
            today(),
            "Harbour house",
            "Agency lead",
        )
    assert service.document_id in factories.noted(), "search weighs what is fresh"


def test_a_draft_that_is_published_later_does_not_bring_the_old_date_back(scene: Stage) -> None:
    service = factories.fresh(scene.service)
    service.assured_date, service.summary = LONG_AGO, "A draft."
    service.save_revision()
    confirm(service)
    assert factories.fresh(service).summary == "You get help here."
    factories.fresh(service).get_latest_revision().publish()
    service = factories.fresh(service)
    assert (service.summary, service.assured_date) == ("A draft.", today())
    assert service.phones.get().assured_date == today()


def test_a_number_that_a_draft_changes_was_not_looked_at(scene: Stage) -> None:
    service = factories.fresh(scene.service)
    phones = list(service.phones.all())
    phones[0].number, phones[0].assured_date = "01632 960 999", LONG_AGO
    service.phones = phones
    service.save_revision()
    confirm(service)
    draft = factories.fresh(service).get_latest_revision_as_object()
    assert [(phone.number, phone.assured_date) for phone in draft.phones.all()] == [
        ("01632 960 999", LONG_AGO)
    ]
    assert factories.fresh(service).phones.get().assured_date == today()


def test_only_the_numbers_that_were_looked_at(scene: Stage) -> None:
    confirm(scene.service, phones=())
    assert factories.fresh(scene.service).assured_date == today()
    assert factories.fresh(scene.service).phones.get().assured_date is None


def test_no_other_language_names_whoever_checked_it_before(scene: Stage) -> None:
    service = factories.fresh(scene.service)
    service.assurer = "Town hall"
    words = EntryWords(language="de", field="assurer", text="Rathaus", fingerprint=fingerprint("Town hall"))
    service.words = [*service.words.all(), words]
    service = factories.publish(service)
    confirm(service)
    service = factories.fresh(service)
    assert str(service.said("assurer", "de")) == "Harbour house"
    assert str(service.said("title", "de")) == "Mit jemandem reden"
    assert str(service.get_latest_revision_as_object().said("assurer", "de")) == "Harbour house"


def test_the_log_knows_who(scene: Stage) -> None:
    person = stage.person("editor", scene.own)
    confirm(scene.service, person=person)
    entry = PageLogEntry.objects.get(action=freshness.CONFIRMED)
    assert (entry.user, entry.page_id, entry.message) == (
        person,
        scene.service.pk,
        "Confirmed: still correct",
    )
    assert person.username not in factories.fresh(scene.service).assurer


@pytest.mark.parametrize(("late", "is_expired"), [(-1, False), (0, False), (90, False), (91, True)])
def test_after_its_grace_a_check_is_expired(town: None, late: int, is_expired: bool) -> None:
    policy = Policy.current()
    now = today()
    entry = factories.service(assured_date=now - timedelta(365 + late))
    assert freshness.check_of(entry, policy, now).expired is is_expired


def test_the_town_says_how_long_the_grace_is(town: None) -> None:
    policy, now = Policy.current(), today()
    policy.grace_days = 10
    assert freshness.is_expired(now - timedelta(11), policy, now)
    assert not freshness.is_expired(now - timedelta(10), policy, now)


def test_what_was_never_checked_does_not_expire(town: None) -> None:
    assert not freshness.check_of(factories.service(), Policy.current()).expired
