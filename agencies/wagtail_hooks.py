"""What the domain adds to Wagtail's admin: an agency is opened with its page, and entries are kept whole."""

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.models import Page
from wagtail.query import PageQuerySet
from wagtail_localize import wagtail_hooks as localize_hooks

from . import (  # noqa: F401  (those not used here register themselves)
    actions,
    choosing,
    dashboard,
    guards,
    link_report,
    membership,
    people,
    reading_checks,
    reported,
    review_views,
    seeing,
    sheet_views,
    taking_away_views,
)
from .models import AgencyPage, ServicePage, User

TRANSLATE_BUTTONS = localize_hooks.page_listing_more_buttons
for place in ("register_page_header_buttons", "register_page_listing_more_buttons"):
    guards.replace_hook(place, TRANSLATE_BUTTONS, guards.without_translate_buttons(TRANSLATE_BUTTONS))


@hooks.register("register_admin_urls", order=-1)
def closed_localize_urls() -> list[URLPattern]:
    return guards.localize_urls()


@hooks.register("construct_page_chooser_queryset")
def what_links_may_lead_to(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    return seeing.choosable(pages, request.user)


@hooks.register("construct_admin_api", order=1)
def own_pictures_and_documents(router: WagtailAPIRouter) -> None:
    """After Wagtail's own, in whose place they come."""
    router.register_endpoint("images", seeing.OwnImages)
    router.register_endpoint("documents", seeing.OwnDocuments)


@hooks.register("before_edit_user")
@hooks.register("before_delete_user")
def only_their_like_touch_superusers(request: HttpRequest, user: User) -> None:
    """Whoever may change people could otherwise give a superuser a new password and be one."""
    if user.is_superuser and not request.user.is_superuser:
        raise PermissionDenied


@hooks.register("before_create_user")
@hooks.register("before_edit_user")
def only_superusers_make_superusers(request: HttpRequest, user: User | None = None) -> None:
    """Wagtail shows the tick "Administrator" to everybody who may change people."""
    if request.POST.get("is_superuser") and not request.user.is_superuser:
        raise PermissionDenied


@hooks.register("after_create_page")
def open_created_agency(request: HttpRequest, page: Page) -> None:
    """The town opens an agency by making its page: groups, collection and review come with it."""
    if isinstance(page, AgencyPage):
        membership.open_agency(page.key, page=page, by=cast(User, request.user))


@hooks.register("after_copy_page")
def open_copied_agency(request: HttpRequest, page: Page, new_page: Page) -> None:
    open_created_agency(request, new_page.specific)


@hooks.register("after_copy_page")
def go_on_with_the_copy(request: HttpRequest, page: Page, new_page: Page) -> HttpResponse | None:
    """It says nothing new yet: whoever copies a service wants to change it now."""
    is_service = new_page.specific_class is ServicePage
    return redirect("wagtailadmin_pages:edit", new_page.pk) if is_service else None


@hooks.register("before_create_page")
def say_that_one_may_copy(request: HttpRequest, parent: Page, model: type[Page]) -> None:
    if request.method == "GET" and model is ServicePage and parent.get_children().exists():
        messages.info(request, _("Is it like another of your services? Open that one and choose “Copy”."))
