"""What every request passes: the headers of SAFETY.md 13, 14 and 23, and no cookie outside the staff's paths.

Sessions, sign-in and messages exist below the staff's paths alone. A visitor's request never reads a cookie
and its answer never sets one; the last line of defence is here, whatever a view or a package tried.
"""

import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from csp.middleware import CSPMiddleware, PolicyParts
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import BadRequest
from django.core.handlers.exception import get_exception_response
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.urls import get_resolver

from portal import security

# Django decodes the path before anybody sees it and writes bytes that are no UTF-8 as %FF again.
BROKEN_BYTE = re.compile(r"%[89A-Fa-f][0-9A-Fa-f]")

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")

GetResponse = Callable[[HttpRequest], HttpResponse]


class PolicyHeaders(CSPMiddleware):
    """Give every answer its headers and keep cookies out of public ones.

    Stands before all other middleware: redirects, refusals, static files and errors carry the headers too.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if not security.keeps_sessions(request.path_info):
            # Nothing public may depend on a cookie, so nobody gets to see one.
            request.COOKIES = {}
            request.META.pop("HTTP_COOKIE", None)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        for name, value in security.EVERYWHERE.items():
            response.headers.setdefault(name, value)
        if not getattr(response, "xframe_options_exempt", False):
            may_be_framed = _is_staff(request) or _is_preview(request)
            response.headers.setdefault("X-Frame-Options", "SAMEORIGIN" if may_be_framed else "DENY")
        if not _is_staff(request):
            _leave_no_trace(response)
        return super().process_response(request, response)

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """The strict policy of the settings, unless a member of staff is at work."""
        parts = super().get_policy_parts(request, response, report_only)
        if report_only:
            return parts
        if _is_staff(request):
            parts.config = dict(security.STAFF_POLICY)
        elif _is_preview(request):
            parts.replace = dict(security.PREVIEW_CHANGES)
        return parts


def _is_staff(request: HttpRequest) -> bool:
    return security.is_staff_path(request.path_info)


def _is_preview(request: HttpRequest) -> bool:
    """True for a page that Wagtail renders for the frame in its editor; a visitor cannot set this mark."""
    return getattr(request, "is_preview", False)


def _leave_no_trace(response: HttpResponseBase) -> None:
    response.cookies.clear()
    _forget_vary_on_cookie(response)
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    if is_page or "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"


def _forget_vary_on_cookie(response: HttpResponseBase) -> None:
    names = [name.strip() for name in response.headers.get("Vary", "").split(",")]
    kept = [name for name in names if name and name.lower() != "cookie"]
    if kept:
        response.headers["Vary"] = ", ".join(kept)
    elif "Vary" in response.headers:
        del response.headers["Vary"]


class PublicGZip(GZipMiddleware):
    """Compress what visitors read; the admin's pages hold secrets of forms and stay as they are (BREACH)."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if _is_staff(request) or _is_preview(request):
            return response
        return super().process_response(request, response)


class InputGuard:
    """Answer unreadable addresses and unknown methods with a clear page before any view sees them.

    Stands after LocaleMiddleware, so that the page speaks the language of the address.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_readable(request):
            raise BadRequest("The address is not valid UTF-8 text.")
        if request.method in security.PUBLIC_METHODS or _is_staff(request):
            return self.get_response(request)
        return _method_refused(request)


def _is_readable(request: HttpRequest) -> bool:
    try:
        query = unquote_to_bytes(request.META.get("QUERY_STRING", "")).decode()
    except UnicodeDecodeError:
        return False
    return "\x00" not in request.path_info + query and not BROKEN_BYTE.search(request.path_info)


def _method_refused(request: HttpRequest) -> HttpResponse:
    unknown = BadRequest("This method is not known here.")
    response = get_exception_response(request, get_resolver(), 400, unknown)
    response.status_code = 405
    response.headers["Allow"] = ", ".join(security.PUBLIC_METHODS)
    return response


class StaffSession(SessionMiddleware):
    """Sessions below the staff's paths only."""

    def process_request(self, request: HttpRequest) -> None:
        if security.keeps_sessions(request.path_info):
            super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not security.keeps_sessions(request.path_info):
            return response
        return super().process_response(request, response)


class StaffAuthentication(AuthenticationMiddleware):
    """Sign-in below the staff's paths only; everybody else is nobody in particular."""

    def process_request(self, request: HttpRequest) -> None:
        if security.keeps_sessions(request.path_info):
            super().process_request(request)
            return
        request.user = AnonymousUser()
        request.auser = _nobody


async def _nobody() -> AnonymousUser:
    return AnonymousUser()


class StaffMessages(MessageMiddleware):
    """One-time messages need a session, so they too exist below the staff's paths only."""

    def process_request(self, request: HttpRequest) -> None:
        if security.keeps_sessions(request.path_info):
            super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not security.keeps_sessions(request.path_info):
            return response
        return super().process_response(request, response)


class WholeRequests:
    """What a member of staff does in one request is kept as a whole or not at all; mail goes out afterwards.

    Not Django's ATOMIC_REQUESTS: on SQLite every visitor would take the one write lock.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple, kwargs: dict
    ) -> HttpResponse | None:
        if request.method in SAFE_METHODS or not _is_staff(request):
            return None
        with transaction.atomic():
            return view(request, *args, **kwargs)
