"""The link that needs no sign-in: what it opens, what an answer does, and everything it must not do."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail, signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision, WorkflowState

from agencies import digest, freshness, membership, reminding
from agencies.models import AgencyPage, Entry, Location, Policy, RemindedEntry, Reminder, ServicePage, User
from tests import factories
from tests.agencies.stage import Stage, person

pytestmark = pytest.mark.django_db
HERE = {"Origin": "http://testserver"}


def today() -> date:
    return freshness.today(Policy.current())


@pytest.fixture
def scene(stage: Stage) -> Stage:
    """A service of Harbour house is due; its editor has a mail."""
    Entry.objects.update(assured_date=today())
    Entry.objects.filter(pk=stage.service.pk).update(assured_date=today() - timedelta(365))
    person("editor", stage.own)
    reminding.remind()
    return stage


@pytest.fixture
def address(scene: Stage) -> str:
    found = re.search(r"https?://[^/]+(/confirm/\S+)", mail.outbox[0].body)
    assert found
    return f"/en{found[1]}"


def row() -> RemindedEntry:
    return RemindedEntry.objects.get()


def post(client: Client, address: str, answer: str = "correct", **options: Any) -> Any:
    data = {"entry": row().pk, "answer": answer}
    return client.post(address, data, headers=options.get("headers", HERE))


def state() -> Any:
    """All that an answer could change."""
    return (
        list(Entry.objects.order_by("pk").values_list("pk", "assured_date", "has_unpublished_changes")),
        Revision.objects.count(),
        WorkflowState.objects.count(),
        RemindedEntry.objects.exclude(answer="").count(),
    )


# --- what it opens


def test_the_address_in_the_mail_finds_the_readers_language(address: str, client: Client) -> None:
    response = client.get(address.removeprefix("/en"), headers={"Accept-Language": "de"})
    assert (response.status_code, response["Location"]) == (302, address.replace("/en/", "/de/"))


def test_it_shows_what_is_due_and_leaves_no_trace(scene: Stage, address: str, client: Client) -> None:
    response = client.get(address)
    text = response.content.decode()
    assert "Talk to somebody" in text and "01632 960 111" in text and "Play outside" not in text
    assert "<title>Lantern</title>" in text or "Talk" not in re.search("<title>(.*)</title>", text)[1]
    assert not response.cookies and "csrf" not in text
    assert response["X-Robots-Tag"] == "noindex, nofollow" and response["Cache-Control"] == "no-store"


def test_a_mail_scanner_changes_nothing(scene: Stage, address: str, client: Client) -> None:
    before = state()
    for path in (address, f"{address}{row().pk}/", f"{address}?answer=correct&entry={row().pk}"):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert state() == before


def test_queries_do_not_grow_with_entries(scene: Stage, address: str, client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(address)
        return len(found)

    few, reminder = queries(), row().reminder
    for number in range(5):
        service = ServicePage(title=f"Help {number}", slug=f"help-{number}")
        service.phones = [factories.phone()]
        scene.own.add_child(instance=service)
        RemindedEntry.objects.create(reminder=reminder, entry=service, stage="ask")
    assert queries() == few


# --- still correct


def test_still_correct_holds_at_once(scene: Stage, address: str, client: Client) -> None:
    response = post(client, address)
    assert (response.status_code, response["Location"]) == (303, address)
    service = factories.fresh(scene.service)
    assert (service.assured_date, service.assurer, service.assurer_role) == (
        today(),
        "Harbour house",
        "Agency editor",
    )
    assert "still correct" in client.get(address).content.decode()
    assert PageLogEntry.objects.get(action=freshness.CONFIRMED).user == User.objects.get()


def test_an_agency_with_a_long_name_can_confirm(scene: Stage, address: str, client: Client) -> None:
    """A database that is strict about lengths would refuse it."""
    AgencyPage.objects.filter(pk=scene.own.pk).update(title="H" * 255)
    assert post(client, address).status_code == 303
    assert len(factories.fresh(scene.service).assurer) == 160


@pytest.mark.parametrize("answer", ["correct", "closed"])
def test_a_second_use_does_nothing_and_says_so(
    scene: Stage, address: str, client: Client, answer: str
) -> None:
    post(client, address, answer)
    before = state()
    for again in ("correct", "closed"):
        response = post(client, address, again)
        assert response.status_code == 409 and "answered already" in response.content.decode()
    assert client.post(f"{address}{row().pk}/", {}, headers=HERE).status_code == 409
    assert state() == before


def test_an_answer_is_bound_to_the_last_check(scene: Stage, address: str, client: Client) -> None:
    """A colleague confirmed it elsewhere meanwhile: what this person saw in the mail is not what stands there."""
    freshness.confirm(factories.fresh(scene.service), by="Town hall", role="Desk")
    assert post(client, address).status_code == 409
    assert factories.fresh(scene.service).assurer == "Town hall"


# --- what changes something goes to review


def test_closed_for_good_is_a_draft_in_review(scene: Stage, address: str, client: Client) -> None:
    assert post(client, address, "closed").status_code == 303
    service = factories.fresh(scene.service)
    assert (service.status, service.is_public) == ("active", True)
    assert service.get_latest_revision_as_object().status == "defunct"
    waiting = WorkflowState.objects.get()
    assert (waiting.status, waiting.requested_by) == ("in_progress", User.objects.get())
    assert Revision.objects.latest("pk").user == User.objects.get()
    assert "The town looks at your change" in client.get(address).content.decode()


def test_while_an_answer_is_in_review_nobody_is_asked(scene: Stage, address: str, client: Client) -> None:
    for made in (person("lead", scene.own), person("town_admin")):
        User.objects.filter(pk=made.pk).update(email=f"{made.username}@town.example")
    post(client, address, "closed")
    mail.outbox.clear()
    reminding.remind(today() + timedelta(28))
    assert not mail.outbox
    WorkflowState.objects.get().cancel()
    reminding.remind(today() + timedelta(28))
    assert len(mail.outbox) == 2, "sent back or called off, the question is open again"


def test_a_change_is_a_draft_in_review_with_its_date(scene: Stage, address: str, client: Client) -> None:
    page = f"{address}{row().pk}/"
    service = factories.fresh(scene.service)
    number = f"number_{service.phones.get().uid}"
    text = client.get(page).content.decode()
    assert f'name="{number}" value="01632 960 111"' in text and "You get help here." in text
    data = {number: "01632 960 222", "summary": "You get help here.", "hours_text": "", "status": "active"}
    assert client.post(page, data, headers=HERE).status_code == 303
    service = factories.fresh(service)
    assert service.phones.get().number == "01632 960 111", "nothing is public at once"
    assert service.assured_date == today() - timedelta(365)
    draft = service.get_latest_revision_as_object()
    assert (draft.phones.get().number, draft.assured_date, draft.assurer) == (
        "01632 960 222",
        today(),
        "Harbour house",
    )
    assert WorkflowState.objects.get().status == "in_progress"
    assert len(draft.words.all()) == 1, "words in other languages stay"


def test_a_change_that_changes_nothing_is_refused(scene: Stage, address: str, client: Client) -> None:
    before = state()
    number = f"number_{factories.fresh(scene.service).phones.get().uid}"
    data = {number: "01632 960 111", "summary": "You get help here.", "status": "active"}
    response = client.post(f"{address}{row().pk}/", data, headers=HERE)
    assert response.status_code == 422 and "Nothing is different" in response.content.decode()
    assert state() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [("number", ""), ("number", "1"), ("summary", "x" * 301), ("status", "gone"), ("number", "1" * 61)],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(
    scene: Stage, address: str, client: Client, field: str, value: str
) -> None:
    before = state()
    number = f"number_{factories.fresh(scene.service).phones.get().uid}"
    data = {number: "01632 960 111", "summary": "Something typed.", "status": "active"}
    data[number if field == "number" else field] = value
    response = client.post(f"{address}{row().pk}/", data, headers=HERE)
    assert response.status_code == 422
    assert field == "summary" or "Something typed." in response.content.decode()
    assert state() == before


def test_a_secret_place_has_no_field(scene: Stage, address: str, client: Client) -> None:
    service = factories.fresh(scene.service)
    service.locations = [
        Location(name="Refuge", confidential=True),
        Location(name="Office", address_1="2 Quay Street"),
    ]
    factories.publish(service)
    text = client.get(f"{address}{row().pk}/").content.decode()
    assert "2 Quay Street" in text and "Refuge" not in text


def test_an_unfinished_draft_is_not_sent_along(scene: Stage, address: str, client: Client) -> None:
    service = factories.fresh(scene.service)
    service.summary = "Half a thought"
    service.save_revision()
    before = state()
    response = post(client, address, "closed")
    assert response.status_code == 409 and "changing this entry already" in response.content.decode()
    assert state() == before
    assert post(client, address, "correct").status_code == 303


# --- links and forms that are refused


def refused(response: Any, status: int) -> None:
    assert response.status_code == status
    assert "Nothing has changed" in response.content.decode() and 'class="top"' in response.content.decode()


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", ""])
def test_a_form_of_another_site_is_refused(scene: Stage, address: str, client: Client, origin: str) -> None:
    before = state()
    refused(post(client, address, headers={"Origin": origin}), 403)
    refused(client.post(f"{address}{row().pk}/", {}, headers={"Origin": origin}), 403)
    assert state() == before


def test_after_fourteen_days_it_is_over(
    scene: Stage, address: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, now = state(), signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 14 * 86400 - 60)
    assert client.get(address).status_code == 200
    monkeypatch.setattr(signing.time, "time", lambda: now + 14 * 86400 + 60)
    refused(client.get(address), 410)
    refused(post(client, address), 410)
    assert state() == before


@pytest.mark.parametrize("wrong", ["nonsense", "a:b:c", "%20", "x" * 3000, "é"])
def test_a_forged_link_opens_nothing(scene: Stage, client: Client, wrong: str) -> None:
    before = state()
    refused(client.get(f"/en/confirm/{wrong}/"), 404)
    refused(client.post(f"/en/confirm/{wrong}/", {"entry": row().pk, "answer": "correct"}, headers=HERE), 404)
    assert state() == before


def test_a_token_of_another_kind_opens_nothing(scene: Stage, client: Client) -> None:
    reminder = Reminder.objects.get()
    payload = [reminder.pk, reminder.person_id, digest._hash(reminder.person), reminder.agency_id]
    refused(client.get(f"/en/confirm/{signing.dumps(payload)}/"), 404)


def test_whoever_left_the_agency_opens_nothing(scene: Stage, address: str, client: Client) -> None:
    membership.remove_member(User.objects.get(), "editor", scene.own)
    refused(client.get(address), 404)
    refused(post(client, address), 404)


@pytest.mark.parametrize("change", [{"email": "other@town.example"}, {"is_active": False}])
def test_another_address_or_an_ended_account_opens_nothing(
    scene: Stage, address: str, client: Client, change: dict[str, Any]
) -> None:
    User.objects.update(**change)
    refused(post(client, address), 404)


def test_another_agencys_entry_is_in_no_link_of_ours(scene: Stage, address: str, client: Client) -> None:
    other = Reminder.objects.create(person=person("lead", scene.other), agency=scene.other, day=today())
    theirs = RemindedEntry.objects.create(
        reminder=other, entry=scene.others_service, stage="ask", last_check=today()
    )
    before = state()
    for answer in ("correct", "closed"):
        data = {"entry": theirs.pk, "answer": answer}
        refused(client.post(address, data, headers=HERE), 404)
    refused(client.post(f"{address}{theirs.pk}/", {"summary": "x"}, headers=HERE), 404)
    assert state() == before


@pytest.mark.parametrize(
    ("entry", "answer"), [("x", "correct"), ("", ""), ("9" * 40, "correct"), ("²", "correct")]
)
def test_nonsense_is_refused(scene: Stage, address: str, client: Client, entry: str, answer: str) -> None:
    before = state()
    refused(client.post(address, {"entry": entry, "answer": answer}, headers=HERE), 404)
    assert state() == before


def test_other_methods_are_not_known(address: str, client: Client) -> None:
    assert client.put(address).status_code == 405


def test_what_search_forgot_says_so_on_its_page(scene: Stage, client: Client) -> None:
    day = timezone.localdate() - timedelta(365 + 100)
    Entry.objects.filter(pk=scene.service.pk).update(assured_date=day)
    path = f"/en/{factories.fresh(scene.service).code}/"
    response = client.get(path)
    assert response.status_code == 200 and "Nobody has confirmed this since" in response.content.decode()
    Entry.objects.filter(pk=scene.service.pk).update(assured_date=today())
    assert "Nobody has confirmed" not in client.get(path).content.decode()
