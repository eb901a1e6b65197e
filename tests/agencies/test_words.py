"""Which words in which language, and how old they are: through publishing, restoring, moving and copying."""

from __future__ import annotations

import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from wagtail.models import Locale

from agencies.models import AgencyPage, Contact, EntryWords, Language, Scheme, ServiceAtLocation, ServicePage
from agencies.models.words import HAND, MACHINE, fingerprint
from tests import factories
from tests.factories import words

pytestmark = pytest.mark.django_db


def bilingual() -> ServicePage:
    """A service with a phone and a contact, in English and German."""
    phone, contact = factories.phone(description="Duty desk"), Contact(title="Duty worker")
    return factories.service(
        title="Talk",
        summary="We listen.",
        phones=[phone],
        contacts=[contact],
        words=[
            words("de", "title", "Reden", source="Talk"),
            words("de", "description", "Notdienst", source="Duty desk", record=phone.uid),
            words("de", "title", "Diensthabende", source="Duty worker", record=contact.uid),
        ],
    )


# --- one text -------------------------------------------------------------------------------------


def test_a_reader_gets_their_own_words() -> None:
    said = bilingual().said("title", "de")
    assert (str(said), said.language, said.is_foreign, said.is_stale) == ("Reden", "de", False, False)


def test_without_words_the_source_shows_and_says_whose_language_it_is() -> None:
    said = bilingual().said("summary", "de")
    assert (str(said), said.language, said.is_foreign) == ("We listen.", "en", True)
    with translation.override("de"):
        assert said.language_name == "Englisch"


def test_the_source_is_not_foreign_to_its_own_readers() -> None:
    said = bilingual().said("title", "en")
    assert (str(said), said.is_foreign) == ("Talk", False)


def test_an_entry_written_in_another_language_is_foreign_to_english_readers() -> None:
    service = factories.service(title="تحدث معنا", source_language="ar")
    said = service.said("title", "en")
    assert (said.language, said.direction, said.is_foreign) == ("ar", "rtl", True)
    assert not service.said("title", "ar").is_foreign


def test_words_of_a_part_belong_to_that_part() -> None:
    service = bilingual()
    assert str(service.said("description", "de", service.phones.get())) == "Notdienst"
    assert str(service.said("title", "de", service.contacts.get())) == "Diensthabende"


def test_empty_words_fall_back() -> None:
    service = factories.service(title="Talk", words=[words("de", "title", "", source="Talk")])
    assert service.said("title", "de").is_foreign
    assert service.languages_written() == ["en"]


def test_words_whose_source_is_gone_are_not_shown() -> None:
    service = factories.service(alert="", words=[words("de", "alert", "Geschlossen", source="Closed")])
    assert not service.said("alert", "de")


def test_machine_and_hand_are_told_apart() -> None:
    service = factories.service(
        title="Talk",
        words=[words("de", "title", "Reden", by=MACHINE), words("fr", "title", "Parler", by=HAND)],
    )
    assert service.said("title", "de").is_machine
    assert not service.said("title", "fr").is_machine


def test_languages_written_begin_with_the_source() -> None:
    service = factories.service(
        source_language="fr",
        words=[words("uk", "title", "Говорити"), words("de", "title", "Reden"), words("ar", "summary", "x")],
    )
    assert service.languages_written() == ["fr", "de", "uk"]


def test_lines_keep_what_the_page_must_admit() -> None:
    service = factories.service(application_process="Call.\n\n  Come in. ")
    assert [(line.text, line.is_foreign) for line in service.said("application_process", "de").lines] == [
        ("Call.", True),
        ("Come in.", True),
    ]


# --- old words ------------------------------------------------------------------------------------


def test_words_are_stale_once_their_source_has_changed() -> None:
    service = bilingual()
    service.title = "Talk to us"
    service = factories.publish(service)
    assert service.said("title", "de").is_stale
    assert not service.said("description", "de", service.phones.get()).is_stale


