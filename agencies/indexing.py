"""What changed goes into search's outbox, in the transaction that changed it; and the codes of what went are retired.

Entries on publish, not on save: Wagtail writes a page row for a draft too. The town's vocabulary has no drafts.
"""

from collections.abc import Iterable

from django.db.models import Q
from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished, post_page_move

from search import outbox

from .models import Address, AgencyPage, District, Entry, Scheme, ServicePage, Term


def note(entry: Entry) -> None:
    """The entry; and with an agency its services, for they show its name and follow it when it closes."""
    outbox.note(entry.document_id)
    if isinstance(entry, AgencyPage):
        note_services(Q(agency=entry) | Q(providers=entry))


def note_services(which: Q) -> None:
    keys = ServicePage.objects.filter(which).order_by().values_list("translation_key", flat=True).distinct()
    outbox.note(*(f"{Address.Kind.SERVICE}:{key}" for key in keys))


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
    note(instance)
    if instance.address is None:
        return
    agency = instance.agency if isinstance(instance, ServicePage) else None
    instance.address.retire(agency.address if agency else None)


def note_new_needs(terms: Iterable[Term]) -> None:
    """Needs that no entry names yet; what is created in bulk sends no signal."""
    outbox.note(*(f"{Address.Kind.NEED}:{term.uid}" for term in terms if term.scheme == Scheme.NEED))


def note_term(term: Term) -> None:
    """A need's own document, and those of every entry that is found by the term or shows it."""
    if term.scheme == Scheme.NEED:
        outbox.note(f"{Address.Kind.NEED}:{term.uid}")
    # One query for each field: a join over all seven would multiply their rows.
    for field in ServicePage.TERM_FIELDS:
        note_services(Q(**{field: term}) | Q(**{f"{field}__parent": term}))
    for agency in AgencyPage.objects.filter(kind=term):
        note(agency)


@receiver(post_save, sender=Term)
def term_changed(sender, instance, created, raw=False, **kwargs) -> None:
    if not raw:
        note_term(instance)


@receiver(pre_delete, sender=Term)
def term_deleted(sender, instance, **kwargs) -> None:
    note_term(instance)
    if instance.address is not None:
        instance.address.retire(instance.parent.address if instance.parent else None)


@receiver(post_save, sender=District)
@receiver(pre_delete, sender=District)
def district_changed(sender, instance, **kwargs) -> None:
    """Its code is a facet of every service there; and "everywhere" means every district there is."""
    note_services(Q())
