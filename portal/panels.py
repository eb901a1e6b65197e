"""Fields and forms of the town's own settings."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import Panel

from agencies.forms import DAY_NAMES, DaysField


def validate_languages(value: list[str]) -> None:
    unknown = [code for code in value if code not in dict(settings.LANGUAGES)]
    if unknown:
        raise ValidationError(
            _("This site does not have these languages: %(codes)s"), params={"codes": ", ".join(unknown)}
        )
    if not value:
        raise ValidationError(_("Choose at least one language."))


class LanguagesField(models.JSONField):
    """An ordered list of language codes, edited as ticks."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("validators", [validate_languages])
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs):
        return forms.MultipleChoiceField(
            choices=settings.LANGUAGES,
            widget=forms.CheckboxSelectMultiple,
            label=self.verbose_name,
            help_text=self.help_text,
            required=True,
        )


class WeekdaysField(models.CharField):
    """Days of the week, kept as HSDS writes them (MO,TU,WE), edited as ticks."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 20)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs):
        return DaysField(choices=DAY_NAMES, label=self.verbose_name, help_text=self.help_text, required=False)


class SuggestionsPanel(Panel):
    """Which of the town's numbers nobody has confirmed yet, where they come from, and what to do with them."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "portal/admin/suggestions.html"

        def is_shown(self) -> bool:
            return bool(self._waiting())

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            return super().get_context_data(parent_context) | {"waiting": self._waiting()}

        def _waiting(self) -> list[Any]:
            return [number for number in self.instance.numbers.all() if not number.is_confirmed]
