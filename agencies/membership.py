"""Who may touch which branch, image and document: the only place that decides it.

Roles are data: help texts, documents and tests read them from here. A role of the town is one group; a role of an
agency is one group for each agency, with rights in that agency's branch and collection and nowhere else.
"""

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Revision,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from .models import AgenciesPage, AgencyPage, Invitation, Review, User


@dataclass(frozen=True, slots=True)
class Role:
    """What a member may do. `branch`: page permissions; `models`: permissions like "agencies.change_term"."""

    key: str
    name: str | Promise
    description: str | Promise
    branch: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    collection: tuple[str, ...] = ()


ADMIN_ACCESS = "wagtailadmin.access_admin"
PICTURES = ("wagtailimages.add_image", "wagtailimages.change_image", "wagtailimages.choose_image")

AGENCY_ROLES = {
    role.key: role
    for role in (
        Role(
            "editor",
            _("Agency editor"),
            _("Writes and changes the agency's own entries and sends them to review. Publishes nothing."),
            branch=("add_page", "change_page"),
            collection=PICTURES,
        ),
        Role(
            "lead",
            _("Agency lead"),
            _("Does what an editor does, and answers for the agency: is asked first when an entry gets old."),
            branch=("add_page", "change_page", "lock_page", "unlock_page"),
            collection=PICTURES,
        ),
    )
}

# The town's own pages are translated with wagtail-localize, whose editor publishes: nobody of an agency holds this.
TRANSLATING = "wagtail_localize.submit_translation"
VOCABULARY = (
    *(f"agencies.{verb}_{noun}" for noun in ("term", "district") for verb in ("add", "change")),
    *(f"search.{verb}_synonym" for verb in ("add", "change", "delete")),
    *(f"portal.{verb}_watchedword" for verb in ("add", "change", "delete")),
    *(f"portal.{verb}_checklist{noun}" for noun in ("item", "group") for verb in ("add", "change")),
)
# What families looked for, in totals of the whole town: its people may see it. An agency's see some totals on their
# dashboard (portal/nearby_demand.py).
DEMAND = "portal.view_demand"
# Whoever holds it gives and takes every role, and opens and closes agencies.
KEEPS_PEOPLE = "agencies.change_user"
# What visitors wrote in words of their own (SAFETY.md 9): one role, and no admin's.
TEXTS = "agencies.view_safeguardingtext"
# The reviewers' queue; what is looked at afterwards; what cannot wait.
REVIEW = "agencies.view_review"
LATER_REVIEW = "agencies.change_laterreview"
UNREVIEWED = "agencies.publish_without_review"
TOWN_ROLES = {
    role.key: role
    for role in (
        Role(
            "town_editor",
            _("Town editor"),
            _("Writes the town's own pages and keeps the vocabularies. Does not touch agencies' entries."),
            branch=("add_page", "change_page", "publish_page"),
            models=(*VOCABULARY, TRANSLATING, DEMAND, REVIEW),
            collection=PICTURES,
        ),
        Role(
            "town_reviewer",
            _("Town reviewer"),
            _("Reads what agencies send, and approves it or sends it back with a reason. Does not edit it."),
            models=(DEMAND, REVIEW, LATER_REVIEW),
        ),
        Role(
            "safeguarding_reviewer",
            _("Safeguarding reviewer"),
            _("Reads what visitors wrote in words of their own. Nobody else does."),
            models=(TEXTS,),
        ),
        Role(
            "town_admin",
            _("Town admin"),
            _(
                "Opens and closes agencies, invites people, keeps the town's settings and numbers; may approve too."
            ),
            branch=(
                "add_page",
                "change_page",
                "publish_page",
                "lock_page",
                "unlock_page",
                "bulk_delete_page",
            ),
            models=(
                *VOCABULARY,
                TRANSLATING,
                DEMAND,
                REVIEW,
                LATER_REVIEW,
                UNREVIEWED,
                "portal.change_town",
                "agencies.change_policy",
                "agencies.add_user",
                KEEPS_PEOPLE,
                "agencies.delete_user",
                "wagtailcore.add_collection",
                "wagtailcore.change_collection",
                "wagtailcore.delete_collection",
            ),
            collection=PICTURES,
        ),
        Role(
            "youth_council_editor",
            _("Youth council editor"),
            _("Drafts the youth council's pages. The town publishes them."),
            branch=("add_page", "change_page"),
        ),
    )
}
APPROVERS = ("town_reviewer", "town_admin")
FEWEST_APPROVERS = 2
# Who looks at the town's own pages that somebody may write but not publish.
TOWN_PUBLISHERS = ("town_editor", "town_admin")
TOWN_COLLECTION = "The town"  # an agency's has its key for a name, which holds no space
TOWN_REVIEW = "Review: the town's pages"


def agency_group_name(key: str, role: str) -> str:
    return f"{key}: {role}"


def _permission(dotted: str) -> Permission:
    app_label, codename = dotted.split(".")
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)


