"""The page behind an invitation's link. Looking changes nothing; the link signs nobody in."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from wagtail.users.models import UserProfile

from . import invitations
from .models import Invitation, User

State = Invitation.State
SECRETS = ("new_password1", "new_password2")


class JoinForm(SetPasswordForm):
    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=150)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=150)
    field_order = ("first_name", "last_name", *SECRETS)

    def person(self) -> User:
        """Not saved yet."""
        self.user.first_name = self.cleaned_data["first_name"]
        self.user.last_name = self.cleaned_data["last_name"]
        self.user.set_password(self.cleaned_data["new_password1"])
        return self.user


@sensitive_post_parameters(*SECRETS)
def join(request: HttpRequest, token: str) -> HttpResponse:
    invitation = invitations.find(token)
    if invitation is None:
        return _refused(request, None, 404)
    if invitation.state != State.PENDING:
        return _refused(request, invitation.state, 410)
    try:
        return _answer(request, invitation)
    except invitations.NotPending:
        return _refused(request, State.ACCEPTED, 410)


def _refused(request: HttpRequest, state: State | None, status: int) -> HttpResponse:
    words = {
        None: _(
            "This address is not known here. Perhaps it was cut in two: copy it as a whole from the letter."
        ),
        State.ACCEPTED: _(
            "This invitation has been taken up already. Sign in with the password you chose then."
        ),
        State.WITHDRAWN: _("This invitation was taken back. Ask whoever invited you."),
        State.EXPIRED: _("This invitation is too old. Ask whoever invited you for a new one."),
    }
    return render(request, "agencies/admin/join_refused.html", {"words": words[state]}, status=status)


def _answer(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if request.user.is_authenticated:
        return _for_signed_in(request, invitation, request.user)
    if invitations.account_of(invitation.email):
        sign_in = f"{reverse('wagtailadmin_login')}?{urlencode({'next': request.path})}"
        return _shown(request, invitation, sign_in=sign_in)
    return _for_newcomer(request, invitation)


def _for_signed_in(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    """Who forwards the letter gives nothing away: it is good for the account with its address alone."""
    if invitations.account_of(invitation.email) != user:
        return _shown(request, invitation, is_for_another=True)
    if request.method != "POST":
        return _shown(request, invitation, takes_up=True)
    invitations.accept(invitation, user)
    messages.success(request, _("You have taken up the role."))
    return redirect("wagtailadmin_home")


def _for_newcomer(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    user = User(username=invitation.email, email=invitation.email)
    form = JoinForm(user, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _shown(request, invitation, form=form)
    person = form.person()
    invitations.accept(invitation, person)
    _keep_language(person)
    messages.success(
        request, _("Your account is made. Sign in with your e-mail and the password you just chose.")
    )
    return redirect("wagtailadmin_login")


def _keep_language(person: User) -> None:
    """Letters come in the language this page was read in, not in that of whoever's deed sends them."""
    profile = UserProfile.get_for_user(person)
    profile.preferred_language = get_language() or ""
    profile.save()


def _shown(request: HttpRequest, invitation: Invitation, **context: Any) -> HttpResponse:
    context |= {"invitation": invitation, "role": invitations.role_of(invitation)}
    return render(request, "agencies/admin/join.html", context)
