"""What an editor may look at before anybody else does: an entry's page, card, paper and children's view, in its languages."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class View(models.TextChoices):
    PAGE = "page", _("the page")
    CARD = "card", _("as a card in a list")
    PRINT = "print", _("on paper")
    CHILD = "child", _("for children")


def mode_name(language: str, view: View) -> str:
    """A language alone is its page."""
    return language if view == View.PAGE else f"{language}:{view.value}"


def read_mode(name: str) -> tuple[str, View]:
    """The language ("" where the site does not have it) and the view; what is not known is the page."""
    language, _colon, view = name.partition(":")
    known = language if language in dict(settings.LANGUAGES) else ""
    return known, View(view) if view in View.values else View.PAGE


class Previewed:
    """To be named before Page among the bases, with `Worded`."""

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        """The page in each language of the site, its own first; the further views in those it is written in."""
        names = dict(settings.LANGUAGES)
        own = self.words_language  # type: ignore[attr-defined]
        written = set(self.languages_written())  # type: ignore[attr-defined]
        modes = []
        for language in (own, *(code for code in names if code != own)):
            name = names.get(language, language)
            modes.append((mode_name(language, View.PAGE), name))
            if language in written:
                further = (view for view in View if view != View.PAGE)
                modes += [(mode_name(language, view), f"{name}: {view.label}") for view in further]
        return modes

    def is_previewable(self) -> bool:
        """Always; Wagtail would list the modes of every row of a list for it, and so read its words."""
        return True

    def serve_preview(self, request: "HttpRequest", mode_name: str) -> "HttpResponse":
        """Shown by the layer above, named in the settings: this app draws no page."""
        return import_string(settings.ENTRY_PREVIEW)(request, self, mode_name)
