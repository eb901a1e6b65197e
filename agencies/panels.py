"""How an entry is laid out for its editors: vocabularies as ticks, parts that know their entry, words beside their source."""

from typing import Any

from django import forms
from django.utils.safestring import SafeString, mark_safe
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, InlinePanel, Panel, TabbedInterface

from .forms import EntryForm, PartForm, PlainCopyForm, ServiceCopyForm, WordedForm
from .reading_measures import LIMITS
from .reading_words import hints

__all__ = [
    "EntryForm",
    "ListPanel",
    "PartsPanel",
    "PlainCopyForm",
    "ReadingPanel",
    "ServiceCopyForm",
    "TermsPanel",
    "WordedForm",
    "WordedTabs",
    "WordsPanel",
]


class ListPanel(FieldPanel):
    """One choice from a short list, where Wagtail would open a chooser with every vocabulary in it."""

    def __init__(self, field_name: str, **kwargs):
        super().__init__(field_name, **{"widget": forms.Select, **kwargs})


class TermsPanel(FieldPanel):
    """Several choices as ticks, in columns."""

    def __init__(self, field_name: str, **kwargs):
        super().__init__(
            field_name, **{"widget": forms.CheckboxSelectMultiple, "classname": "lantern-terms", **kwargs}
        )


class PartsPanel(InlinePanel):
    """Sub-records of an entry; each form knows the entry's own places and refuses those of others."""

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        formset = options["formsets"][self.relation_name]
        # Wagtail hands over a form of its own where fields may be empty in a draft: ours stands before it.
        base = formset.get("form", WagtailAdminModelForm)
        formset["form"] = type(base)("PartForm", (PartForm, base), {})
        formset["inherit_kwargs"] = ["own"]
        return options


class WordsPanel(Panel):
    """The texts in further languages, each beside its source, marked where the source has changed since."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "agencies/admin/words_panel.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            context["languages"] = self.form.words_by_language()
            return context


class ReadingPanel(Panel):
    """How hard to read the texts above are, as they were last sent; while one types Wagtail's checker says it."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "agencies/admin/reading_panel.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            entry = self.instance
            context["texts"] = [
                (entry._meta.get_field(field).verbose_name, found)
                for field in LIMITS
                if (found := hints(field, getattr(entry, field), entry.words_language))
            ]
            return context


class WordedTabs(TabbedInterface):
    """The tabs of an editor that has a words panel."""

    class BoundPanel(TabbedInterface.BoundPanel):
        def render_missing_fields(self) -> SafeString:
            """Fields without a panel, as Wagtail adds them; the fields of the words panel stand there already."""
            placed = {*self.panel.get_form_options().get("fields", []), *self.form.word_field_names}
            return mark_safe(  # noqa: S308  (Django's own rendering of fields)
                "".join(str(self.form[name]) for name in self.form.fields if name not in placed)
            )
