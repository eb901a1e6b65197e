"""Public addresses: opaque, never reused, unlike anything else; retired ones are remembered."""

from __future__ import annotations

import itertools
import secrets

import pytest
from django.db import IntegrityError, connection, models
from django.urls import get_resolver
from wagtail.models import Page

from agencies.models import Address, Entry, Scheme, ServicePage, Term
from agencies.models.address import DIGITS, LETTERS, is_code, new_code
from tests import factories

pytestmark = pytest.mark.django_db
KIND = Address.Kind.SERVICE


def drawing(*codes: str):
    """In place of `secrets.choice`: draws these codes one after the other, then real ones."""
    real = secrets.choice
    letters = iter("".join(codes))
    return lambda alphabet: next(letters, None) or real(alphabet)


# --- the code itself ------------------------------------------------------------------------------


def test_codes_are_short_unambiguous_and_hold_a_digit() -> None:
    assert not set("aeiouy01lbsgqzwr") & set(LETTERS + DIGITS)
    for _ in range(500):
        code = new_code()
        assert len(code) == 6
        assert set(code) <= set(LETTERS + DIGITS)
        assert set(code) & set(DIGITS)


def test_a_word_of_letters_alone_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "choice", drawing("chftpm", "chf7pm"))
    assert new_code() == "chf7pm"


@pytest.mark.parametrize("text", ["", "k7c3x", "k7c3x99", "K7c3x9", "k7c3xa", "chftpm", "k7c3x9\n", "٣7c3x9"])
def test_other_texts_are_no_codes(text: str) -> None:
    assert not is_code(text)


def test_no_fixed_word_of_the_addresses_looks_like_a_code(settings) -> None:
    words = {part for route in routes(get_resolver().url_patterns) for part in route.split("/")}
    words |= {code for code, _name in settings.LANGUAGES}
    assert {"healthz", "find", "safe", "admin", "burn"} <= words
    assert [word for word in words if is_code(word)] == []


def routes(patterns) -> list[str]:
    found = []
    for pattern in patterns:
        found.append(str(pattern.pattern))
        found += routes(getattr(pattern, "url_patterns", [])) if found[-1] != "admin/" else []
    return found


# --- minting --------------------------------------------------------------------------------------


def test_a_taken_code_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    Address.objects.create(code="k7c3x9", kind=KIND)
    monkeypatch.setattr(secrets, "choice", drawing("k7c3x9", "k7c3x9", "k7c3x8"))
    assert Address.mint(KIND).code == "k7c3x8"


def test_the_code_of_something_gone_is_never_given_again(monkeypatch: pytest.MonkeyPatch) -> None:
    service = factories.service()
    code = service.code
    service.delete()
    monkeypatch.setattr(secrets, "choice", drawing(code, "k7c3x8"))
    assert Address.mint(KIND).code == "k7c3x8"


