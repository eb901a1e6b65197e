"""An entry is edited in one place: facts, words of all languages, preview, review; and only one's own places."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from agencies.models import AgencyPage, Contact, EntryWords, Location, Phone, ServicePage
from tests.admin_forms import add_row, fields_of, opened, send
from tests.agencies.stage import Stage, approve_all, edit_address, signed_in

SUBMIT = {"action-submit": "yes"}
GERMAN_TITLE = "words-de--title"


@pytest.fixture
def admin(stage: Stage) -> Client:
    return signed_in("superuser")


def fresh(page: ServicePage) -> ServicePage:
    return ServicePage.objects.get(pk=page.pk)


def german_title(page: Page) -> EntryWords | None:
    return next((row for row in page.words.all() if (row.language, row.field) == ("de", "title")), None)


def published(client: Client, address: str, changes: Mapping[str, object]) -> HttpResponse:
    """Sent to review, and approved by somebody else."""
    answer = send(client, address, changes, **SUBMIT)
    approve_all()
    return answer


# Facts and words


def test_number_changed_in_english_stands_on_the_arabic_page_at_once(admin: Client, stage: Stage) -> None:
    address = f"/ar/{stage.service.code}/"
    assert "960 111" in admin.get(address).content.decode()
    answer = published(admin, edit_address(stage.service), {"phones-0-number": "01632 960 222"})
    assert answer.status_code == 302
    page = Client().get(address).content.decode()
    assert "960 222" in page
    assert "960 111" not in page


def test_words_are_kept_in_the_draft_and_shown_when_it_is_published(admin: Client, stage: Stage) -> None:
    address = edit_address(stage.service)
    assert send(admin, address, {GERMAN_TITLE: "Reden hilft"}).status_code == 302
    assert german_title(fresh(stage.service)).text == "Mit jemandem reden"
    draft = Page.objects.get(pk=stage.service.pk).get_latest_revision_as_object()
    assert german_title(draft).text == "Reden hilft"
    assert published(admin, address, {}).status_code == 302
    assert german_title(fresh(stage.service)).text == "Reden hilft"
    assert "Reden hilft" in Client().get(f"/de/{stage.service.code}/").content.decode()


def test_a_revision_keeps_every_part_of_an_entry_with_a_place(stage: Stage) -> None:
    """Wagtail takes an error while it reads the parts for "no parts", and the draft would be empty."""
    content = stage.own.save_revision().content
    assert content["locations"][0]["address_1"] == "1 Quay Street"
    assert {"phones", "words", "schedules"} <= set(content)


def test_changed_source_leaves_the_words_and_marks_what_changed(admin: Client, stage: Stage) -> None:
    address = edit_address(stage.service)
    published(admin, address, {"title": "Talk to somebody kind"})
    row = german_title(fresh(stage.service))
    assert row.text == "Mit jemandem reden"
    assert row.is_stale("Talk to somebody kind")
    shown = admin.get(address).content.decode()
    assert re.search(r"<ins>\s*kind</ins>", shown)
    assert "1 out of date" in shown


def test_a_tick_says_that_words_are_still_right(admin: Client, stage: Stage) -> None:
    address = edit_address(stage.service)
    published(admin, address, {"title": "Talk to somebody, please"})
    published(admin, address, {f"{GERMAN_TITLE}-right": "on"})
    row = german_title(fresh(stage.service))
    assert not row.is_stale("Talk to somebody, please")
    assert (row.by, row.made_from) == ("hand", "")


def test_saving_without_a_change_leaves_machine_words_marked(admin: Client, stage: Stage) -> None:
    """A browser sends line breaks as CRLF; that alone is nobody's reading."""
    ServicePage.objects.filter(pk=stage.service.pk).update(description="We listen.\n\nWe help.")
    text = "Wir hören zu.\n\nWir helfen."
    EntryWords.objects.create(
        entry=stage.service, language="de", field="description", text=text, by="machine"
    )
    published(admin, edit_address(stage.service), {})
    row = EntryWords.objects.get(entry=stage.service, field="description")
    assert (row.text, row.by, row.fingerprint) == (text, "machine", "")


