"""A new service begins as a copy of one's own: another entry, a draft that nobody has checked, for review."""

from __future__ import annotations

import datetime

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from agencies.models import EntryWords, Phone, ServicePage, fingerprint
from tests.admin_forms import send
from tests.agencies.stage import Stage, approve_all, edit_address, signed_in

CHECKED = {"assured_date": datetime.date(2026, 1, 1), "assurer": "Harbour house", "assurer_role": "Duty desk"}


@pytest.fixture
def stage(stage: Stage) -> Stage:
    ServicePage.objects.filter(pk=stage.service.pk).update(**CHECKED)
    Phone.objects.filter(entry=stage.service).update(**CHECKED, free_call="yes")
    service = ServicePage.objects.get(pk=stage.service.pk)
    phone = service.phones.get()
    service.words.add(
        EntryWords(
            language="de", field="assurer", text="Hafenhaus", fingerprint=fingerprint("Harbour house")
        ),
        EntryWords(language="de", field="description", record=phone.uid, text="Empfang"),
    )
    service.save_revision().publish()
    stage.service = ServicePage.objects.get(pk=service.pk)
    return stage


@pytest.fixture
def editor(stage: Stage) -> Client:
    return signed_in("editor", stage.own)


def copying(page: ServicePage) -> str:
    return reverse("wagtailadmin_pages:copy", args=[page.pk])


def copied(client: Client, stage: Stage, title: str = "Talk to a nurse") -> HttpResponse:
    return client.post(copying(stage.service), {"new_title": title, "new_parent_page": stage.own.pk})


def the_copy() -> ServicePage:
    return ServicePage.objects.get(title="Talk to a nurse")


def test_a_copy_is_a_draft_of_the_same_agency_and_opens_at_once(editor: Client, stage: Stage) -> None:
    answer = copied(editor, stage)
    copy = the_copy()
    assert answer["Location"] == edit_address(copy)
    assert (copy.agency, copy.live, copy.owner.username) == (stage.own, False, "editor-harbour")
    assert Client().get(f"/en/{copy.code}/").status_code == 404
    assert copy.code != stage.service.code


def test_a_copy_takes_over_facts_and_words_under_ids_of_its_own(editor: Client, stage: Stage) -> None:
    copied(editor, stage)
    draft = the_copy().get_latest_revision_as_object()
    (phone,) = draft.phones.all()
    assert (phone.number, phone.free_call) == ("01632 960 111", "yes")
    assert phone.uid != stage.service.phones.get().uid
    assert str(draft.said("description", "de", phone)) == "Empfang"
    assert draft.translation_key != stage.service.translation_key


@pytest.mark.parametrize("which", ["as saved", "latest draft", "first draft"])
def test_nobody_has_checked_a_copy(editor: Client, stage: Stage, which: str) -> None:
    copied(editor, stage)
    copy = the_copy()
    if which == "latest draft":
        copy = copy.get_latest_revision_as_object()
    if which == "first draft":
        copy = copy.revisions.order_by("pk").first().as_object()
    for record in (copy, *copy.phones.all()):
        assert (record.assured_date, record.assurer, record.assurer_role) == (None, "", "")
    assert "assurer" not in {row.field for row in copy.words.all()}


def test_what_was_copied_stays_as_it_is(editor: Client, stage: Stage) -> None:
    before = list(Phone.objects.filter(entry=stage.service).values())
    copied(editor, stage)
    assert list(Phone.objects.filter(entry=stage.service).values()) == before
    assert ServicePage.objects.get(pk=stage.service.pk).assured_date == CHECKED["assured_date"]


def test_a_copy_becomes_public_by_its_review(editor: Client, stage: Stage) -> None:
    copied(editor, stage)
    send(editor, edit_address(the_copy()), {}, **{"action-submit": "yes"})
    assert not the_copy().live
    approve_all()
    copy = the_copy()
    assert copy.live
    assert (copy.phones.get().assured_date, copy.assured_date) == (None, None)


def test_only_a_title_is_asked_and_it_must_be_another(contexts: None, editor: Client, stage: Stage) -> None:
    shown = editor.get(copying(stage.service)).content.decode()
    assert "Give the copy a title of its own." in shown
    assert 'name="new_slug"' not in shown
    assert "publish_copies" not in signed_in("superuser").get(copying(stage.service)).content.decode()
    refused = copied(editor, stage, "talk to SOMEBODY")
    assert refused.status_code == 200
    assert refused.context["form"].errors["new_title"]
    assert refused.status_code == copied(editor, stage, "x" * 256).status_code


def test_the_same_copy_may_be_made_twice(editor: Client, stage: Stage) -> None:
    copied(editor, stage)
    copied(editor, stage)
    assert ServicePage.objects.filter(title="Talk to a nurse").count() == 2


def test_a_service_of_another_agency_is_not_copied_from(editor: Client, stage: Stage) -> None:
    assert editor.get(copying(stage.others_service)).status_code == 404
    editor.post(copying(stage.others_service), {"new_title": "Mine", "new_parent_page": stage.own.pk})
    assert not ServicePage.objects.filter(title="Mine").exists()


def test_copying_is_offered_on_the_service_and_where_a_new_one_begins(editor: Client, stage: Stage) -> None:
    assert copying(stage.service) in editor.get(edit_address(stage.service)).content.decode()
    creating = reverse("wagtailadmin_pages:add", args=["agencies", "servicepage", stage.own.pk])
    assert "choose “Copy”" in editor.get(creating).content.decode()
