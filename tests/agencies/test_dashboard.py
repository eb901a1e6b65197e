"""An editor's day on the dashboard: what came back, what is due and answered there, and nothing of anybody else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page, PageLogEntry, TaskState

from agencies import freshness
from agencies.models import AgencyPage, Entry, Policy, ServicePage, User
from tests import factories
from tests.agencies.stage import Stage, person, proven, signed_in

HOME = reverse("wagtailadmin_home")


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """Everything was checked today."""
    Entry.objects.update(assured_date=today())
    return stage


def today() -> date:
    return freshness.today(Policy.current())


def age(entry: Entry, days: int | None) -> None:
    checked = None if days is None else today() - timedelta(days)
    Entry.objects.filter(pk=entry.pk).update(assured_date=checked)


def home(client: Client) -> str:
    return client.get(HOME).content.decode()


def due_of(client: Client) -> str:
    return panel(home(client), "due")


def panel(page: str, name: str) -> str:
    _before, found, after = page.partition(f'id="{name}-section"')
    return after.partition("</section>")[0] if found else ""


def confirm(client: Client, entry: Page, last_check: date | None) -> HttpResponse:
    seen = last_check.isoformat() if last_check else ""
    return client.post(reverse("still_correct", args=[entry.pk]), {"last_check": seen})


def checked(entry: Page) -> date | None:
    return Entry.objects.get(pk=entry.pk).assured_date


def sent_back(stage: Stage, reason: str = "Say who is told.") -> None:
    author = person("editor", stage.own)
    page = ServicePage.objects.get(pk=stage.service.pk)
    page.summary = "You get much help here."
    page.save_revision(user=author)
    page.get_workflow().start(page, author)
    state = TaskState.objects.latest("pk")
    state.task.specific.on_action(state, person("superuser"), "reject", comment=reason)


# What is due


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (364, "Its check runs out on"),
        (400, "Its check ran out on"),
        (500, "The search no longer finds it."),
        (None, "Nobody has checked it yet."),
    ],
)
def test_what_gets_old_stands_on_the_dashboard(stage: Stage, days: int | None, said: str) -> None:
    age(stage.service, days)
    shown = due_of(signed_in("editor", stage.own))
    assert said in shown and "Talk to somebody" in shown


def test_nothing_due_is_said_too(stage: Stage) -> None:
    age(stage.others_service, 500)
    shown = due_of(signed_in("editor", stage.own))
    assert "Nothing is due." in shown and "Play outside" not in shown


@pytest.mark.parametrize("role", ["town_admin", "town_reviewer", "town_editor", "superuser"])
def test_who_works_for_no_agency_has_no_such_panels(stage: Stage, role: str) -> None:
    age(stage.service, 500)
    page = home(signed_in(role))
    assert panel(page, "due") == panel(page, "own-agency") == ""


def test_still_correct_counts_from_today_in_the_name_of_the_agency(stage: Stage) -> None:
    age(stage.service, 400)
    editor = person("editor", stage.own)
    answer = confirm(proven(editor), stage.service, checked(stage.service))
    assert answer["Location"] == HOME
    entry = Entry.objects.get(pk=stage.service.pk)
    assert (entry.assured_date, entry.assurer, entry.assurer_role) == (
        today(),
        "Harbour house",
        "Agency editor",
    )
    logged = PageLogEntry.objects.get(action=freshness.CONFIRMED)
    assert (logged.page_id, logged.user) == (stage.service.pk, editor)


def test_the_agency_itself_is_confirmed_too(stage: Stage) -> None:
    age(stage.own, 400)
    confirm(signed_in("lead", stage.own), stage.own, checked(stage.own))
    assert checked(stage.own) == today()


def test_an_answer_on_an_old_screen_changes_nothing(stage: Stage) -> None:
    age(stage.service, 400)
    seen = checked(stage.service)
    age(stage.service, 200)
    answer = confirm(signed_in("editor", stage.own), stage.service, seen)
    assert checked(stage.service) == today() - timedelta(200)
    assert "Nothing has changed" in str(list(get_messages(answer.wsgi_request))[0])


def test_nobody_answers_for_another_agency(stage: Stage) -> None:
    age(stage.others_service, 400)
    before = checked(stage.others_service)
    for client in (signed_in("editor", stage.own), signed_in("town_admin"), signed_in("superuser")):
        assert confirm(client, stage.others_service, before).status_code == 404
    assert checked(stage.others_service) == before


def test_a_draft_is_not_confirmed(stage: Stage) -> None:
    age(stage.service, 400)
    ServicePage.objects.get(pk=stage.service.pk).unpublish()
    before = checked(stage.service)
    assert confirm(signed_in("editor", stage.own), stage.service, before).status_code == 404
    assert checked(stage.service) == before


def test_a_get_changes_nothing(stage: Stage) -> None:
    age(stage.service, 400)
    client = signed_in("editor", stage.own)
    assert client.get(reverse("still_correct", args=[stage.service.pk])).status_code == 405
    assert checked(stage.service) == today() - timedelta(400)


# What came back


def test_what_came_back_is_shown_with_its_reason(stage: Stage) -> None:
    sent_back(stage, "Say <b>who</b> is told.")
    client = signed_in("lead", stage.own)
    shown = panel(home(client), "returned")
    assert "Talk to somebody" in shown and "Say &lt;b&gt;who&lt;/b&gt; is told." in shown
    assert reverse("wagtailadmin_pages:edit", args=[stage.service.pk]) in shown
    assert panel(home(signed_in("editor", stage.other)), "returned") == ""


def test_sent_again_it_waits(stage: Stage) -> None:
    sent_back(stage)
    page = ServicePage.objects.get(pk=stage.service.pk)
    page.current_workflow_state.resume(person("lead", stage.own))
    shown = home(proven(person("editor", stage.other)))
    assert "Talk to somebody" not in shown
    shown = home(proven(User.objects.get(username="lead-harbour")))
    assert panel(shown, "returned") == "" and "Talk to somebody" in panel(shown, "waiting")


# The way in, and how much is asked of the database


def test_the_ways_in_lead_to_the_own_agency(stage: Stage) -> None:
    client = signed_in("editor", stage.own)
    shown = panel(home(client), "own-agency")
    adding = reverse("wagtailadmin_pages:add", args=["agencies", "servicepage", stage.own.pk])
    assert adding in shown and client.get(adding).status_code == 200
    assert "Meadow club" not in shown


def queries(client: Client) -> int:
    client.get(HOME)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(HOME).status_code == 200
    return len(asked)


def test_the_dashboard_asks_as_much_for_twenty_entries_as_for_one(stage: Stage) -> None:
    client = signed_in("editor", stage.own)
    age(stage.service, 400)
    sent_back_by = person("lead", stage.own)

    def under_review(page: ServicePage) -> None:
        page.save_revision(user=sent_back_by)
        page.get_workflow().start(page, sent_back_by)

    under_review(stage.service)
    few = queries(client)
    own = AgencyPage.objects.get(pk=stage.own.pk)
    for number in range(19):
        service = own.add_child(instance=ServicePage(title=f"Service {number}", slug=f"s-{number}"))
        under_review(service)
    assert "Service 18" in due_of(client)
    assert queries(client) == few


def test_the_dashboard_asks_as_much_among_many_agencies(stage: Stage) -> None:
    client = signed_in("editor", stage.own)
    age(stage.service, 400)
    few = queries(client)
    for _number in range(5):
        factories.service(factories.agency(), title="Somebody else's")
    assert queries(client) == few
    assert "Somebody else's" not in due_of(client)


# An agency that is not public yet


def test_an_agency_that_is_not_public_says_that_its_services_are_not_either(stage: Stage) -> None:
    client = signed_in("editor", stage.own)
    assert "not public yet" not in panel(home(client), "own-agency")
    stage.own.unpublish()
    assert "not public yet" in panel(home(client), "own-agency")
