"""Two agencies of one town with a service each, a person for every role, and what such a person holds in hand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client
from django.urls import reverse
from wagtail.models import TaskState
from wagtail.signal_handlers import disable_reference_index_auto_update

from agencies import membership
from agencies.models import (
    AgenciesPage,
    AgencyPage,
    EntryWords,
    Location,
    Phone,
    ServicePage,
    User,
    fingerprint,
)
from agencies.second_factor import MARK


@dataclass
class Stage:
    own: AgencyPage
    other: AgencyPage
    service: ServicePage
    others_service: ServicePage

    @classmethod
    def found(cls) -> Stage:
        """As it stands in a database in the state `stage` (tests/databases.py)."""
        own, other = (AgencyPage.objects.get(key=key) for key in ("harbour", "meadow"))
        return cls(own, other, *(ServicePage.objects.child_of(agency).get() for agency in (own, other)))


def set_up() -> None:
    """Both agencies are open and public; so is a service of each, with a number and a German title."""
    with disable_reference_index_auto_update():
        for key, name, title in (
            ("harbour", "Harbour house", "Talk to somebody"),
            ("meadow", "Meadow club", "Play outside"),
        ):
            _add_service(_agency(key, name), title)


def _agency(key: str, name: str) -> AgencyPage:
    agency = AgencyPage(title=name, key=key, slug=key)
    agency.locations = [Location(name=f"{name}, front door", address_1="1 Quay Street")]
    AgenciesPage.objects.get().add_child(instance=agency)
    return membership.open_agency(key, page=agency)


def _add_service(agency: AgencyPage, title: str) -> None:
    service = ServicePage(title=title, summary="You get help here.")
    service.phones = [Phone(number="01632 960 111", description="Front desk")]
    service.words = [
        EntryWords(language="de", field="title", text="Mit jemandem reden", fingerprint=fingerprint(title))
    ]
    agency.add_child(instance=service)


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
    return proven(person(role, agency))


def proven(user: User) -> Client:
    """Signed in with the second factor done, as a person is who works in the admin."""
    Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {}})
    client = Client()
    client.force_login(user)
    session = client.session
    session[MARK] = str(user.pk)
    session.save()
    return client


def edit_address(page: AgencyPage | ServicePage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def approve_all() -> None:
    """Somebody who has written nothing approves whatever waits."""
    reviewer, _created = User.objects.get_or_create(username="approver", is_superuser=True)
    for state in TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS):
        state.task.specific.on_action(state, reviewer, "approve")


def six_digits(secret: str) -> str:
    """What the app on somebody's phone shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def link_in_letter(start: str) -> str:
    """The path that the newest mail leads to."""
    text = str(mail.outbox[-1].body)
    found = re.search(rf"https?://[^/\s]+({start}\S+)", text)
    assert found, text
    return found[1]
