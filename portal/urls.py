"""Every public address. Words stand only in the addresses of functions; everything anybody wrote has a code."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path, register_converter
from django.views.static import serve
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from agencies.models.address import PATTERN

from . import views
from .burn import burn


class CodeConverter:
    """A short opaque address (agencies/models/address.py)."""

    regex = PATTERN

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class SealConverter:
    """A sealed query: URL-safe base64, never as short as a code."""

    regex = r"[A-Za-z0-9_-]{40,4000}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(CodeConverter, "code")
register_converter(SealConverter, "seal")

urlpatterns = [
    path("", views.root, name="root"),
    path("<code:code>", views.short, name="short"),
    path("<code:code>/", views.short),
    path("burn", burn, name="burn"),
    path("healthz", views.healthz, name="healthz"),
    path("theme.css", views.theme, name="theme"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    # Logos that staff uploaded: few, small and checked by content, so that no second server is needed for them.
    re_path(r"^media/(?P<path>images/.*)$", serve, {"document_root": settings.MEDIA_ROOT}),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("find/", views.find, name="find"),
        path("find/<seal:seal>/", views.sealed_results, name="sealed"),
        path("now/", views.now, name="now"),
        path("safe/", views.safe, name="safe"),
        path("gallery/", views.gallery, name="gallery"),
        path("<code:code>/", views.page, name="page"),
    ),
]

handler400 = "portal.views.bad_request"
handler403 = "portal.views.forbidden"
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"