def test_words_of_a_removed_number_go_with_it(admin: Client, stage: Stage) -> None:
    phone = stage.service.phones.get()
    EntryWords.objects.create(
        entry=stage.service, language="de", field="description", record=phone.uid, text="Empfang"
    )
    published(admin, edit_address(stage.service), {"phones-0-DELETE": "1"})
    assert not EntryWords.objects.filter(entry=stage.service, record=phone.uid).exists()


def test_words_of_an_emptied_text_go_with_it(admin: Client, stage: Stage) -> None:
    """An old alert must not come back in another language when a new one is written."""
    address = edit_address(stage.service)
    published(admin, address, {"alert": "Closed until 3 May."})
    published(admin, address, {"words-de--alert": "Zu bis 3. Mai."})
    published(admin, address, {"alert": ""})
    assert not EntryWords.objects.filter(entry=stage.service, field="alert").exists()


def test_a_part_that_only_a_draft_has_keeps_its_id_and_its_words(admin: Client, stage: Stage) -> None:
    address = edit_address(stage.service)
    fields = opened(admin, address)
    add_row(fields, "phones", number="01632 960 333", description="Night desk", type="voice")
    for name in ("free_call", "anonymous", "recorded", "located", "on_bill"):
        fields[f"phones-1-{name}"] = ["unknown"]
    assert admin.post(address, fields).status_code == 302
    draft = Page.objects.get(pk=stage.service.pk).get_latest_revision_as_object()
    uid = next(phone.uid for phone in draft.phones.all() if phone.number.endswith("333"))
    words = {f"words-de-{uid}-description": "Nachtdienst"}
    assert send(admin, address, words).status_code == 302
    assert published(admin, address, {}).status_code == 302
    assert Phone.objects.get(number="01632 960 333").uid == uid
    assert EntryWords.objects.get(entry=stage.service, record=uid).text == "Nachtdienst"


def test_a_draft_part_cannot_take_the_id_of_another_entrys_part(admin: Client, stage: Stage) -> None:
    address = edit_address(stage.service)
    fields = opened(admin, address)
    stolen = str(stage.others_service.phones.get().uid)
    add_row(fields, "websites", url="https://help.example/", label="Help", uid=stolen)
    assert admin.post(address, {**fields, **SUBMIT}).status_code == 302
    approve_all()
    assert str(fresh(stage.service).websites.get().uid) != stolen


def test_days_are_ticks_and_a_feeds_rule_stays_as_written(admin: Client, stage: Stage) -> None:
    address = edit_address(stage.service)
    fields = opened(admin, address)
    add_row(fields, "schedules", opens_at="09:00", closes_at="17:00", freq="WEEKLY", byday="MO")
    fields["schedules-0-byday"] = ["MO", "WE"]
    assert admin.post(address, {**fields, **SUBMIT}).status_code == 302
    approve_all()
    row = fresh(stage.service).schedules.get()
    assert row.byday == "MO,WE"
    row.byday = "1MO"
    row.save()
    Page.objects.get(pk=stage.service.pk).specific.save_revision()
    assert published(admin, address, {}).status_code == 302
    assert fresh(stage.service).schedules.get().byday == "1MO"


# One's own places only


def test_a_place_of_another_agency_is_neither_offered_nor_taken(contexts: None, stage: Stage) -> None:
    client = signed_in("editor", stage.own)
    address = edit_address(stage.service)
    page = client.get(address)
    foreign = Location.objects.get(entry=stage.other)
    assert "Harbour house, front door" in page.content.decode()
    assert "Meadow club, front door" not in page.content.decode()
    fields = fields_of(page)
    add_row(fields, "service_at_locations", location=str(foreign.pk))
    refused = client.post(address, fields)
    assert refused.status_code == 200
    assert refused.context["form"].formsets["service_at_locations"].errors[0]["location"]


