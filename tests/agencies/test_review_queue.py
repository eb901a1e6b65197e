"""The reviewer's queue: what waits, side by side, answered there; a trusted agency's small corrections; who is missing."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import PageLogEntry, TaskState, WorkflowState

from agencies import checks, membership, review_queue
from agencies.models import AgencyPage, LaterReview, Phone, Policy, ServicePage, User
from agencies.models.review import SMALL_CORRECTION
from tests import factories
from tests.admin_forms import send
from tests.agencies.stage import Stage, edit_address, person, proven

SUBMIT = {"action-submit": "yes"}


def submit(user: User, page: ServicePage | AgencyPage, **changes: str) -> TaskState:
    assert (
        send(proven(user), edit_address(page), changes or {"summary": "New words."}, **SUBMIT).status_code
        == 302
    )
    return TaskState.objects.filter(workflow_state__object_id=str(page.pk)).latest("pk")


def page_of(state: TaskState) -> str:
    return reverse("review", args=[state.pk])


def answer(client: Client, state: TaskState, page: ServicePage, **fields: str) -> int:
    seen = factories.fresh(page).latest_revision_id
    return client.post(page_of(state), {"revision": str(seen), **fields}).status_code


def test_the_oldest_stands_first_with_agency_author_and_what_changed(stage: Stage) -> None:
    submit(person("editor", stage.other), stage.others_service, title="<b>Play</b>", summary="New words.")
    submit(person("editor", stage.own), stage.service)
    shown = proven(person("town_reviewer")).get(reverse("review_queue")).content.decode()
    assert shown.index("&lt;b&gt;Play&lt;/b&gt;") < shown.index("Talk to somebody")
    assert "<b>Play" not in shown
    assert "Harbour house" in shown
    assert "editor-harbour" in shown


def test_a_waiting_agency_is_named_itself_and_sending_has_no_machine_name(stage: Stage) -> None:
    editor = person("editor", stage.own)
    address = reverse("wagtailadmin_pages:edit", args=[stage.own.pk])
    offered = proven(editor).get(address).content.decode()
    assert "Send to review" in offered and "Submit to" not in offered
    submit(editor, stage.own)
    (row,) = review_queue.queue(TaskState.objects.filter(status="in_progress"))
    assert row.parent == "Harbour house"


def test_nobody_else_reads_the_queue(stage: Stage) -> None:
    state = submit(person("editor", stage.own), stage.service)
    for user in (person("lead", stage.own), person("youth_council_editor"), person("safeguarding_reviewer")):
        client = proven(user)
        for address in (reverse("review_queue"), page_of(state)):
            assert client.get(address).status_code in (302, 403, 404)
        assert answer(client, state, stage.service, approve="yes") in (302, 403, 404)
    assert factories.fresh(stage.service).summary == "You get help here."


def test_all_that_changed_stands_side_by_side(stage: Stage) -> None:
    changes = {"phones-0-number": "01632 960 222", "summary": "New <i>words</i>."}
    state = submit(person("editor", stage.own), stage.service, **changes)
    shown = proven(person("town_reviewer")).get(page_of(state)).content.decode()
    for text in ("01632 960 111", "01632 960 222", "You get help here.", "New &lt;i&gt;words&lt;/i&gt;."):
        assert text in shown
    assert Phone.objects.get(entry_id=stage.service.pk).number == "01632 960 111"


def test_approving_there_publishes(stage: Stage) -> None:
    state = submit(person("editor", stage.own), stage.service)
    assert answer(proven(person("town_reviewer")), state, stage.service, approve="yes") == 302
    assert factories.fresh(stage.service).summary == "New words."


def test_sending_back_there_needs_a_reason(stage: Stage) -> None:
    state = submit(person("editor", stage.own), stage.service)
    client = proven(person("town_reviewer"))
    assert answer(client, state, stage.service, reject="yes") == 200
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_IN_PROGRESS
    reason = {"reject-comment": "Say whom it is for."}
    assert answer(client, state, stage.service, reject="yes", **reason) == 302
    state.refresh_from_db()
    assert (state.status, state.comment) == (TaskState.STATUS_REJECTED, "Say whom it is for.")


def test_what_changed_since_it_was_read_is_not_approved(stage: Stage) -> None:
    state = submit(person("editor", stage.own), stage.service)
    reviewer = proven(person("town_reviewer"))
    seen = str(factories.fresh(stage.service).latest_revision_id)
    send(proven(person("town_admin")), edit_address(stage.service), {"summary": "Something else."})
    answered = reviewer.post(page_of(state), {"revision": seen, "approve": "yes"})
    assert answered["Location"] == page_of(state)
    assert factories.fresh(stage.service).summary == "You get help here."


def test_the_own_change_is_not_found_there(stage: Stage) -> None:
    admin = person("town_admin")
    state = submit(admin, stage.service)
    assert proven(admin).get(page_of(state)).status_code == 404
    assert answer(proven(admin), state, stage.service, approve="yes") == 404
    assert factories.fresh(stage.service).summary == "You get help here."


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_more_rows_and_agencies_ask_no_more_queries(stage: Stage) -> None:
    editor = person("town_admin")
    reviewer = proven(person("town_reviewer"))
    pages = (reverse("review_queue"), reverse("wagtailadmin_home"))

    def one_more(number: int) -> None:
        agency = membership.open_agency(f"agency-{number}", name=f"Agency {number}")
        service = factories.publish(factories.service(agency, phones=[factories.phone()]))
        service.summary = "New words."
        service.save_revision(user=editor)
        service.get_workflow().start(service, editor)
        LaterReview.note(service, LaterReview.Kind.CLOSED_TODAY, by=editor)

    one_more(1)
    before = [queries(reviewer, address) for address in pages]
    for number in range(2, 6):
        one_more(number)
    assert [queries(reviewer, address) for address in pages] == before
    assert reviewer.get(pages[0]).content.decode().count("In one sentence") == 5


# --- trusted agencies ------------------------------------------------------------------------------


def trust(stage: Stage) -> None:
    policy = Policy.load()
    policy.trusted_agencies = [stage.own]
    policy.save()


def test_a_small_correction_of_a_trusted_agency_is_published_by_the_rule(
    stage: Stage, mailoutbox: list
) -> None:
    trust(stage)
    person("town_reviewer")
    editor = person("editor", stage.own)
    submit(editor, stage.service)
    assert factories.fresh(stage.service).summary == "New words."
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_APPROVED
    assert PageLogEntry.objects.filter(action=SMALL_CORRECTION, page_id=stage.service.pk).exists()
    assert not PageLogEntry.objects.filter(action="wagtail.publish", page_id=stage.service.pk).exists()
    row = LaterReview.objects.get()
    assert (row.kind, row.by) == (row.Kind.SMALL, editor)


@pytest.mark.parametrize("change", [{"phones-0-number": "01632 960 222"}, {"summary": "Call 0900 123 456."}])
def test_a_number_waits_for_a_second_person_whoever_wrote_it(stage: Stage, change: dict[str, str]) -> None:
    trust(stage)
    submit(person("editor", stage.own), stage.service, **change)
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_IN_PROGRESS
    assert Phone.objects.get(entry_id=stage.service.pk).number == "01632 960 111"
    assert factories.fresh(stage.service).summary == "You get help here."


def test_an_address_waits_for_a_second_person(stage: Stage) -> None:
    trust(stage)
    submit(person("editor", stage.own), stage.own, **{"locations-0-address_1": "2 Quay Street"})
    assert stage.own.locations.get().address_1 == "1 Quay Street"


def test_another_agency_is_not_trusted_with_it(stage: Stage) -> None:
    trust(stage)
    submit(person("editor", stage.other), stage.others_service)
    assert factories.fresh(stage.others_service).summary == "You get help here."


def test_a_new_entry_of_a_trusted_agency_waits(stage: Stage) -> None:
    trust(stage)
    draft = stage.own.add_child(instance=ServicePage(title="New", summary="New.", live=False))
    submit(person("editor", stage.own), draft)
    assert not factories.fresh(draft).live


def test_only_the_town_says_whom_it_trusts(stage: Stage) -> None:
    address = reverse("wagtailsettings:edit", args=["agencies", "policy", Policy.load().pk])
    for user in (person("editor", stage.own), person("lead", stage.own), person("town_reviewer")):
        assert proven(user).get(address).status_code in (302, 403, 404)
    assert "trusted_agencies" in proven(person("town_admin")).get(address).content.decode()


# --- who is missing -----------------------------------------------------------------------------------


def test_below_two_approvers_the_town_is_warned(stage: Stage, capsys: pytest.CaptureFixture) -> None:
    admin = person("town_admin")
    home = proven(admin).get(reverse("wagtailadmin_home")).content.decode()
    assert "Fewer than two people can approve" in home
    assert [warning.id for warning in checks.two_approvers(None)] == ["agencies.W001"]
    call_command("setup_town")
    assert "People who can approve agencies' entries: 1." in capsys.readouterr().out
    person("town_reviewer")
    assert checks.two_approvers(None) == []
    home = proven(admin).get(reverse("wagtailadmin_home")).content.decode()
    assert "Fewer than two people can approve" not in home
    User.objects.filter(username__startswith="town_reviewer").update(is_active=False)
    assert checks.two_approvers(None)
