"""What somebody may do with an entry in Wagtail's admin: to publish is nobody's right, to take away is its editors'.

An entry becomes public by the review rule alone (`review.py`). So the right to publish, which a superuser and the
town's admin have elsewhere, ends at the edge of the agencies' branch: in the editor, in lists, for copies and old
versions alike. Code without a user (a harvest, the demo) publishes as before.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from wagtail.models import PagePermissionTester


class EntryRights(PagePermissionTester):
    def can_publish(self) -> bool:
        return False

    def can_publish_subpage(self) -> bool:
        return False

    def can_unschedule(self) -> bool:
        return self._may("publish")

    def can_reorder_children(self) -> bool:
        return self._may("publish")

    def can_take_away(self) -> bool:
        """Whoever edits it may take it, or a part of it, off the site: also while it waits for review, or is locked."""
        return self._may("change") and not self.page_is_root

    def can_unpublish(self) -> bool:
        return self.page.live and self.can_take_away()

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """What was public once is not deleted by those who could not publish it: they might take it off first."""
        if self._may("publish"):
            return super().can_delete(ignore_bulk)
        if self._was_public():
            return False
        if self.page.is_leaf() and self._may("change"):
            return True  # Wagtail would ask once more whether it is live, for every row of a list
        return super().can_delete(ignore_bulk)

    def _was_public(self) -> bool:
        """Itself, or something below it: what stands in the page already is asked of no database, for lists."""
        if self.page.live or self.page.first_published_at:
            return True
        if self.page.is_leaf():
            return False
        below = self.page.get_descendants()
        return below.filter(Q(live=True) | Q(first_published_at__isnull=False)).exists()

    def _may(self, verb: str) -> bool:
        return self.user.is_active and (self.user.is_superuser or verb in self.permissions)


class Reviewed:
    """To be named before Page among the bases: a page that the review rule alone makes public."""

    def permissions_for_user(self, user):
        return EntryRights(user, self)

    def save_revision(self, *args, overwrite_revision=None, **kwargs):
        """Raises PermissionDenied when told to write over a revision: it may have been approved as it was."""
        if overwrite_revision is not None:
            raise PermissionDenied("A revision of an entry is never overwritten.")
        return super().save_revision(*args, **kwargs)  # type: ignore[misc]
