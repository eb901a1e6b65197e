"""What Wagtail's admin shows of the town: its vocabularies, its districts, who may do what; and what it hides."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from agencies.membership import AGENCY_ROLES, TOWN_ROLES
from agencies.models import District, Term
from agencies.panels import ListPanel, WordedForm, WordedTabs, WordsPanel
from search.models import Synonym

from . import (  # noqa: F401  (their hooks register themselves)
    checklist_admin,
    checklist_report,
    dashboard,
    demand_report,
    nearby_demand,
)
from .models import WatchedWord

# Menu items of Wagtail that lead nowhere here: the site is one, its pages offer no documents and no forms, its
# languages are the town's setting, and its version is not an editor's business.
HIDDEN_IN_MENU = {"documents", "forms"}
HIDDEN_IN_SETTINGS = {"sites", "locales"}


class TermViewSet(SnippetViewSet):
    model = Term
    icon = "tag"
    menu_label = _("Vocabulary")
    list_display = ["name", "scheme", "code", "parent", "hidden"]
    list_filter = ["scheme", "sensitive", "hidden"]
    search_fields = ["name", "code"]
    ordering = ["scheme", "sort", "pk"]
    edit_handler = WordedTabs(
        [
            ObjectList(
                [
                    FieldPanel("name"),
                    FieldPanel("description"),
                    FieldPanel("child_label"),
                    FieldRowPanel([FieldPanel("sensitive"), FieldPanel("hidden"), FieldPanel("sort")]),
                    FieldRowPanel([FieldPanel("scheme"), FieldPanel("code"), ListPanel("parent")]),
                ],
                heading=_("The term"),
            ),
            ObjectList([WordsPanel()], heading=_("Other languages")),
        ],
        base_form_class=WordedForm,
    )


class DistrictViewSet(SnippetViewSet):
    model = District
    icon = "site"
    menu_label = _("Districts")
    list_display = ["name", "kind", "code"]
    edit_handler = WordedTabs(
        [
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("name"), FieldPanel("kind"), FieldPanel("sort")]),
                    FieldPanel("code"),
                    FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
                ],
                heading=_("The district"),
            ),
            ObjectList([WordsPanel()], heading=_("Other languages")),
        ],
        base_form_class=WordedForm,
    )


class SynonymViewSet(SnippetViewSet):
    model = Synonym
    icon = "search"
    menu_label = _("Synonyms")
    list_display = ["said", "means", "language", "checked"]
    list_filter = ["language", "checked"]
    search_fields = ["said", "means"]
    panels = [
        FieldPanel("language"),
        FieldPanel("said"),
        FieldPanel("means"),
        FieldPanel("checked"),
    ]


class WatchedWordViewSet(SnippetViewSet):
    """Empty by default: what a town watches is its own decision."""

    model = WatchedWord
    icon = "view"
    menu_label = _("Watched words")
    list_display = ["words", "language"]
    list_filter = ["language"]
    search_fields = ["words"]
    panels = [FieldPanel("language"), FieldPanel("words")]


@register_snippet
class TownViewSetGroup(SnippetViewSetGroup):
    items = (TermViewSet, SynonymViewSet, WatchedWordViewSet, DistrictViewSet)
    menu_label = _("Words and places")
    menu_icon = "tag"
    menu_order = 300


class RolesView(WagtailAdminTemplateMixin, TemplateView):
    """Who may do what, in the words of the roles themselves (agencies/membership.py)."""

    page_title = _("Who may do what")
    breadcrumbs_items: list[dict[str, Any]] = []
    header_icon = "group"
    template_name = "agencies/admin/roles.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        groups = [
            {
                "title": _("In an agency"),
                "text": _("Each agency has its own groups, named with its machine name and the role."),
                "roles": AGENCY_ROLES.values(),
            },
            {
                "title": _("In the town's own team"),
                "text": _("One group for each, named like the role."),
                "roles": TOWN_ROLES.values(),
            },
        ]
        return super().get_context_data(groups=groups, **kwargs)


@hooks.register("register_admin_urls")
def roles_url() -> list[URLPattern]:
    return [path("roles/", RolesView.as_view(), name="roles")]


@hooks.register("register_help_menu_item")
def roles_item() -> MenuItem:
    return MenuItem(_("Who may do what"), reverse("roles"), name="roles", icon_name="group", order=100)


@hooks.register("construct_main_menu")
def hide_in_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in HIDDEN_IN_MENU]


@hooks.register("construct_settings_menu")
def hide_in_settings(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in HIDDEN_IN_SETTINGS]


@hooks.register("construct_help_menu")
def hide_in_help(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if not item.name.startswith("whats-new")]


@hooks.register("construct_homepage_summary_items", order=1000)
def hide_in_summary(request: HttpRequest, items: list[Any]) -> None:
    items[:] = [item for item in items if type(item).__name__ != "DocumentsSummaryItem"]


@hooks.register("insert_global_admin_css")
def admin_css() -> SafeString:
    names = ("portal/admin.css", "portal/demo_banner.css")
    return SafeString(
        "".join(format_html('<link rel="stylesheet" href="{}">', static(name)) for name in names)
    )
