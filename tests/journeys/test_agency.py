"""The life of an entry, by the pages that people press: an agency is opened, its editor invited, a service written,
sent back, mended, approved, found, reported, answered, grown old and confirmed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.models import AgenciesPage, AgencyPage, Correction, Entry, ServicePage
from portal import wrong
from search import Query, find
from tests.admin_forms import fields_of, send
from tests.agencies.stage import approve_all, edit_address, link_in_letter, person, proven, six_digits

EDITOR = "cleo@harbour.example"
PASSWORD = "a long enough sentence"
ORIGIN = {"Origin": "http://testserver"}
SUBMIT = {"action-submit": "yes"}


def opened(admin: Client) -> AgencyPage:
    address = reverse(
        "wagtailadmin_pages:add", args=["agencies", "agencypage", AgenciesPage.objects.get().pk]
    )
    fields: dict[str, Any] = dict(fields_of(admin.get(address)))
    fields |= {"title": "Harbour House", "key": "harbour-house", "summary": "Somebody to talk to."}
    assert admin.post(address, fields).status_code == 302
    return AgencyPage.objects.get(key="harbour-house")


def invited(admin: Client, agency: AgencyPage) -> Client:
    """From the invitation to the dashboard, through the second factor."""
    admin.post(reverse("invite_to_agency", args=[agency.key]), {"email": EDITOR, "role": "editor"})
    client, link = Client(), link_in_letter("/admin/join/")
    names = {"first_name": "Cleo", "last_name": "Quay"}
    client.post(link, {**names, "new_password1": PASSWORD, "new_password2": PASSWORD})
    client.post(reverse("wagtailadmin_login"), {"login": EDITOR, "password": PASSWORD})
    assert client.get("/admin/")["Location"] == reverse("mfa_index")
    client.get(reverse("mfa_activate_totp"))
    code = six_digits(client.session["mfa.totp.secret"])
    assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    assert client.get("/admin/").status_code == 200
    return client


def drafted(editor: Client, agency: AgencyPage) -> ServicePage:
    address = reverse("wagtailadmin_pages:add", args=["agencies", "servicepage", agency.pk])
    fields: dict[str, Any] = dict(fields_of(editor.get(address)))
    fields |= {"title": "Quayside talks", "summary": "Come and talk.", "source_language": "en"}
    assert editor.post(address, fields).status_code == 302
    service = ServicePage.objects.get(title="Quayside talks")
    words = {"words-de--title": "Gespräche am Kai", "words-de--summary": "Komm und rede."}
    assert send(editor, edit_address(service), words, **SUBMIT).status_code == 302
    return service


def answered(reviewer: Client, service: ServicePage, **answer: str) -> None:
    (address,) = set(
        re.findall(r'href="(/admin/review/\d+/)"', reviewer.get(reverse("review_queue")).content.decode())
    )
    seen = ServicePage.objects.get(pk=service.pk).latest_revision_id
    assert reviewer.post(address, {"revision": str(seen), **answer}).status_code == 302


def hits(words: str, language: str) -> list[str]:
    return [hit.title for hit in find(Query(words, language)).hits]


@pytest.mark.django_db(transaction=True)
def test_the_life_of_an_entry(town: None, monkeypatch: pytest.MonkeyPatch) -> None:
    admin, reviewer, visitor = proven(person("town_admin")), proven(person("town_reviewer")), Client()
    agency = opened(admin)
    editor = invited(admin, agency)
    send(editor, edit_address(agency), {}, **SUBMIT)
    approve_all()

    service = drafted(editor, agency)
    page = f"/en/{service.code}/"
    assert visitor.get(page).status_code == 404
    answered(reviewer, service, reject="yes", **{"reject-comment": "Say when you are open."})
    assert mail.outbox[-1].to == [EDITOR] and "Say when you are open." in mail.outbox[-1].body
    assert "Say when you are open." in editor.get(edit_address(service)).content.decode()
    send(editor, edit_address(service), {"summary": "Come and talk. Mondays at ten."}, **SUBMIT)
    answered(reviewer, service, approve="yes")
    assert "Mondays at ten" in visitor.get(page).content.decode()
    assert "Gespräche am Kai" in visitor.get(f"/de/{service.code}/").content.decode()
    assert "Quayside talks" in hits("quayside", "en") and "Gespräche am Kai" in hits("Gespräche Kai", "de")

    monkeypatch.setattr(wrong, "FASTEST", 0)
    form = visitor.get(f"{page}wrong/").content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    sent = visitor.post(f"{page}wrong/", hidden | {"what": ["hours"]}, headers=ORIGIN)
    reference = visitor.get(sent["Location"]).context["reference"]
    report = Correction.objects.get()
    editor.post(
        reverse("correction:edit", args=[report.pk]), {"outcome": "mended", "answer": "Tuesdays too."}
    )
    assert "Tuesdays too." in visitor.get(f"/en/answer/{reference}/").content.decode()

    Entry.objects.update(assured_date=timezone.now().date() - timedelta(days=350))
    call_command("remind")
    digest = f"/en{link_in_letter('/confirm/')}"
    asked = visitor.get(digest).content.decode()
    assert mail.outbox[-1].to == [EDITOR] and "Quayside talks" in asked
    row = re.search(r'name="entry" value="(\d+)"', asked)
    assert row
    visitor.post(digest, {"entry": row[1], "answer": "correct"}, headers=ORIGIN)
    confirmed = Entry.objects.filter(assured_date__gte=timezone.now().date() - timedelta(days=1))
    assert confirmed.count() == 1
