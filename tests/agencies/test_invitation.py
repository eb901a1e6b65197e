"""An invitation gives one role to one address, once, for seven days; looking at it changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry, PageLogEntry

from agencies import invitations, membership
from agencies.letters import language_of
from agencies.membership import AGENCY_ROLES, TOWN_ROLES
from agencies.models import AgencyPage, Invitation, User
from portal.models import Town
from tests.agencies.stage import Stage, person, proven, signed_in

NEW = "cleo@harbour.example"
PASSWORD = "a long enough sentence"
FORM = {"first_name": "Cleo", "last_name": "Quay", "new_password1": PASSWORD, "new_password2": PASSWORD}


@pytest.fixture
def letter(django_capture_on_commit_callbacks: Any) -> Callable[..., str]:
    """Invites somebody and returns the path in the letter's link."""

    def send(by: User, agency: AgencyPage | None, role: str = "editor", email: str = NEW) -> str:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            invitations.invite(email, role, agency, by)
        found = re.search(r"https?://[^/\s]+(/admin/join/\S+)", mail.outbox[0].body)
        assert found
        return found.group(1)

    return send


def everything() -> tuple[int, int, list[tuple]]:
    return (
        User.objects.count(),
        User.groups.through.objects.count(),
        list(Invitation.objects.values_list("accepted_at", "withdrawn_at")),
    )


# From the admin to the admin


def test_from_invitation_to_work(stage: Stage, letter: Callable[..., str]) -> None:
    link = letter(person("town_admin"), stage.own)
    client = Client()
    before = everything()
    for _look in range(3):  # a scanner of mail looks too
        assert client.get(link).status_code == 200
    assert everything() == before
    answer = client.post(link, FORM)
    assert answer["Location"] == reverse("wagtailadmin_login")
    cleo = User.objects.get(email=NEW)
    assert (cleo.username, cleo.get_full_name()) == (NEW, "Cleo Quay")
    assert membership.roles_of(cleo, stage.own) == ["editor"]
    assert client.get("/admin/")["Location"].startswith(reverse("wagtailadmin_login"))
    signed = client.post(reverse("wagtailadmin_login"), {"login": NEW, "password": PASSWORD})
    assert signed.status_code == 302
    assert client.get("/admin/")["Location"] == reverse("mfa_index")
    actions = set(PageLogEntry.objects.filter(page=stage.own.pk).values_list("action", flat=True))
    assert {"agencies.invite", "agencies.add_member", "agencies.accept_invitation"} <= actions


def test_letters_come_in_the_language_in_which_somebody_joined(
    stage: Stage, letter: Callable[..., str]
) -> None:
    link = letter(person("town_admin"), stage.own)
    Client(headers={"accept-language": "de"}).post(link, FORM)
    assert language_of(User.objects.get(email=NEW)) == "de"


def test_the_letter_says_who_invites_to_what_and_its_subject_is_one_line(
    stage: Stage, letter: Callable[..., str]
) -> None:
    letter(person("town_admin"), stage.own)
    (sent,) = mail.outbox
    assert sent.to == [NEW]
    assert stage.own.title in sent.subject and "\n" not in sent.subject
    assert str(AGENCY_ROLES["editor"].name) in sent.body


def test_the_database_does_not_know_the_link(stage: Stage, letter: Callable[..., str]) -> None:
    token = letter(person("town_admin"), stage.own).rstrip("/").rsplit("/", 1)[1]
    assert token not in str(list(Invitation.objects.values()))
    assert token not in str(list(PageLogEntry.objects.values()))


def test_a_weak_password_is_refused_in_words(stage: Stage, letter: Callable[..., str]) -> None:
    link = letter(person("town_admin"), stage.own)
    before = everything()
    answer = Client().post(link, {**FORM, "new_password1": "short", "new_password2": "short"})
    assert (answer.status_code, "too short" in answer.content.decode()) == (200, True)
    assert everything() == before


# Who has an account already


def test_who_has_an_account_signs_in_and_takes_it_up(stage: Stage, letter: Callable[..., str]) -> None:
    dora = User.objects.create(username="dora", email=NEW)
    link = letter(person("town_admin"), stage.own)
    stranger = Client()
    shown = stranger.post(link, FORM)
    assert f"{reverse('wagtailadmin_login')}?next=" in shown.content.decode()
    assert not membership.roles_of(dora, stage.own)
    client = proven(dora)
    assert client.get(link).status_code == 200
    assert not membership.roles_of(dora, stage.own)
    assert client.post(link).status_code == 302
    assert membership.roles_of(User.objects.get(pk=dora.pk), stage.own) == ["editor"]
    assert User.objects.filter(email=NEW).count() == 1


def test_a_forwarded_letter_is_of_no_use_to_another_account(stage: Stage, letter: Callable[..., str]) -> None:
    link = letter(person("town_admin"), None, "town_admin")
    editor = person("editor", stage.other)
    User.objects.filter(pk=editor.pk).update(email="b@town.example")
    before = everything()
    client = proven(editor)
    assert "another address" in client.post(link).content.decode()
    assert everything() == before


