"""What goes into search's outbox, and what does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.dispatch import Signal
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from agencies.models import Scheme, ServicePage, Term
from search import outbox
from search.sources import current
from tests import factories

pytestmark = pytest.mark.django_db


def noted_by(action) -> set[str]:
    factories.forget_noted()
    action()
    return factories.noted()


@contextmanager
def stranger_to(signal: Signal, receiver) -> Iterator[None]:
    """A receiver that is called last, for a while."""
    signal.connect(receiver)
    try:
        yield
    finally:
        signal.disconnect(receiver)


def gone(*ids: str) -> set[str]:
    """Those that search would remove now."""
    return set(current(ids)[1])


def need_id(need: Term) -> str:
    return f"need:{need.uid}"


# --- entries --------------------------------------------------------------------------------------


def test_publishing_a_service_notes_it_alone() -> None:
    service = factories.service()
    factories.service(service.agency)
    assert noted_by(lambda: factories.publish(service)) == {service.document_id}


class Killed(Exception):
    """What a kill amounts to for a transaction."""


@pytest.mark.parametrize(
    "signal, change",
    [
        (page_published, lambda page: page.save_revision().publish()),
        (page_unpublished, lambda page: page.unpublish()),
        (post_page_move, lambda page: page.move(factories.agency(), pos="last-child")),
    ],
)
def test_a_page_changes_with_the_duty_to_index_it_or_not_at_all(signal, change) -> None:
    service = factories.publish(factories.service())
    service.title = "Another title"

    def kill(**kwargs) -> None:
        raise Killed

    before = ServicePage.objects.filter(pk=service.pk).values("title", "live", "path", "url_path").get()
    with stranger_to(signal, kill), pytest.raises(Killed):
        change(service)
    assert ServicePage.objects.filter(pk=service.pk).values(*before).get() == before


def test_a_saved_draft_notes_nothing() -> None:
    service = factories.publish(factories.service())
    service.title = "Another title"
    assert noted_by(lambda: service.save_revision()) == set()
    assert noted_by(lambda: factories.service(live=False)) == set()


def test_unpublishing_takes_the_document_away() -> None:
    service = factories.publish(factories.service())
    assert noted_by(service.unpublish) == {service.document_id}
    assert gone(service.document_id) == {service.document_id}


@pytest.mark.parametrize("status", ["inactive", "defunct"])
def test_a_service_that_is_no_more_leaves_the_index(status: str) -> None:
    service = factories.publish(factories.service())
    service.status = status
    assert noted_by(lambda: factories.publish(service)) == {service.document_id}
    assert gone(service.document_id) == {service.document_id}


@pytest.mark.parametrize("by_set", [False, True])
def test_deleting_notes_the_service(by_set: bool) -> None:
    service = factories.service()
    doomed = Page.objects.filter(pk=service.pk) if by_set else service
    assert noted_by(doomed.delete) == {service.document_id}
    assert gone(service.document_id) == {service.document_id}


@pytest.mark.parametrize("by_set", [False, True])
def test_deleting_an_agency_notes_its_services(by_set: bool) -> None:
    agency = factories.agency()
    ids = {agency.document_id, *(factories.service(agency).document_id for _ in range(2))}
    doomed = Page.objects.filter(pk=agency.pk) if by_set else agency
    assert noted_by(doomed.delete) == ids
    assert gone(*ids) == ids


def test_an_agency_that_closes_takes_its_services_along() -> None:
    agency = factories.publish(factories.agency())
    service = factories.service(agency)
    shared = factories.service(providers=[agency])
    ids = {agency.document_id, service.document_id, shared.document_id}
    assert noted_by(lambda: factories.fresh(agency).unpublish()) == ids
    assert gone(*ids) == {agency.document_id, service.document_id}
    assert noted_by(lambda: factories.publish(factories.fresh(agency))) == ids
    assert gone(*ids) == set()


def test_a_moved_service_is_noted_and_belongs_to_its_new_agency() -> None:
    service, target = factories.service(), factories.agency("target")
    assert noted_by(lambda: service.move(target, pos="last-child")) == {service.document_id}
    ((document,), _gone, _orphans) = current([service.document_id])
    assert document.payload == {"agency": "target"}
    assert document.facets["agency"] == ("target",)


def test_a_service_moved_as_a_plain_page_belongs_to_its_new_agency_too() -> None:
    service, target = factories.service(), factories.agency("target")
    Page.objects.get(pk=service.pk).move(target, pos="last-child")
    assert factories.fresh(service).agency_key == "target"


def test_a_live_copy_is_noted_under_its_own_id() -> None:
    service = factories.publish(factories.service())
    copies = []
    ids = noted_by(lambda: copies.append(service.copy(update_attrs={"slug": "copy"})))
    assert ids == {copies[0].document_id}


def test_other_pages_are_none_of_our_business() -> None:
    assert noted_by(lambda: factories.publish(factories.branch())) == set()


# --- vocabulary -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "scheme"),
    [
        ("needs", Scheme.NEED),
        ("kinds", Scheme.SERVICE_KIND),
        ("audiences", Scheme.AUDIENCE),
        ("situations", Scheme.SITUATION),
        ("four_ps", Scheme.FOUR_P),
        ("access_modes", Scheme.ACCESS_MODE),
        ("access_conditions", Scheme.ACCESS_CONDITION),
    ],
)
def test_a_renamed_term_notes_who_has_it(field: str, scheme: str) -> None:
    term = factories.term(scheme, "one")
    service = factories.service(**{field: [term]})
    factories.service(**{field: [factories.term(scheme, "two")]})
    term.name = "Renamed"
    expected = {service.document_id} | ({need_id(term)} if scheme == Scheme.NEED else set())
    assert noted_by(term.save) == expected


def test_a_renamed_or_hidden_group_notes_the_services_of_its_needs() -> None:
    group = factories.term(Scheme.NEED, "family")
    service = factories.service(needs=[factories.term(Scheme.NEED, "divorce", parent=group)])
    group.hidden = True
    assert noted_by(group.save) == {need_id(group), service.document_id}
    assert gone(need_id(group)) == {need_id(group)}


def test_a_renamed_kind_of_agency_notes_the_agencies_and_their_services() -> None:
    kind = factories.term(Scheme.AGENCY_KIND, "police")
    agency = factories.agency(kind=kind)
    service = factories.service(agency)
    assert noted_by(kind.save) == {agency.document_id, service.document_id}


def test_a_deleted_need_is_noted_with_its_services() -> None:
    need = factories.term(Scheme.NEED, "money")
    service = factories.service(needs=[need])
    assert noted_by(need.delete) == {need_id(need), service.document_id}
    assert gone(need_id(need)) == {need_id(need)}


def test_words_of_a_term_are_saved_before_search_is_told(
    monkeypatch, django_capture_on_commit_callbacks
) -> None:
    """Outside a transaction the outbox is drained at once: it must find the words."""
    need = factories.term(Scheme.NEED, "money", name="Money")
    found = []
    monkeypatch.setattr(
        outbox, "_drain_after_commit", lambda: found.append(set(current([need_id(need)])[0][0].texts))
    )
    need.words = [need.words.model(language="de", field="name", text="Geld")]
    with django_capture_on_commit_callbacks(execute=True):
        need.save()
    assert found == [{"en", "de"}]


def test_a_changed_district_notes_every_service() -> None:
    district = factories.district("harbour")
    service = factories.service()
    assert noted_by(district.save) == {service.document_id}
    assert noted_by(district.delete) == {service.document_id}


def test_a_note_is_lost_with_the_change_it_belongs_to() -> None:
    from django.db import transaction

    service = factories.service()
    factories.forget_noted()
    with pytest.raises(RuntimeError), transaction.atomic():
        factories.publish(service)
        raise RuntimeError
    assert factories.noted() == set()
    assert ServicePage.objects.filter(pk=service.pk).exists()
