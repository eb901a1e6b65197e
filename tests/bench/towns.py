"""Towns for measuring the admin: as many agencies as asked for, twenty services each.

A quarter of the services waits for review, another is due, a third was reported and the fourth does not answer any
more: in a town of five agencies already a reviewer's queue and a list of reports fill their first page.
"""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import cast

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    PageLogEntry,
    Revision,
    TaskState,
    Workflow,
    WorkflowPage,
    WorkflowState,
    WorkflowTask,
    get_default_page_content_type,
)

from agencies import freshness, membership, planting
from agencies.models import AgenciesPage, AgencyPage, Correction, Entry, LinkCheck, Phone, Policy, ServicePage
from agencies.models.review import Review
from agencies.models.user import User
from agencies.planting import plant
from search.models import OutboxRow

SERVICES = 20  # of an agency
KINDS_OF_WORK = 4
MEASURED = 3  # agencies opened by `open_agency` with the clock running


@transaction.atomic
def build(agencies: int) -> list[float]:
    """Fills a town that `setup_town` has founded. How long opening each agency took, in milliseconds.

    The search that families use is left empty: it has measures of its own (bench_search.py).
    """
    branch = AgenciesPage.objects.get()
    planted = cast(
        list[AgencyPage],
        plant(branch, [AgencyPage(title=f"Agency {n:03}", key=f"agency-{n:03}") for n in range(agencies)]),
    )
    # One by the ordinary way, of which the others are copies; the last ones are measured.
    membership.open_agency(planted[0].key, page=planted[0])
    copies, last = planted[1:-MEASURED], planted[-MEASURED:]
    _open_like(planted[0], copies)
    opened = [_opening_time(agency) for agency in last]
    _fill(planted)
    _people(planted)
    Entry.objects.update(assured_date=_today())
    services = list(ServicePage.objects.order_by("pk"))
    _submit(services[0::KINDS_OF_WORK])
    _age(services[1::KINDS_OF_WORK])
    _report(services[2::KINDS_OF_WORK])
    _break(services[3::KINDS_OF_WORK])
    _log(services)
    OutboxRow.objects.all().delete()
    return opened


def _today() -> date:
    return freshness.today(Policy.current())


def _opening_time(agency: AgencyPage) -> float:
    begun = time.process_time()
    membership.open_agency(agency.key, page=agency)
    return (time.process_time() - begun) * 1000


def _open_like(model: AgencyPage, agencies: list[AgencyPage]) -> None:
    """What `open_agency` has made for one agency, row by row for many: a tenth of the time."""
    _copy_collections(model, agencies)
    for role in membership.AGENCY_ROLES:
        _copy_group(Group.objects.get(name=membership.agency_group_name(model.key, role)), role, agencies)
    task = Review.objects.get(name=f"Review: {model.key}")
    approvers = list(task.groups.all())
    for agency in agencies:
        made = Review.objects.create(name=f"Review: {agency.key}")
        made.groups.add(*approvers)
        workflow = Workflow.objects.create(name=made.name)
        WorkflowTask.objects.create(workflow=workflow, task=made, sort_order=0)
        WorkflowPage.objects.create(page=agency, workflow=workflow)


def _copy_collections(model: AgencyPage, agencies: list[AgencyPage]) -> None:
    root = Collection.get_first_root_node()
    step = Collection._str2int(root.get_last_child().path[-Collection.steplen :])
    Collection.objects.bulk_create(
        Collection(name=agency.key, depth=2, numchild=0, path=Collection._get_path(root.path, 2, number))
        for number, agency in enumerate(agencies, start=step + 1)
    )
    Collection.objects.filter(pk=root.pk).update(numchild=F("numchild") + len(agencies))


def _copy_group(model: Group, role: str, agencies: list[AgencyPage]) -> None:
    groups = Group.objects.bulk_create(
        Group(name=membership.agency_group_name(agency.key, role)) for agency in agencies
    )
    collections = {collection.name: collection for collection in Collection.objects.all()}
    pairs = list(zip(groups, agencies, strict=True))
    held = [permission.pk for permission in model.permissions.all()]
    Group.permissions.through.objects.bulk_create(
        Group.permissions.through(group=group, permission_id=key) for group in groups for key in held
    )
    in_branch = model.page_permissions.values_list("permission", flat=True)
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(group=group, page=agency, permission_id=key)
        for key in in_branch
        for group, agency in pairs
    )
    of_pictures = model.collection_permissions.values_list("permission", flat=True)
    GroupCollectionPermission.objects.bulk_create(
        GroupCollectionPermission(group=group, collection=collections[agency.key], permission_id=key)
        for key in of_pictures
        for group, agency in pairs
    )