# Links that are no good


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"expires": timezone.now() - timedelta(minutes=1)}, "too old"),
        ({"accepted_at": timezone.now()}, "taken up already"),
        ({"withdrawn_at": timezone.now()}, "taken back"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_over_says_so_and_changes_nothing(
    stage: Stage, letter: Callable[..., str], fields: dict[str, Any], says: str, method: str
) -> None:
    link = letter(person("town_admin"), stage.own)
    Invitation.objects.update(**fields)
    before = everything()
    answer = getattr(Client(), method)(link, FORM)
    assert (answer.status_code, says in answer.content.decode()) == (410, True)
    assert everything() == before


def test_a_forged_link_is_not_known(stage: Stage, letter: Callable[..., str]) -> None:
    link = letter(person("town_admin"), stage.own)
    digest = Invitation.objects.get().token_hash
    before = everything()
    for forged in (link[:-3] + "xx/", reverse("join", args=[digest]), reverse("join", args=["0"])):
        for answer in (Client().get(forged), Client().post(forged, FORM)):
            assert (answer.status_code, "not known" in answer.content.decode()) == (404, True)
    assert everything() == before


def test_a_link_is_good_once(stage: Stage, letter: Callable[..., str]) -> None:
    link = letter(person("town_admin"), stage.own)
    assert Client().post(link, FORM).status_code == 302
    assert Client().post(link, FORM).status_code == 410
    assert User.objects.filter(email=NEW).count() == 1


def test_of_two_that_press_at_once_one_is_told(stage: Stage, letter: Callable[..., str]) -> None:
    letter(person("town_admin"), stage.own)
    seen_by_both = Invitation.objects.get()
    invitations.accept(seen_by_both, User(username="one", email=NEW))
    with pytest.raises(invitations.NotPending):
        invitations.accept(seen_by_both, User(username="two", email=NEW))
    assert not User.objects.filter(username="two").exists()


def test_a_second_letter_ends_the_first(stage: Stage, letter: Callable[..., str]) -> None:
    admin = person("town_admin")
    first, second = letter(admin, stage.own), letter(admin, stage.own)
    assert Client().get(first).status_code == 410
    assert Client().get(second).status_code == 200


def test_a_closed_agency_ends_its_invitations_and_takes_none(
    stage: Stage, letter: Callable[..., str]
) -> None:
    admin = person("town_admin")
    link = letter(admin, stage.own)
    membership.close_agency(stage.own, admin)
    assert Client().get(link).status_code == 410
    with pytest.raises(PermissionDenied):
        invitations.invite(NEW, "editor", stage.own, admin)


# Who may invite whom


@pytest.mark.parametrize("role", [*AGENCY_ROLES, *TOWN_ROLES])
def test_who_may_give_which_role(stage: Stage, role: str) -> None:
    by = person(role, stage.own if role in AGENCY_ROLES else None)
    tries = [
        *((stage.own, wanted) for wanted in AGENCY_ROLES),
        *((stage.other, wanted) for wanted in AGENCY_ROLES),
        *((None, wanted) for wanted in TOWN_ROLES),
    ]
    allowed = set()
    for agency, wanted in tries:
        try:
            invitations.invite(NEW, wanted, agency, by)
        except PermissionDenied:
            continue
        allowed.add((agency, wanted))
    expected = {"town_admin": set(tries), "lead": {(stage.own, "editor")}}
    assert allowed == expected.get(role, set())


PEOPLE_PAGES = {
    "people": ("town_admin", "lead"),
    "invite": ("town_admin",),
    "agency_people": ("town_admin", "lead"),
    "invite_to_agency": ("town_admin", "lead"),
    "close_agency": ("town_admin",),
    "open_agency": ("town_admin",),
    "remove_agency_member": ("town_admin", "lead"),
    "remove_member": ("town_admin",),
    "reset_second_factor": ("town_admin",),
    "withdraw_invitation": ("town_admin", "lead"),
}


@pytest.mark.parametrize("role", [*AGENCY_ROLES, *TOWN_ROLES])
def test_who_sees_the_pages_about_people(stage: Stage, role: str) -> None:
    editor = User.objects.create(username="elio", email="elio@harbour.example")
    membership.add_member(editor, "editor", stage.own)
    writer = User.objects.create(username="walt", email="walt@town.example")
    membership.add_member(writer, "town_editor")
    pending = invitations.invite(NEW, "editor", stage.own, person("superuser"))
    arguments = {
        "agency_people": [stage.own.key],
        "invite_to_agency": [stage.own.key],
        "close_agency": [stage.own.key],
        "open_agency": [stage.own.key],
        "remove_agency_member": [stage.own.key, editor.pk, "editor"],
        "remove_member": [writer.pk, "town_editor"],
        "reset_second_factor": [editor.pk],
        "withdraw_invitation": [pending.pk],
    }
    client = signed_in(role, stage.own if role in AGENCY_ROLES else None)
    before = everything()
    for name, roles in PEOPLE_PAGES.items():
        answer = client.get(reverse(name, args=arguments.get(name, [])))
        assert (answer.status_code == 200) is (role in roles), (name, answer.status_code)
        if role not in roles:
            client.post(
                reverse(name, args=arguments.get(name, [])), {"email": "z@z.example", "role": "editor"}
            )
    assert everything() == before
    shown = client.get(reverse("wagtailadmin_home")).content.decode()
    assert (f'"{reverse("people")}"' in shown) is (role in PEOPLE_PAGES["people"])


def test_a_lead_sees_and_changes_the_own_agency_only(stage: Stage) -> None:
    stranger = User.objects.create(username="elio", email="elio@meadow.example")
    membership.add_member(stranger, "editor", stage.other)
    pending = invitations.invite(NEW, "editor", stage.other, person("superuser"))
    client = signed_in("lead", stage.own)
    assert stage.other.title not in client.get(reverse("people")).content.decode()
    before = everything()
    for address in (
        reverse("agency_people", args=[stage.other.key]),
        reverse("invite_to_agency", args=[stage.other.key]),
        reverse("remove_agency_member", args=[stage.other.key, stranger.pk, "editor"]),
        reverse("withdraw_invitation", args=[pending.pk]),
    ):
        for answer in (client.get(address), client.post(address, {"email": NEW, "role": "editor"})):
            assert answer["Location"] == reverse("wagtailadmin_home")
    assert everything() == before


def test_a_lead_takes_no_lead_away_and_nobody_locks_themselves_out(stage: Stage) -> None:
    lead, other_lead, admin = (
        person("lead", stage.own),
        User.objects.create(username="l2"),
        person("town_admin"),
    )
    membership.add_member(other_lead, "lead", stage.own)
    for by, address in (
        (lead, reverse("remove_agency_member", args=[stage.own.key, other_lead.pk, "lead"])),
        (lead, reverse("remove_agency_member", args=[stage.own.key, lead.pk, "lead"])),
        (admin, reverse("remove_member", args=[admin.pk, "town_admin"])),
    ):
        proven(by).post(address)
    assert membership.members(stage.own).count() == 2
    assert membership.members().count() == 1


def test_the_towns_admin_does_it_all_in_the_admin(
    stage: Stage, django_capture_on_commit_callbacks: Any
) -> None:
    client, editor = signed_in("town_admin"), person("editor", stage.own)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("invite_to_agency", args=[stage.own.key]), {"email": NEW, "role": "lead"})
    assert [sent.to for sent in mail.outbox] == [[NEW]]
    shown = client.get(reverse("agency_people", args=[stage.own.key])).content.decode()
    assert NEW in shown and editor.username in shown
    client.post(reverse("withdraw_invitation", args=[Invitation.objects.get().pk]))
    assert not Invitation.objects.pending().exists()
    client.post(reverse("remove_agency_member", args=[stage.own.key, editor.pk, "editor"]))
    assert not membership.members(stage.own).exists()
    client.post(reverse("close_agency", args=[stage.own.key]))
    assert not membership.is_open(stage.own)
    client.post(reverse("open_agency", args=[stage.own.key]))
    assert membership.is_open(stage.own)
    entries = PageLogEntry.objects.filter(page=stage.own.pk, user__username="town_admin-town")
    assert {entry.action for entry in entries} >= {
        *("agencies.invite", "agencies.withdraw_invitation", "agencies.remove_member"),
        *("agencies.close", "agencies.open"),
    }
    history = client.get(reverse("wagtailadmin_pages:history", args=[stage.own.pk])).content.decode()
    assert f"Invited: {NEW}, lead" in history


