"""System checks of the domain: what must hold before a town goes live."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.urls import NoReverseMatch, resolve, reverse

from . import second_factor

AUTHENTICATION = "portal.middleware.StaffAuthentication"
ENFORCED_BY = "agencies.second_factor.SecondFactor"
CALLS_THE_VIEW = "portal.middleware.WholeRequests"
WAYS_ROUND = {
    "django.contrib.admin": "It has a sign-in of its own, with a password alone.",
    "wagtail.api.v3": "Its tokens open the API without a second factor.",
}


@register(Tags.security, deploy=True)
def nobody_signs_in_by_password_alone(app_configs, **kwargs) -> list[Error]:
    return [Error(message, hint=hint, id="agencies.E001") for message, hint in _gaps()]


def _gaps() -> list[tuple[str, str]]:
    gaps = []
    if second_factor.is_waived():
        gaps.append(("The demo waives the second factor.", "Unset LANTERN_DEMO."))
    if not _stands_in_its_place():
        gaps.append(
            (
                f"Nothing asks for the second factor: {ENFORCED_BY} is not in its place.",
                f"In MIDDLEWARE it stands after {AUTHENTICATION} and before {CALLS_THE_VIEW}.",
            )
        )
    if _sign_in() != "account_login":
        gaps.append(
            (
                "The admin's sign-in asks for a password alone.",
                "Include agencies.sign_in before wagtail.admin.urls.",
            )
        )
    gaps += [
        (f"{app} is a way round the second factor. {reason}", "Take it out of INSTALLED_APPS.")
        for app, reason in WAYS_ROUND.items()
        if app in settings.INSTALLED_APPS
    ]
    return gaps


def _stands_in_its_place() -> bool:
    names = list(settings.MIDDLEWARE)
    if ENFORCED_BY not in names:
        return False
    place = names.index(ENFORCED_BY)
    return AUTHENTICATION in names[:place] and CALLS_THE_VIEW in names[place:]


def _sign_in() -> str | None:
    try:
        return resolve(reverse("wagtailadmin_login")).url_name
    except NoReverseMatch:
        return None


@register(Tags.security, deploy=True)
def two_approvers(app_configs, **kwargs) -> list[CheckMessage]:
    """Nobody approves their own change: it takes two."""
    from django.db import DatabaseError

    from .membership import FEWEST_APPROVERS, approvers

    try:
        found = approvers().count()
    except DatabaseError:
        return []  # portal.E002 says it
    if found >= FEWEST_APPROVERS:
        return []
    return [
        Warning(
            f"People who can approve agencies' entries: {found}. Nobody approves their own change.",
            hint="In the admin, give a second person the role of town reviewer or town admin.",
            id="agencies.W001",
        )
    ]
