"""The checklist as the town keeps it: groups of items, and behind each item the rule for the town's own tick.

Items and groups keep their code and their place in the table for ever: lists that a family kept name them by these.
What is no longer said is hidden, never deleted.
"""

from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import PreviewableMixin

from agencies.models import AbstractWords, Scheme, Term, Worded
from agencies.models.service import check_ages, terms_of

OLDEST = 25
GROWN_UPS_TOO = 99

# The flags of a rule, and the tick that stands for each.
NEEDS = {
    "phone": "phone",
    "phone-or-chat": "phone_or_chat",
    "24h": "day_and_night",
    "free": "free",
    "anonymous": "anonymous",
    "no-parent": "no_parent",
    "interpreter": "interpreter",
}


def lowest_ages() -> list[tuple[int, str]]:
    return [(year, str(year)) for year in range(OLDEST + 1)]


def highest_ages() -> list[tuple[int, object]]:
    return [*lowest_ages(), (GROWN_UPS_TOO, _("grown-ups too"))]


class ChecklistGroup(Worded, ClusterableModel):
    """A heading of the list. It shows as long as one of its items does."""

    WORDS = ("name",)

    code = models.SlugField(
        _("id"), max_length=40, unique=True, help_text=_("Stable for ever. Rename the words, not this.")
    )
    name = models.CharField(_("name"), max_length=80)
    sort = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("group of the checklist")
        verbose_name_plural = _("groups of the checklist")
        ordering = ["sort", "pk"]

    def __str__(self) -> str:
        return self.name


class ChecklistGroupWords(AbstractWords):
    group = ParentalKey(ChecklistGroup, on_delete=models.CASCADE, related_name="words")

    class Meta(AbstractWords.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["group", "language", "field"], name="one_text_per_group_language_field"
            )
        ]


class ChecklistItemQuerySet(models.QuerySet):
    def shown(self) -> "ChecklistItemQuerySet":
        """Items that the town has not hidden, those that do not apply to it included."""
        return self.filter(hidden=False)

    def whole(self) -> "ChecklistItemQuerySet":
        """With all that a list says of an item, in a fixed number of queries."""
        return self.select_related("group", "four_p", "urgency").prefetch_related(
            "words", "group__words", "situations", "kinds", "agency_kinds"
        )


class ChecklistItem(PreviewableMixin, Worded, ClusterableModel):
    """One thing that a family should know where to get. Ages are in years, unlike an entry's."""

    WORDS = ("statement", "child_statement", "help_text", "not_applicable")

    class Tier(models.TextChoices):
        CORE = "core", _("every town should have it")
        EXTENDED = "extended", _("good to have")

    class Ages(models.TextChoices):
        OVERLAP = "overlap", _("one service for some of these ages is enough")
        COVER = "cover", _("together they must be there for every child of these ages")

    code = models.SlugField(
        _("id"),
        max_length=20,
        unique=True,
        help_text=_("Like c41. Lists that families keep name the item by it, so it never changes."),
    )
    group = models.ForeignKey(
        ChecklistGroup, verbose_name=_("group"), on_delete=models.PROTECT, related_name="items"
    )
    sort = models.PositiveIntegerField(_("order"), default=0)
    statement = models.CharField(
        _("what a family knows"),
        max_length=160,
        help_text=_("One sentence that begins with “I know”, as a parent would say it."),
    )
    child_statement = models.CharField(
        _("in a child's words"),
        max_length=120,
        blank=True,
        help_text=_("One short sentence. Empty: children do not get this item."),
    )
    help_text = models.CharField(
        _("good to know"), max_length=200, blank=True, help_text=_("One line below it, if one is needed.")
    )
    four_p = models.ForeignKey(
        Term,
        verbose_name=_("which of the four Ps"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"scheme": Scheme.FOUR_P},
    )
    urgency = models.ForeignKey(
        Term,
        verbose_name=_("how quickly it is needed"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"scheme": Scheme.URGENCY},
        help_text=_("“Now” and “today” stand first in a family's list."),
    )
    minimum_age = models.PositiveSmallIntegerField(_("from age"), default=0, choices=lowest_ages)
    maximum_age = models.PositiveSmallIntegerField(_("to age"), default=17, choices=highest_ages)
    situations = terms_of(
        Scheme.SITUATION,
        _("only in these situations"),
        help_text=_("Tick none if it is for every family."),
    )
    kinds = ParentalManyToManyField(
        Term,
        verbose_name=_("kinds of service that count"),
        related_name="+",
        limit_choices_to={"scheme": Scheme.SERVICE_KIND},
        help_text=_("A service of any one of these kinds can stand behind the item."),
    )
    agency_kinds = terms_of(
        Scheme.AGENCY_KIND,
        _("who usually offers it"),
        help_text=_("Whom the town may ask when nobody does. It does not change who counts."),
    )
    tier = models.CharField(_("importance"), max_length=8, choices=Tier.choices, default=Tier.CORE)
    at_least = models.PositiveSmallIntegerField(
        _("how many services"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("So many must be there and freshly checked."),
    )
    ages = models.CharField(_("for which ages"), max_length=8, choices=Ages.choices, default=Ages.OVERLAP)
    phone = models.BooleanField(_("has a phone number"), default=False)
    phone_or_chat = models.BooleanField(_("has a phone number or a chat"), default=False)
    day_and_night = models.BooleanField(_("is there day and night"), default=False)
    free = models.BooleanField(_("costs nothing"), default=False)
    anonymous = models.BooleanField(_("asks for no name"), default=False)
    no_parent = models.BooleanField(_("can be used without a parent"), default=False)
    interpreter = models.BooleanField(_("has interpreters"), default=False)
    not_applicable = models.CharField(
        _("why it does not apply to this town"),
        max_length=200,
        blank=True,
        help_text=_("Empty: it applies. With a reason it stands in no family's list and is no gap."),
    )
    hidden = models.BooleanField(
        _("hidden"), default=False, help_text=_("In no list and no count. Kept lists say that it is gone.")
    )

    objects = ChecklistItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of the checklist")
        verbose_name_plural = _("items of the checklist")
        ordering = ["group__sort", "group", "sort", "pk"]

    def __str__(self) -> str:
        return self.statement

    def clean(self) -> None:
        super().clean()
        check_ages(self.minimum_age, self.maximum_age)
        if not self.not_applicable.strip():
            self.not_applicable = ""

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        """The list of each sample family."""
        from ..sample_families import families

        return [(family.code, family.name) for family in families()]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        from ..checklist_admin import preview

        return preview(request, self, mode_name)

    @property
    def age_span(self) -> str:
        if self.maximum_age == GROWN_UPS_TOO:
            return gettext("%(age)s and older, grown-ups too") % {"age": self.minimum_age}
        return f"{self.minimum_age}–{self.maximum_age}"

    @property
    def applies_to_town(self) -> bool:
        return not self.not_applicable

    @property
    def needs(self) -> frozenset[str]:
        """The flags of its rule, as the checklist's rules name them."""
        return frozenset(flag for flag, field in NEEDS.items() if getattr(self, field))


class ChecklistItemWords(AbstractWords):
    item = ParentalKey(ChecklistItem, on_delete=models.CASCADE, related_name="words")

    class Meta(AbstractWords.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["item", "language", "field"], name="one_text_per_item_language_field"
            )
        ]
