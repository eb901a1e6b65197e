"""Taking away is never held for review: it acts on what is public in the same request, is logged, and looked at later.

Putting back is a change like any other and waits. What is taken away is written into the newest draft as well, or
the next approval would bring it back without anybody having asked for it.
"""

from collections.abc import Callable, Iterable
from datetime import date

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from wagtail.log_actions import log
from wagtail.models import PageLogEntry, Revision, get_default_page_content_type

from search import outbox

from . import freshness, indexing
from .models import Entry, LaterReview, Phone, Policy, Schedule, ServicePage, Status, User

Kind = LaterReview.Kind
TAKEN_AWAY = "agencies.take_away"
TITLE_HIDDEN = "agencies.hide_title"


def withhold(entry: Entry, uids: Iterable[str], by: User | None) -> bool:
    """Takes numbers off the site. False when none of them stands there."""
    wanted = {str(uid) for uid in uids}

    def hide(version: Entry) -> None:
        rows = list(version.phones.all())
        for row in rows:
            row.withheld = row.withheld or str(row.uid) in wanted
        version.phones = rows

    with transaction.atomic():
        if not _withhold_live(entry.pk, wanted, by):
            return False
        _keep_in_draft(entry, hide)
    return True


def close_today(entry: Entry, by: User | None) -> bool:
    """Says on the site that it is closed today, by the town's clock. False when it says so already."""
    day = freshness.today(Policy.current())
    live = _fresh(entry)
    if not live.live or any(_is_closure(row, day) for row in live.schedules.all()):
        return False
    closure = Schedule(entry_id=live.pk, closed=True, valid_from=day, valid_to=day)

    def close(version: Entry) -> None:
        rows = list(version.schedules.all())
        if closure.uid not in {row.uid for row in rows}:
            same = Schedule(pk=closure.pk, uid=closure.uid, closed=True, valid_from=day, valid_to=day)
            version.schedules = [*rows, same]

    with transaction.atomic():
        closure.save()
        tell(live, Kind.CLOSED_TODAY, by)
        _keep_in_draft(live, close)
    return True


def _is_closure(row: Schedule, day: date) -> bool:
    return row.closed and row.at is None and row.valid_from == row.valid_to == day


def _fresh(entry: Entry) -> Entry:
    return type(entry)._default_manager.get(pk=entry.pk)


def _keep_in_draft(entry: Entry, change: Callable[[Entry], None]) -> None:
    """A new revision without an author: what it takes away is in force, and nobody's change waits in it.

    Where no draft waits the new revision is what is public, or the entry would look as if it had changes.
    """
    draft = _fresh(entry).get_latest_revision_as_object()
    had_draft = draft.has_unpublished_changes
    change(draft)
    revision = draft.save_revision(clean=False)
    if not had_draft:
        rows = Entry.objects.filter(pk=entry.pk)
        rows.update(live_revision=revision, has_unpublished_changes=False)


def tell(entry: Entry, kind: str, by: User | None, detail: str = "") -> None:
    """Search, the log and the reviewers learn of what is in force already."""
    indexing.note(entry)
    index_at_once()
    log(instance=entry, action=TAKEN_AWAY, user=by, data={"kind": str(kind), "detail": detail})
    LaterReview.note(entry, kind, by=by, detail=detail)


def index_at_once() -> None:
    """Also where a worker indexes all else: it may take its time, and what was taken away must not be found."""
    transaction.on_commit(outbox.drain, robust=True)


def _withhold_live(entry_id: int, uids: set[str], by: User | None) -> bool:
    rows = list(Phone.objects.filter(entry_id=entry_id, entry__live=True, uid__in=uids, withheld=False))
    if not rows:
        return False
    Phone.objects.filter(pk__in=[row.pk for row in rows]).update(withheld=True)
    # The log and the queue name whom it reached, not the number: it was taken off the site for a reason.
    names = ", ".join(row.description for row in rows if row.description)
    tell(Entry.objects.get(pk=entry_id).specific, Kind.WITHHELD, by, names)
    return True


def _pause_live(entry_id: int, by: User | None) -> None:
    service = ServicePage.objects.filter(pk=entry_id, live=True, status=Status.ACTIVE).first()
    if service is None:
        return
    ServicePage.objects.filter(pk=service.pk).update(status=Status.TEMPORARILY_CLOSED)
    tell(service, Kind.PAUSED, by)


def _hide_title_live(entry_id: int, by: User | None) -> None:
    """Out of the browsers' histories. No family loses anything by it, so nobody has to look at it later."""
    entry = Entry.objects.filter(pk=entry_id, live=True, sensitive=False).first()
    if entry is None:
        return
    Entry.objects.filter(pk=entry.pk).update(sensitive=True)
    log(instance=entry.specific, action=TITLE_HIDDEN, user=by)


@receiver(post_save, sender=Revision)
def draft_written(sender, instance: Revision, created: bool, **kwargs) -> None:
    """A draft that takes something away: that one fact does not wait for the rest of the draft."""
    if not created or instance.base_content_type_id != get_default_page_content_type().pk:
        return
    entry_id, content = int(instance.object_id), instance.content
    withheld = {row["uid"] for row in content.get("phones") or [] if row.get("withheld")}
    if withheld:
        _withhold_live(entry_id, withheld, instance.user)
    if content.get("status") == Status.TEMPORARILY_CLOSED:
        _pause_live(entry_id, instance.user)
    if content.get("sensitive"):
        _hide_title_live(entry_id, instance.user)


@receiver(post_save, sender=PageLogEntry)
def taken_off(sender, instance: PageLogEntry, created: bool, **kwargs) -> None:
    """Wagtail's log is the one place that knows of every unpublishing and who did it; a command's has nobody."""
    if not created or instance.action != "wagtail.unpublish" or instance.user_id is None:
        return
    entry = Entry.objects.filter(pk=instance.page_id).first()
    if entry is not None:
        index_at_once()
        LaterReview.note(entry, Kind.UNPUBLISHED, by=instance.user)
