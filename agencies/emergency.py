"""Publishing without review, for what cannot wait: with a reason, logged, and looked at afterwards by somebody else."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log

from .membership import UNREVIEWED
from .models import Entry, LaterReview, User

PUBLISHED = "agencies.publish_without_review"


def may_publish(entry: Entry, user: User) -> bool:
    return user.has_perm(UNREVIEWED) and entry.permissions_for_user(user).can_edit()


@transaction.atomic
def publish(entry: Entry, by: User, reason: str) -> None:
    """Publishes the newest draft. Raises PermissionDenied without the right, ValueError without a reason."""
    if not may_publish(entry, by):
        raise PermissionDenied
    if not reason.strip():
        raise ValueError("Publishing without review needs a reason.")
    revision = entry.get_latest_revision() or entry.save_revision(user=by)
    revision.publish(user=by, skip_permission_checks=True)
    log(instance=entry, action=PUBLISHED, user=by, revision=revision, data={"reason": reason.strip()})
    LaterReview.note(entry, LaterReview.Kind.UNREVIEWED, by=by, detail=reason.strip())