def _grant(group: Group, role: Role, branches: list[Page], collection: Collection | None) -> None:
    """Makes the group's rights exactly the role's: what an older release granted more is taken away."""
    group.permissions.set(_permission(dotted) for dotted in (ADMIN_ACCESS, *role.models))
    wanted = {(page.pk, codename) for page in branches for codename in role.branch}
    for row in GroupPagePermission.objects.filter(group=group).select_related("permission"):
        if (row.page_id, row.permission.codename) not in wanted:
            row.delete()
    for page_id, codename in wanted:
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.get_or_create(group=group, page_id=page_id, permission=permission)
    _grant_collection(group, role, collection)


def _grant_collection(group: Group, role: Role, collection: Collection | None) -> None:
    permissions = [_permission(dotted) for dotted in role.collection if collection]
    GroupCollectionPermission.objects.filter(group=group).exclude(
        collection=collection, permission__in=permissions
    ).delete()
    for permission in permissions:
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=collection, permission=permission
        )


@transaction.atomic
def open_town(homes: list[Page], agencies: AgenciesPage) -> None:
    """Creates the town's groups or brings them up to date. Idempotent."""
    if not Group.objects.filter(name__in=TOWN_ROLES).exists():
        _clear_ready_made_roles()
    every_collection, own_collection = Collection.get_first_root_node(), _collection(TOWN_COLLECTION)
    branches = {
        "town_editor": homes,
        "town_admin": [*homes, agencies],
        "youth_council_editor": homes,
    }
    for role in TOWN_ROLES.values():
        group, _created = Group.objects.get_or_create(name=role.key)
        collection = every_collection if role.key == "town_admin" else own_collection
        _grant(group, role, branches.get(role.key, []), collection)
    _review(TOWN_REVIEW, TOWN_PUBLISHERS, homes)


def _clear_ready_made_roles() -> None:
    """Wagtail brings "Editors" and "Moderators", with rights in the whole tree, and a review by the latter."""
    Workflow.objects.filter(name="Moderators approval").delete()
    GroupApprovalTask.objects.filter(name="Moderators approval").delete()
    Group.objects.filter(name__in=("Editors", "Moderators"), user=None).delete()


@transaction.atomic
def open_agency(
    key: str, *, name: str | None = None, page: AgencyPage | None = None, by: User | None = None
) -> AgencyPage:
    """Opens an agency, or completes one that a harvest has made: page, groups, collection, review. Idempotent.

    One that was closed is open again, without people, its entries drafts.
    `key` is its machine name. `name` is needed when no page with that key exists yet, else ValueError.
    """
    agency = page or AgencyPage.objects.filter(key=key).first()
    if agency is None:
        if not name:
            raise ValueError(f"There is no agency “{key}” yet: give its name to open it.")
        agency = _new_agency(key, name)
    if not is_open(agency):
        log(instance=agency, action="agencies.open", user=by)
    collection = _collection(agency.key)
    for role in AGENCY_ROLES.values():
        group, _created = Group.objects.get_or_create(name=agency_group_name(agency.key, role.key))
        _grant(group, role, [agency], collection)
    _review_of(agency)
    return agency


@transaction.atomic
def close_agency(agency: AgencyPage, by: User | None = None) -> None:
    """Nothing of it is public any more and nobody works in it; its pages and their history stay. Idempotent."""
    if not is_open(agency):
        return
    for page in agency.get_descendants(inclusive=True).specific():
        _take_from_public(page, by)
    for user in members(agency):
        for role in roles_of(user, agency):
            remove_member(user, role, agency, by=by)
    for group in _groups_of(agency):
        group.permissions.clear()
        GroupPagePermission.objects.filter(group=group).delete()
        GroupCollectionPermission.objects.filter(group=group).delete()
    Invitation.objects.pending().filter(agency=agency).update(withdrawn_at=timezone.now())
    log(instance=agency, action="agencies.close", user=by)


def _take_from_public(page: Page, by: User | None) -> None:
    """Also what would have become public later: a review that runs, a date that is set."""
    if page.current_workflow_state:
        page.current_workflow_state.cancel(user=by)
    Revision.objects.for_instance(page).update(approved_go_live_at=None)
    page.unpublish(user=by)


def is_open(agency: AgencyPage) -> bool:
    return GroupPagePermission.objects.filter(page=agency, group__in=_groups_of(agency)).exists()


def _groups_of(agency: AgencyPage) -> QuerySet[Group]:
    return Group.objects.filter(name__in=[agency_group_name(agency.key, role) for role in AGENCY_ROLES])


def _new_agency(key: str, name: str) -> AgencyPage:
    """A draft: the town publishes it once it is filled."""
    branch = AgenciesPage.objects.first()
    if branch is None:
        raise ValueError("The town is not founded yet: run `manage.py setup_town` first.")
    agency = AgencyPage(title=name, key=key, slug=key, live=False)
    try:
        branch.add_child(instance=agency)
        agency.save_revision()
    except ValidationError as error:
        raise ValueError(" ".join(error.messages)) from error
    return agency


def _collection(name: str) -> Collection:
    root = Collection.get_first_root_node()
    found = root.get_children().filter(name=name).first()
    return found or root.add_child(name=name)


