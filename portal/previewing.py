"""The editor's preview: what is not saved yet, as it would be shown; and what Wagtail's checker needs to judge it.

A public page asks nothing of this: `request.preview` exists on the requests that Wagtail makes up for its editor alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.safestring import SafeString
from wagtail.admin.userbar import Userbar

from agencies import reading_checks
from agencies.models import AgencyPage, Entry, Policy, ServicePage
from agencies.models.previewed import View, read_mode

from . import cards, pages, reading, twins
from .frame import Frame, context_of, frame_of, show
from .models import ContentPage, HomePage
from .views import show_home


@dataclass(frozen=True, slots=True)
class Preview:
    """`reading`: by field, or place of a block, what `reading_checks.py` found. `checker`: the scripts of Wagtail's checker."""

    is_print: bool = False
    reading: dict[str, str] = field(default_factory=dict)
    checker: SafeString | str = ""


def preview(request: HttpRequest, unsaved: Any, mode: str = "") -> HttpResponse:
    """In the language of the mode, or the one it is written in."""
    language, view = read_mode(mode)
    language = language or getattr(unsaved, "source_language", "") or unsaved.locale.language_code
    request.preview = Preview(  # type: ignore[attr-defined]
        is_print=view == View.PRINT,
        reading=_reading(unsaved, language),
        checker=_checker(request),
    )
    with translation.override(language):
        return _SHOWERS[view, type(unsaved)](request, unsaved, frame_of(language))


def _reading(unsaved: Any, language: str) -> dict[str, str]:
    if isinstance(unsaved, Entry):
        return reading_checks.marks(unsaved, language)
    return reading.marks(unsaved) if isinstance(unsaved, ContentPage) else {}


def _checker(request: HttpRequest) -> SafeString | str:
    """Wagtail's own tag shows nothing to visitors, and here nobody is signed in: no public address reads a cookie.

    Whoever gets to see a preview in the editor's panel has been let in by the admin.
    """
    if not getattr(request, "in_preview_panel", False):
        return ""
    return Userbar().render_html({"request": request})


def show_card(request: HttpRequest, entry: ServicePage | AgencyPage, frame: Frame) -> HttpResponse:
    policy = Policy.current()
    card = (
        cards.of_service(entry, policy, frame.language)
        if isinstance(entry, ServicePage)
        else cards.of_agency(entry, policy, frame.language)
    )
    return show(request, "portal/preview_card.html", context_of(request, frame) | {"cards": [card]})


_SHOWERS: dict[tuple[View, type], Callable[[HttpRequest, Any, Frame], HttpResponse]] = {
    (View.PAGE, HomePage): show_home,
    (View.PAGE, ContentPage): pages.show_content,
    **{(view, ServicePage): pages.show_service for view in (View.PAGE, View.PRINT)},
    **{(view, AgencyPage): pages.show_agency for view in (View.PAGE, View.PRINT)},
    **{(View.CARD, kind): show_card for kind in (ServicePage, AgencyPage)},
    (View.CHILD, ServicePage): twins.show_service,
    (View.CHILD, AgencyPage): twins.show_agency,
}
