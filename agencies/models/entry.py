"""What an agency puts before the public: one page whatever the number of its languages."""

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase, TagBase
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet

from .address import Address
from .copied import Copied
from .previewed import Previewed
from .rights import Reviewed
from .source import Source
from .whole import WholeChanges
from .words import AbstractWords, SubWorded, Worded

if TYPE_CHECKING:
    from .schedule import Schedule


def default_source_language() -> str:
    return settings.LANGUAGE_CODE


class EntryQuerySet(PageQuerySet):
    def public(self) -> "EntryQuerySet":
        """What the public may find: the one answer for pages, lists, index, feeds and exports.

        Live itself; not one of HSDS's two words for gone; and its agency is live too.
        """
        return self.filter(self.model.public_rule())

    def for_visitor(self, language: str | None = None) -> "EntryQuerySet":
        """With everything a public page shows, in a number of queries that does not grow with the children.

        `language` limits the words to those of one reader; without it all languages are loaded.
        """
        words = self.model.words_in(language)
        return self.select_related("address", "source").prefetch_related(
            *SUB_RECORDS, words, "locations__district", "service_areas__district", "tagged__tag"
        )

    def for_page(self, language: str | None = None) -> "EntryQuerySet":
        """For a page of its own: the names of its districts in the reader's language too."""
        return self.for_visitor(language).prefetch_related(
            "locations__district__words", "service_areas__district__words"
        )


class EntryManager(PageManager.from_queryset(EntryQuerySet)):  # type: ignore[misc]
    pass


class Status(models.TextChoices):
    """HSDS's four words for a service's state."""

    ACTIVE = "active", _("active")
    INACTIVE = "inactive", _("inactive")
    DEFUNCT = "defunct", _("defunct")
    TEMPORARILY_CLOSED = "temporarily closed", _("temporarily closed")


PUBLIC_STATUS = (Status.ACTIVE, Status.TEMPORARILY_CLOSED)
SUB_RECORDS = ("phones", "contacts", "websites", "locations", "schedules", "languages", "service_areas")


class Tag(TagBase):
    """A free tag, beside the vocabularies."""

    free_tagging = True

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")


class EntryTag(ItemBase):
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="entry_tags")
    content_object = ParentalKey("agencies.Entry", on_delete=models.CASCADE, related_name="tagged")


