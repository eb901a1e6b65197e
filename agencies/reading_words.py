"""What is found hard to read, in words that say what to do."""

from math import ceil

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .reading_measures import Finding, Measure, findings

NAMES: dict[Measure, str | Promise] = {
    Measure.MEAN: gettext_lazy("Long sentences"),
    Measure.LONGEST: gettext_lazy("A very long sentence"),
    Measure.LIX: gettext_lazy("Many long words"),
}
HELP: dict[tuple[str, Measure], str | Promise] = {
    ("child_summary", Measure.MEAN): gettext_lazy(
        "For children: eight words in a sentence, on average. One idea a sentence."
    ),
    ("child_summary", Measure.LONGEST): gettext_lazy(
        "For children: no sentence over fifteen words. Make two of it."
    ),
    ("child_summary", Measure.LIX): gettext_lazy(
        "For children: take shorter words, the ones you would say aloud."
    ),
    ("summary", Measure.MEAN): gettext_lazy("Twenty words in a sentence at most. Make two of it."),
    ("summary", Measure.LONGEST): gettext_lazy("Twenty words in a sentence at most. Make two of it."),
    ("summary", Measure.LIX): gettext_lazy("Take shorter words, the ones you would say aloud."),
}


def hints(field: str, text: str, language: str) -> list[str]:
    """One sentence for each finding, with what was measured."""
    return [_hint(field, finding) for finding in findings(field, text, language)]


def _hint(field: str, finding: Finding) -> str:
    return _("%(name)s (%(value)s, at most %(limit)s). %(help)s") % {
        "name": NAMES[finding.measure],
        "value": ceil(finding.value),  # 8.3 is over 8, and must look so
        "limit": finding.limit,
        "help": HELP[field, finding.measure],
    }
