"""What the domain adds to Wagtail's admin: an agency is opened with its page, and entries are kept whole."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import URLPattern
from wagtail import hooks
from wagtail.models import Page
from wagtail_localize import wagtail_hooks as localize_hooks

from . import guards, membership
from .models import AgencyPage, User

TRANSLATE_BUTTONS = localize_hooks.page_listing_more_buttons
for place in ("register_page_header_buttons", "register_page_listing_more_buttons"):
    guards.replace_hook(place, TRANSLATE_BUTTONS, guards.without_translate_buttons(TRANSLATE_BUTTONS))


@hooks.register("register_admin_urls", order=-1)
def closed_localize_urls() -> list[URLPattern]:
    return guards.localize_urls()


@hooks.register("before_edit_user")
@hooks.register("before_delete_user")
def only_their_like_touch_superusers(request: HttpRequest, user: User) -> None:
    """Whoever may change people could otherwise give a superuser a new password and be one."""
    if user.is_superuser and not request.user.is_superuser:
        raise PermissionDenied


@hooks.register("after_create_page")
def open_created_agency(request: HttpRequest, page: Page) -> None:
    """The town opens an agency by making its page: groups, collection and review come with it."""
    if isinstance(page, AgencyPage):
        membership.open_agency(page.key, page=page)


@hooks.register("after_copy_page")
def open_copied_agency(request: HttpRequest, page: Page, new_page: Page) -> None:
    open_created_agency(request, new_page.specific)
