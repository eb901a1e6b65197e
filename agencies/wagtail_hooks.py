"""What the domain adds to Wagtail's admin: an agency is opened with its page, and entries are kept whole."""

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import URLPattern
from wagtail import hooks
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.models import Page
from wagtail.query import PageQuerySet
from wagtail_localize import wagtail_hooks as localize_hooks

from . import (  # noqa: F401  (those not used here register themselves)
    actions,
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
from .models import AgencyPage, User

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
