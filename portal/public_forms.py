"""A public form that changes data: a signed token instead of a cookie, and a same-origin `Origin` (SAFETY.md 13).

    token = sign("wrong", {"entry": code}, request)   # into a hidden field named FIELD, on GET
    payload = check(request, "wrong")                 # first thing on POST; Refused says why not, in plain words

The views need `csrf_exempt`: Django's own guard wants a cookie.
"""

from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _

FIELD = "token"
TWO_HOURS = 2 * 3600  # seconds


class Reason(StrEnum):
    ORIGIN = "origin"  # sent from another site, or by something that is no browser
    FORGED = "forged"  # no token, a changed one, or one of another form or another site of the same key
    EXPIRED = "expired"


class Refused(Exception):
    """A form that is not to be taken. Nothing was changed; `str()` says so to the person who sent it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        if self.reason == Reason.EXPIRED:
            return _("This form was open for too long. Nothing has changed. Please send it again.")
        if self.reason == Reason.ORIGIN:
            return _("This form did not come from this site. Nothing has changed.")
        return _("We do not know this form. Nothing has changed. Please open the page again.")


def sign(purpose: str, payload: Any, request: HttpRequest) -> str:
    """A token for one form on this site; `payload` is JSON, readable by whoever sees the token."""
    return signing.dumps([request.get_host(), payload], salt=_salt(purpose))


def check(request: HttpRequest, purpose: str, max_age: int = TWO_HOURS) -> Any:
    """The payload that was signed for this form within `max_age` seconds. Raises Refused."""
    check_origin(request)
    try:
        host, payload = signing.loads(request.POST.get(FIELD, ""), salt=_salt(purpose), max_age=max_age)
    except signing.SignatureExpired:
        raise Refused(Reason.EXPIRED) from None
    except (signing.BadSignature, ValueError):
        raise Refused(Reason.FORGED) from None
    if host != request.get_host():
        raise Refused(Reason.FORGED)
    return payload


def check_origin(request: HttpRequest) -> None:
    """Every browser names the site a form was sent from; `null` and silence are refused like another site."""
    origin = request.headers.get("Origin", "")
    if origin != f"{request.scheme}://{request.get_host()}" and origin not in settings.CSRF_TRUSTED_ORIGINS:
        raise Refused(Reason.ORIGIN)


def _salt(purpose: str) -> str:
    return f"lantern.public_forms.{purpose}"
