"""A service: what somebody gets, from whom, how, and what happens then."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
)
from wagtail.models import PageManager

from ..panels import (
    EntryForm,
    ListPanel,
    PartsPanel,
    ReadingPanel,
    ServiceCopyForm,
    TermsPanel,
    WordedTabs,
    WordsPanel,
)
from .address import Address
from .agency import AgencyPage
from .entry import PUBLIC_STATUS, SUB_RECORDS, Entry, EntryQuerySet, Status, SubRecord
from .location import Location
from .schedule import Schedule
from .taxonomy import Scheme, Term

OLDEST_MONTHS = 150 * 12


def terms_of(scheme: str, label, **kwargs) -> ParentalManyToManyField:
    """A field of terms of one vocabulary; hidden terms are not offered, but an entry that has one keeps it."""
    return ParentalManyToManyField(
        Term, verbose_name=label, blank=True, related_name="+", limit_choices_to={"scheme": scheme}, **kwargs
    )


def check_ages(lowest: int | None, highest: int | None) -> None:
    """Raises ValidationError, at the field `maximum_age`."""
    if lowest is not None and highest is not None and highest < lowest:
        raise ValidationError({"maximum_age": _("This is younger than the lowest age. Exchange the two.")})


class ServiceQuerySet(EntryQuerySet):
    def for_visitor(self, language: str | None = None) -> "ServiceQuerySet":
        agencies = AgencyPage.objects.select_related("address", "kind").prefetch_related(
            AgencyPage.words_in(language), "phones", "schedules"
        )
        return (
            super()
            .for_visitor(language)
            .select_related("urgency")
            .prefetch_related(
                Prefetch("agency", queryset=agencies),
                Prefetch("providers", queryset=agencies),
                *ServicePage.TERM_FIELDS,
                "service_at_locations__location__district",
                "required_documents__term",
            )
        )

    def for_page(self, language: str | None = None) -> "ServiceQuerySet":
        return (
            super()
            .for_page(language)
            .prefetch_related(
                "access_modes__words",
                "access_conditions__words",
                "required_documents__term__words",
                "service_at_locations__location__district__words",
            )
        )


class ServiceManager(PageManager.from_queryset(ServiceQuerySet)):  # type: ignore[misc]
    pass


class ServicePage(Entry):
    """A service of the agency above it in the tree. Ages are months: a baby of six weeks has an age too."""

    WORDS = (
        *Entry.WORDS,
        "application_process",
        "what_happens",
        "who_is_told",
        "eligibility_description",
        "fees_description",
        "wait_time",
        "interpretation_services",
    )
    ADDRESS_KIND = Address.Kind.SERVICE
    SUB_RECORDS = (*SUB_RECORDS, "service_at_locations", "required_documents")
    TERM_FIELDS = (
        "kinds",
        "needs",
        "audiences",
        "situations",
        "four_ps",
        "access_modes",
        "access_conditions",
    )

    class Referral(models.TextChoices):
        NONE = "none", _("come directly")
        RECOMMENDED = "recommended", _("a referral helps")
        REQUIRED = "required", _("somebody must refer you")
        UNKNOWN = "unknown", _("not known")

    agency = models.ForeignKey(
        AgencyPage,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="services",
        verbose_name=_("agency"),
    )
    status = models.CharField(_("state"), max_length=20, choices=Status.choices, default=Status.ACTIVE)
    application_process = models.TextField(
        _("how to get help"), blank=True, help_text=_("Step by step, one step on a line.")
    )
    what_happens = models.TextField(
        _("what happens when I make contact"),
        blank=True,
        help_text=_("In order, one thing on a line. Say it before a person calls."),
    )
    who_is_told = models.TextField(
        _("who will be told"),
        blank=True,
        help_text=_("Honestly: who learns of it, when you must tell somebody, whether parents are told."),
    )
    eligibility_description = models.TextField(_("who can come"), blank=True)
    minimum_age = models.PositiveIntegerField(
        _("from age (months)"), null=True, blank=True, validators=[MaxValueValidator(OLDEST_MONTHS)]
    )
    maximum_age = models.PositiveIntegerField(
        _("to age (months)"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(OLDEST_MONTHS)],
        help_text=_("The last month that still counts: until the 18th birthday is 215."),
    )
    fees_description = models.TextField(_("what it costs"), blank=True)
    wait_time = models.CharField(_("how long it takes"), max_length=160, blank=True)
    interpretation_services = models.CharField(_("interpreting"), max_length=255, blank=True)
    referral = models.CharField(
        _("referral"), max_length=12, choices=Referral.choices, default=Referral.UNKNOWN
    )
    urgency = models.ForeignKey(
        Term,
        verbose_name=_("how soon"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"scheme": Scheme.URGENCY},
    )
    kinds = terms_of(Scheme.SERVICE_KIND, _("kind of service"))
    needs = ParentalManyToManyField(
        Term,
        verbose_name=_("for which needs"),
        blank=True,
        related_name="services",
        limit_choices_to={"scheme": Scheme.NEED},
    )
    audiences = terms_of(Scheme.AUDIENCE, _("for whom"))
    situations = terms_of(Scheme.SITUATION, _("in which situations"))
    four_ps = terms_of(Scheme.FOUR_P, _("which of the four Ps"))
    access_modes = terms_of(Scheme.ACCESS_MODE, _("ways to reach it"))
    access_conditions = terms_of(Scheme.ACCESS_CONDITION, _("conditions"))
    providers = ParentalManyToManyField(
        AgencyPage, verbose_name=_("provided together with"), blank=True, related_name="also_provides"
    )

    objects = ServiceManager()

    parent_page_types = ["agencies.AgencyPage"]
    subpage_types: list[str] = []
    template = "agencies/service.html"
    base_form_class = EntryForm
    copy_form_class = ServiceCopyForm

    need_panels = [
        FieldPanel(
            "title",
            heading=_("What a person gets"),
            help_text=_("Not the office's name: “Talk to someone who listens”."),
        ),
        FieldPanel("alternate_name"),
        FieldPanel("summary"),
        FieldPanel("child_summary"),
        ReadingPanel(),
        FieldPanel("description"),
        FieldRowPanel([FieldPanel("status"), ListPanel("urgency")]),
        FieldPanel("alert"),
        TermsPanel("kinds"),
        TermsPanel("needs"),
        FieldPanel("sensitive"),
    ]
    contact_panels = [
        PartsPanel("phones", heading=_("Numbers"), label=_("number")),
        FieldPanel("email"),
        PartsPanel("websites", heading=_("Websites"), label=_("website")),
        PartsPanel("contacts", heading=_("Whom to ask for"), label=_("contact")),
        TermsPanel("access_modes"),
        HelpPanel(
            content=_("Before a person calls they want to know what will happen, and who will be told.")
        ),
        FieldPanel("application_process"),
        FieldPanel("what_happens"),
        FieldPanel("who_is_told"),
        FieldPanel("referral"),
        FieldPanel("wait_time"),
    ]
    who_panels = [
        TermsPanel("audiences"),
        FieldRowPanel([FieldPanel("minimum_age"), FieldPanel("maximum_age")]),
        FieldPanel("eligibility_description"),
        TermsPanel("situations"),
        TermsPanel("access_conditions"),
        FieldPanel("fees_description"),
        PartsPanel("required_documents", heading=_("What to bring"), label=_("document")),
        PartsPanel("languages", heading=_("Languages spoken"), label=_("language")),
        FieldPanel("interpretation_services"),
    ]
    place_panels = [
        PartsPanel("service_at_locations", heading=_("At places of the agency"), label=_("place")),
        PartsPanel("locations", heading=_("At places of its own"), label=_("place")),
        PartsPanel("service_areas", heading=_("For whom, by place"), label=_("area")),
        HelpPanel(content=_("Hours that nobody has filled in count as not known, never as open.")),
        PartsPanel("schedules", heading=_("Opening hours"), label=_("row")),
        FieldPanel("hours_text"),
        FieldPanel("holiday_hours"),
    ]
    checked_panels = [
        MultiFieldPanel(
            [FieldPanel("assured_date"), FieldPanel("assurer"), FieldPanel("assurer_role")],
            _("Who checked it, and when"),
        ),
        TermsPanel("four_ps"),
        TermsPanel("providers"),
        FieldPanel("tags"),
        FieldPanel("source_language"),
    ]
    edit_handler = WordedTabs(
        [
            ObjectList(need_panels, heading=_("What it is")),
            ObjectList(contact_panels, heading=_("How to get it")),
            ObjectList(who_panels, heading=_("For whom")),
            ObjectList(place_panels, heading=_("Where and when")),
            ObjectList([WordsPanel()], heading=_("Other languages")),
            ObjectList(checked_panels, heading=_("Checked, and the small print")),
        ]
    )

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")

    @classmethod
    def public_rule(cls) -> Q:
        return Q(live=True, agency__live=True, status__in=PUBLIC_STATUS)

    @property
    def agency_key(self) -> str:
        return self.agency.key if self.agency else ""

    @property
    def kind_codes(self) -> list[str]:
        return [term.code for term in self.kinds.all()]

    def clean(self) -> None:
        super().clean()
        check_ages(self.minimum_age, self.maximum_age)

    def save(self, *args, **kwargs):
        self.agency = self._agency_in_tree()
        if self.pk is None:
            self._use_places_of_own_agency()
        return super().save(*args, **kwargs)

    def with_content_json(self, content):
        page = super().with_content_json(content)
        page._use_places_of_own_agency()
        return page

    def _use_places_of_own_agency(self) -> None:
        """Copied together with its agency, a service is given at the agency's copied places, not at the old ones."""
        rows = [row for row in self.service_at_locations.all() if row.location.entry_id != self.agency_id]
        if self.agency is None or not rows:
            return
        own = {place.uid: place for place in self.agency.locations.all()}
        for row in rows:
            row.location = own.get(self.agency._renewed(row.location.uid), row.location)

    def _agency_in_tree(self) -> AgencyPage | None:
        """The tree decides whose service it is; a revision written before a move does not."""
        if not self.path:
            return self.agency
        parent_path = self.path[: -self.steplen]
        if self.agency is not None and self.agency.path == parent_path:
            return self.agency
        return AgencyPage.objects.filter(path=parent_path).first()

    @property
    def is_sensitive(self) -> bool:
        """Also by its terms and its agency: nobody can untick for one service what the town says of a need."""
        terms = (*self.kinds.all(), *self.needs.all(), *self.situations.all())
        by_agency = self.agency is not None and self.agency.sensitive
        return self.sensitive or by_agency or any(term.sensitive for term in terms)

    @property
    def is_paused(self) -> bool:
        return self.status == Status.TEMPORARILY_CLOSED

    @property
    def opening_rows(self) -> list["Schedule"]:
        """Its own hours; without any, those of its only place."""
        own = super().opening_rows
        places = self.all_locations
        if own or len(places) != 1 or self.agency is None:
            return own
        return [
            row for row in (*self.schedules.all(), *self.agency.schedules.all()) if row.at == places[0].uid
        ]

    @property
    def all_locations(self) -> list[Location]:
        """Its own places, then those of the agency where it is given."""
        return [*self.locations.all(), *(row.location for row in self.service_at_locations.all())]


