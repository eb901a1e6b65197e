"""Who may approve: never somebody who has a hand in what is waiting. The only place that decides it.

Wagtail asks the task of a workflow. Its own task asks for the group alone, so that an author among the reviewers
could approve the own change, and shows a state of one page at the address of another.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.locks import WorkflowLock
from wagtail.models import (
    GroupApprovalTask,
    Page,
    PageLogEntry,
    Revision,
    TaskState,
    WorkflowState,
    get_default_page_content_type,
)

from .entry import Entry
from .later_review import LaterReview
from .user import User

SMALL_CORRECTION = "agencies.small_correction"
Actions = list[tuple[str, Any, bool]]


class ReasonForm(forms.Form):
    """Whoever gets work back must learn why."""

    comment = forms.CharField(
        label=_("Why it goes back"),
        widget=forms.Textarea({"rows": 3}),
        max_length=2000,
        help_text=_("The author gets this by mail and sees it above the entry."),
    )


def authors(pages: Iterable[Page]) -> dict[int, set[int]]:
    """Ids of the people who have a hand in what is not approved yet, by page; four queries for any number of pages.

    Whoever wrote a revision since the one that is public, and whoever submitted. When somebody has brought back an
    older version, nobody can say whose words came back with it: then it is everybody who ever wrote the entry.
    """
    approved = {page.pk: page.live_revision_id or 0 for page in pages}
    keys = [str(pk) for pk in approved]
    content_type = get_default_page_content_type()
    restored = _restored(approved)
    found: dict[int, set[int]] = {pk: set() for pk in approved}
    written = Revision.objects.filter(base_content_type=content_type, object_id__in=keys, user__isnull=False)
    for key, revision, user in written.values_list("object_id", "pk", "user_id"):
        if revision > approved[int(key)] or int(key) in restored:
            found[int(key)].add(user)
    submitted = WorkflowState.objects.active().filter(base_content_type=content_type, object_id__in=keys)
    for key, user in submitted.exclude(requested_by=None).values_list("object_id", "requested_by_id"):
        found[int(key)].add(user)
    return found


def _restored(approved: dict[int, int]) -> set[int]:
    rows = PageLogEntry.objects.filter(page_id__in=approved, action="wagtail.revert")
    return {
        page
        for page, revision in rows.values_list("page_id", "revision_id")
        if (revision or 0) > approved[page]
    }


class ReviewLock(WorkflowLock):
    def get_message(self, user: User) -> str | None:
        if not self.for_user(user):
            return None
        return str(
            _(
                "This waits for review and is not changed meanwhile. Reviewers answer it in the queue “Review”."
            )
        )


class Review(GroupApprovalTask):
    """A look by somebody else of the groups it names."""

    lock_class = ReviewLock

    class Meta:
        verbose_name = _("review by somebody else")
        verbose_name_plural = _("reviews by somebody else")

    @classmethod
    def get_description(cls) -> str:
        return str(_("Members of the chosen groups approve; nobody approves a change they had a hand in."))

    def start(self, workflow_state: WorkflowState, user: User | None = None) -> TaskState:
        from ..small_corrections import is_small

        entry = workflow_state.content_object.specific
        if not (isinstance(entry, Entry) and is_small(entry)):
            return super().start(workflow_state, user=user)
        return self._approve_by_rule(workflow_state, entry, user)

    def _approve_by_rule(self, workflow_state: WorkflowState, entry: Entry, user: User | None) -> TaskState:
        state = TaskState(workflow_state=workflow_state, revision=entry.get_latest_revision(), task=self)
        state.save()
        state.approve(user=None, update=False, comment=str(_("A small correction of a trusted agency.")))
        LaterReview.note(entry, LaterReview.Kind.SMALL, by=user)
        return state

    def may_approve(self, obj: Page, user: User) -> bool:
        is_approver = user.is_superuser or self._user_in_groups(user)
        return is_approver and user.pk not in authors([obj])[obj.pk]

    def locked_for_user(self, obj: Page, user: User) -> bool:
        """Who may only review an entry does not write in it: they answer in the queue."""
        if super().locked_for_user(obj, user):
            return True
        return isinstance(obj, Entry) and not obj.permissions_for_user(user).can_take_away()

    def get_actions(self, obj: Page, user: User) -> Actions:
        state = obj.current_workflow_task_state
        if state is None or state.task_id != self.pk or not self.may_approve(obj, user):
            return []
        return [
            ("reject", _("Send back with a reason"), True),
            ("approve", _("Approve"), False),
            ("approve", _("Approve with comment"), True),
        ]

    def get_form_for_action(self, action: str) -> type[forms.Form]:
        return ReasonForm if action == "reject" else super().get_form_for_action(action)

    @transaction.atomic
    def on_action(self, task_state: TaskState, user: User, action_name: str, **kwargs) -> None:
        """Raises PermissionDenied for whoever had a hand in it, for a state of another page, and without a reason.

        Asked again here, after everything that the same request has saved: a reviewer who edits is an author.
        """
        # Nobody saves a newer draft between this look at its authors and the publishing.
        locked = Page.objects.select_for_update().get(pk=task_state.workflow_state.object_id)
        page = locked.specific
        current = page.current_workflow_task_state
        allowed = {name for name, _label, _modal in self.get_actions(page, user)}
        if current is None or current.pk != task_state.pk or action_name not in allowed:
            raise PermissionDenied
        comment = str(kwargs.get("comment") or "").strip()
        if action_name == "reject" and not comment:
            raise PermissionDenied(_("Say why it goes back."))
        super().on_action(task_state, user, action_name, comment=comment)

    def get_task_states_user_can_moderate(self, user: User, **kwargs) -> "QuerySet[TaskState]":
        return without_own(super().get_task_states_user_can_moderate(user, **kwargs), user)


def without_own(states: "QuerySet[TaskState]", user: User) -> "QuerySet[TaskState]":
    """Leaves out what the user has a hand in; asks for that person's own work alone, however much waits."""
    content_type = get_default_page_content_type()
    waiting = states.order_by().values("workflow_state__object_id")
    written = Revision.objects.filter(user=user, base_content_type=content_type, object_id__in=waiting)
    submitted = WorkflowState.objects.active().filter(requested_by=user, base_content_type=content_type)
    touched = {
        int(key)
        for rows in (written, submitted)
        for key in rows.order_by().values_list("object_id", flat=True)
    }
    hands = authors(Page.objects.filter(pk__in=touched))
    own = [str(page) for page, people in hands.items() if user.pk in people]
    return states.exclude(workflow_state__base_content_type=content_type, workflow_state__object_id__in=own)


