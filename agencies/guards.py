"""The few doors that Wagtail and wagtail-localize leave open, closed in one place, each with its reason."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.models import Page
from wagtail_localize import synctree
from wagtail_localize.models import TranslationSource

from .models import AgenciesPage, Entry

View = Callable[..., HttpResponse]
NOT_YOURS = "A translated page is published by somebody who may, and who did not translate it."
REASON = "An entry is one page in all its languages: its words stand beside it."


def is_of_agencies(page: Page) -> bool:
    """True for the agencies' branch and all in it: one page each, whatever the number of its languages."""
    model = page.specific_class
    return model is not None and issubclass(model, (Entry, AgenciesPage))


# wagtail-localize makes a page for each language. Its editor knows no review: whoever may submit a translation may
# publish it, of any page. So entries are refused where it takes them in, and its views are closed to them besides.


@receiver(pre_save, sender=TranslationSource)
def no_translation_source(sender: type, instance: TranslationSource, **kwargs: Any) -> None:
    model = instance.specific_content_type.model_class()
    if model is not None and issubclass(model, (Entry, AgenciesPage)):
        raise PermissionDenied(REASON)


def keep_entries_out_of_tree_sync() -> None:
    """Its walk copies every page into a new language, and every new page into the languages that follow its own."""
    walk, follow = synctree.PageIndex.from_database, synctree.create_aliases_for_new_page

    def from_database() -> synctree.PageIndex:
        return synctree.PageIndex([row for row in walk() if not _is_ours(row.content_type.model_class())])

    def create_aliases_for_new_page(page: Page) -> None:
        if not is_of_agencies(page):
            follow(page)

    synctree.PageIndex.from_database = staticmethod(from_database)
    synctree.create_aliases_for_new_page = create_aliases_for_new_page


def _is_ours(model: type | None) -> bool:
    return model is not None and issubclass(model, (Entry, AgenciesPage))


def _closed_to_entries(view: View, page_of: Callable[[int], Page | None]) -> View:
    def guarded(request: HttpRequest, **kwargs: int) -> HttpResponse:
        page = page_of(next(iter(kwargs.values())))
        if page is not None and is_of_agencies(page):
            return HttpResponseForbidden(REASON, content_type="text/plain; charset=utf-8")
        return view(request, **kwargs)

    return guarded


def _publishing_by_right_alone(view: View) -> View:
    """Its update view publishes every translation of a page for whoever may translate, and asks for no right at all."""

    def guarded(request: HttpRequest, translation_source_id: int) -> HttpResponse:
        if request.method != "GET" and request.POST.get("publish_translations"):
            source = get_object_or_404(TranslationSource, pk=translation_source_id)
            pages = Page.objects.filter(translation_key=source.object_id).exclude(locale=source.locale)
            if not all(page.permissions_for_user(request.user).can_publish() for page in pages):
                return HttpResponseForbidden(NOT_YOURS, content_type="text/plain; charset=utf-8")
        return view(request, translation_source_id=translation_source_id)

    return guarded


def _alias_by_right_alone(view: View) -> View:
    """Its view gives a page the text and the state of its source: public at once, for whoever may edit the page."""

    def guarded(request: HttpRequest, page_id: int) -> HttpResponse:
        if not _page(page_id).permissions_for_user(request.user).can_publish():
            return HttpResponseForbidden(NOT_YOURS, content_type="text/plain; charset=utf-8")
        return view(request, page_id=page_id)

    return guarded


def _page(page_id: int) -> Page:
    return get_object_or_404(Page, pk=page_id)


def _source_page(source_id: int) -> Page | None:
    source = get_object_or_404(TranslationSource, pk=source_id)
    return Page.objects.filter(translation_key=source.object_id).first()


def localize_urls() -> list[URLPattern]:
    """The same addresses as wagtail-localize's own; registered before them, they answer instead."""
    # Not at the top: this module is read while Django starts, and admin views settle things at import.
    from wagtail_localize.views import convert, submit_translations, update_translations

    submit = submit_translations.SubmitPageTranslationView.as_view()
    update = update_translations.UpdateTranslationsView.as_view()
    return [
        path("localize/submit/page/<int:page_id>/", _closed_to_entries(submit, _page)),
        path(
            "localize/update/<int:translation_source_id>/",
            _closed_to_entries(_publishing_by_right_alone(update), _source_page),
        ),
        path(
            "localize/page/<int:page_id>/convert_to_alias/",
            _closed_to_entries(_alias_by_right_alone(convert.convert_to_alias), _page),
        ),
    ]


def without_translate_buttons(buttons_of: Callable[..., Any]) -> Callable[..., Any]:
    """wagtail-localize's buttons, but none on an entry: they would only lead to a refusal."""

    def for_other_pages(page: Page, *args: Any, **kwargs: Any) -> Any:
        return () if is_of_agencies(page) else buttons_of(page, *args, **kwargs)

    return for_other_pages


def replace_hook(name: str, old: Callable[..., Any], new: Callable[..., Any]) -> None:
    """Puts one hook in another's place. Wagtail can add hooks and order them, but not take one away."""
    registered = hooks._hooks[name]
    registered[:] = [(new if function is old else function, order) for function, order in registered]
