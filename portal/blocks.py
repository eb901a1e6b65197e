"""The small set of blocks a page of the town is made of. Numbers are never typed: a block points at one."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from agencies.models import Scheme, Term

NUMBER_KINDS = [
    ("emergency", _("emergency")),
    ("child_helpline", _("child helpline")),
    ("missing_children", _("missing children")),
    ("police", _("local police")),
    ("child_protection", _("child protection team")),
    ("parent_helpline", _("helpline for parents")),
]


def need_choices() -> list[tuple[str, str]]:
    """A callable, since the vocabulary is data that the town edits."""
    return list(Term.objects.of(Scheme.NEED).shown().values_list("code", "name"))


def service_kind_choices() -> list[tuple[str, str]]:
    return list(Term.objects.of(Scheme.SERVICE_KIND).shown().values_list("code", "name"))


def surroundings(parent_context, needs=(), kinds=()):
    """What the town and its entries put into a block, for the reader of this page."""
    from .surroundings import Surroundings  # its models are built from these very blocks

    return Surroundings.of(parent_context or {}, needs, kinds)


class HeadingBlock(blocks.CharBlock):
    class Meta:
        icon = "title"
        template = "blocks/heading.html"
        label = _("heading")


class ParagraphBlock(blocks.TextBlock):
    class Meta:
        icon = "pilcrow"
        template = "blocks/paragraph.html"
        label = _("text")


class StepsBlock(blocks.ListBlock):
    def __init__(self, **kwargs):
        super().__init__(blocks.CharBlock(max_length=255, label=_("step")), **kwargs)

    class Meta:
        icon = "list-ol"
        template = "blocks/steps.html"
        label = _("steps")


class NoticeBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=120, label=_("title"))
    text = blocks.TextBlock(label=_("text"))

    class Meta:
        icon = "info-circle"
        template = "blocks/notice.html"
        label = _("notice")


class UrgentBlock(NoticeBlock):
    """Danger, named calmly. The town's help numbers stand beneath it by themselves."""

    def get_context(self, value, parent_context=None):
        return super().get_context(value, parent_context) | {
            "numbers": surroundings(parent_context).help_numbers()
        }

    class Meta:
        icon = "warning"
        template = "blocks/urgent.html"
        label = _("urgent notice")


class CodesBlock(blocks.MultipleChoiceBlock):
    """Codes of terms. Wagtail compares each with all its choices whenever a page is read: a query for every code."""

    def to_python(self, value):
        return list(value or [])

    def normalize(self, value):
        return list(value or [])


class NeedsBlock(CodesBlock):
    def get_context(self, value, parent_context=None):
        return super().get_context(value, parent_context) | {
            "rows": surroundings(parent_context, needs=value).need_rows(value)
        }

    class Meta:
        icon = "link"
        template = "blocks/needs.html"
        label = _("links to needs")


class ServicesBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=120, required=False, label=_("title"))
    kinds = CodesBlock(choices=service_kind_choices, label=_("kinds of service"))

    def get_context(self, value, parent_context=None):
        kinds = value["kinds"]
        found = surroundings(parent_context, kinds=kinds).cards_of_kinds(kinds)
        return super().get_context(value, parent_context) | {"cards": found}

    class Meta:
        icon = "group"
        template = "blocks/services.html"
        label = _("services of these kinds")


class NumbersBlock(blocks.MultipleChoiceBlock):
    def get_context(self, value, parent_context=None):
        return super().get_context(value, parent_context) | {
            "numbers": surroundings(parent_context).help_numbers(*value) if value else []
        }

    class Meta:
        icon = "mobile-alt"
        template = "blocks/numbers.html"
        label = _("the town's numbers")


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(max_length=160, label=_("question"))
    answer = blocks.TextBlock(label=_("answer"))

    class Meta:
        icon = "help"
        template = "blocks/question.html"
        label = _("question and answer")


BODY = [
    ("heading", HeadingBlock()),
    ("paragraph", ParagraphBlock()),
    ("steps", StepsBlock()),
    ("notice", NoticeBlock()),
    ("urgent", UrgentBlock()),
    ("needs", NeedsBlock(choices=need_choices)),
    ("services", ServicesBlock()),
    ("numbers", NumbersBlock(choices=NUMBER_KINDS)),
    ("question", QuestionBlock()),
]
