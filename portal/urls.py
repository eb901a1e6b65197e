"""Every public address. Words stand only in the addresses of functions; everything anybody wrote has a code."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, register_converter
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from agencies.corrections import REFERENCE
from agencies.models.address import PATTERN

from . import (
    checklist_page,
    checklist_town,
    confirming,
    deck,
    finding,
    machines,
    pages,
    papers,
    sitemap,
    twins,
    views,
    wrong,
)
from .burn import burn


class CodeConverter:
    """A short opaque address (agencies/models/address.py), typed in whatever case the phone's keyboard made of it."""

    regex = f"(?i:{PATTERN})"

    def to_python(self, value: str) -> str:
        return value.lower()

    def to_url(self, value: str) -> str:
        return value


class SealConverter:
    """A sealed query: URL-safe base64, never as short as a code."""

    regex = r"[A-Za-z0-9_-]{40,4000}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class ReferenceConverter(CodeConverter):
    """By what a visitor finds the answer to a report (agencies/corrections.py)."""

    regex = f"(?i:{REFERENCE})"


register_converter(CodeConverter, "code")
register_converter(ReferenceConverter, "reference")
register_converter(SealConverter, "seal")

urlpatterns = [
    path("", views.root, name="root"),
    path("<code:code>", views.short, name="short"),
    path("<code:code>/", views.short),
    path("<reference:reference>", wrong.short_answer, name="short_answer"),
    path("<reference:reference>/", wrong.short_answer),
    path("burn", burn, name="burn"),
    path("confirm/<str:token>/", confirming.link, name="confirm_link"),
    path("healthz", machines.healthz, name="healthz"),
    path("theme.css", machines.theme, name="theme"),
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path("admin/", include("agencies.sign_in")),  # before Wagtail's, whose sign-in asks for a password alone
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("media/images/<path:path>", machines.image, name="image"),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("find/", finding.find, name="find"),
        path("find/<seal:seal>/", finding.sealed_results, name="sealed"),
        path("now/", views.now, name="now"),
        path("safe/", views.safe, name="safe"),
        path("checklist/", checklist_page.checklist, name="checklist"),
        path("checklist/short/", checklist_page.checklist_for_children, name="checklist_child"),
        path("checklist/deck.json", deck.deck_json, name="deck"),
        path("checklist/town/", checklist_town.town, name="checklist_town"),
        path("checklist/town.csv", checklist_town.town_csv, name="checklist_town_csv"),
        path("privacy/", papers.privacy, name="privacy"),
        path("privacy/short/", papers.privacy_for_children, name="privacy_child"),
        path("accessibility/", papers.accessible, name="accessibility"),
        path("sitemap-<int:number>.xml", sitemap.sheet, name="sitemap_sheet"),
        path("confirm/<str:token>/", confirming.confirm, name="confirm"),
        path("confirm/<str:token>/<int:row>/", confirming.change, name="confirm_change"),
        path("gallery/", views.gallery, name="gallery"),
        path("answer/<reference:reference>/", wrong.answer, name="answer"),
        path("<code:code>/", pages.page, name="page"),
        path("<code:code>/short/", twins.twin, name="page_child"),
        path("<code:code>/wrong/", wrong.wrong, name="wrong"),
        path("<code:code>/wrong/<seal:seal>/", wrong.sealed_wrong, name="sealed_wrong"),
    ),
]

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.server_error"
