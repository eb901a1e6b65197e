"""Two agencies of one town with a service each, and a person for every role."""

from __future__ import annotations

from dataclasses import dataclass

from django.test import Client
from django.urls import reverse

from agencies import membership
from agencies.models import AgencyPage, EntryWords, Location, Phone, ServicePage, User, fingerprint


@dataclass
class Stage:
    own: AgencyPage
    other: AgencyPage
    service: ServicePage
    others_service: ServicePage


def set_up() -> Stage:
    """Both agencies are open and public; so is a service of each, with a number and a German title."""
    own, other = (
        _agency(key, name) for key, name in (("harbour", "Harbour house"), ("meadow", "Meadow club"))
    )
    return Stage(own, other, _service(own, "Talk to somebody"), _service(other, "Play outside"))


def _agency(key: str, name: str) -> AgencyPage:
    agency = membership.open_agency(key, name=name)
    agency.locations = [Location(name=f"{name}, front door", address_1="1 Quay Street")]
    agency.save_revision().publish()
    return AgencyPage.objects.get(pk=agency.pk)


def _service(agency: AgencyPage, title: str) -> ServicePage:
    service = ServicePage(title=title, summary="You get help here.", live=False)
    agency.add_child(instance=service)
    service.phones = [Phone(number="01632 960 111", description="Front desk")]
    service.words = [
        EntryWords(language="de", field="title", text="Mit jemandem reden", fingerprint=fingerprint(title))
    ]
    service.save_revision().publish()
    return ServicePage.objects.get(pk=service.pk)


def person(role: str, agency: AgencyPage | None = None) -> User:
    """Somebody with one role; `superuser` is none of ours and may do everything."""
    user = User.objects.create(username=f"{role}-{agency.key if agency else 'town'}", email="a@town.example")
    if role == "superuser":
        user.is_superuser = True
        user.save()
    else:
        membership.add_member(user, role, agency)
    return user


def signed_in(role: str, agency: AgencyPage | None = None) -> Client:
    client = Client()
    client.force_login(person(role, agency))
    return client


def edit_address(page: AgencyPage | ServicePage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])
