"""How an entry is edited: words of further languages beside their source, terms as ticks, places only of one's own agency."""

from typing import Any

from django import forms
from django.conf import settings
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, Panel

from .models.words import HAND, fingerprint


class TermsPanel(FieldPanel):
    """Terms of one vocabulary as a list of ticks."""

    def __init__(self, field_name: str, **kwargs):
        super().__init__(field_name, **{"widget": forms.CheckboxSelectMultiple, **kwargs})


class WordsPanel(Panel):
    """The texts in further languages, each beside its source, marked where the source has changed since."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "agencies/admin/words_panel.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            context["languages"] = (
                self.form.words_by_language() if hasattr(self.form, "words_by_language") else []
            )
            return context


class EntryForm(WagtailAdminPageForm):
    """Adds one text area for each (further language, text of the entry) and keeps the rows of words in step."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._offer_only_own_places()
        self._word_fields: list[tuple[str, str, Any, str, str]] = []
        for language, _name in settings.LANGUAGES:
            if language != self.instance.words_language:
                self._add_word_fields(language)

    def _offer_only_own_places(self) -> None:
        formset = self.formsets.get("service_at_locations")
        if formset is None:
            return
        from .models.location import Location

        agency_id = self.instance.agency_id or (self.parent_page.pk if self.parent_page else None)
        own = Location.objects.filter(entry_id=agency_id)
        for form in [*formset.forms, formset.empty_form]:
            form.fields["location"].queryset = own
        formset.form.base_fields["location"].queryset = own

    def _add_word_fields(self, language: str) -> None:
        for record, field, source in self.instance.sources():
            if not source.strip():
                continue
            said = self.instance._words(language).get((record.uid if record else None, field))
            name = f"words-{language}-{record.uid if record else ''}-{field}"
            long = len(source) > 120 or "\n" in source
            self.fields[name] = forms.CharField(
                required=False,
                initial=said.text if said else "",
                label=self._label(record, field),
                widget=forms.Textarea(attrs={"rows": 4 if long else 1, "lang": language, "dir": "auto"}),
            )
            self._word_fields.append((name, language, record, field, source))

    def _label(self, record: Any, field: str) -> str:
        label = str((record or self.instance)._meta.get_field(field).verbose_name)
        return f"{record}: {label}" if record else label

    def words_by_language(self) -> list[dict[str, Any]]:
        """What the panel shows: for each further language its texts, their sources, and which are out of date."""
        found: dict[str, dict[str, Any]] = {}
        names = dict(settings.LANGUAGES)
        for name, language, record, field, source in self._word_fields:
            row = self.instance._words(language).get((record.uid if record else None, field))
            group = found.setdefault(
                language, {"code": language, "name": names[language], "rows": [], "stale": 0, "missing": 0}
            )
            stale = bool(row and row.text and row.is_stale(source))
            group["stale"] += stale
            group["missing"] += not (row and row.text)
            group["rows"].append(
                {
                    "field": self[name],
                    "source": source,
                    "stale": stale,
                    "machine": bool(row and row.by != HAND),
                }
            )
        return list(found.values())

    def save(self, commit: bool = True):
        page = super().save(commit=False)
        self._save_words(page)
        if commit:
            page.save()
        return page

    def _save_words(self, page) -> None:
        """A text that was typed is made by hand from the source as it stands now; an untouched one keeps its date."""
        from .models.entry import EntryWords

        rows = list(page.words.all())
        known = {(row.language, row.record, row.field): row for row in rows}
        for name, language, record, field, _source in self._word_fields:
            if name not in self.changed_data:
                continue
            key = (language, record.uid if record else None, field)
            source = getattr(self._current(page, record), field, "") or ""
            row = known.get(key)
            if row is None:
                row = EntryWords(language=language, record=key[1], field=field)
                rows.append(row)
            row.text, row.by, row.fingerprint = self.cleaned_data[name], HAND, fingerprint(source)
        page.words = [row for row in rows if row.text]
        page.__dict__.pop("_words_by_language", None)

    @staticmethod
    def _current(page, record: Any):
        if record is None:
            return page
        relation = record._meta.get_field(
            "entry" if hasattr(record, "entry") else "service"
        ).remote_field.related_name
        return next((row for row in getattr(page, relation).all() if row.uid == record.uid), record)
