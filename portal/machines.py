"""What machines ask for: the town's colours, its images and icon, robots, and whether all is well."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.static import serve

import search
from search.types import Query

from .frame import digest_of, stylesheet_of, town_of
from .models import NightlyRun, Town

MONTH = 30 * 24 * 3600


@require_safe
def theme(request: HttpRequest) -> HttpResponse:
    """The town's colours as a stylesheet: the public policy allows no style inside a page.

    Kept for a month only under the digest of what it says: other colours have another address.
    """
    css = stylesheet_of(town_of())
    is_lasting = request.META.get("QUERY_STRING", "") == digest_of(css)
    cache = f"public, max-age={MONTH}, immutable" if is_lasting else "no-cache"
    return HttpResponse(css, content_type="text/css; charset=utf-8", headers={"Cache-Control": cache})


@require_safe
def image(request: HttpRequest, path: str) -> HttpResponseBase:
    """An image that staff uploaded: few, small and checked by content, so that no second server is needed.

    Nothing beside the folder of the images is ever served: a document may be for staff alone.
    """
    folder = Path(settings.MEDIA_ROOT) / "images"
    try:
        return serve(request, path, document_root=str(folder))
    except OSError as error:  # a name too long for the file system
        raise Http404("There is no such image.") from error


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    sitemap = urljoin(settings.SITE_URL, reverse("sitemap"))
    lines = f"User-agent: *\nDisallow: {reverse('wagtailadmin_home')}\nSitemap: {sitemap}\n"
    return HttpResponse(lines, content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    icon = "plain.svg" if _is_quiet() else "favicon.svg"
    return HttpResponseRedirect(staticfiles_storage.url(f"portal/{icon}"))


def _is_quiet() -> bool:
    """Whether the town hides what this site is; so does a site that cannot know."""
    try:
        return Town.objects.filter(quiet_look=True).exists()
    except DatabaseError:
        return True


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Whether the database and the search answer; 503 when one does not. And the day of the last nightly run, or null.

    An old day is no failure of the site: whoever watches decides from when on it is one.
    """
    state = {
        "database": _answers(lambda: Town.objects.exists()),
        "search": _answers(lambda: search.find(Query(size=1))),
    }
    well = all(value == "ok" for value in state.values())
    return JsonResponse(state | {"nightly": _last_night()}, status=200 if well else 503)


def _last_night() -> str | None:
    try:
        run = NightlyRun.last()
    except DatabaseError:
        return None
    return run.started_at.date().isoformat() if run else None


def _answers(ask: Callable[[], Any]) -> str:
    try:
        ask()
    except (DatabaseError, search.Refused, OSError) as error:
        return type(error).__name__
    return "ok"
