"""A translated page of the town is published by somebody who did not translate it: superusers included.

wagtail-localize keeps who translated each text. What was translated before the last publishing has been looked at.
Once it is stopped for a page, the page is edited like any other, and who translated it are those who wrote it.
"""

from django.utils.functional import cached_property
from wagtail.models import Page, PagePermissionTester, Revision
from wagtail_localize.models import StringTranslation, Translation


def translators(page: Page) -> set[int]:
    """Ids of the people whose translations on this page nobody has published yet."""
    rows = StringTranslation.objects.filter(
        context__object_id=page.translation_key, locale_id=page.locale_id, last_translated_by__isnull=False
    )
    if page.last_published_at:
        rows = rows.filter(updated_at__gt=page.last_published_at)
    return set(rows.values_list("last_translated_by_id", flat=True)) | _writers_of_stopped(page)


def _writers_of_stopped(page: Page) -> set[int]:
    stopped = Translation.objects.filter(
        source__object_id=page.translation_key, target_locale_id=page.locale_id, enabled=False
    )
    if not stopped.exists():
        return set()
    rows = Revision.objects.for_instance(page).filter(user__isnull=False)
    if page.last_published_at:
        rows = rows.filter(created_at__gt=page.last_published_at)
    return set(rows.values_list("user_id", flat=True))


class TranslatedRights(PagePermissionTester):
    def can_publish(self) -> bool:
        return super().can_publish() and not self._has_translated

    @cached_property
    def _has_translated(self) -> bool:
        return self.user.pk in translators(self.page)


class ReadBySomebodyElse:
    """To be named before Page among the bases of a page that is translated with wagtail-localize."""

    def permissions_for_user(self, user):
        return TranslatedRights(user, self)
