"""What becomes of a report: folded, told, answered by the right people only, escalated, forgotten, counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry, PageLogEntry

from agencies import corrections, freshness, reported
from agencies.membership import AGENCY_ROLES, TEXTS, TOWN_ROLES
from agencies.models import AgencyPage, Correction, Policy, Report, SafeguardingText, ServicePage
from portal import frame  # noqa: F401  (the admin's templates need the portal's URLs)

from .stage import Stage, person, proven, signed_in

WORDS = "The man at the desk shouted at me"
INDEX = "correction:index"


@pytest.fixture
def mails(django_capture_on_commit_callbacks: Callable[..., Any]) -> Callable[..., list[Any]]:
    """Runs something and gives the mails that left by it."""

    def run(do: Callable[..., Any], *args: Any) -> list[Any]:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            do(*args)
        return list(mail.outbox)

    return run


def today() -> date:
    return freshness.today(Policy.current())


def report(entry: AgencyPage | ServicePage, *what: str, text: str = "") -> Correction:
    receipt = corrections.receive(entry, what or ("hours",), text, corrections.new_key())
    found = corrections.by_reference(receipt.reference)
    assert found is not None
    return found


def edit(correction: Correction) -> str:
    return reverse("correction:edit", args=[correction.pk])


# --- taking in


def test_the_same_report_is_counted_and_another_stands_beside_it(stage: Stage) -> None:
    first, same, other = (report(stage.service, *what) for what in (("hours",), ("hours",), ("cost",)))
    assert first.pk == same.pk != other.pk
    assert Correction.objects.get(pk=first.pk).times == 2
    assert Report.objects.filter(correction=first).count() == 2


def test_a_form_sent_twice_in_the_same_moment_is_one_report(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = corrections.new_key()
    first = corrections.receive(stage.service, ["hours"], WORDS, key)
    answers = iter([False, True])  # the first request has not committed yet when the second one looks
    monkeypatch.setattr(corrections, "_is_known", lambda reference: next(answers))
    second = corrections.receive(stage.service, ["hours"], WORDS, key)
    assert (second.reference, second.is_new) == (first.reference, False)
    assert Correction.objects.get().times == 1 and SafeguardingText.objects.count() == 1


def test_after_an_answer_the_same_report_is_a_new_one(stage: Stage) -> None:
    first = report(stage.service)
    first.outcome = Correction.Outcome.MENDED
    corrections.settle(first, person("lead", stage.own))
    assert report(stage.service).pk != first.pk


def test_the_same_elsewhere_is_not_folded(stage: Stage) -> None:
    assert report(stage.service).pk != report(stage.others_service).pk


def test_the_deadline_is_the_towns(stage: Stage) -> None:
    policy = Policy.load()
    policy.answer_days = 5
    policy.save()
    correction = report(stage.service)
    assert correction.due_on == today() + timedelta(days=5)


def test_the_agency_hears_what_was_ticked_and_no_word(stage: Stage, mails: Callable) -> None:
    person("lead", stage.own), person("editor", stage.other), person("town_admin")
    stage.service.title = "Talk\r\nBcc: everybody"
    stage.service.save()
    (letter,) = mails(lambda: report(stage.service, "hours", text=WORDS))
    assert letter.to == ["a@town.example"] and "shouted" not in letter.body
    assert "the opening hours" in letter.body and "/admin/reported/edit/" in letter.body
    assert "Talk Bcc: everybody" in letter.body


def test_one_letter_a_day_about_an_entry_however_many_write(stage: Stage, mails: Callable) -> None:
    person("lead", stage.own)
    assert len(mails(lambda: [report(stage.service, what) for what in ("hours", "cost", "hours")])) == 1


def test_where_nobody_of_the_agency_can_be_written_to_the_town_is(stage: Stage, mails: Callable) -> None:
    person("town_admin")
    assert len(mails(lambda: report(stage.service))) == 1


def test_the_reviewer_hears_that_there_are_words_and_none_of_them(stage: Stage, mails: Callable) -> None:
    person("safeguarding_reviewer")
    (letter,) = mails(lambda: report(stage.service, text=WORDS))
    assert "shouted" not in letter.body and stage.service.title not in letter.body
    assert mails(lambda: report(stage.service, "cost", text=WORDS)) == []
    assert mails(lambda: report(stage.own)) == []


# --- who may read what


def test_one_role_alone_reads_the_words() -> None:
    holders = {role.key for role in (*AGENCY_ROLES.values(), *TOWN_ROLES.values()) if TEXTS in role.models}
    assert holders == {"safeguarding_reviewer"}


@pytest.mark.parametrize("role", ["editor", "lead"])
def test_an_agency_sees_its_own_reports_only(stage: Stage, role: str) -> None:
    own, other = report(stage.service, text=WORDS), report(stage.others_service)
    client = signed_in(role, stage.own)
    listing = client.get(reverse(INDEX)).content.decode()
    assert stage.service.title in listing and stage.others_service.title not in listing
    assert client.get(edit(own)).status_code == 200
    assert client.get(edit(other)).status_code == 404
    assert client.post(edit(other), {"outcome": "right"}).status_code == 404
    assert Correction.objects.get(pk=other.pk).outcome == ""


def test_an_agency_without_reports_sees_an_empty_list(contexts: None, stage: Stage) -> None:
    report(stage.others_service)
    response = signed_in("editor", stage.own).get(reverse(INDEX))
    assert list(response.context["object_list"]) == []


@pytest.mark.parametrize("role", ["town_editor", "town_reviewer", "youth_council_editor"])
def test_the_towns_other_people_see_none(stage: Stage, role: str) -> None:
    correction = report(stage.service, text=WORDS)
    client = signed_in(role)
    for address in (reverse(INDEX), edit(correction)):
        response = client.get(address)
        assert response.status_code == 302 and response["Location"] == reverse("wagtailadmin_home")
    assert stage.service.title not in client.get(reverse("wagtailadmin_home")).content.decode()


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        ("editor", False),
        ("lead", False),
        ("town_admin", False),
        ("superuser", False),
        ("safeguarding_reviewer", True),
    ],
)
def test_the_words_are_for_the_safeguarding_reviewer(stage: Stage, role: str, reads: bool) -> None:
    correction = report(stage.service, text=f"{WORDS} <script>")
    client = signed_in(role, stage.own if role in AGENCY_ROLES else None)
    page = client.get(edit(correction)).content.decode()
    assert (WORDS in page) is reads
    assert ('name="summary"' in page) is reads and ('name="outcome"' in page) is not reads
    for address in (reverse(INDEX), reverse("wagtailadmin_home")):
        assert WORDS not in client.get(address).content.decode()


def test_the_reviewer_sees_only_what_came_with_words(stage: Stage) -> None:
    with_words, without = report(stage.service, text=WORDS), report(stage.others_service)
    client = signed_in("safeguarding_reviewer")
    assert client.get(edit(with_words)).status_code == 200
    assert client.get(edit(without)).status_code == 404


def test_the_reviewer_cannot_answer_for_the_agency(stage: Stage) -> None:
    correction = report(stage.service, text=WORDS)
    signed_in("safeguarding_reviewer").post(edit(correction), {"outcome": "mended", "summary": "Look"})
    correction.refresh_from_db()
    assert (correction.outcome, correction.summary) == ("", "Look")


def test_an_agency_cannot_write_in_the_reviewers_name(stage: Stage) -> None:
    correction = report(stage.service, text=WORDS)
    signed_in("lead", stage.own).post(edit(correction), {"outcome": "mended", "summary": "All is well"})
    correction.refresh_from_db()
    assert (correction.outcome, correction.summary) == ("mended", "")


def test_what_is_passed_on_reaches_the_agency(stage: Stage, mails: Callable) -> None:
    lead = person("lead", stage.own)
    correction = report(stage.service, text=WORDS)
    reviewer = signed_in("safeguarding_reviewer")
    (letter,) = mails(lambda: reviewer.post(edit(correction), {"summary": "Somebody was loud."}))
    assert letter.to == [lead.email] and "loud" not in letter.body
    assert "Somebody was loud." in proven(lead).get(edit(correction)).content.decode()


@pytest.mark.parametrize("name", ["add", "delete", "copy", "history", "usage", "inspect"])
def test_nothing_but_reading_and_answering_has_an_address(name: str) -> None:
    names = {pattern.name for pattern in reported.CorrectionViewSet().get_urlpatterns()}
    assert name not in names


def test_titles_are_hostile_input(stage: Stage) -> None:
    stage.service.title = "<script>alert(1)</script>"
    stage.service.save()
    correction = report(stage.service)
    client = signed_in("editor", stage.own)
    for address in (reverse(INDEX), edit(correction), reverse("wagtailadmin_home")):
        page = client.get(address).content.decode()
        assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


# --- answering


def test_an_answer_closes_the_report_and_stands_in_the_entrys_history(stage: Stage) -> None:
    correction = report(stage.service)
    client = signed_in("editor", stage.own)
    assert client.post(edit(correction), {"outcome": "mended", "answer": "Now 9 to 5."}).status_code == 302
    correction.refresh_from_db()
    assert correction.state == Correction.State.ANSWERED and correction.answered_on == today()
    entry = PageLogEntry.objects.get(action="agencies.correction.answered")
    assert entry.page_id == stage.service.pk and entry.user == correction.answered_by
    history = client.get(reverse("wagtailadmin_pages:history", args=[stage.service.pk]))
    assert "Answered what a visitor reported" in history.content.decode()


def test_no_trail_is_left_where_other_agencies_read(stage: Stage) -> None:
    """Wagtail's site history shows the log of a model to whoever has any permission on it."""
    correction = report(stage.others_service)
    signed_in("lead", stage.other).post(edit(correction), {"outcome": "right"})
    assert not ModelLogEntry.objects.filter(content_type__model="correction").exists()
    page = signed_in("editor", stage.own).get(reverse("wagtailadmin_reports:site_history"))
    assert stage.others_service.title not in page.content.decode()