def _people(agencies: list[AgencyPage]) -> None:
    groups = {
        f"{role}-{agency.key}": membership.agency_group_name(agency.key, role)
        for agency in agencies
        for role in membership.AGENCY_ROLES
    } | {role: role for role in ("town_admin", "town_reviewer", "town_editor")}
    keys = dict(Group.objects.values_list("name", "pk"))
    people = User.objects.bulk_create(User(username=name, email=f"{name}@town.example") for name in groups)
    User.groups.through.objects.bulk_create(
        User.groups.through(user=user, group_id=keys[groups[user.username]]) for user in people
    )


def _fill(agencies: list[AgencyPage]) -> None:
    """As `plant` does it, for all agencies at once."""
    services: list[Entry] = []
    for agency in agencies:
        of_agency = [_service(number) for number in range(SERVICES)]
        planting._prepare(agency, of_agency)
        services += of_agency
    planting._insert_pages(services)
    planting._insert_children(services)
    planting._insert_terms(services)
    planting._index(services)


def _service(number: int) -> ServicePage:
    service = ServicePage(title=f"Service {number:02}", summary="You get help here.")
    service.phones = [Phone(number="01632 960 111", description="Front desk")]
    return service


def _submit(services: list[ServicePage]) -> None:
    """A newer draft of each, by its agency's editor, in the review of its agency."""
    now, pages = timezone.now(), get_default_page_content_type()
    people = {user.username: user for user in User.objects.all()}
    keys = dict(AgencyPage.objects.values_list("pk", "key"))
    tasks = {task.name: task for task in Review.objects.prefetch_related("workflow_tasks__workflow")}
    one = services[0].serializable_data()
    live, drafts = (
        Revision.objects.bulk_create(
            [
                Revision(
                    content_type_id=service.content_type_id,
                    base_content_type=pages,
                    object_id=str(service.pk),
                    created_at=now,
                    object_str=str(service),
                    content=one | {"pk": service.pk, "title": service.title, "summary": summary},
                    user=people[f"editor-{keys[service.agency_id]}"],
                )
                for service in services
            ],
            batch_size=100,
        )
        for summary in ("You get help here.", "New words.")
    )
    for service, before, draft in zip(services, live, drafts, strict=True):
        service.live_revision, service.latest_revision = before, draft
        Page.objects.filter(pk=service.pk).update(
            live_revision=before, latest_revision=draft, has_unpublished_changes=True
        )
    tasks_of = [tasks[f"Review: {keys[service.agency_id]}"] for service in services]
    states = WorkflowState.objects.bulk_create(
        [
            WorkflowState(
                content_type_id=service.content_type_id,
                base_content_type=pages,
                object_id=str(service.pk),
                workflow=task.workflow_tasks.all()[0].workflow,
                requested_by=service.latest_revision.user,
            )
            for service, task in zip(services, tasks_of, strict=True)
        ]
    )
    waiting = TaskState.objects.bulk_create(
        [
            TaskState(
                workflow_state=state,
                revision=service.latest_revision,
                task=task,
                content_type=ContentType.objects.get_for_model(TaskState),
            )
            for service, task, state in zip(services, tasks_of, states, strict=True)
        ]
    )
    for state, task_state in zip(states, waiting, strict=True):
        state.current_task_state = task_state
        WorkflowState.objects.filter(pk=state.pk).update(current_task_state=task_state)


def _age(services: list[ServicePage]) -> None:
    keys = [service.pk for service in services]
    Entry.objects.filter(pk__in=keys).update(assured_date=_today() - timedelta(days=365))


def _report(services: list[ServicePage]) -> None:
    today = _today()
    Correction.objects.bulk_create(
        Correction(entry_id=service.pk, what=["number"], received_on=today, due_on=today + timedelta(days=14))
        for service in services
    )


def _break(services: list[ServicePage]) -> None:
    LinkCheck.objects.bulk_create(
        LinkCheck(
            entry_id=service.pk,
            kind=LinkCheck.Kind.WEB,
            value="https://gone.example/",
            problem=LinkCheck.Problem.SILENT,
            failures=LinkCheck.TOLD_AFTER,
            checked_at=timezone.now(),
        )
        for service in services
    )


def _log(services: list[ServicePage]) -> None:
    PageLogEntry.objects.bulk_create(
        PageLogEntry(
            page_id=service.pk,
            content_type_id=service.content_type_id,
            label=service.title,
            action="wagtail.create",
            timestamp=timezone.now(),
        )
        for service in services
    )
