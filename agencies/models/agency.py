"""An agency: a branch of the tree, and the page that says who it is."""

from itertools import count

from django.db import models
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
)
from wagtail.coreutils import string_to_ascii
from wagtail.models import Page

from ..panels import EntryForm, ListPanel, PartsPanel, PlainCopyForm, ReadingPanel, WordedTabs, WordsPanel
from .address import Address
from .entry import Entry
from .rights import Reviewed
from .taxonomy import Scheme, Term


class AgenciesPage(Reviewed, Page):
    """The branch that holds every agency. It stands beside the language homes and has no address of its own."""

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["agencies.AgencyPage"]
    admin_default_ordering = "title"
    private_page_options: list[str] = []
    promote_panels: list = []
    preview_modes: list[tuple[str, str]] = []

    class Meta:
        verbose_name = _("agencies")

    def get_url_parts(self, request=None):
        return None


class AgencyPage(Entry):
    """Who offers services. Its `key` is its machine name: in feeds, on the command line, in group names."""

    ADDRESS_KIND = Address.Kind.AGENCY

    class Sector(models.TextChoices):
        PUBLIC = "public", _("public")
        THIRD = "third", _("not for profit")
        PRIVATE = "private", _("private")

    key = models.SlugField(
        _("machine name"), max_length=80, unique=True, help_text=_("Stable: feeds and groups name it.")
    )
    kind = models.ForeignKey(
        Term,
        verbose_name=_("kind of agency"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"scheme": Scheme.AGENCY_KIND},
    )
    sector = models.CharField(_("sector"), max_length=8, choices=Sector.choices, default=Sector.PUBLIC)
    parent_agency = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="parts",
    )
    logo = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    year_incorporated = models.PositiveSmallIntegerField(_("founded in"), null=True, blank=True)
    legal_status = models.CharField(_("legal form"), max_length=120, blank=True)

    exclude_fields_in_copy = [*Entry.exclude_fields_in_copy, "key"]
    admin_default_ordering = "title"
    parent_page_types = ["agencies.AgenciesPage"]
    subpage_types = ["agencies.ServicePage"]
    template = "agencies/agency.html"
    base_form_class = EntryForm
    copy_form_class = PlainCopyForm

    about_panels = [
        FieldPanel("title", heading=_("Name")),
        FieldPanel("alternate_name"),
        FieldPanel("summary"),
        FieldPanel("child_summary"),
        ReadingPanel(),
        FieldPanel("description"),
        FieldPanel("alert"),
        FieldRowPanel([ListPanel("kind"), FieldPanel("sector")]),
        FieldPanel("logo"),
        FieldPanel("sensitive"),
    ]
    reach_panels = [
        PartsPanel("phones", heading=_("Numbers"), label=_("number")),
        FieldPanel("email"),
        PartsPanel("websites", heading=_("Websites"), label=_("website")),
        PartsPanel("contacts", heading=_("Whom to ask for"), label=_("contact")),
        PartsPanel("locations", heading=_("Places"), label=_("place")),
    ]
    hours_panels = [
        HelpPanel(content=_("Hours that nobody has filled in count as not known, never as open.")),
        PartsPanel("schedules", heading=_("Opening hours"), label=_("row")),
        FieldPanel("hours_text"),
        FieldPanel("holiday_hours"),
        PartsPanel("languages", heading=_("Languages spoken"), label=_("language")),
        PartsPanel("service_areas", heading=_("For whom, by place"), label=_("area")),
    ]
    checked_panels = [
        MultiFieldPanel(
            [FieldPanel("assured_date"), FieldPanel("assurer"), FieldPanel("assurer_role")],
            _("Who checked it, and when"),
        ),
        FieldRowPanel([FieldPanel("key"), FieldPanel("source_language")]),
        FieldRowPanel(
            [ListPanel("parent_agency"), FieldPanel("year_incorporated"), FieldPanel("legal_status")]
        ),
        FieldPanel("tags"),
    ]
    edit_handler = WordedTabs(
        [
            ObjectList(about_panels, heading=_("Who we are")),
            ObjectList(reach_panels, heading=_("How to reach us")),
            ObjectList(hours_panels, heading=_("When and for whom")),
            ObjectList([WordsPanel()], heading=_("Other languages")),
            ObjectList(checked_panels, heading=_("Checked, and the small print")),
        ]
    )

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")

    @classmethod
    def public_rule(cls) -> Q:
        return Q(live=True)

    @property
    def agency_key(self) -> str:
        return self.key

    def save(self, *args, **kwargs):
        if not self.key:
            self.key = self._free_key()
        return super().save(*args, **kwargs)

    def _free_key(self) -> str:
        """Made of the slug, or of the name before there is one, in the letters that addresses take; with a number
        where another agency has that key."""
        room = self._meta.get_field("key").max_length - 4
        base = slugify(string_to_ascii(self.slug or self.title))[:room] or "agency"
        names = (f"{base}-{number}" if number > 1 else base for number in count(1))
        return next(name for name in names if not AgencyPage.objects.filter(key=name).exists())