def test_looking_into_it_stops_no_clock(stage: Stage) -> None:
    correction = report(stage.service)
    signed_in("editor", stage.own).post(edit(correction), {"outcome": "looking"})
    correction.refresh_from_db()
    assert correction.state == Correction.State.OPEN
    assert corrections.escalate(correction.due_on + timedelta(days=1)) == 1


def test_a_sentence_needs_an_answer(stage: Stage) -> None:
    correction = report(stage.service)
    response = signed_in("editor", stage.own).post(edit(correction), {"answer": "Hm."})
    assert "Choose an answer first." in response.content.decode()


# --- waiting and forgetting


def test_the_town_is_told_once_when_nobody_answers(stage: Stage, mails: Callable) -> None:
    person("town_admin")
    late, other, answered = report(stage.service), report(stage.others_service), report(stage.own)
    answered.outcome = "right"
    corrections.settle(answered, person("lead", stage.own))
    assert mails(corrections.escalate, late.due_on) == []
    (letter,) = mails(corrections.escalate, late.due_on + timedelta(days=1))
    assert stage.service.title in letter.body and edit(other) in letter.body
    assert edit(answered) not in letter.body
    late.refresh_from_db()
    assert late.state == Correction.State.ESCALATED
    assert mails(corrections.escalate, late.due_on + timedelta(days=2)) == []