def test_words_of_a_part_are_stale_once_that_part_has_changed() -> None:
    service = bilingual()
    phone = service.phones.get()
    phone.description = "Night desk"
    service.phones = [phone]
    service = factories.publish(service)
    assert service.said("description", "de", service.phones.get()).is_stale
    assert not service.said("title", "de").is_stale


def test_white_space_and_line_endings_make_no_words_stale() -> None:
    assert fingerprint(" one\r\ntwo \n") == fingerprint("one\ntwo")
    assert fingerprint("one\ntwo") != fingerprint("one two")
    assert fingerprint("\udcff")


def test_terms_and_districts_have_words_too() -> None:
    need = factories.term(Scheme.NEED, "harm", name="Harm")
    need.words.create(language="de", field="name", text="Leid", fingerprint=fingerprint("Harm"))
    district = factories.district("harbour")
    district.words.create(language="de", field="name", text="Hafen", fingerprint=fingerprint("Harbour"))
    assert str(need.said("name", "de")) == "Leid"
    assert str(district.said("name", "de")) == "Hafen"
    need.name = "Being hurt"
    assert need.said("name", "de").is_stale


# --- what is refused ------------------------------------------------------------------------------


def test_a_language_the_site_does_not_have_is_refused() -> None:
    with pytest.raises(ValidationError, match="not one of the site's"):
        words("tlh", "title", "jatlh").clean()
    words("uk", "title", "Говорити").clean()


@pytest.mark.parametrize("record", [None, uuid.uuid4()])
def test_one_text_for_each_language_and_field(record) -> None:
    service = factories.service()
    EntryWords.objects.create(entry=service, language="de", field="title", record=record, text="Reden")
    EntryWords.objects.create(entry=service, language="fr", field="title", record=record, text="Parler")
    with pytest.raises(IntegrityError):
        EntryWords.objects.create(entry=service, language="de", field="title", record=record, text="Sprechen")


# --- through the life of a page -------------------------------------------------------------------


def test_words_survive_publishing_restoring_and_moving() -> None:
    service = bilingual()
    first = service.save_revision()
    first.publish()
    service = factories.fresh(service)
    service.words = [row for row in service.words.all() if row.record is not None]
    service = factories.publish(service)
    assert service.said("title", "de").is_foreign

    service.revisions.get(pk=first.pk).publish()
    service = factories.fresh(service)
    assert str(service.said("title", "de")) == "Reden"

    service.move(factories.agency(), pos="last-child")
    service = factories.fresh(service)
    assert str(service.said("title", "de")) == "Reden"
    assert str(service.said("description", "de", service.phones.get())) == "Notdienst"


def test_words_of_a_draft_are_not_published_yet() -> None:
    service = factories.publish(bilingual())
    service.words = [words("de", "title", "Sprechen", source="Talk")]
    service.save_revision()
    assert str(factories.fresh(service).said("title", "de")) == "Reden"


def test_a_removed_part_takes_its_words_with_it() -> None:
    service = factories.publish(bilingual())
    gone = service.phones.get().uid
    service.phones = []
    revision = service.save_revision()
    assert str(gone) not in {row["record"] for row in revision.content["words"]}
    revision.publish()
    assert not EntryWords.objects.filter(record=gone).exists()
    assert {row.text for row in factories.fresh(service).words.all()} == {"Reden", "Diensthabende"}


def test_saving_without_a_revision_drops_them_too() -> None:
    service = factories.fresh(bilingual())
    service.contacts = []
    service.save()
    assert {row.text for row in service.words.all()} == {"Reden", "Notdienst"}


# --- copies ---------------------------------------------------------------------------------------


def ids_of(entry) -> set[uuid.UUID]:
    return {row.uid for relation in entry.SUB_RECORDS for row in getattr(entry, relation).all()}


