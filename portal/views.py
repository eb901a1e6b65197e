"""The ways in, and the pages that stand by themselves. What has a code is in `pages.py`, the search in `finding.py`."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from agencies.models import AgencyPage, ServicePage

from . import gallery as gallery_samples
from .doors import doors_of, need_rows, open_now
from .frame import Frame, context_of, in_town_language, reader_language, show, town_of
from .models import HomePage
from .now import people_now


def to_language(request: HttpRequest, route: str, *args: str) -> HttpResponse:
    with translation.override(reader_language(request, town_of())):
        response = HttpResponseRedirect(reverse(route, args=args))
    response["Vary"] = "Accept-Language"
    return response


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    return to_language(request, "home")


@require_safe
def short(request: HttpRequest, code: str) -> HttpResponse:
    """The code alone, as printed and in QR codes: finds the reader's language."""
    return to_language(request, "page", code)


@require_safe
@in_town_language
def home(request: HttpRequest, frame: Frame) -> HttpResponse:
    pages = HomePage.objects.live()
    page = pages.filter(locale__language_code=frame.language).first() or pages.first()
    if page is None:
        raise Http404("The town is not set up yet: run setup_town.")
    return show_home(request, page, frame)


def show_home(request: HttpRequest, page: HomePage, frame: Frame) -> HttpResponse:
    context = context_of(request, frame, description=page.intro, route="home") | {
        "hero": {"title": page.headline, "text": page.intro},
        "doors": doors_of(frame),
        "needs": need_rows(frame.language, parents=True),
        "counts": {
            "agencies": AgencyPage.objects.public().count(),
            "services": ServicePage.objects.public().count(),
        },
    }
    return show(request, "portal/home.html", context)


@require_safe
@in_town_language
def now(request: HttpRequest, frame: Frame) -> HttpResponse:
    """People to talk to: whoever answers now for the young and for grown-ups, then all numbers, then who is open."""
    context = context_of(request, frame, sensitive=True, route="now")
    return show(request, "portal/now.html", context | people_now(frame) | {"open_now": open_now(frame)})


@require_safe
@in_town_language
def safe(request: HttpRequest, frame: Frame) -> HttpResponse:
    return show(request, "portal/safe.html", context_of(request, frame, sensitive=True, route="safe"))


@require_safe
@in_town_language
def gallery(request: HttpRequest, frame: Frame) -> HttpResponse:
    """For whoever works on the look."""
    context = context_of(request, frame, title="Components", route="gallery")
    return show(request, "portal/gallery.html", context | gallery_samples.samples(frame.language))