class ServiceAtLocation(SubRecord):
    """HSDS's service_at_location: a place of the agency where this service is given. The address stands once, at the agency."""

    WORDS = ("description",)

    service = ParentalKey(ServicePage, on_delete=models.CASCADE, related_name="service_at_locations")
    location = models.ForeignKey(
        Location, verbose_name=_("place"), on_delete=models.CASCADE, related_name="service_at_locations"
    )
    description = models.CharField(_("note"), max_length=255, blank=True)

    panels = [FieldRowPanel([FieldPanel("location"), FieldPanel("description")])]

    def __str__(self) -> str:
        return str(self.location)


class RequiredDocument(SubRecord):
    """Something to bring: a term of the town's vocabulary (so that lists can be merged), with a note; or free words."""

    WORDS = ("document", "note")

    service = ParentalKey(ServicePage, on_delete=models.CASCADE, related_name="required_documents")
    term = models.ForeignKey(
        Term,
        verbose_name=_("document"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"scheme": Scheme.DOCUMENT},
    )
    document = models.CharField(
        _("in other words"),
        max_length=255,
        blank=True,
        help_text=_("Only where the list has no word for it."),
    )
    note = models.CharField(_("note"), max_length=255, blank=True)

    panels = [FieldRowPanel([ListPanel("term"), FieldPanel("document"), FieldPanel("note")])]

    def __str__(self) -> str:
        return self.document or str(self.term)

    def clean(self) -> None:
        super().clean()
        if self.term is None and not self.document:
            raise ValidationError({"term": _("Choose a document, or say in other words what to bring.")})