def test_the_second_step_is_taken_away_in_the_admin(stage: Stage) -> None:
    client, editor = signed_in("town_admin"), person("editor", stage.own)
    address = reverse("reset_second_factor", args=[editor.pk])
    assert address in client.get(reverse("wagtailusers_users:index")).content.decode()
    assert address in client.get(reverse("agency_people", args=[stage.own.key])).content.decode()
    client.get(address)
    assert not ModelLogEntry.objects.filter(action="agencies.reset_second_factor").exists()
    client.post(address)
    assert ModelLogEntry.objects.filter(action="agencies.reset_second_factor").exists()


def test_the_pages_of_people_ask_no_more_of_the_database_for_more_people(stage: Stage) -> None:
    client = signed_in("town_admin")
    boss = person("superuser")
    addresses = (reverse("people"), reverse("agency_people", args=[stage.own.key]))

    def add(number: int) -> None:
        for agency, role in ((stage.own, "editor"), (None, "town_editor")):
            user = User.objects.create(username=f"{role}{number}", email=f"{role}{number}@x.example")
            membership.add_member(user, role, agency)
            invitations.invite(f"{number}@x.example", role, agency, boss)

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    add(1)
    for address in addresses:
        queries(address)
    before = [queries(address) for address in addresses]
    for number in range(2, 6):
        add(number)
        membership.open_agency(f"agency-{number}", name=f"Agency {number}")
    assert [queries(address) for address in addresses] == before


def test_a_letter_names_the_town_that_it_comes_from(stage: Stage, letter: Callable[..., str]) -> None:
    named = Town.load()
    named.name = "Otherby"
    named.save()
    letter(person("lead", stage.own), stage.own)
    assert mail.outbox[0].subject == "Otherby: an invitation to work for Harbour house"
