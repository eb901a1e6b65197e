"""Who works where: the admin's pages on which people are invited, roles taken away, agencies opened and closed.

What somebody may do here is asked of `membership.roles_to_give`, never decided.
"""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets import Button
from wagtail.models import Page

from . import invitations, membership, second_factor
from .models import AgenciesPage, AgencyPage, Invitation, User

A_PAGE = 50  # agencies


def people_address(agency: AgencyPage | None) -> str:
    return reverse("agency_people", args=[agency.key]) if agency else reverse("people")


def _me(request: HttpRequest) -> User:
    """Wagtail lets nobody else as far as these pages."""
    return cast(User, request.user)


class PeopleView(WagtailAdminTemplateMixin, TemplateView):
    """The town's own team, and the agencies whose people one looks after."""

    page_title = gettext_lazy("People")
    breadcrumbs_items: list[dict[str, Any]] = []
    header_icon = "group"
    template_name = "agencies/admin/people.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = _me(self.request)
        agencies = membership.led_agencies(user).order_by("title")
        may_give = membership.roles_to_give(user)
        if not may_give and not agencies.exists():
            raise PermissionDenied
        return super().get_context_data(
            agencies=Paginator(agencies, A_PAGE).get_page(self.request.GET.get("p")),
            keeps_town=bool(may_give),
            team=_rows(user, None) if may_give else [],
            invitations=_pending(None) if may_give else [],
            new_agency=_new_agency_address(user),
            **kwargs,
        )


def _new_agency_address(user: User) -> str:
    """Where an agency's page is made, which opens it; empty for whoever may make none."""
    branch = AgenciesPage.objects.first()
    if branch is None or not branch.permissions_for_user(user).can_add_subpage():
        return ""
    return reverse("wagtailadmin_pages:add", args=["agencies", "agencypage", branch.pk])


class AgencyPeopleView(WagtailAdminTemplateMixin, TemplateView):
    """The people of one agency."""

    page_title = gettext_lazy("People")
    header_icon = "group"
    template_name = "agencies/admin/agency_people.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.agency = _agency_of(request, kwargs["key"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return self.agency.title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            {"url": reverse("people"), "label": _("People")},
            {"url": "", "label": self.agency.title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            agency=self.agency,
            is_open=membership.is_open(self.agency),
            may_close=_me(self.request).has_perm(membership.KEEPS_PEOPLE),
            team=_rows(_me(self.request), self.agency),
            invitations=_pending(self.agency),
            **kwargs,
        )


def _agency_of(request: HttpRequest, key: str) -> AgencyPage:
    """The agency with that key; PermissionDenied for whoever looks after nobody there."""
    agency = AgencyPage.objects.filter(key=key).first()
    if agency is None or not membership.roles_to_give(_me(request), agency):
        raise PermissionDenied
    return agency


def _rows(by: User, agency: AgencyPage | None) -> list[dict[str, Any]]:
    may_give = membership.roles_to_give(by, agency)
    return [
        {
            "user": user,
            "may_reset": second_factor.may_reset(by, user),
            "roles": [
                (_names(agency)[role], role if role in may_give and user != by else None)
                for role in membership.roles_of(user, agency)
            ],
        }
        for user in membership.members(agency)
    ]


def _names(agency: AgencyPage | None) -> dict[str, Any]:
    roles = membership.AGENCY_ROLES if agency else membership.TOWN_ROLES
    return {key: role.name for key, role in roles.items()}


def _pending(agency: AgencyPage | None) -> list[dict[str, Any]]:
    names = _names(agency)
    return [
        {"invitation": invitation, "role": names[invitation.role]}
        for invitation in Invitation.objects.pending().filter(agency=agency)
    ]


class InviteForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("E-mail"))
    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, roles: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.key, f"{role.name}: {role.description}") for role in roles.values()
        ]


class InviteView(WagtailAdminTemplateMixin, FormView):
    page_title = gettext_lazy("Invite somebody")
    header_icon = "mail"
    template_name = "agencies/admin/invite.html"
    form_class = InviteForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.agency = _agency_of(request, kwargs["key"]) if "key" in kwargs else None
        self.may_give = membership.roles_to_give(_me(request), self.agency)
        if not self.may_give:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return self.agency.title if self.agency else _("the town's team")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            {"url": people_address(self.agency), "label": _("People")},
            {"url": "", "label": _("Invite somebody")},
        ]

    def get_form_kwargs(self) -> dict[str, Any]:
        roles = membership.AGENCY_ROLES if self.agency else membership.TOWN_ROLES
        return {**super().get_form_kwargs(), "roles": {key: roles[key] for key in self.may_give}}

    def form_valid(self, form: InviteForm) -> HttpResponse:
        email = form.cleaned_data["email"]
        invitations.invite(email, form.cleaned_data["role"], self.agency, _me(self.request))
        messages.success(self.request, _("A letter is on its way to %(email)s.") % {"email": email})
        return redirect(people_address(self.agency))


class ConfirmView(WagtailAdminTemplateMixin, TemplateView):
    """A question on GET, the deed on POST, then back. Subclasses say `find`, `question`, `do` and where `back` is."""

    header_icon = "warning"
    template_name = "agencies/admin/confirm.html"
    breadcrumbs_items: list[dict[str, Any]] = []

    def find(self, request: HttpRequest, **kwargs: Any) -> None:
        """Loads what it is about. Raises PermissionDenied or Http404."""
        raise NotImplementedError

    def question(self) -> str:
        raise NotImplementedError

    def do(self, by: User) -> None:
        raise NotImplementedError

    def back(self) -> str:
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.find(request, **kwargs)
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.do(_me(request))
        messages.success(request, _("Done."))
        return redirect(self.back())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(question=self.question(), back=self.back(), **kwargs)


