"""Inviting somebody by mail, and taking it up. The link proves the address; it signs nobody in."""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log

from . import letters, membership
from .models import AgencyPage, Invitation, User

VALID_FOR = timedelta(days=7)


class NotPending(Exception):
    """The invitation has been taken up, taken back, or is too old."""


@transaction.atomic
def invite(email: str, role: str, agency: AgencyPage | None, by: User) -> Invitation:
    """Writes to somebody; an earlier letter for the same role stops being good.

    Raises PermissionDenied where `by` may not give that role, or the agency is closed.
    """
    if role not in membership.roles_to_give(by, agency):
        raise PermissionDenied
    if agency and not membership.is_open(agency):
        raise PermissionDenied
    email = email.lower()
    now = timezone.now()
    Invitation.objects.pending().filter(email=email, role=role, agency=agency).update(withdrawn_at=now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=email,
        role=role,
        agency=agency,
        invited_by=by,
        token_hash=_hashed(token),
        expires=now + VALID_FOR,
    )
    _log("agencies.invite", invitation, by)
    letters.send("invitation", email, {"invitation": invitation, "by": by, **_words(invitation, token)})
    return invitation


def _words(invitation: Invitation, token: str) -> dict[str, object]:
    return {
        "role": role_of(invitation).name,
        "url": settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("join", args=[token]),
        "days": VALID_FOR.days,
    }


def role_of(invitation: Invitation) -> membership.Role:
    roles = membership.AGENCY_ROLES if invitation.agency_id else membership.TOWN_ROLES
    return roles[invitation.role]


@transaction.atomic
def withdraw(invitation: Invitation, by: User) -> None:
    """Raises PermissionDenied where `by` may not give that role; NotPending where there is nothing to take back."""
    if invitation.role not in membership.roles_to_give(by, invitation.agency):
        raise PermissionDenied
    invitation = _still_pending(invitation)
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    _log("agencies.withdraw_invitation", invitation, by)


def find(token: str) -> Invitation | None:
    return Invitation.objects.select_related("agency").filter(token_hash=_hashed(token)).first()


def account_of(email: str) -> User | None:
    """Who has this address already, as address or as the name to sign in with."""
    return User.objects.filter(Q(email__iexact=email) | Q(username__iexact=email)).first()


@transaction.atomic
def accept(invitation: Invitation, user: User) -> None:
    """Gives `user` the role; whoever is not saved yet is saved. Raises NotPending: then nothing is changed."""
    invitation = _still_pending(invitation)
    if user.pk is None:
        user.save()
    membership.add_member(user, invitation.role, invitation.agency, by=user)
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    _log("agencies.accept_invitation", invitation, user)


def _still_pending(invitation: Invitation) -> Invitation:
    """Read again and locked: of two that press at once, one is told that it is done."""
    locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if locked.state != Invitation.State.PENDING:
        raise NotPending
    return locked


def _log(action: str, invitation: Invitation, by: User) -> None:
    data = {"person": invitation.email, "role": invitation.role}
    log(instance=invitation.agency or invitation, action=action, user=by, data=data)


def _hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()