class Entry(WholeChanges, Reviewed, Copied, Previewed, Worded, Page):
    """Facts once, words in rows. Never created as such: an agency or a service is.

    Its identity in feeds (HSDS `id`) is the page's `translation_key`: it survives publish, restore and move.
    Its origin is (source, external_id), empty for what was typed here.
    """

    WORDS: tuple[str, ...] = (
        "title",
        "alternate_name",
        "summary",
        "child_summary",
        "description",
        "alert",
        "hours_text",
        "assurer",
        "assurer_role",
    )
    ADDRESS_KIND: str = Address.Kind.SERVICE
    SUB_RECORDS: tuple[str, ...] = SUB_RECORDS

    source_language = models.CharField(
        _("written in"),
        max_length=12,
        default=default_source_language,
        help_text=_("The language of the texts below. Other languages are filled in beside them."),
    )
    alternate_name = models.CharField(
        _("other names"),
        max_length=255,
        blank=True,
        help_text=_("Short forms and old names that people still use."),
    )
    summary = models.CharField(
        _("in one sentence"),
        max_length=300,
        blank=True,
        help_text=_("What a person gets here, in plain words, to “you”."),
    )
    child_summary = models.CharField(
        _("for children"),
        max_length=300,
        blank=True,
        help_text=_("The same for a nine-year-old: sentences of eight words or fewer."),
    )
    description = models.TextField(
        _("description"), blank=True, help_text=_("Two or three short paragraphs, a blank line between.")
    )
    alert = models.CharField(
        _("alert"),
        max_length=300,
        blank=True,
        help_text=_("What everybody must know now, for instance: closed until 3 May."),
    )
    sensitive = models.BooleanField(
        _("neutral title"),
        default=False,
        help_text=_(
            "In the browser's history the page then says nothing of what it is about. "
            "For kinds, needs and situations that the town marks as sensitive it is so anyway."
        ),
    )
    email = models.EmailField(_("e-mail"), blank=True)
    hours_text = models.TextField(
        _("hours in words"),
        blank=True,
        help_text=_("As the agency says them. Kept as written, shown beside the table."),
    )
    holiday_hours = models.CharField(
        _("on public holidays"),
        max_length=8,
        default="call",
        choices=[
            ("call", _("holiday: call first")),
            ("open", _("open as on other days")),
            ("closed", _("closed")),
        ],
    )
    assured_date = models.DateField(_("last checked on"), null=True, blank=True)
    assurer = models.CharField(
        _("checked by"), max_length=160, blank=True, help_text=_("The organisation, never a person.")
    )
    assurer_role = models.CharField(
        _("in the role of"), max_length=120, blank=True, help_text=_("For instance: duty desk.")
    )
    source = models.ForeignKey(
        Source,
        verbose_name=_("source"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="entries",
    )
    external_id = models.CharField(_("id at the source"), max_length=255, blank=True, editable=False)
    harvest_digest = models.CharField(max_length=64, blank=True, editable=False)
    extra = models.JSONField(default=dict, blank=True, editable=False)
    address = models.OneToOneField(
        Address, null=True, editable=False, on_delete=models.PROTECT, related_name="entry"
    )
    tags = ClusterTaggableManager(through=EntryTag, blank=True, verbose_name=_("free tags"))

    objects = EntryManager()

    is_creatable = False
    private_page_options: list[str] = []
    promote_panels: list = []
    show_in_menus_default = False

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=Q(source__isnull=False),
                name="one_entry_per_source_and_id",
            )
        ]

    @classmethod
    def public_rule(cls) -> Q:
        """The condition of `public()`. A kind of entry with a state of its own narrows it."""
        services = Q(servicepage__agency__live=True, servicepage__status__in=PUBLIC_STATUS)
        return Q(live=True) & (Q(agencypage__isnull=False) | services)

    def get_admin_display_title(self) -> str:
        """A new title of a public entry is its agency's own business until it is approved."""
        return self.title if self.live else super().get_admin_display_title()

    @property
    def hsds_id(self) -> uuid.UUID:
        return self.translation_key

    @property
    def code(self) -> str:
        return self.address.code if self.address else ""

    @property
    def document_id(self) -> str:
        """The id of its Document in search."""
        return f"{self.ADDRESS_KIND}:{self.translation_key}"

    @property
    def kind_codes(self) -> list[str]:
        """Codes of the kinds of service that set how long a check holds."""
        return []

    @property
    def is_sensitive(self) -> bool:
        """Whether its title stays out of the browser's history, of previews and of search engines' lists."""
        return self.sensitive

    @property
    def is_paused(self) -> bool:
        """Closed for a while, whatever its weekly hours say: nobody may be sent to a locked door on Thursday."""
        return False

    @property
    def opening_rows(self) -> list["Schedule"]:
        """The hours that count for the whole entry."""
        return [row for row in self.schedules.all() if row.at is None]

    @property
    def is_public(self) -> bool:
        return type(self)._default_manager.filter(pk=self.pk).public().exists()

    def sources(self) -> Iterable[tuple[SubWorded | None, str, str]]:
        yield from super().sources()
        for relation in self.SUB_RECORDS:
            for record in getattr(self, relation).all():
                for field in record.WORDS:
                    yield record, field, getattr(record, field) or ""

    def save(self, *args, **kwargs):
        self._drop_orphaned_words()
        if self.address_id is None:
            with transaction.atomic():
                self.address = Address.mint(self.ADDRESS_KIND)
                return super().save(*args, **kwargs)
        return super().save(*args, **kwargs)

    def _drop_orphaned_words(self) -> None:
        """A phone that was removed takes its words in other languages with it; so does a street that became a secret."""
        waiting = self.__dict__.get("_cluster_related_objects", {})
        if self.pk is None or not any(relation in waiting for relation in self.SUB_RECORDS):
            return
        self._keep_words_of_parts()

    def _keep_words_of_parts(self) -> None:
        parts = {row.uid: row for relation in self.SUB_RECORDS for row in getattr(self, relation).all()}
        words = list(self.words.all())
        kept = [
            row
            for row in words
            if row.record is None or (row.record in parts and parts[row.record].has_words_for(row.field))
        ]
        if len(kept) < len(words):
            self.words = kept
            self.__dict__.pop("_words_by_language", None)

    def serializable_data(self):
        self._keep_words_of_parts()
        return super().serializable_data()

    def get_url_parts(self, request=None):
        """Our own address instead of the tree's path; the reader's language instead of the page's locale."""
        from django.urls import reverse

        site_root = next(iter(self._get_site_root_paths(request)), None)
        if site_root is None or not self.code:
            return None
        return site_root.site_id, site_root.root_url, reverse("page", args=[self.code])

    def get_sitemap_urls(self, request=None):
        return []

    def with_content_json(self, content):
        """A revision never takes back what is not an editor's to decide: the identity, the address and the origin."""
        page = super().with_content_json(content)
        for field in ("translation_key", "address_id", "source_id", "external_id"):
            setattr(page, field, getattr(self, field))
        if content.get("translation_key", str(self.translation_key)) != str(self.translation_key):
            # Written before the page was copied: the parts are the copy's, and so is the place in the tree.
            page.become_another()
            page.slug, page.url_path = self.slug, self.url_path
        return page


class EntryWords(AbstractWords):
    """A text of an entry or of one of its sub-records in a further language; edited and published with it."""

    entry = ParentalKey(Entry, on_delete=models.CASCADE, related_name="words")

    class Meta(AbstractWords.Meta):
        indexes = [models.Index(fields=["entry", "language"], name="words_of_an_entry")]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "language", "field"],
                condition=Q(record__isnull=True),
                name="one_text_per_entry_language_field",
            ),
            models.UniqueConstraint(
                fields=["entry", "language", "field", "record"],
                condition=Q(record__isnull=False),
                name="one_text_per_record_language_field",
            ),
        ]


class SubRecord(SubWorded, Orderable):
    """A part of an entry: inline, edited and published with it; `uid` is its id in feeds and the key of its words."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    extra = models.JSONField(default=dict, blank=True, editable=False)

    class Meta(Orderable.Meta):
        abstract = True


class PartOf(SubRecord):
    """A sub-record that may belong to one place or contact of the entry (HSDS's location_id, contact_id)."""

    at = models.UUIDField(
        _("only for"),
        null=True,
        blank=True,
        help_text=_("The place or contact of this entry it belongs to. Empty: the whole entry."),
    )

    class Meta(SubRecord.Meta):
        abstract = True
