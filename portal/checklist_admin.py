"""The checklist in Wagtail's admin: its items and groups, a preview with sample families, and what no family can reach."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from agencies.panels import ListPanel, TermsPanel, WordedForm, WordedTabs, WordsPanel
from agencies.reading_words import hints
from agencies.seeing import Person

from .models import ChecklistGroup, ChecklistItem
from .models.checklist import NEEDS
from .sample_families import families, family_of, list_for, said_by, unreached


class NeverDeleted(ModelPermissionPolicy):
    """Lists that families keep name an item by its place among all that ever were: one less, and they name another."""

    def user_has_permission(self, user: Person, action: str) -> bool:
        return action != "delete" and super().user_has_permission(user, action)


ITEMS = NeverDeleted(ChecklistItem)
register_permission_policy(ChecklistItem, ITEMS)
register_permission_policy(ChecklistGroup, NeverDeleted(ChecklistGroup))


class ItemForm(WordedForm):
    """Terms that the town has hidden are not offered; an item that has one keeps it. A new item comes last."""

    ONE = ("four_p", "urgency")
    SEVERAL = ("situations", "kinds", "agency_kinds")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.ONE:
            self._offer(name, [getattr(self.instance, f"{name}_id")])
        for name in self.SEVERAL:
            self._offer(name, [term.pk for term in getattr(self.instance, name).all()])
        if self.instance.pk is None:
            following = ChecklistItem.objects.count() + 1
            self.initial |= {"code": f"c{following:02}", "sort": following}

    def _offer(self, name: str, kept: list[int | None]) -> None:
        field = self.fields[name]
        field.queryset = field.queryset.filter(Q(hidden=False) | Q(pk__in=kept)).order_by("sort", "pk")


class ChecklistItemViewSet(SnippetViewSet):
    model = ChecklistItem
    icon = "list-ul"
    menu_label = _("Items")
    copy_view_enabled = False
    list_display = [
        "statement",
        "group",
        Column("age_span", label=_("Ages")),
        "urgency",
        "tier",
        "hidden",
    ]
    list_filter = ["group", "urgency", "tier", "hidden"]
    search_fields = ["statement", "child_statement", "code"]
    ordering = ["group__sort", "group", "sort", "pk"]
    edit_handler = WordedTabs(
        [
            ObjectList(
                [
                    FieldPanel("statement"),
                    FieldPanel("child_statement"),
                    FieldPanel("help_text"),
                    FieldRowPanel([ListPanel("group"), FieldPanel("sort"), ListPanel("urgency")]),
                    FieldPanel("hidden"),
                    FieldPanel("code"),
                ],
                heading=_("What it says"),
            ),
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("minimum_age"), FieldPanel("maximum_age")]),
                    TermsPanel("situations"),
                ],
                heading=_("Who gets it"),
            ),
            ObjectList(
                [
                    HelpPanel(
                        content=_(
                            "The town may tick this item when enough services of these kinds are public and freshly checked. "
                            "One of them must have everything that is ticked below."
                        )
                    ),
                    TermsPanel("kinds"),
                    FieldRowPanel([FieldPanel("at_least"), FieldPanel("ages")]),
                    MultiFieldPanel([FieldPanel(name) for name in NEEDS.values()], _("One of them …")),
                    FieldPanel("not_applicable"),
                ],
                heading=_("When the town may tick it"),
            ),
            ObjectList(
                [
                    FieldRowPanel([ListPanel("four_p"), FieldPanel("tier")]),
                    TermsPanel("agency_kinds"),
                ],
                heading=_("For the town's plan"),
            ),
            ObjectList([WordsPanel()], heading=_("Other languages")),
        ],
        base_form_class=ItemForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ChecklistItem]:
        return ChecklistItem.objects.select_related("group", "urgency")


class ChecklistGroupViewSet(SnippetViewSet):
    model = ChecklistGroup
    icon = "folder-open-inverse"
    menu_label = _("Groups")
    copy_view_enabled = False
    list_display = ["name", "code", "sort"]
    search_fields = ["name", "code"]
    ordering = ["sort", "pk"]
    edit_handler = WordedTabs(
        [
            ObjectList(
                [FieldRowPanel([FieldPanel("name"), FieldPanel("sort")]), FieldPanel("code")],
                heading=_("The group"),
            ),
            ObjectList([WordsPanel()], heading=_("Other languages")),
        ],
        base_form_class=WordedForm,
    )


@register_snippet
class ChecklistViewSetGroup(SnippetViewSetGroup):
    items = (ChecklistItemViewSet, ChecklistGroupViewSet)
    menu_label = _("Checklist")
    menu_icon = "list-ul"
    menu_order = 290


class FamilyForm(forms.Form):
    """Which of the sample families."""

    family = forms.ChoiceField(
        label=_("A family"), choices=lambda: [(family.code, family.name) for family in families()]
    )


class FamiliesView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    page_title = _("Who gets which item")
    breadcrumbs_items: list[dict[str, Any]] = []
    header_icon = "list-ul"
    template_name = "portal/admin/checklist_families.html"
    permission_policy = ITEMS
    permission_required = "change"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        family = family_of(self.request.GET.get("family", ""))
        rows = list(ChecklistItem.objects.whole())
        finder = AdminURLFinder(self.request.user)
        return super().get_context_data(
            form=FamilyForm({"family": family.code}),
            family=family,
            said=said_by(family),
            parts=list_for(family, rows),
            unreached=[
                (each, finder.get_edit_url(each.what))
                for each in unreached(rows, ChecklistGroup.objects.all())
            ],
            **kwargs,
        )


def preview(request: HttpRequest, item: ChecklistItem, family_code: str) -> TemplateResponse:
    """The list of a sample family with an item as it stands in its form, saved or not."""
    family = family_of(family_code)
    others = ChecklistItem.objects.exclude(pk=item.pk).whole()
    context = {
        "item": item,
        "family": family,
        "said": said_by(family),
        "parts": list_for(family, [*others, item]),
        "hints": hints("child_summary", item.child_statement, item.words_language),
    }
    return TemplateResponse(request, "portal/admin/checklist_preview.html", context)


class FamiliesItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return ITEMS.user_has_permission(request.user, "change")


@hooks.register("register_admin_urls")
def families_url() -> list[URLPattern]:
    return [path("reports/checklist-families/", FamiliesView.as_view(), name="checklist_families")]


@hooks.register("register_reports_menu_item")
def families_item() -> MenuItem:
    return FamiliesItem(
        FamiliesView.page_title,
        reverse("checklist_families"),
        name="checklist-families",
        icon_name="list-ul",
        order=110,
    )