def waiting_for(user: User) -> "QuerySet[TaskState]":
    """Everything that waits for a look and that this person may answer."""
    states = TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS, task__active=True, task__in=Review.objects.values("pk")
    )
    if not user.is_superuser:
        mine = Review.objects.filter(groups__user=user)
        states = states.filter(task__in=mine.values("pk"))
    return without_own(states, user)


def is_by_rule(workflow_state: WorkflowState) -> bool:
    """True when no person but the rule for small corrections has approved."""
    state = workflow_state.current_task_state
    return state is not None and state.finished_by_id is None and _is_ours(state)


def _is_ours(state: TaskState) -> bool:
    return isinstance(state.task.specific, Review) and state.status == TaskState.STATUS_APPROVED


def require_approval(workflow_state: WorkflowState) -> None:
    """Raises PermissionDenied unless this rule has approved the entry: a workflow can be edited, this cannot.

    The town's own pages may have another workflow than ours.
    """
    from ..small_corrections import is_small

    page = workflow_state.content_object.specific
    if not isinstance(page, Entry):
        return
    state = workflow_state.current_task_state
    if state is None or not _is_ours(state):
        raise PermissionDenied("An entry is published by its review alone.")
    if state.finished_by is None:
        is_right = is_small(page)
    else:
        submitted = state.finished_by_id == workflow_state.requested_by_id
        is_right = state.task.specific.may_approve(page, state.finished_by) and not submitted
    if not is_right:
        raise PermissionDenied("Nobody approves a change they had a hand in.")
