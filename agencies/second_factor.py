"""Who signs in proves it twice. Nothing of the admin opens before; here alone is said when it does.

A session is marked once its person has used a second factor, or has set up the first one. The mark names the person
and counts only while they have a factor, so that taking it away closes what was open.
"""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_used
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from wagtail.log_actions import log

from . import letters
from .models import User

MARK = "second_factor"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

# Without a factor, these alone open to somebody who has signed in; they show nothing of the town.
SETTING_UP = {
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "account_reauthenticate",
}
ALWAYS_OPEN = {
    "account_login",
    "account_logout",
    "account_inactive",
    "wagtailadmin_logout",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_sprite",
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_complete",
}


def is_waived() -> bool:
    """In the demo alone: its passwords are known anyway, and it answers to this computer only."""
    return bool(settings.DEMO)


def has_one(user: Any) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


def is_proven(request: HttpRequest) -> bool:
    return request.session.get(MARK) == str(request.user.pk) and has_one(request.user)


@receiver(authenticator_used)
@receiver(authenticator_added)
def mark(request: HttpRequest, user: User, **kwargs: Any) -> None:
    request.session[MARK] = str(user.pk)


class SecondFactor:
    """Leads everybody who signed in to the second step, whatever address they asked for.

    Stands after sign-in and before the view is called: see `checks.py`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple, kwargs: dict
    ) -> HttpResponse | None:
        if not request.user.is_authenticated or is_waived():
            return None
        match = request.resolver_match
        name = match.view_name if match else ""
        if name in ALWAYS_OPEN or is_proven(request):
            return None
        if has_one(request.user):
            logout(request)
            return redirect("account_login")
        return None if name in SETTING_UP else redirect("mfa_index")


def may_reset(by: User, user: User) -> bool:
    """The town's people, never for themselves; a superuser's only by a superuser."""
    if by.pk == user.pk or not by.has_perm("agencies.change_user"):
        return False
    return by.is_superuser or not user.is_superuser


def reset(user: User, by: User | None = None) -> None:
    """Takes away every factor and ends every session: the next sign-in leads to set-up. Logged and mailed.

    `by` is who does it in the admin, None on the command line. Raises PermissionDenied where `by` may not.
    """
    if by is not None and not may_reset(by, user):
        raise PermissionDenied
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        end_sessions(user)
        log(instance=user, action="agencies.reset_second_factor", user=by)
        letters.send("second_factor_reset", user.email, {"user": user})


def end_sessions(user: User) -> None:
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
