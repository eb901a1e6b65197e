"""The town's own pages in search: one document for all translations of a page."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models.signals import pre_delete
from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished

import search
from agencies import freshness
from agencies.documents import url_pattern
from agencies.models import Address, Policy
from search import outbox
from search.types import Document, Text

from .models import ContentPage

AUDIENCES = {
    ContentPage.Audience.CHILD: ("child",),
    ContentPage.Audience.PARENT: ("parent-carer",),
    ContentPage.Audience.PROFESSIONAL: ("professional",),
    ContentPage.Audience.EVERYONE: (),
}


def text_of(page: ContentPage) -> Text:
    words = [text for block in page.body for text in block.block.get_searchable_content(block.value)]
    return Text(title=page.title, summary=page.intro, body="\n".join(words))


class Pages:
    """The source of content pages for search."""

    prefixes = (Address.Kind.PAGE,)

    def today(self) -> date:
        return freshness.today(Policy.current())

    def of_the_day(self) -> tuple[str, ...]:
        """A page changes only when somebody changes it."""
        return ()

    def documents(self, ids: Iterable[str] | None = None) -> Iterator[Document]:
        pages = ContentPage.objects.live().filter(alias_of__isnull=True).select_related("address", "locale")
        if ids is not None:
            pages = pages.filter(translation_key__in=[document_id.partition(":")[2] for document_id in ids])
        by_key: dict[str, list[ContentPage]] = {}
        for page in pages.order_by("translation_key", "locale_id"):
            by_key.setdefault(page.document_id, []).append(page)
        for document_id, translations in by_key.items():
            first = translations[0]
            yield Document(
                id=document_id,
                kind="page",
                url=url_pattern(first.code),
                texts={page.locale.language_code: text_of(page) for page in translations},
                facets={"audience": AUDIENCES[ContentPage.Audience(first.audience)]},
                weight=0.6,
            )


@receiver([page_published, page_unpublished], sender=ContentPage)
def page_changed(sender, instance, **kwargs) -> None:
    outbox.note(instance.document_id)


@receiver(pre_delete, sender=ContentPage)
def page_deleted(sender, instance, **kwargs) -> None:
    """The last translation takes the address with it into retirement."""
    outbox.note(instance.document_id)
    others = ContentPage.objects.filter(translation_key=instance.translation_key).exclude(pk=instance.pk)
    if instance.address is not None and not others.exists():
        instance.address.retire()


def register() -> None:
    search.register(Pages())
