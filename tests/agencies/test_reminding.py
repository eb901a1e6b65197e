"""Who is asked what, when, and never twice; and a run that is killed is finished by the next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies import digest, freshness, membership
from agencies.models import Entry, Policy, RemindedEntry, Reminder, ServicePage, User
from agencies.reminding import remind
from tests.access_probes import rolled_back

from .stage import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(stage: Stage) -> Stage:
    """Both agencies and their services were checked today, but for one service of Harbour house."""
    Entry.objects.update(assured_date=today())
    age(stage.service, 365)
    return stage


def today() -> date:
    return freshness.today(Policy.current())


def age(entry: Entry, days: int) -> None:
    Entry.objects.filter(pk=entry.pk).update(assured_date=today() - timedelta(days))


def person(name: str, role: str, agency: Any = None) -> User:
    user = User.objects.create(username=name, email=f"{name}@town.example")
    membership.add_member(user, role, agency)
    return user


@pytest.fixture
def people(scene: Stage) -> None:
    person("editor", "editor", scene.own)
    person("lead", "lead", scene.own)
    person("stranger", "editor", scene.other)
    person("admin", "town_admin")


def written() -> list[str]:
    """To whom mail went since the last look, by name."""
    names = sorted(message.to[0].partition("@")[0] for message in mail.outbox)
    mail.outbox.clear()
    return names


def after(days: int) -> list[str]:
    remind(today() + timedelta(days))
    return written()


def test_what_is_due_is_asked_of_its_agency_alone(scene: Stage, people: None) -> None:
    remind()
    (text,) = {message.body.split("http")[0] for message in mail.outbox}
    assert "Talk to somebody" in text and "Play outside" not in text
    assert written() == ["editor", "lead"]


@pytest.mark.parametrize(("days", "asked"), [(0, False), (334, False), (335, True), (366, True), (400, True)])
def test_from_thirty_days_before_its_day(scene: Stage, people: None, days: int, asked: bool) -> None:
    age(scene.service, days)
    remind()
    assert bool(written()) is asked


def test_what_was_never_checked_is_due(scene: Stage, people: None) -> None:
    Entry.objects.filter(pk=scene.service.pk).update(assured_date=None)
    remind()
    assert written() == ["editor", "lead"]


def test_a_draft_is_nobodys_business(scene: Stage, people: None) -> None:
    ServicePage.objects.get(pk=scene.service.pk).unpublish()
    remind()
    assert written() == []


def test_a_second_run_sends_nothing(scene: Stage, people: None) -> None:
    assert remind() == (2, 0)
    assert remind() == (0, 0)
    assert remind(today() + timedelta(1)) == (0, 0)


def test_then_the_lead_then_the_town_and_each_once(scene: Stage, people: None) -> None:
    assert after(0) == ["editor", "lead"]
    assert after(13) == []
    assert after(14) == ["lead"]
    assert after(15) == []
    assert after(27) == []
    assert after(28) == ["admin"]
    assert after(29) == []


def test_a_run_that_was_left_out_is_made_up_for(scene: Stage, people: None) -> None:
    after(0)
    assert after(40) == ["admin", "lead"]


def test_when_search_forgets_it_agency_and_town_are_told(scene: Stage, people: None) -> None:
    for day in range(0, 60, 7):
        after(day)
    assert after(90) == []
    remind(today() + timedelta(91))
    bodies = {message.to[0].partition("@")[0]: message.body for message in mail.outbox}
    assert sorted(bodies) == ["admin", "editor", "lead"]
    assert "does not show them any more" in bodies["editor"]
    assert "not found by the search any more" in bodies["admin"]
    written()
    assert after(92) == []


def test_an_answer_ends_the_questions(scene: Stage, people: None) -> None:
    after(0)
    freshness.confirm(scene.service, by="Harbour house", role="")
    assert after(14) == after(28) == []


def test_what_falls_due_next_day_waits_a_week(scene: Stage, people: None) -> None:
    after(0)
    age(scene.own, 330)
    assert after(5) == []
    remind(today() + timedelta(7))
    assert all("Harbour house" in message.body and "Talk" in message.body for message in mail.outbox)
    assert written() == ["editor", "lead"]


def test_an_agency_without_people_is_the_towns(scene: Stage, people: None) -> None:
    age(scene.others_service, 365)
    User.objects.filter(username="stranger").update(is_active=False)
    assert after(0) == ["admin", "editor", "lead"]
    assert after(1) == []


def test_whoever_left_is_not_written_to(scene: Stage, people: None) -> None:
    membership.remove_member(User.objects.get(username="editor"), "editor", scene.own)
    assert after(0) == ["lead"]


def test_a_person_with_two_roles_gets_one_digest(scene: Stage, people: None) -> None:
    membership.add_member(User.objects.get(username="lead"), "editor", scene.own)
    assert after(0) == ["editor", "lead"]
    assert after(14) == ["lead"]


class Killed(BaseException):
    """The process ends here."""


@contextmanager
def killed_before_statement(number: int) -> Iterator[list[int]]:
    """Ends the run before this statement to the database; the list holds how many there were."""
    seen = [0]

    def count(execute: Any, *arguments: Any) -> Any:
        seen[0] += 1
        if seen[0] == number:
            raise Killed
        return execute(*arguments)

    with connection.execute_wrapper(count):
        yield seen


def test_a_run_may_be_killed_before_any_of_its_statements(scene: Stage, people: None) -> None:
    """The next run finishes it: everybody is written to, and twice at most whose mail was just going out."""
    number, was_killed = 0, True
    while was_killed:
        number += 1
        with rolled_back():
            try:
                with killed_before_statement(number):
                    remind()
                was_killed = False
            except Killed:
                pass
            at_first = written()
            Reminder.objects.update(claimed_at=timezone.now() - timedelta(minutes=16))
            remind()
            again = written()
            assert sorted({*at_first, *again}) == ["editor", "lead"], number
            assert len(set(at_first) & set(again)) <= 1, number
            remind()
            assert written() == [], number
    assert number > 20


def test_what_another_run_is_sending_is_not_sent_twice(
    scene: Stage, people: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = digest.send

    def send_while_another_runs(reminder: Reminder) -> int:
        monkeypatch.setattr(digest, "send", send)
        remind()
        return send(reminder)

    monkeypatch.setattr(digest, "send", send_while_another_runs)
    remind()
    assert written() == ["editor", "lead"]


def test_one_bad_address_keeps_no_mail_from_the_others(
    scene: Stage, people: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    send = digest.send_mail

    def refuse(subject: str, text: str, sender: None, to: list[str]) -> int:
        if to == ["editor@town.example"]:
            raise ConnectionRefusedError("editor@town.example is not welcome")
        return send(subject, text, sender, to)

    with monkeypatch.context() as patch:
        patch.setattr(digest, "send_mail", refuse)
        with pytest.raises(CommandError, match="1 mails could not be sent"):
            call_command("remind")
    assert written() == ["lead"]
    assert "ConnectionRefusedError" in caplog.text and "editor@" not in caplog.text
    call_command("remind")
    assert written() == ["editor"]


def test_a_mail_is_in_the_persons_language_and_names_nobody(scene: Stage, people: None) -> None:
    from wagtail.users.models import UserProfile

    user = User.objects.get(username="editor")
    UserProfile.objects.create(user=user, preferred_language="de")
    user.first_name = "Hannelore"
    user.save()
    ServicePage.objects.filter(pk=scene.service.pk).update(title="Talk\r\nBcc: all@town.example")
    remind()
    assert all("Hannelore" not in message.body for message in mail.outbox)
    assert all("- Talk Bcc: all@town.example" in message.body for message in mail.outbox)


def test_queries_do_not_grow_with_entries(scene: Stage, people: None) -> None:
    def queries(day: int) -> int:
        with CaptureQueriesContext(connection) as found:
            remind(today() + timedelta(day))
        return len(found)

    few = queries(0)
    RemindedEntry.objects.all().delete()
    Reminder.objects.all().delete()
    for number in range(5):
        service = ServicePage(title=f"Help {number}", slug=f"help-{number}")
        scene.own.add_child(instance=service)
    assert queries(0) == few
