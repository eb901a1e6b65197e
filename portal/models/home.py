"""The first page, one for each language."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField, TranslatableField

from agencies.panels import PlainCopyForm

from ..translated import ReadBySomebodyElse


class HomePage(ReadBySomebodyElse, Page):
    """What stands above the search. It lives at /<language>/ and has no other address."""

    headline = models.CharField(
        _("first words"), max_length=120, help_text=_("Two short lines that say: you are right here.")
    )
    intro = models.CharField(_("under them"), max_length=300, blank=True)

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["portal.ContentPage"]
    template = "portal/home.html"
    copy_form_class = PlainCopyForm
    private_page_options: list[str] = []
    promote_panels: list = []
    content_panels = [FieldPanel("title"), FieldPanel("headline"), FieldPanel("intro")]
    override_translatable_fields = [
        TranslatableField("title"),
        SynchronizedField("slug", overridable=False),
    ]

    class Meta:
        verbose_name = _("home page")

    def get_url_parts(self, request=None):
        from django.urls import reverse
        from django.utils import translation

        site_root = next(iter(self._get_site_root_paths(request)), None)
        if site_root is None:
            return None
        with translation.override(self.locale.language_code):
            return site_root.site_id, site_root.root_url, reverse("home")

    def serve_preview(self, request, mode_name):
        from ..previewing import preview

        return preview(request, self)