class RemoveView(ConfirmView):
    page_title = gettext_lazy("Take a role away")

    def find(self, request: HttpRequest, **kwargs: Any) -> None:
        self.agency = _agency_of(request, kwargs["key"]) if "key" in kwargs else None
        self.role = kwargs["role"]
        self.person = get_object_or_404(User, pk=kwargs["user_id"])
        is_oneself = self.person == _me(request)  # nobody locks themselves out
        if is_oneself or self.role not in membership.roles_to_give(_me(request), self.agency):
            raise PermissionDenied

    def question(self) -> str:
        words = {"person": self.person, "role": _names(self.agency)[self.role]}
        return _("Take the role “%(role)s” away from %(person)s? It ends at once.") % words

    def do(self, by: User) -> None:
        membership.remove_member(self.person, self.role, self.agency, by=by)

    def back(self) -> str:
        return people_address(self.agency)


class WithdrawView(ConfirmView):
    page_title = gettext_lazy("Take an invitation back")

    def find(self, request: HttpRequest, **kwargs: Any) -> None:
        found = Invitation.objects.pending().select_related("agency")
        self.invitation = get_object_or_404(found, pk=kwargs["invitation_id"])
        if self.invitation.role not in membership.roles_to_give(_me(request), self.invitation.agency):
            raise PermissionDenied

    def question(self) -> str:
        return _("Take back the invitation to %(email)s? Its link stops being good.") % {
            "email": self.invitation.email
        }

    def do(self, by: User) -> None:
        invitations.withdraw(self.invitation, by)

    def back(self) -> str:
        return people_address(self.invitation.agency)


class CloseView(ConfirmView):
    page_title = gettext_lazy("Close an agency")

    def find(self, request: HttpRequest, **kwargs: Any) -> None:
        self.agency = _agency_of(request, kwargs["key"])
        if not _me(request).has_perm(membership.KEEPS_PEOPLE):
            raise PermissionDenied

    def question(self) -> str:
        return _(
            "Close %(agency)s? Its entries leave the site and the search, and its people lose their roles. "
            "The pages and their history stay; you can open it again."
        ) % {"agency": self.agency.title}

    def do(self, by: User) -> None:
        membership.close_agency(self.agency, by)

    def back(self) -> str:
        return people_address(self.agency)


class OpenView(CloseView):
    page_title = gettext_lazy("Open an agency")

    def question(self) -> str:
        return _("Open %(agency)s? Then you can invite its people. Nothing is published by this.") % {
            "agency": self.agency.title
        }

    def do(self, by: User) -> None:
        membership.open_agency(self.agency.key, page=self.agency, by=by)


class ResetView(ConfirmView):
    page_title = gettext_lazy("Take a second step away")

    def find(self, request: HttpRequest, **kwargs: Any) -> None:
        self.person = get_object_or_404(User, pk=kwargs["user_id"])
        if not second_factor.may_reset(_me(request), self.person):
            raise PermissionDenied

    def question(self) -> str:
        return _(
            "Take away the second step of %(person)s? Do it only if you have spoken to them and know their voice: "
            "whoever has their password can then set up a new one. They are told by mail."
        ) % {"person": self.person}

    def do(self, by: User) -> None:
        second_factor.reset(self.person, by=by)

    def back(self) -> str:
        return reverse("people")


@hooks.register("register_admin_urls")
def people_urls() -> list[URLPattern]:
    of_agency, person = "people/agency/<slug:key>/", "<int:user_id>/"
    return [
        path("people/", PeopleView.as_view(), name="people"),
        path("people/invite/", InviteView.as_view(), name="invite"),
        path(f"people/remove/{person}<slug:role>/", RemoveView.as_view(), name="remove_member"),
        path(f"people/second-step/{person}", ResetView.as_view(), name="reset_second_factor"),
        path("people/invitation/<int:invitation_id>/", WithdrawView.as_view(), name="withdraw_invitation"),
        path(of_agency, AgencyPeopleView.as_view(), name="agency_people"),
        path(f"{of_agency}invite/", InviteView.as_view(), name="invite_to_agency"),
        path(f"{of_agency}close/", CloseView.as_view(), name="close_agency"),
        path(f"{of_agency}open/", OpenView.as_view(), name="open_agency"),
        path(f"{of_agency}remove/{person}<slug:role>/", RemoveView.as_view(), name="remove_agency_member"),
    ]


class PeopleItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(membership.roles_to_give(_me(request))) or membership.led_agencies(_me(request)).exists()


@hooks.register("register_admin_menu_item")
def people_item() -> MenuItem:
    return PeopleItem(gettext_lazy("People"), reverse("people"), name="people", icon_name="group", order=350)


@hooks.register("register_page_header_buttons")
def agency_button(page: Page, user: User, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    agency = page.specific_deferred
    if isinstance(agency, AgencyPage) and membership.roles_to_give(user, agency):
        yield Button(_("People"), people_address(agency), icon_name="group", priority=70)


@hooks.register("register_user_listing_buttons")
def reset_button(user: User, request_user: User) -> Iterator[Button]:
    if second_factor.may_reset(request_user, user):
        address = reverse("reset_second_factor", args=[user.pk])
        yield Button(_("Take second step away"), address, icon_name="key", priority=40)
