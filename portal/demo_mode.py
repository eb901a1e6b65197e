"""The demo mode of `make demo`: known passwords, no second factor, and therefore nobody but this computer.

`LANTERN_DEMO=1` switches it on. It answers the hosts localhost and 127.0.0.1 alone, only to callers on this
computer, and refuses whatever a proxy or a tunnel passes on: the accounts' passwords stand in the terminal.
"""

from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import django.conf
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

HOSTS = ["localhost", "127.0.0.1"]

FORWARDING_PREFIXES = ("HTTP_X_FORWARDED", "HTTP_X_ORIGINAL_", "HTTP_CF_", "HTTP_X_ENVOY_", "HTTP_TAILSCALE_")
FORWARDING_HEADERS = frozenset(
    {
        "HTTP_FORWARDED",
        "HTTP_VIA",
        "HTTP_X_REAL_IP",
        "HTTP_X_CLIENT_IP",
        "HTTP_CLIENT_IP",
        "HTTP_TRUE_CLIENT_IP",
        "HTTP_X_CLUSTER_CLIENT_IP",
        "HTTP_FASTLY_CLIENT_IP",
        "HTTP_FLY_CLIENT_IP",
        "HTTP_X_REWRITE_URL",
        "HTTP_X_PROXYUSER_IP",
        "HTTP_CDN_LOOP",
        "HTTP_PROXY_CONNECTION",
    }
)

REFUSAL = (
    "This is a demo. It answers only on the computer it runs on, without a proxy or a tunnel before it.\n"
    "To show the site to others, deploy it: see DEPLOY.md.\n"
)


def settings(folder: Path) -> dict[str, Any]:
    """What the settings become in demo mode; mail is written into `folder`, never sent."""
    return {
        "ALLOWED_HOSTS": HOSTS,
        "CSRF_TRUSTED_ORIGINS": [],
        "SESSION_COOKIE_SECURE": False,
        "SESSION_COOKIE_NAME": "lantern_demo_session",
        "CSRF_COOKIE_SECURE": False,
        "CSRF_COOKIE_NAME": "lantern_demo_csrf",
        "SECURE_SSL_REDIRECT": False,
        "SECURE_HSTS_SECONDS": 0,
        "MAIL_CARRIER": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": str(folder / "mail"),
    }


class DemoGuard:
    """Refuse everything that did not come straight from this computer. Outside demo mode it steps aside."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not django.conf.settings.DEMO:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_forwarded(request) or not _is_from_here(request):
            return HttpResponse(REFUSAL, status=400, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


def _is_forwarded(request: HttpRequest) -> bool:
    return any(name in FORWARDING_HEADERS or name.startswith(FORWARDING_PREFIXES) for name in request.META)


def _is_from_here(request: HttpRequest) -> bool:
    # A Host header can be invented; the address of the caller cannot. It is empty for a local socket and for
    # the request that Wagtail makes up to show a preview.
    address = request.META.get("REMOTE_ADDR", "")
    if not address:
        return True
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def banner_html(folder: Path) -> SafeString:
    """The strip above every page of the admin that says what a demo waives."""
    return format_html(
        '<div class="lantern-demo-banner" role="note"><strong>{}</strong> {}</div>',
        _("Demo."),
        _(
            "Passwords are known, there is no second factor, cookies are not secured, "
            "and mail is written to the folder %(folder)s. Do not enter anything real."
        )
        % {"folder": folder / "mail"},
    )
