"""The town's own pages, from a small set of blocks. Translated with wagtail-localize; one address for all languages."""

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField, TranslatableField

from agencies.models import Address, WholeChanges
from agencies.panels import PlainCopyForm

from ..blocks import BODY
from ..translated import ReadBySomebodyElse


class ContentPage(WholeChanges, ReadBySomebodyElse, Page):
    """A page of the town: its translations share one address, and the reader's language chooses among them."""

    class Audience(models.TextChoices):
        CHILD = "child", _("children")
        PARENT = "parent", _("parents and carers")
        PROFESSIONAL = "professional", _("professionals")
        EVERYONE = "everyone", _("everyone")

    audience = models.CharField(_("for"), max_length=12, choices=Audience.choices, default=Audience.EVERYONE)
    age_band = models.CharField(
        _("age"),
        max_length=6,
        blank=True,
        choices=[(code, code.replace("-", "–")) for code in ("3-5", "6-10", "11-13", "14-17")],
        help_text=_(
            "Of the children it is written for. The page then lists whom a child of this age can reach alone, "
            "and the page above it asks “How old are you?”."
        ),
    )
    intro = models.CharField(_("in one or two sentences"), max_length=300, blank=True)
    body = StreamField(BODY, verbose_name=_("text"), blank=True)
    sensitive = models.BooleanField(
        _("sensitive"), default=False, help_text=_("The browser's history then shows a neutral title.")
    )
    in_navigation = models.BooleanField(_("in the navigation"), default=False)
    machine_written = models.BooleanField(
        _("written by a machine"),
        default=False,
        help_text=_("Shown to readers until somebody who speaks the language has read it."),
    )
    address = models.ForeignKey(
        Address, null=True, editable=False, on_delete=models.PROTECT, related_name="content_pages"
    )

    parent_page_types = ["portal.HomePage", "portal.ContentPage"]
    subpage_types = ["portal.ContentPage"]
    template = "portal/content.html"
    copy_form_class = PlainCopyForm
    private_page_options: list[str] = []
    promote_panels: list = []
    content_panels = [
        FieldPanel("title"),
        FieldPanel("intro"),
        FieldPanel("body"),
        FieldRowPanel([FieldPanel("audience"), FieldPanel("age_band")]),
        FieldPanel("in_navigation"),
        FieldPanel("sensitive"),
        FieldPanel("machine_written"),
    ]
    override_translatable_fields = [
        TranslatableField("title"),
        SynchronizedField("slug", overridable=False),
        SynchronizedField("address", overridable=False),
        SynchronizedField("machine_written"),
        SynchronizedField("age_band", overridable=False),
    ]

    class Meta:
        verbose_name = _("page of the town")
        verbose_name_plural = _("pages of the town")

    def get_admin_display_title(self) -> str:
        """Links may lead to it, so choosers name it to agencies: a new title is the town's own until it is public."""
        return self.title if self.live else super().get_admin_display_title()

    @property
    def code(self) -> str:
        return self.address.code if self.address else ""

    @property
    def is_sensitive(self) -> bool:
        """Marked by staff, or for children: that somebody read their version is itself worth hiding."""
        return self.sensitive or bool(self.age_band) or self.audience == self.Audience.CHILD

    @property
    def document_id(self) -> str:
        """One document for all translations."""
        return f"{Address.Kind.PAGE}:{self.translation_key}"

    def save(self, *args, **kwargs):
        if self.address_id is None:
            with transaction.atomic():
                self.address = self._address_of_translations() or Address.mint(Address.Kind.PAGE)
                return super().save(*args, **kwargs)
        return super().save(*args, **kwargs)

    def _address_of_translations(self) -> Address | None:
        twin = ContentPage.objects.filter(translation_key=self.translation_key, address__isnull=False).first()
        return twin.address if twin else None

    def with_content_json(self, content):
        page = super().with_content_json(content)
        page.address_id = self.address_id
        return page

    def copy(self, *args, **kwargs):
        """A copy is another page; a translation is the same one."""
        if kwargs.get("reset_translation_key", True):
            kwargs["exclude_fields"] = [*(kwargs.get("exclude_fields") or []), "address"]
        return super().copy(*args, **kwargs)

    def get_url_parts(self, request=None):
        from django.urls import reverse
        from django.utils import translation

        site_root = next(iter(self._get_site_root_paths(request)), None)
        if site_root is None or not self.code:
            return None
        with translation.override(self.locale.language_code):
            return site_root.site_id, site_root.root_url, reverse("page", args=[self.code])

    def serve_preview(self, request, mode_name):
        from ..previewing import preview

        return preview(request, self)