def _review_of(agency: AgencyPage) -> Workflow:
    """One task for each agency: a task shared by all could be answered at another agency's address."""
    return _review(f"Review: {agency.key}", APPROVERS, [agency])


def _review(name: str, approvers: tuple[str, ...], branches: list[Page]) -> Workflow:
    workflow, _created = Workflow.objects.get_or_create(name=name)
    task = Review.objects.filter(name=name).first() or Review.objects.create(name=name)
    task.groups.set(Group.objects.filter(name__in=approvers))
    WorkflowTask.objects.get_or_create(workflow=workflow, task_id=task.pk, defaults={"sort_order": 0})
    for branch in branches:
        WorkflowPage.objects.update_or_create(page_id=branch.pk, defaults={"workflow": workflow})
    return workflow


def add_member(user: User, role: str, agency: AgencyPage | None = None, by: User | None = None) -> None:
    """Gives a person a role: of an agency, or of the town where no agency is named. Idempotent."""
    group = _group_for(role, agency)
    if user.groups.filter(pk=group.pk).exists():
        return
    user.groups.add(group)
    _log_role("agencies.add_member", user, role, agency, by)


def remove_member(user: User, role: str, agency: AgencyPage | None = None, by: User | None = None) -> None:
    group = _group_for(role, agency)
    if not user.groups.filter(pk=group.pk).exists():
        return
    user.groups.remove(group)
    _log_role("agencies.remove_member", user, role, agency, by)


def _log_role(action: str, user: User, role: str, agency: AgencyPage | None, by: User | None) -> None:
    log(instance=agency or user, action=action, user=by, data={"person": user.get_username(), "role": role})


def roles_of(user: User, agency: AgencyPage | None = None) -> list[str]:
    """The roles a person has there. Reads `user.groups`: prefetch them for a list."""
    names = {group.name for group in user.groups.all()}
    if agency is None:
        return [role for role in TOWN_ROLES if role in names]
    return [role for role in AGENCY_ROLES if agency_group_name(agency.key, role) in names]


def members(agency: AgencyPage | None = None) -> QuerySet[User]:
    """Everybody with a role there, with their groups."""
    groups = _groups_of(agency) if agency else Group.objects.filter(name__in=TOWN_ROLES)
    return User.objects.filter(groups__in=groups).distinct().prefetch_related("groups").order_by("username")


def roles_to_give(by: User, agency: AgencyPage | None = None) -> list[str]:
    """Which roles somebody may give and take there: the town's admins every one, a lead the own editors'."""
    if by.has_perm(KEEPS_PEOPLE):
        return list(AGENCY_ROLES if agency else TOWN_ROLES)
    return ["editor"] if agency and by.is_active and "lead" in roles_of(by, agency) else []


def led_agencies(user: User) -> QuerySet[AgencyPage]:
    """The agencies whose people somebody looks after."""
    if user.has_perm(KEEPS_PEOPLE):
        return AgencyPage.objects.all()
    ending = agency_group_name("", "lead")
    keys = [group.name.removesuffix(ending) for group in user.groups.filter(name__endswith=ending)]
    return AgencyPage.objects.filter(key__in=keys)


def own_agencies(user: User) -> QuerySet[AgencyPage]:
    """The agencies somebody works for. The town's people and superusers work for none."""
    names = user.groups.values_list("name", flat=True)
    endings = [agency_group_name("", role) for role in AGENCY_ROLES]
    keys = {name.removesuffix(ending) for name in names for ending in endings if name.endswith(ending)}
    return AgencyPage.objects.filter(key__in=keys)


def _group_for(role: str, agency: AgencyPage | None) -> Group:
    roles = AGENCY_ROLES if agency else TOWN_ROLES
    if role not in roles:
        raise ValueError(f"There is no role “{role}” here. There are: {', '.join(roles)}.")
    return Group.objects.get(name=agency_group_name(agency.key, role) if agency else role)


def reachable(*groups: str) -> QuerySet[User]:
    """Who stands in one of these groups and can be written to."""
    people = User.objects.filter(is_active=True, groups__name__in=groups).exclude(email="")
    return people.select_related("wagtail_userprofile").distinct().order_by("pk")


def active_people(*groups: str) -> dict[str, list[User]]:
    """The same by the name of the group; a person may stand in several."""
    found: dict[str, list[User]] = {}
    for person in reachable(*groups).prefetch_related("groups"):
        for group in person.groups.all():
            if group.name in groups:
                found.setdefault(group.name, []).append(person)
    return found


def role_in(user: User, agency: AgencyPage) -> Role | None:
    """The highest role somebody active has in an agency."""
    names = set(user.groups.values_list("name", flat=True)) if user.is_active else set()
    held = [role for role in AGENCY_ROLES.values() if agency_group_name(agency.key, role.key) in names]
    return held[-1] if held else None


def approvers() -> QuerySet[User]:
    """Who may approve agencies' entries: with fewer than two of them somebody's own changes wait for ever."""
    able = Q(groups__name__in=APPROVERS) | Q(is_superuser=True)
    return User.objects.filter(able, is_active=True).distinct()