def test_words_are_gone_after_ninety_days_and_the_report_stays(stage: Stage) -> None:
    report(stage.service, text=WORDS)
    assert corrections.forget(today() + timedelta(days=89)) == 0
    assert corrections.forget(today() + timedelta(days=90)) == 1
    assert not SafeguardingText.objects.exists() and Correction.objects.exists()


def test_old_answered_reports_are_forgotten_with_their_references(stage: Stage) -> None:
    answered, waiting = report(stage.service), report(stage.own)
    answered.outcome = "right"
    corrections.settle(answered, person("lead", stage.own))
    corrections.forget(today() + timedelta(days=401))
    assert list(Correction.objects.all()) == [waiting]
    assert Report.objects.count() == 1


# --- what the agency's page says


def answered(entry: Any, after: int, *, times: int = 1, ago: int = 100) -> None:
    day = today() - timedelta(days=ago)
    Correction.objects.create(
        entry=entry, what=["hours"], received_on=day, due_on=day, times=times,
        outcome="mended", answered_on=day + timedelta(days=after),
    )  # fmt: skip


def test_below_three_reports_nothing_is_said(stage: Stage) -> None:
    answered(stage.service, 3, times=2)
    answered(stage.others_service, 3, times=5)
    assert corrections.record_of(stage.own, today()) is None


def test_the_median_of_three_answers_is_said(stage: Stage, client: Client) -> None:
    for days in (1, 4, 90):
        answered(stage.service, days)
    answered(stage.own, 4, ago=400)
    assert corrections.record_of(stage.own, today()) == corrections.Record(3, 4)
    page = client.get(f"/en/{stage.own.code}/").content.decode()
    assert "3 reports of mistakes in twelve months, usually answered within 4 days." in page


def test_without_three_answers_only_the_number_is_said(stage: Stage) -> None:
    answered(stage.service, 2)
    report(stage.service), report(stage.service)
    assert corrections.record_of(stage.own, today()) == corrections.Record(3, None)


# --- the dashboard, and how much it asks


def test_the_dashboard_shows_what_waits_for_an_answer_of_mine(stage: Stage) -> None:
    report(stage.service), report(stage.others_service)
    answered(stage.own, 1)
    page = signed_in("editor", stage.own).get(reverse("wagtailadmin_home")).content.decode()
    assert "What people reported" in page and stage.service.title in page
    assert stage.others_service.title not in page


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_many_reports_ask_the_database_no_more_than_one(stage: Stage, client: Client) -> None:
    report(stage.service)
    addresses = [reverse("wagtailadmin_home"), reverse(INDEX)]
    editor, admin = signed_in("editor", stage.own), signed_in("town_admin")
    cases = [*((each, address) for each in (editor, admin) for address in addresses)]
    cases.append((client, f"/en/{stage.own.code}/"))
    for each, address in cases:
        queries(each, address)
    before = [queries(each, address) for each, address in cases]
    for what in Correction.What.values:
        for entry in (stage.service, stage.own, stage.others_service):
            report(entry, what)
    assert [queries(each, address) for each, address in cases] == before
