"""What changed goes into search's outbox, in the transaction that changed it.

On publish, not on save: Wagtail writes a page row for a draft too.
"""

from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished, post_page_move

from search import outbox

from .models import Address, AgencyPage, Entry, ServicePage, Term


def note(entry: Entry) -> None:
    """The entry; and with an agency its services, for they show its name and follow it when it closes."""
    ids = [entry.document_id]
    if isinstance(entry, AgencyPage):
        keys = ServicePage.objects.filter(agency=entry).values_list("translation_key", flat=True)
        ids += [f"{Address.Kind.SERVICE}:{key}" for key in keys]
    outbox.note(*ids)


@receiver([page_published, page_unpublished, post_page_move])
def entry_changed(sender, instance, **kwargs) -> None:
    entry = instance.specific if isinstance(instance, Entry) or _is_entry_page(instance) else None
    if isinstance(entry, Entry):
        _follow_the_tree(entry)
        note(entry)


def _is_entry_page(page) -> bool:
    model = page.specific_class
    return model is not None and issubclass(model, Entry)


def _follow_the_tree(entry: Entry) -> None:
    if isinstance(entry, ServicePage) and entry._agency_in_tree() != entry.agency:
        entry.save(update_fields=["agency"])


@receiver(pre_delete, sender=AgencyPage)
@receiver(pre_delete, sender=ServicePage)
def entry_deleted(sender, instance, **kwargs) -> None:
    """The code is retired and leads to the agency, where there is one; the document goes."""
    outbox.note(instance.document_id)
    if instance.address is None:
        return
    agency = instance.agency if isinstance(instance, ServicePage) else None
    instance.address.retire(agency.address if agency else None)


@receiver(post_delete, sender=Term)
def term_deleted(sender, instance, **kwargs) -> None:
    outbox.note(f"{Address.Kind.NEED}:{instance.uid}")
