"""What Wagtail's admin shows of the town: its vocabularies, its districts, and the demo's banner."""

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from agencies.models import District, Term


class TermViewSet(SnippetViewSet):
    model = Term
    icon = "tag"
    menu_label = _("Vocabulary")
    list_display = ["name", "scheme", "code", "parent", "hidden"]
    list_filter = ["scheme", "sensitive", "hidden"]
    search_fields = ["name", "code", "synonyms"]
    ordering = ["scheme", "sort", "pk"]
    panels = [
        FieldPanel("name"),
        FieldPanel("description"),
        FieldPanel("child_label"),
        FieldPanel("synonyms"),
        FieldRowPanel([FieldPanel("sensitive"), FieldPanel("hidden"), FieldPanel("sort")]),
        FieldRowPanel([FieldPanel("scheme"), FieldPanel("code"), FieldPanel("parent")]),
        InlinePanel(
            "words",
            heading=_("In other languages"),
            label=_("text"),
            panels=[
                FieldRowPanel([FieldPanel("language"), FieldPanel("field")]),
                FieldPanel("text"),
                FieldPanel("by"),
            ],
        ),
    ]


class DistrictViewSet(SnippetViewSet):
    model = District
    icon = "site"
    menu_label = _("Districts")
    list_display = ["name", "kind", "code"]
    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("kind"), FieldPanel("sort")]),
        FieldPanel("code"),
        FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
        InlinePanel(
            "words",
            heading=_("In other languages"),
            label=_("name"),
            panels=[
                FieldRowPanel([FieldPanel("language"), FieldPanel("field")]),
                FieldPanel("text"),
                FieldPanel("by"),
            ],
        ),
    ]


@register_snippet
class TownViewSetGroup(SnippetViewSetGroup):
    items = (TermViewSet, DistrictViewSet)
    menu_label = _("Words and places")
    menu_icon = "tag"
    menu_order = 300


@hooks.register("insert_global_admin_css")
def demo_css() -> SafeString:
    if not settings.DEMO:
        return SafeString("")
    return format_html('<link rel="stylesheet" href="{}">', static("portal/demo_banner.css"))
