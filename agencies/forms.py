"""The form of an entry: what may be chosen in it, and its words in further languages.

An editor is offered the terms the town shows, and the places of the own agency. The lists are the rule, not a
courtesy: what is not in them is refused when it is sent.
"""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm

from . import help_texts
from .wording import Slot, keep_in_step, language_groups, slots_of

if TYPE_CHECKING:
    from .models import AgencyPage, Entry, Location, Term

DAY_NAMES = (
    ("MO", _("Mon")),
    ("TU", _("Tue")),
    ("WE", _("Wed")),
    ("TH", _("Thu")),
    ("FR", _("Fri")),
    ("SA", _("Sat")),
    ("SU", _("Sun")),
)


@dataclass(frozen=True, slots=True)
class Own:
    """What belongs to an entry: the choices of its parts."""

    places: "QuerySet[Location]"
    parts: tuple[tuple[str, str], ...]
    uids: frozenset[uuid.UUID]

    @classmethod
    def of(cls, entry: "Entry", agency: "AgencyPage | None") -> "Own":
        from .models import Location

        places = Location.objects.filter(entry_id=agency.pk if agency else None)
        lent = () if agency is None or entry.pk == agency.pk else places
        parts = [*entry.locations.all(), *lent, *entry.contacts.all()]
        uids = frozenset(row.uid for relation in entry.SUB_RECORDS for row in getattr(entry, relation).all())
        return cls(places, tuple((str(part.uid), str(part)) for part in parts), uids)


class DaysField(forms.MultipleChoiceField):
    """Days of the week as ticks; the record keeps them as HSDS writes them: MO,TU,WE."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value: Any) -> list[str]:
        return [day for day in value.split(",") if day] if isinstance(value, str) else value or []

    def clean(self, value: Any) -> str:
        return ",".join(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return set(self.prepare_value(initial)) != set(data or [])


def _indented(term: "Term") -> str:
    """Under the term above it."""
    return f"– {term}" if term.parent_id else str(term)


class PartForm(WagtailAdminModelForm):
    """The form of one sub-record."""

    def __init__(self, *args, own: Own, **kwargs):
        super().__init__(*args, **kwargs)
        self.own = own
        self._remember_id()
        if "at" in self.fields:
            self._offer_parts()
        if "location" in self.fields:
            self.fields["location"].queryset = own.places
        if "byday" in self.fields:
            self._offer_days()
        help_texts.fill(self)

    def _remember_id(self) -> None:
        """A part that only a draft has so far has no row in the database: its own id must travel with the form."""
        known = self.instance.uid if self.instance.uid in self.own.uids else None
        self.fields["uid"] = forms.UUIDField(required=False, initial=known, widget=forms.HiddenInput)

    def _offer_parts(self) -> None:
        self.initial["at"] = str(self.initial.get("at") or "")
        field = self.fields["at"]
        self.fields["at"] = forms.TypedChoiceField(
            choices=[("", _("the whole entry")), *self.own.parts],
            coerce=uuid.UUID,
            empty_value=None,
            required=False,
            label=field.label,
            help_text=_("If it belongs to one place or contact alone."),
        )

    def _offer_days(self) -> None:
        """As ticks; a rule that a feed brought and ticks cannot say ("the first Monday") stays as it is written."""
        given = DaysField().prepare_value(self.instance.byday)
        field = self.fields["byday"]
        if all(day in dict(DAY_NAMES) for day in given):
            self.fields["byday"] = DaysField(choices=DAY_NAMES, required=False, label=field.label)

    def _post_clean(self) -> None:
        super()._post_clean()
        uid = self.cleaned_data.get("uid")
        if self.instance.pk is None and uid in self.own.uids:
            self.instance.uid = uid


class WithWords(WagtailAdminModelForm):
    """A form with a field for each text in each further language, kept in step when it is saved."""

    def add_word_fields(self) -> None:
        self.slots: list[Slot] = slots_of(self.instance)
        for slot in self.slots:
            self.fields.update(slot.form_fields())

    @property
    def word_field_names(self) -> set[str]:
        return {name for slot in self.slots for name in slot.names}

    def words_by_language(self) -> list[dict[str, Any]]:
        """What the words panel shows: the further languages with their texts, sources and what changed."""
        return language_groups(self, self.slots)

    def save(self, commit: bool = True):
        record = super().save(commit=False)
        keep_in_step(record, self.slots, self.changed_data, self.cleaned_data)
        if commit:
            record.save()
            self._save_m2m()
        return record


class WordedForm(WithWords):
    """The form of a term, a district or the town itself."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_word_fields()
        # Feeds and rules name a record by these: they are chosen once.
        for name in ("scheme", "code"):
            if name in self.fields and self.instance.pk:
                self.fields[name].disabled = True
        if "parent" in self.fields and self.instance.pk:
            same = self.fields["parent"].queryset.filter(scheme=self.instance.scheme)
            self.fields["parent"].queryset = same.exclude(pk=self.instance.pk)


