"""Nothing of the admin opens before the second factor; the town can take a lost one away, and the log says so."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from cryptography.fernet import InvalidToken
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.core.cache import cache
from django.core.checks import run_checks
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from wagtail.models import ModelLogEntry

from agencies import second_factor
from agencies.models import User
from agencies.second_factor import ALWAYS_OPEN, MARK, SETTING_UP
from agencies.sign_in import Accounts
from tests.agencies.stage import person, proven

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "a long enough sentence"
LOGIN = "/admin/login/"


@pytest.fixture(autouse=True)
def no_attempts_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ada(town: None) -> User:
    user = person("town_admin")
    user.set_password(PASSWORD)
    user.save()
    return user


def code(at: float | None = None) -> str:
    counter = int(time.time() if at is None else at) // 30
    return format_hotp_value(hotp_value(SECRET, counter))


def password_given(user: User) -> tuple[Client, HttpResponse]:
    client = Client()
    return client, client.post(LOGIN, {"login": user.username, "password": PASSWORD})


def staff_patterns() -> list[tuple[str, str]]:
    """Every address below /admin/ with something in the place of its parameters, and the name of its view."""
    found = []

    def walk(patterns: list[Any], prefix: str, spaces: tuple[str, ...]) -> None:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
                walk(pattern.url_patterns, route, inner)
            elif isinstance(pattern, URLPattern) and route.startswith("admin/"):
                found.append(("/" + filled(route), ":".join((*spaces, pattern.name or ""))))

    walk(get_resolver().url_patterns, "", ())
    return found


def filled(route: str) -> str:
    route = re.sub(r"\(\?P<\w+>[^)]*\)", "1", route)
    route = re.sub(r"<int:\w+>", "1", route)
    route = re.sub(r"<uuid:\w+>", "7b9f6d2e-3f3f-4a3f-8a3f-3f3f3f3f3f3f", route)
    route = re.sub(r"<\w+:\w+>|<\w+>", "x", route)
    return re.sub(r"[\^$\\]|\.\*", "", route)


def test_every_address_of_the_admin_waits_for_the_second_factor(ada: User) -> None:
    client = Client()
    client.force_login(ada)
    patterns = staff_patterns()
    assert len(patterns) > 280
    open_anyway = {address for address, name in patterns if name in ALWAYS_OPEN | SETTING_UP}
    opened = {
        address
        for address, name in patterns
        if address not in open_anyway and not leads_to_set_up(client, address)
    }
    assert opened == set()


def leads_to_set_up(client: Client, address: str) -> bool:
    answers = (client.get(address), client.post(address))
    return all(answer.headers.get("Location") == reverse("mfa_index") for answer in answers)


def test_documents_wait_too(ada: User) -> None:
    client = Client()
    client.force_login(ada)
    assert client.get("/documents/1/secret.pdf")["Location"] == reverse("mfa_index")


@pytest.mark.parametrize("name", sorted(SETTING_UP))
def test_a_password_alone_opens_no_set_up_beside_a_factor_that_stands(ada: User, name: str) -> None:
    """Else whoever knows the password would add a factor of their own."""
    TOTP.activate(ada, SECRET)
    client = Client()
    client.force_login(ada)
    answer = client.get(reverse(name))
    assert (answer.status_code, answer["Location"]) == (302, LOGIN)
    assert client.get("/admin/").wsgi_request.user == AnonymousUser()


def test_the_mark_of_another_person_opens_nothing(ada: User) -> None:
    client = proven(ada)
    session = client.session
    session[MARK] = str(ada.pk + 1)
    session.save()
    assert client.get("/admin/").status_code == 302


def test_without_a_factor_a_mark_opens_nothing(ada: User) -> None:
    client = proven(ada)
    assert client.get("/admin/").status_code == 200
    Authenticator.objects.all().delete()
    assert client.get("/admin/")["Location"] == reverse("mfa_index")


def test_recovery_codes_alone_are_no_factor(ada: User) -> None:
    client = proven(ada)
    Authenticator.objects.update(type=Authenticator.Type.RECOVERY_CODES)
    assert client.get("/admin/")["Location"] == reverse("mfa_index")


# The first sign-in, and the next


@pytest.mark.django_db(transaction=True)
def test_the_first_sign_in_leads_through_set_up(ada: User) -> None:
    client, answer = password_given(ada)
    assert answer["Location"] == reverse("wagtailadmin_home")
    assert client.get("/admin/")["Location"] == reverse("mfa_index")
    assert client.get(reverse("mfa_index")).status_code == 200
    form = client.get(reverse("mfa_activate_totp"))
    assert form.status_code == 200  # the password was typed just now: it is not asked for again
    session = client.session
    session["mfa.totp.secret"] = SECRET
    session.save()
    answer = client.post(reverse("mfa_activate_totp"), {"code": code()})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert Authenticator.objects.filter(user=ada, type=Authenticator.Type.TOTP).exists()
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200
    assert client.get("/admin/").status_code == 200
    assert [letter.to for letter in mail.outbox] == [[ada.email]]


def test_a_mail_server_that_is_away_undoes_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*args: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(DefaultAccountAdapter, "send_mail", away)
    monkeypatch.setattr(logging.getLogger("lantern"), "propagate", True)
    Accounts().send_mail("mfa/email/totp_activated", "a@town.example", {})
    assert "could not be sent" in caplog.text


def test_set_up_an_hour_after_the_password_asks_for_it_again(ada: User, monkeypatch: Any) -> None:
    client, _answer = password_given(ada)
    hour_later = time.time() + 3600
    monkeypatch.setattr("agencies.sign_in.time.time", lambda: hour_later)
    for answer in (
        client.get(reverse("mfa_activate_totp")),
        client.post(reverse("mfa_activate_totp"), {"code": "123456"}),
        client.get(reverse("mfa_add_webauthn")),
    ):
        assert answer["Location"].startswith(reverse("account_reauthenticate"))


def test_the_next_sign_in_asks_for_the_code(ada: User) -> None:
    TOTP.activate(ada, SECRET)
    client, answer = password_given(ada)
    assert answer["Location"] == reverse("mfa_authenticate")
    assert client.get("/admin/")["Location"].startswith(LOGIN)
    assert client.get(reverse("mfa_authenticate")).status_code == 200
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert client.get("/admin/").status_code == 302
    assert client.post(reverse("mfa_authenticate"), {"code": code()}).status_code == 302
    assert client.get("/admin/").status_code == 200


def test_one_signs_in_with_the_e_mail_address_in_any_case(ada: User) -> None:
    ada.email = "Ada@Town.example"
    ada.save()
    answer = Client().post(LOGIN, {"login": "ada@town.EXAMPLE", "password": PASSWORD})
    assert answer["Location"] == reverse("wagtailadmin_home")


def test_the_browser_forgets_who_signed_in_when_it_is_closed(ada: User) -> None:
    client, _answer = password_given(ada)
    assert client.session.get_expire_at_browser_close()


@pytest.mark.parametrize("name", ["mfa_index", "mfa_list_webauthn", "mfa_generate_recovery_codes"])
def test_pages_of_the_second_step_open_once_it_is_done(ada: User, name: str) -> None:
    TOTP.activate(ada, SECRET)
    client, _answer = password_given(ada)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    answer = client.get(reverse(name), follow=True)
    assert answer.status_code == 200
    loaded = re.findall(r'<(?:script|img|link)\b[^>]*(?:src|href)="([^"]*)"', answer.content.decode())
    assert [url for url in loaded if "//" in url] == []


# Ways round


def test_a_password_reset_signs_nobody_in(
    ada: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    TOTP.activate(ada, SECRET)
    client = Client()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("wagtailadmin_password_reset"), {"email": ada.email})
    assert [letter.to for letter in mail.outbox] == [[ada.email]]
    link = reverse(
        "wagtailadmin_password_reset_confirm",
        args=[urlsafe_base64_encode(force_bytes(ada.pk)), default_token_generator.make_token(ada)],
    )
    form = client.get(link)["Location"]
    new = "quite another sentence"
    answer = client.post(form, {"new_password1": new, "new_password2": new})
    assert answer["Location"] == reverse("wagtailadmin_password_reset_complete")
    assert client.get("/admin/")["Location"].startswith(LOGIN)
    answer = client.post(LOGIN, {"login": ada.username, "password": new})
    assert answer["Location"] == reverse("mfa_authenticate")


def test_nobody_signs_up(ada: User) -> None:
    assert not [name for _address, name in staff_patterns() if "signup" in name]


def test_guessing_ends_in_a_clear_page(ada: User) -> None:
    for _attempt in range(5):
        Client().post(LOGIN, {"login": ada.username, "password": "guess"})
    refused = Client().post(LOGIN, {"login": ada.username, "password": PASSWORD})
    assert refused.status_code == 200
    assert "Too many failed" in refused.content.decode()
    last = [Client().post(LOGIN, {"login": f"x{number}", "password": "guess"}) for number in range(30)][-1]
    assert (last.status_code, "Too many attempts" in last.content.decode()) == (429, True)


def test_codes_cannot_be_guessed_either(ada: User) -> None:
    TOTP.activate(ada, SECRET)
    client, _answer = password_given(ada)
    for _attempt in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert client.get("/admin/").status_code == 302


def test_asking_for_new_passwords_has_a_limit(ada: User) -> None:
    answers = [
        Client().post(reverse("wagtailadmin_password_reset"), {"email": "x@y.example"}) for _ in range(6)
    ]
    assert [answer.status_code for answer in answers][-2:] == [302, 429]


def test_a_code_is_used_once(ada: User) -> None:
    TOTP.activate(ada, SECRET)
    same = code()
    for expected in (200, 302):
        client, _answer = password_given(ada)
        client.post(reverse("mfa_authenticate"), {"code": same})
        assert client.get("/admin/").status_code == expected


def test_the_database_holds_no_secret_in_clear(ada: User, settings: Any) -> None:
    TOTP.activate(ada, SECRET)
    RecoveryCodes.activate(ada)
    assert SECRET not in str(list(Authenticator.objects.values()))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new one", [settings.SECRET_KEY]
    assert Authenticator.objects.get(type="totp").wrap().validate_code(code())
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        Authenticator.objects.get(type="totp").wrap().validate_code(code())


# The demo


@pytest.mark.parametrize("demo", [True, False])
def test_the_demo_alone_waives_it_and_says_so(ada: User, settings: Any, demo: bool) -> None:
    settings.DEMO = demo
    client = Client()
    client.force_login(ada)
    answer = client.get("/admin/")
    assert (answer.status_code == 200) is demo
    if demo:
        assert "there is no second factor" in answer.content.decode()


def gaps() -> list[str]:
    found = run_checks(include_deployment_checks=True)
    return [message.msg for message in found if message.id == "agencies.E001"]


def test_a_deployment_without_a_way_round_is_accepted(db: None, settings: Any) -> None:
    settings.DEMO = False
    assert gaps() == []


def test_a_deployment_with_a_way_round_is_refused(db: None, settings: Any) -> None:
    settings.DEMO = True
    assert gaps() == ["The demo waives the second factor."]
    settings.DEMO = False
    with_it = settings.MIDDLEWARE
    settings.MIDDLEWARE = [name for name in with_it if "SecondFactor" not in name]
    assert ["not in its place" in gap for gap in gaps()] == [True]
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "agencies.second_factor.SecondFactor"]
    assert ["not in its place" in gap for gap in gaps()] == [True]
    settings.MIDDLEWARE = with_it
    settings.ROOT_URLCONF = "wagtail.admin.urls"
    assert gaps() == ["The admin's sign-in asks for a password alone."]


# A lost phone


def test_the_town_takes_a_lost_factor_away(
    ada: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    bo = person("town_editor")
    client = proven(bo)
    with django_capture_on_commit_callbacks(execute=True):
        second_factor.reset(bo, by=ada)
    assert not Authenticator.objects.filter(user=bo).exists()
    assert client.get("/admin/")["Location"].startswith(LOGIN)
    entry = ModelLogEntry.objects.get(action="agencies.reset_second_factor")
    assert (entry.user, entry.object_id) == (ada, str(bo.pk))
    assert [letter.to for letter in mail.outbox] == [[bo.email]]


def test_whose_factor_may_not_be_taken_away(ada: User) -> None:
    boss, editor = person("superuser"), person("town_editor")
    for by, user in ((ada, ada), (ada, boss), (editor, ada), (boss, boss)):
        Authenticator.objects.get_or_create(user=user, type="totp", defaults={"data": {}})
        with pytest.raises(PermissionDenied):
            second_factor.reset(user, by=by)
        assert second_factor.has_one(user)
    second_factor.reset(ada, by=boss)


def test_the_last_admin_is_helped_from_the_command_line(ada: User) -> None:
    proven(ada)
    call_command("reset_second_factor", ada.username)
    assert not second_factor.has_one(ada)
    with pytest.raises(CommandError, match="nobody"):
        call_command("reset_second_factor", "no-such-person")


def test_a_town_admin_makes_no_superuser(ada: User) -> None:
    other, client = person("town_editor"), proven(ada)
    for address in (
        reverse("wagtailusers_users:add"),
        reverse("wagtailusers_users:edit", args=[other.pk]),
    ):
        client.post(
            address,
            {
                "username": "new",
                "email": "new@town.example",
                "first_name": "N",
                "last_name": "N",
                "password1": PASSWORD,
                "password2": PASSWORD,
                "is_superuser": "on",
                "is_active": "on",
            },
        )
    assert not User.objects.filter(is_superuser=True).exists()