def test_another_failure_ends_the_minting(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(IntegrityError):
        Address.mint(None)  # type: ignore[arg-type]


def test_many_are_minted_at_once_in_their_order(django_assert_max_num_queries) -> None:
    kinds = [KIND, Address.Kind.AGENCY] * 150
    with django_assert_max_num_queries(8):
        minted = Address.mint_many(kinds)
    assert [address.kind for address in minted] == kinds
    assert len({address.code for address in minted}) == 300
    assert all(address.pk for address in minted)


def test_many_are_minted_beside_taken_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    Address.objects.create(code="k7c3x9", kind=KIND)
    monkeypatch.setattr(secrets, "choice", drawing("k7c3x9", "k7c3x8", "k7c3x8", "k7c3x8", "k7c3x7"))
    assert {address.code for address in Address.mint_many([KIND, KIND])} == {"k7c3x8", "k7c3x7"}


# --- retiring -------------------------------------------------------------------------------------


def test_retiring_twice_keeps_the_first_day() -> None:
    address = Address.mint(KIND)
    address.retire()
    first = address.retired_at
    address.retire()
    assert Address.objects.get(pk=address.pk).retired_at == first


def test_an_address_does_not_replace_itself() -> None:
    address = Address.mint(KIND)
    address.retire(address)
    assert address.replaced_by is None


def test_the_successor_is_the_first_living_one_down_the_chain() -> None:
    first, second, third = (Address.mint(KIND) for _ in range(3))
    first.retire(second)
    assert first.successor() == second
    second.retire(third)
    assert Address.objects.get(pk=first.pk).successor() == third
    third.retire()
    assert Address.objects.get(pk=first.pk).successor() is None


def test_a_circle_of_replacements_has_no_successor() -> None:
    first, second, third = (Address.mint(KIND) for _ in range(3))
    for one, next_one in itertools.pairwise((first, second, third, first)):
        one.retire(next_one)
    for address in Address.objects.all():
        assert address.successor() is None


def test_a_living_address_has_no_successor() -> None:
    assert Address.mint(KIND).successor() is None


def test_no_way_deletes_an_address() -> None:
    address = Address.mint(KIND)
    with pytest.raises(models.ProtectedError):
        address.delete()
    with pytest.raises(models.ProtectedError):
        Address.objects.filter(pk=address.pk).delete()
    with pytest.raises(models.ProtectedError):
        Address.objects.all().delete()
    assert Address.objects.filter(pk=address.pk).exists()


# --- entries and terms ----------------------------------------------------------------------------


def test_every_kind_of_thing_gets_an_address_of_its_kind() -> None:
    agency = factories.agency()
    service = factories.service(agency)
    need = factories.term(Scheme.NEED, "harm")
    kinds = [thing.address.kind for thing in (agency, service, need)]
    assert kinds == [Address.Kind.AGENCY, Address.Kind.SERVICE, Address.Kind.NEED]
    assert factories.term(Scheme.AUDIENCE, "child").address is None


def delete_page(page: Page) -> None:
    page.delete()


def delete_base_page(page: Page) -> None:
    """As the admin does it: the page without its kind."""
    Page.objects.get(pk=page.pk).delete()


def delete_by_queryset(page: Page) -> None:
    Page.objects.filter(pk=page.pk).delete()


def delete_by_specific_queryset(page: Page) -> None:
    type(page).objects.filter(pk=page.pk).delete()


def delete_as_entry(page: Page) -> None:
    Entry.objects.filter(pk=page.pk).delete()


DELETIONS = [delete_page, delete_base_page, delete_by_queryset, delete_by_specific_queryset, delete_as_entry]


@pytest.mark.parametrize("delete", DELETIONS)
def test_a_deleted_service_leads_to_its_agency(delete) -> None:
    agency = factories.agency()
    service = factories.service(agency)
    delete(service)
    address = Address.objects.get(pk=service.address_id)
    assert address.retired_at is not None
    assert address.successor() == agency.address
    assert not ServicePage.objects.exists()


@pytest.mark.parametrize("delete", DELETIONS)
def test_a_deleted_agency_takes_the_codes_of_its_services_into_retirement(delete) -> None:
    agency = factories.agency()
    services = [factories.service(agency), factories.service(agency)]
    other = factories.service()
    delete(agency)
    for entry in (agency, *services):
        address = Address.objects.get(pk=entry.address_id)
        assert address.retired_at is not None
        assert address.successor() is None
    assert Address.objects.get(pk=other.address_id).retired_at is None
    assert not Entry.objects.filter(pk__in=[agency.pk, *(service.pk for service in services)]).exists()


@pytest.mark.parametrize("whole_set", [False, True])
def test_a_deleted_need_leads_to_the_need_above_it(whole_set: bool) -> None:
    group = factories.term(Scheme.NEED, "family")
    need = factories.term(Scheme.NEED, "divorce", parent=group)
    found = Term.objects.filter(pk=need.pk) if whole_set else need
    found.delete()
    address = Address.objects.get(pk=need.address_id)
    assert address.retired_at is not None
    assert address.successor() == group.address


def test_a_need_that_has_others_below_it_is_not_deleted() -> None:
    group = factories.term(Scheme.NEED, "family")
    factories.term(Scheme.NEED, "divorce", parent=group)
    with pytest.raises(models.ProtectedError):
        group.delete()
    assert Address.objects.get(pk=group.address_id).retired_at is None


@pytest.mark.parametrize("keep_live", [True, False])
def test_a_copy_gets_a_code_of_its_own(keep_live: bool) -> None:
    service = factories.service()
    service.save_revision().publish()
    copy = service.copy(update_attrs={"slug": "copy", "title": "Copy"}, keep_live=keep_live)
    assert is_code(copy.code)
    assert copy.code != service.code
    assert factories.publish(factories.fresh(copy).get_latest_revision_as_object()).code == copy.code


def test_an_old_revision_brings_no_other_code_back() -> None:
    service = factories.service()
    service.save_revision().publish()
    fresh_address = Address.mint(KIND)
    ServicePage.objects.filter(pk=service.pk).update(address=fresh_address)
    factories.fresh(service).latest_revision.publish()
    assert factories.fresh(service).code == fresh_address.code


def test_moving_and_renaming_keep_the_code() -> None:
    service, target = factories.service(), factories.agency()
    code = service.code
    service.title, service.slug = "Another title", "another-slug"
    service = factories.publish(service)
    service.move(target, pos="last-child")
    assert factories.fresh(service).code == code


def test_the_tables_own_rule_keeps_codes_apart() -> None:
    address = Address.mint(KIND)
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO agencies_address (code, kind, created_at) VALUES (%s, 'service', '2026-01-01')",
            [address.code],
        )
