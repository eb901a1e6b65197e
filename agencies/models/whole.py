"""A page and search's duty to index it change together or not at all.

Wagtail publishes, unpublishes and moves in several steps and sends its signal after the last one: a process
that is killed in between would leave a page that search never hears of. What editors do in the admin is whole
by `portal.middleware.WholeRequests` besides, for some of Wagtail's views pass these methods by.
"""

from django.db import transaction


class WholeChanges:
    """To be named before Page among the bases."""

    @transaction.atomic
    def publish(self, *args, **kwargs):
        return super().publish(*args, **kwargs)  # type: ignore[misc]

    @transaction.atomic
    def unpublish(self, *args, **kwargs):
        return super().unpublish(*args, **kwargs)  # type: ignore[misc]

    @transaction.atomic
    def move(self, *args, **kwargs):
        return super().move(*args, **kwargs)  # type: ignore[misc]
