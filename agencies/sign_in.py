"""How staff sign in: the addresses below /admin/ that stand before Wagtail's own.

Wagtail's sign-in asks for a password alone. What is named here first shadows it.
"""

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.middleware import AccountMiddleware
from allauth.core.exceptions import ReauthenticationRequired
from allauth.decorators import rate_limit
from allauth.mfa import urls as mfa_urls
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.cache import never_cache
from wagtail.admin.views.account import PasswordResetView
from wagtail.utils.urlpatterns import decorate_urlpatterns

from .joining import join

View = Callable[..., HttpResponse]
logger = logging.getLogger("lantern.sign_in")


class Accounts(DefaultAccountAdapter):
    """Ours where allauth's habits do not fit: nobody signs up, and e-mail is the user's own field."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_notification_mail(self, template_prefix, user, context=None, email=None) -> None:
        super().send_notification_mail(template_prefix, user, context, email or user.email)

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """A mail server that is away must not undo what the letter only tells of."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            logger.exception("A letter about sign-in could not be sent.")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who has just signed in need not type the password again, to set up a factor or to see the codes."""
        return not _has_just_typed_password(self.request)


def _has_just_typed_password(request: HttpRequest) -> bool:
    earliest = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "password" and record["at"] > earliest for record in records)


def _asks_again(view: View) -> View:
    """Leads to the password where it has to be typed again.

    allauth's middleware does so for what a view raises; where a view is called within a transaction
    (portal.middleware.WholeRequests), Django does not ask the middleware.
    """

    @wraps(view)
    def asking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ReauthenticationRequired as needed:
            return AccountMiddleware(view).process_exception(request, needed)

    return asking


_managing: list[URLPattern | URLResolver] = [
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("sign-out/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("second-factor/", include(mfa_urls.urlpatterns)),
]

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path(
        "password_reset/",
        rate_limit(action="forgotten_password")(PasswordResetView.as_view()),
        name="wagtailadmin_password_reset",
    ),
    path("join/<str:token>/", never_cache(join), name="join"),
    path("account/", include(decorate_urlpatterns(_managing, _asks_again))),
]
