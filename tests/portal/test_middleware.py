"""What every request passes: no cookie for visitors, clear answers to bad input, the demo mode's walls."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from agencies.models import Policy
from portal import demo_mode
from portal.demo_mode import DemoGuard, banner_html
from portal.middleware import (
    PolicyHeaders,
    PublicGZip,
    StaffAuthentication,
    StaffMessages,
    StaffSession,
    WholeRequests,
)

HELP_BAR = "/now/"  # the link that the bar has even before a town has confirmed a number


def answer_with(**headers: str) -> Any:
    """A view that notes the request it was given in `view.request`."""

    def view(request: HttpRequest) -> HttpResponse:
        view.request = request  # type: ignore[attr-defined]
        response = HttpResponse(
            "<p>hello</p>", headers={name.replace("_", "-"): headers[name] for name in headers}
        )
        response.set_cookie("tracker", "1")
        return response

    return view


# --- cookies, sessions, sign-in ---


def test_a_visitors_cookie_is_never_read_and_none_is_set() -> None:
    view = answer_with(Vary="Cookie, Accept-Language")
    request = RequestFactory().get("/en/", headers={"Cookie": "sessionid=abc; django_language=de"})
    response = PolicyHeaders(view)(request)
    assert view.request.COOKIES == {}
    assert "HTTP_COOKIE" not in view.request.META
    assert not response.cookies
    assert response["Vary"] == "Accept-Language"


def test_a_lone_vary_on_cookies_goes_altogether() -> None:
    response = PolicyHeaders(answer_with(Vary="Cookie"))(RequestFactory().get("/en/"))
    assert "Vary" not in response


def test_staff_keep_their_cookies() -> None:
    view = answer_with(Vary="Cookie")
    request = RequestFactory().get("/admin/", headers={"Cookie": "sessionid=abc"})
    response = PolicyHeaders(view)(request)
    assert view.request.COOKIES == {"sessionid": "abc"}
    assert "tracker" in response.cookies
    assert response["Vary"] == "Cookie"


@pytest.mark.parametrize("path", ["/", "/en/", "/en/find/", "/burn", "/administration/", "/en/admin/"])
def test_sessions_and_sign_in_do_not_exist_for_visitors(path: str) -> None:
    view = answer_with()
    request = RequestFactory().get(path)
    StaffSession(StaffAuthentication(StaffMessages(view)))(request)
    assert not hasattr(view.request, "session")
    assert not hasattr(view.request, "_messages")
    assert isinstance(view.request.user, AnonymousUser)


@pytest.mark.parametrize("path", ["/admin/", "/documents/1/guide.pdf"])
def test_staff_are_recognised_in_the_admin_and_at_documents(path: str) -> None:
    view = answer_with()
    request = RequestFactory().get(path)
    StaffSession(StaffAuthentication(StaffMessages(view)))(request)
    assert hasattr(view.request, "session")
    assert hasattr(view.request, "_messages")


def test_the_prefix_of_the_site_is_no_part_of_the_path() -> None:
    view = answer_with()
    request = RequestFactory().get("/admin/", SCRIPT_NAME="/families")
    assert request.path == "/families/admin/"
    assert "tracker" in PolicyHeaders(view)(request).cookies


# --- compression ---


def test_public_pages_are_compressed_and_the_admins_are_not() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("a page that repeats itself " * 50)

    asking = {"Accept-Encoding": "gzip"}
    public = PublicGZip(view)(RequestFactory().get("/en/", headers=asking))
    staff = PublicGZip(view)(RequestFactory().get("/admin/", headers=asking))
    assert public["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in staff


# --- bad input ---


@pytest.mark.parametrize(
    "address",
    [
        "/en/%FF/",
        "/%C3%28/",
        "/en/find/?q=%FF",
        "/en/%00/",
        "/en/?%00",
        "/%ED%A0%80/",  # half a surrogate pair
    ],
)
def test_an_unreadable_address_gets_a_clear_page(client: Client, town: None, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert HELP_BAR in response.text


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/en/", "/en/find/", "/burn", "/healthz"])
def test_other_methods_are_refused_with_a_clear_page(
    client: Client, town: None, method: str, path: str
) -> None:
    response = client.generic(method, path)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, POST, OPTIONS"
    assert HELP_BAR in response.text


@pytest.mark.parametrize(
    "path",
    [
        "/xx/",
        "/xx/find/",
        "/en/xx/",
        "/EN/find/",
        "/en-gb/find/",
        "/en/find/k7c3x9/",
        "/en/find/" + "A" * 342,
    ],
)
def test_what_leads_nowhere_is_a_404_with_the_help_bar(client: Client, town: None, path: str) -> None:
    response = client.get(path if path.endswith("/") else path + "/")
    assert response.status_code == 404
    assert HELP_BAR in response.text


def test_query_strings_that_nobody_asked_for_are_ignored(client: Client, town: None) -> None:
    plain = client.get("/en/find/")
    busy = client.get("/en/find/?words=zwiebelturm&q=zwiebelturm&page=1000000000&need=x")
    assert busy.status_code == plain.status_code == 200
    assert "zwiebelturm" not in busy.text


@pytest.mark.parametrize("path", ["/en/", "/en/now/", "/en/safe/"])
def test_a_post_to_a_page_is_refused(town: None, path: str) -> None:
    response = Client(enforce_csrf_checks=True).post(path, {"words": "x"})
    assert response.status_code in (403, 405)


# --- demo mode ---


@pytest.fixture
def guard(settings: Any) -> DemoGuard:
    settings.DEMO = True
    return DemoGuard(lambda request: HttpResponse("in"))


def test_outside_demo_mode_the_guard_steps_aside(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(MiddlewareNotUsed):
        DemoGuard(lambda request: HttpResponse("in"))


@pytest.mark.parametrize("address", ["127.0.0.1", "127.3.2.1", "::1"])
def test_the_demo_answers_this_computer(guard: DemoGuard, address: str) -> None:
    assert guard(RequestFactory().get("/", REMOTE_ADDR=address)).status_code == 200


@pytest.mark.parametrize("address", ["192.168.1.5", "10.0.0.1", "2001:db8::1", "no address"])
def test_the_demo_refuses_other_computers_whatever_host_they_name(guard: DemoGuard, address: str) -> None:
    response = guard(RequestFactory().get("/", REMOTE_ADDR=address, headers={"Host": "localhost"}))
    assert response.status_code == 400


@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Forwarded",
        "Forwarded",
        "Via",
        "X-Real-IP",
        "X-Original-URL",
        "X-Client-IP",
        "True-Client-IP",
        "CF-Connecting-IP",
        "CDN-Loop",
        "Fly-Client-IP",
    ],
)
def test_the_demo_refuses_whatever_was_passed_on(guard: DemoGuard, header: str) -> None:
    response = guard(RequestFactory().get("/", headers={header: "127.0.0.1"}))
    assert response.status_code == 400
    assert response["Content-Type"].startswith("text/plain")
    assert "demo" in response.text


def test_the_demo_knows_two_hosts_waives_secure_cookies_and_writes_mail_to_a_folder(tmp_path: Path) -> None:
    changed = demo_mode.settings(tmp_path)
    assert changed["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1"]
    assert changed["SESSION_COOKIE_SECURE"] is changed["CSRF_COOKIE_SECURE"] is False
    assert not changed["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert changed["MAIL_CARRIER"].endswith("filebased.EmailBackend")
    assert changed["EMAIL_FILE_PATH"] == str(tmp_path / "mail")


def test_the_banner_says_what_a_demo_waives(tmp_path: Path) -> None:
    banner = banner_html(tmp_path)
    for word in ("Demo", "Passwords", "second factor", "cookies", str(tmp_path / "mail")):
        assert word in banner


# --- what staff do in one request ---


def failing_half_way(request: HttpRequest) -> HttpResponse:
    Policy.objects.create()
    if request.method == "POST":
        raise ZeroDivisionError
    return HttpResponse()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "method, path, kept",
    [("post", "/admin/pages/", 0), ("get", "/admin/pages/", 1), ("post", "/en/find/", 1)],
)
def test_a_request_of_staff_is_whole(method: str, path: str, kept: int) -> None:
    """Elsewhere no transaction is begun: on SQLite it would hold the one write lock."""
    request = getattr(RequestFactory(), method)(path)
    before = Policy.objects.count()
    whole = WholeRequests(lambda request: HttpResponse())
    with suppress(ZeroDivisionError):
        whole.process_view(request, failing_half_way, (), {}) or failing_half_way(request)
    assert Policy.objects.count() - before == kept