class PlainCopyForm(CopyForm):
    """No aliases: an entry is one page, and the town's pages follow each other by translation alone."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)


class ServiceCopyForm(PlainCopyForm):
    """Asks for the title alone: the copy is a draft in the same agency, and no address of ours shows its slug."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("new_slug", "publish_copies"):
            self.fields.pop(name, None)
        self.fields["new_parent_page"].widget = forms.HiddenInput()
        self.fields["new_title"] = forms.CharField(
            label=_("What a person gets"),
            initial=self.page.title,
            max_length=self.page._meta.get_field("title").max_length,
            help_text=_(
                "Give the copy a title of its own. All else is taken over, but not who checked it and when."
            ),
        )

    def clean_new_title(self) -> str:
        title = self.cleaned_data["new_title"]
        if title.casefold() == self.page.title.casefold():
            raise forms.ValidationError(_("The other service has this title. Say what is different here."))
        return title

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["new_slug"] = str(uuid.uuid4())
        return cleaned


class EntryForm(WithWords, WagtailAdminPageForm):
    """Offers what is the entry's own, and keeps its words in further languages in step with their sources."""

    def __init__(self, data=None, files=None, parent_page=None, *args, **kwargs):
        # The parts' forms, made by the line after next, ask for `own`, and that needs to know the parent.
        self.parent_page = parent_page
        super().__init__(data, files, parent_page, *args, **kwargs)
        self._offer_terms()
        self._offer_agencies()
        if "key" in self.fields:
            self.fields["key"].required = False
            self.fields["key"].disabled = bool(self.instance.pk)
        help_texts.fill(self)
        self.add_word_fields()

    @cached_property
    def own(self) -> Own:
        return Own.of(self.instance, self._agency())

    def _agency(self) -> "AgencyPage | None":
        from .models import AgencyPage

        if isinstance(self.instance, AgencyPage):
            return self.instance
        parent = self.parent_page.specific if self.parent_page else None
        return parent if isinstance(parent, AgencyPage) else self.instance.agency

    def _offer_terms(self) -> None:
        """Terms that the town has hidden are not offered; an entry that has one keeps it."""
        for name in getattr(self.instance, "TERM_FIELDS", ()):
            if name in self.fields:
                kept = [term.pk for term in getattr(self.instance, name).all()]
                field = self.fields[name]
                shown = field.queryset.filter(Q(hidden=False) | Q(pk__in=kept))
                field.queryset = shown.order_by(
                    Coalesce("parent__sort", "sort"), F("parent").asc(nulls_first=True), "sort"
                )
                field.label_from_instance = _indented

    def _offer_agencies(self) -> None:
        """Other agencies that are public, and those named already: a draft elsewhere is nobody's business."""
        from .models import AgencyPage

        agency = self._agency()
        named = {"providers": [], "parent_agency": [getattr(self.instance, "parent_agency_id", None)]}
        if hasattr(self.instance, "providers"):
            named["providers"] = [provider.pk for provider in self.instance.providers.all()]
        for name, kept in named.items():
            if name in self.fields:
                others = AgencyPage.objects.filter(Q(live=True) | Q(pk__in=[pk for pk in kept if pk]))
                self.fields[name].queryset = others.exclude(pk=agency.pk if agency else None).order_by(
                    "title"
                )

    def save(self, commit: bool = True):
        page = super().save(commit=False)
        self._let_go_of_removed_parts(page)
        if commit:
            page.save()
            self._save_m2m()
        return page

    def _let_go_of_removed_parts(self, page: "Entry") -> None:
        """Hours or a number that were only for a place stay when the place goes, and are then the whole entry's."""
        gone = self.own.uids - {
            row.uid for relation in page.SUB_RECORDS for row in getattr(page, relation).all()
        }
        for relation in page.SUB_RECORDS:
            for row in getattr(page, relation).all():
                if getattr(row, "at", None) in gone:
                    row.at = None
