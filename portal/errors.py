"""When something is wrong: a clear page, with the help bar and the exit wherever they can still be had."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal import security

from .frame import context_of, frame_offered, last_shown, show

log = logging.getLogger("lantern")


def _error_page(request: HttpRequest, template: str, status: int, **extra: Any) -> HttpResponse:
    context = context_of(request, frame_offered(request), sensitive=True, route="home")
    return show(request, template, context | extra, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, "400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, "404.html", 404)


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's guard against forged forms. The public pages that take a form are exempt."""
    if security.is_staff_path(request.path_info):
        stale = _("This form was open for too long. Go back, load the page again and send it once more.")
        return _error_page(request, "400.html", 403, reason=stale)
    response = _error_page(request, "400.html", 405)
    response.headers["Allow"] = "GET, HEAD"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    try:
        return _error_page(request, "500.html", 500)
    except Exception:  # whatever broke the page may break its frame too: then the page stands without
        log.exception("The page that says that something broke could not be framed.")
        return show(request, "500.html", last_shown(), status=500)
