"""wagtail-localize is for the town's own pages: no road of it leads into the agencies' branch."""

from __future__ import annotations

from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail_localize.models import LocaleSynchronization, TranslatableObject, TranslationSource
from wagtail_localize.operations import translate_object

from agencies.models import AgenciesPage
from portal.models import ContentPage, HomePage
from tests.admin_forms import send
from tests.agencies.stage import Stage, signed_in


@pytest.fixture
def admin(stage: Stage) -> Client:
    return signed_in("superuser")


def branch_size() -> int:
    return AgenciesPage.objects.get().get_descendants(inclusive=True).count()


def everything(stage: Stage) -> list[Page]:
    return [AgenciesPage.objects.get(), stage.own, stage.service]


@pytest.mark.parametrize("method", ["get", "post"])
def test_its_form_for_a_new_translation_is_closed(admin: Client, stage: Stage, method: str) -> None:
    locales = {"locales": [Locale.objects.get(language_code="de").pk], "include_subtree": "on"}
    for page in everything(stage):
        address = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
        assert getattr(admin, method)(address, locales).status_code == 403
    assert Page.objects.filter(locale__language_code="de").count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_its_form_that_publishes_translations_is_closed(admin: Client, stage: Stage, method: str) -> None:
    """A source that came in by another door: written past the guard."""
    TranslatableObject.objects.create(
        translation_key=stage.service.translation_key, content_type=stage.service.content_type
    )
    source = TranslationSource(
        object_id=stage.service.translation_key,
        specific_content_type=stage.service.content_type,
        locale=stage.service.locale,
        object_repr="x",
        content_json="{}",
        last_updated_at=timezone.now(),
    )
    (source,) = TranslationSource.objects.bulk_create([source])
    address = reverse("wagtail_localize:update_translations", args=[source.pk])
    assert getattr(admin, method)(address, {"publish_translations": "on"}).status_code == 403
    aliasing = reverse("wagtail_localize:convert_to_alias", args=[stage.service.pk])
    assert getattr(admin, method)(aliasing).status_code == 403


def test_no_entry_becomes_a_source_of_translation(stage: Stage) -> None:
    german = [Locale.objects.get(language_code="de")]
    for page in everything(stage):
        with pytest.raises(PermissionDenied):
            translate_object(page, german)
    assert not TranslationSource.objects.exists()


def test_translate_is_not_offered_on_an_entry_but_on_a_town_page(admin: Client, stage: Stage) -> None:
    page = ContentPage(title="About us", slug="about")
    HomePage.objects.get(locale__language_code="en").add_child(instance=page)
    for parent, child, offered in (
        (page.get_parent(), page, True),
        (AgenciesPage.objects.get(), stage.own, False),
        (stage.own, stage.service, False),
    ):
        address = reverse("wagtail_localize:submit_page_translation", args=[child.pk])
        for shown in (
            admin.get(reverse("wagtailadmin_explore", args=[parent.pk])),
            admin.get(reverse("wagtailadmin_pages:edit", args=[child.pk])),
        ):
            assert (address in shown.content.decode()) is offered


def test_a_new_language_does_not_copy_the_branch(stage: Stage) -> None:
    """A language that follows English gets aliases of the town's pages, never of agencies or entries."""
    before = branch_size()
    page = ContentPage(title="About us", slug="about")
    HomePage.objects.get(locale__language_code="en").add_child(instance=page)
    with mock.patch("wagtail.coreutils.get_content_languages", lambda: {"pl": "Polski"}):
        polish = Locale.objects.create(language_code="pl")
        LocaleSynchronization.objects.create(
            locale=polish, sync_from=Locale.objects.get(language_code="en")
        ).sync_trees()
    copied = {page.specific_class for page in Page.objects.filter(locale=polish)}
    assert copied == {HomePage, ContentPage}
    assert branch_size() == before


def test_a_new_entry_is_not_copied_into_languages_that_follow(admin: Client, stage: Stage) -> None:
    english, german = (Locale.objects.get(language_code=code) for code in ("en", "de"))
    LocaleSynchronization.objects.create(locale=german, sync_from=english)
    creating = reverse("wagtailadmin_pages:add", args=["agencies", "servicepage", stage.own.pk])
    before = branch_size()
    assert send(admin, creating, {"title": "A new service"}).status_code == 302
    assert branch_size() == before + 1
    assert not Page.objects.filter(alias_of__isnull=False).exists()