def test_only_for_takes_the_places_and_contacts_at_hand(admin: Client, stage: Stage) -> None:
    address = edit_address(stage.service)
    own, foreign = Location.objects.get(entry=stage.own), Location.objects.get(entry=stage.other)
    assert published(admin, address, {"phones-0-at": str(foreign.uid)}).status_code == 200
    assert published(admin, address, {"phones-0-at": str(own.uid)}).status_code == 302
    assert fresh(stage.service).phones.get().at == own.uid


def test_a_number_of_a_removed_contact_stays_and_is_the_whole_entrys(admin: Client, stage: Stage) -> None:
    contact = Contact.objects.create(entry=stage.service, title="Duty desk")
    Phone.objects.filter(entry=stage.service).update(at=contact.uid)
    Page.objects.get(pk=stage.service.pk).specific.save_revision()
    assert published(admin, edit_address(stage.service), {"contacts-0-DELETE": "1"}).status_code == 302
    assert fresh(stage.service).phones.get().at is None


def test_drafts_of_other_agencies_are_not_offered_as_partners(stage: Stage) -> None:
    stage.other.unpublish()
    shown = signed_in("editor", stage.own).get(edit_address(stage.service)).content.decode()
    assert "Meadow club" not in shown


def test_an_agencys_key_cannot_be_changed_once_it_is_open(admin: Client, stage: Stage) -> None:
    assert published(admin, edit_address(stage.own), {"key": "elsewhere"}).status_code == 302
    assert AgencyPage.objects.get(pk=stage.own.pk).key == "harbour"


# Preview, copies


@pytest.mark.parametrize(("language", "title"), [("en", "Talk to somebody"), ("de", "Mit jemandem reden")])
def test_preview_in_each_language_may_be_framed_by_the_editor(
    admin: Client, stage: Stage, language: str, title: str
) -> None:
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[stage.service.pk])
    fields = opened(admin, edit_address(stage.service))
    assert admin.post(address, fields).json()["is_valid"]
    shown = admin.get(address, {"mode": language})
    assert shown.status_code == 200
    assert f'lang="{language}"' in shown.content.decode()
    assert title in shown.content.decode()
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]


def test_preview_of_a_service_that_is_not_saved_yet(stage: Stage) -> None:
    client = signed_in("editor", stage.own)
    creating = reverse("wagtailadmin_pages:add", args=["agencies", "servicepage", stage.own.pk])
    fields = {**opened(client, creating), "title": ["A new service"]}
    address = reverse("wagtailadmin_pages:preview_on_add", args=["agencies", "servicepage", stage.own.pk])
    assert client.post(address, fields).json()["is_valid"]
    assert "A new service" in client.get(address, {"mode": "de"}).content.decode()


def test_a_copy_cannot_be_an_alias(admin: Client, stage: Stage) -> None:
    shown = admin.get(reverse("wagtailadmin_pages:copy", args=[stage.service.pk]))
    assert 'name="alias"' not in shown.content.decode()


def test_an_entry_with_every_language_can_be_sent(admin: Client, stage: Stage) -> None:
    """Twelve numbers with their words in four languages stay below the limit of fields of a request."""
    stage.service.phones = [
        Phone(number=f"01632 960 {n}", description=f"Desk {n}", hours="9 to 5") for n in range(100, 112)
    ]
    stage.service.save_revision().publish()
    answer = published(admin, edit_address(stage.service), {"summary": "Changed."})
    assert answer.status_code == 302
    assert fresh(stage.service).summary == "Changed."


@pytest.mark.parametrize("kind", ["own", "service"])
@pytest.mark.parametrize("role", ["editor", "town_admin", "superuser"])
def test_tests_send_what_the_whole_page_would_send(stage: Stage, role: str, kind: str) -> None:
    client = signed_in(role, stage.own if role == "editor" else None)
    address = edit_address(getattr(stage, kind))
    short, whole = opened(client, address), fields_of(client.get(address))
    assert short.pop("csrfmiddlewaretoken") and whole.pop("csrfmiddlewaretoken")
    assert short == whole and len(whole) > 50