def test_the_parts_of_a_copy_get_ids_of_their_own_and_their_words_follow() -> None:
    service = factories.publish(bilingual())
    service.languages = [Language(code="de", at=service.phones.get().uid)]
    service = factories.publish(service)
    copy = factories.fresh(service.copy(update_attrs={"slug": "copy"}))
    assert copy.translation_key != service.translation_key
    assert len(ids_of(copy)) == len(ids_of(service)) == 3
    assert not ids_of(copy) & ids_of(service)
    assert str(copy.said("description", "de", copy.phones.get())) == "Notdienst"
    assert str(copy.said("title", "de", copy.contacts.get())) == "Diensthabende"
    assert copy.languages.get().at == copy.phones.get().uid
    assert ids_of(factories.fresh(service)) == ids_of(service)


def test_the_draft_and_the_old_revisions_of_a_copy_speak_of_its_own_parts() -> None:
    service = bilingual()
    service.save_revision().publish()
    service = factories.fresh(service)
    service.title = "Talk to us"
    service = factories.publish(service)
    copy = factories.fresh(service.copy(update_attrs={"slug": "copy"}))
    own, key = ids_of(copy), copy.translation_key
    assert copy.revisions.count() == 3
    for revision in copy.revisions.order_by("pk"):
        revision.publish()
        copy = factories.fresh(copy)
        assert copy.translation_key == key
        assert ids_of(copy) == own
        assert str(copy.said("description", "de", copy.phones.get())) == "Notdienst"
    assert factories.fresh(service).translation_key == service.translation_key


def test_an_agency_copied_with_its_services_stands_on_its_own() -> None:
    agency = factories.agency("office", locations=[factories.place(name="Office")])
    service = factories.service(agency, service_at_locations=[])
    service.service_at_locations = [ServiceAtLocation(location=agency.locations.get())]
    factories.publish(service)
    copy = factories.fresh(agency).copy(
        recursive=True, update_attrs={"slug": "office-2", "title": "Office 2"}
    )
    copy = AgencyPage.objects.get(pk=copy.pk)
    copied = copy.services.get()
    assert copy.key == "office-2"
    assert copied.agency == copy
    assert copied.service_at_locations.get().location == copy.locations.get()
    latest = copied.get_latest_revision_as_object()
    assert [row.location for row in latest.service_at_locations.all()] == [copy.locations.get()]
    assert factories.fresh(service).service_at_locations.get().location == agency.locations.get()


def test_the_key_of_a_copied_agency_is_one_that_nobody_has() -> None:
    agency = factories.agency("office")
    factories.agency("office-2", slug="somewhere-else")
    copy = agency.copy(update_attrs={"slug": "office-2"})
    assert copy.key == "office-2-2"


def test_an_entry_has_no_alias_and_no_page_for_another_language() -> None:
    service = factories.service()
    german, _created = Locale.objects.get_or_create(language_code="de")
    with pytest.raises(PermissionDenied):
        service.create_alias(update_slug="alias")
    with pytest.raises(PermissionDenied):
        service.copy_for_translation(german, copy_parents=True)
    assert ServicePage.objects.count() == 1


# --- cost -----------------------------------------------------------------------------------------


def test_reading_words_asks_once_whatever_their_number(django_assert_num_queries) -> None:
    few, many = factories.service(), factories.service()
    for language in ("de", "fr", "uk", "ar"):
        for field in ServicePage.WORDS:
            EntryWords.objects.create(entry=many, language=language, field=field, text=field)
    ServicePage.objects.update(summary="x", description="y", alert="z")
    with CaptureQueriesContext(connection) as visit:
        list(ServicePage.objects.filter(pk=few.pk).for_visitor())
    for service in (few, many):
        with django_assert_num_queries(len(visit)):
            (found,) = ServicePage.objects.filter(pk=service.pk).for_visitor()
            for language in ("de", "fr"):
                for field in ServicePage.WORDS:
                    found.said(field, language)
