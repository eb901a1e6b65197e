"""A translated page of the town is published by somebody who did not translate it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.operations import translate_object

from agencies.models import User
from portal.models import ContentPage, HomePage
from tests.admin_forms import send
from tests.agencies.stage import person, proven


@pytest.fixture
def translation(town: None) -> Translation:
    """A page of the town in English, to be translated into German."""
    page = ContentPage(title="About us", slug="about", intro="Who we are.")
    HomePage.objects.get(locale__language_code="en").add_child(instance=page)
    page.save_revision().publish()
    translate_object(page, [Locale.objects.get(language_code="de")])
    return Translation.objects.get(source__object_id=page.translation_key)


def translate(translation: Translation, user: User) -> None:
    segment = StringSegment.objects.filter(source=translation.source, context__path="intro").get()
    StringTranslation.objects.update_or_create(
        translation_of=segment.string,
        locale=translation.target_locale,
        context=segment.context,
        defaults={"data": "Wer wir sind.", "last_translated_by": user},
    )


def german(translation: Translation) -> ContentPage:
    return translation.get_target_instance()


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Any) -> Callable[[], AbstractContextManager]:
    """wagtail-localize publishes after the commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.mark.parametrize("role", ["town_editor", "superuser"])
def test_somebody_else_publishes_it(translation: Translation, role: str, commits: Any) -> None:
    translator, other = person(role), person("town_admin")
    translate(translation, translator)
    address = reverse("wagtailadmin_pages:edit", args=[german(translation).pk])
    with commits():
        proven(translator).post(address, {"action": "publish"})
    assert not german(translation).live
    with commits():
        proven(other).post(address, {"action": "publish"})
    page = german(translation)
    assert (page.live, page.intro) == (True, "Wer wir sind.")
    assert page.permissions_for_user(translator).can_publish()


def test_updating_from_the_source_is_no_way_round(translation: Translation, commits: Any) -> None:
    translator = person("town_editor")
    translate(translation, translator)
    address = reverse("wagtail_localize:update_translations", args=[translation.source_id])
    form = {"publish_translations": "on"}
    with commits():
        assert proven(translator).post(address, form).status_code == 403
    assert not german(translation).live
    with commits():
        assert proven(person("town_admin")).post(address, form).status_code == 302
    assert german(translation).live


def test_the_source_is_published_by_whoever_wrote_it(translation: Translation) -> None:
    """What the town writes itself has no second pair of eyes by rule; only languages that few can read."""
    source = ContentPage.objects.get(locale__language_code="en")
    translate(translation, translator := person("town_editor"))
    assert source.permissions_for_user(translator).can_publish()


def test_after_stopping_the_tool_its_writers_are_translators(translation: Translation) -> None:
    """Then the page has Wagtail's own editor, and nobody's name stands beside the texts."""
    translator = proven(author := person("town_editor"))
    assert (
        translator.post(reverse("wagtail_localize:stop_translation", args=[translation.pk])).status_code
        == 302
    )
    address = reverse("wagtailadmin_pages:edit", args=[german(translation).pk])
    text = {"intro": "Wer wir sind, neu.", "body-count": "0"}
    send(translator, address, text)
    send(translator, address, text, **{"action-publish": "yes"})
    assert not german(translation).live
    send(proven(person("town_admin")), address, text, **{"action-publish": "yes"})
    page = german(translation)
    assert (page.live, page.intro) == (True, "Wer wir sind, neu.")
    assert page.permissions_for_user(author).can_publish()


@pytest.mark.parametrize("role", ["youth_council_editor", "town_admin"])
def test_making_it_an_alias_is_no_way_round(translation: Translation, role: str) -> None:
    """An alias has the text and the state of its source: whoever may not publish the page may not do that either."""
    address = reverse("wagtail_localize:convert_to_alias", args=[german(translation).pk])
    page, may = german(translation), role == "town_admin"
    assert proven(person(role)).post(address).status_code == (302 if may else 403)
    page.refresh_from_db()
    assert page.live is may
