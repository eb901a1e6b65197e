"""The admin opens for every role, says what a demo waives, and asks no other host for anything."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from wagtail import hooks
from wagtail.models import Locale, Page, Task, Workflow

from agencies.membership import AGENCY_ROLES, TOWN_ROLES
from agencies.models import AgenciesPage, District, Policy, Term, TermWords, User
from portal.models import ContentPage, HomePage, Town
from tests.admin_forms import fields_of, opened, send
from tests.agencies.stage import Stage, signed_in

OUR_MENUS = ("agencies.people", "agencies.review_views")


@pytest.fixture
def admin(stage: Stage) -> Client:
    return signed_in("superuser")


def a_content_page() -> ContentPage:
    page = ContentPage(title="About us", slug="about")
    HomePage.objects.get(locale__language_code="en").add_child(instance=page)
    page.save_revision().publish()
    return page


# Every screen that a town's people open


def screens(stage: Stage) -> list[str]:
    content = a_content_page()
    home, branch = content.get_parent(), AgenciesPage.objects.get()
    town, policy = Town.load(), Policy.load()
    town.save()
    policy.save()
    district = District.objects.create(code="old-town", name="Old town")
    pages: list[Page] = [home, content, branch, stage.own, stage.service]
    return [
        *(reverse("wagtailadmin_explore", args=[page.pk]) for page in pages),
        *(reverse("wagtailadmin_pages:edit", args=[page.pk]) for page in pages),
        *(reverse("wagtailadmin_pages:history", args=[page.pk]) for page in pages),
        *(
            reverse("wagtailadmin_pages:add", args=[*model, parent.pk])
            for model, parent in (
                (("agencies", "servicepage"), stage.own),
                (("agencies", "agencypage"), branch),
                (("portal", "contentpage"), home),
            )
        ),
        *(
            reverse(name)
            for name in (
                "wagtailadmin_home",
                "wagtailadmin_explore_root",
                "wagtailimages:index",
                "wagtailimages:add",
                "wagtailusers_users:index",
                "wagtailusers_users:add",
                "wagtailusers_groups:index",
                "wagtailadmin_workflows:index",
                "wagtailadmin_workflows:task_index",
                "wagtailadmin_collections:index",
                "wagtailadmin_reports:site_history",
                "wagtailadmin_reports:workflow",
                "wagtailadmin_reports:aging_pages",
                "wagtaillocales:index",
                "wagtailadmin_account",
                "wagtailsnippets_agencies_term:list",
                "wagtailsnippets_agencies_term:add",
                "wagtailsnippets_agencies_district:list",
                "roles",
            )
        ),
        *(
            reverse(name, args=[key])
            for name, key in (
                ("wagtailsnippets_agencies_term:edit", Term.objects.filter(scheme="need").earliest("pk").pk),
                ("wagtailsnippets_agencies_district:edit", district.pk),
                ("wagtailusers_users:edit", User.objects.earliest("pk").pk),
                ("wagtailusers_groups:edit", Group.objects.earliest("pk").pk),
                ("wagtailadmin_workflows:edit", Workflow.objects.earliest("pk").pk),
                ("wagtailadmin_workflows:edit_task", Task.objects.earliest("pk").pk),
                ("wagtaillocales:edit", Locale.objects.earliest("pk").pk),
            )
        ),
        reverse("wagtailsettings:edit", args=["portal", "town", town.pk]),
        reverse("wagtailsettings:edit", args=["agencies", "policy", policy.pk]),
    ]


def test_every_screen_opens_and_loads_nothing_from_elsewhere(admin: Client, stage: Stage) -> None:
    """Links may lead out; a style, script, picture or frame may not come in."""
    for address in screens(stage):
        answer = admin.get(address)
        assert answer.status_code == 200, address
        loaded = re.findall(
            r"<(?:script|img|iframe|link)\b[^>]*?(?:src|href)=\"([^\"]+)\"", answer.content.decode()
        )
        assert [url for url in loaded if url.startswith(("http", "//"))] == [], address


@pytest.mark.parametrize("role", [*AGENCY_ROLES, *TOWN_ROLES])
def test_the_dashboard_opens_for_every_role_without_what_has_no_use(stage: Stage, role: str) -> None:
    client = signed_in(role, stage.own if role in AGENCY_ROLES else None)
    shown = client.get(reverse("wagtailadmin_home"))
    assert shown.status_code == 200
    for name in ("wagtaildocs:index", "wagtailsites:index", "wagtaillocales:index", "wagtailforms:index"):
        assert f'"{reverse(name)}"' not in shown.content.decode()


def test_documents_are_not_counted_on_the_dashboard(admin: Client) -> None:
    assert reverse("wagtaildocs:index") not in admin.get(reverse("wagtailadmin_home")).content.decode()


def test_no_page_can_be_made_private(admin: Client, stage: Stage) -> None:
    """A password on one page would promise what a search index and a feed cannot keep."""
    content = a_content_page()
    for page in (AgenciesPage.objects.get(), stage.own, stage.service):
        assert admin.get(reverse("wagtailadmin_pages:set_privacy", args=[page.pk])).status_code == 302
    for page in (content, content.get_parent()):
        form = admin.get(reverse("wagtailadmin_pages:set_privacy", args=[page.pk])).json()["html"]
        choices = re.findall(r'name="restriction_type" value="(\w+)"', form)
        assert set(choices) <= {"none"}


def test_roles_are_explained_from_the_table_itself(admin: Client) -> None:
    shown = admin.get(reverse("roles")).content.decode()
    for role in (*AGENCY_ROLES.values(), *TOWN_ROLES.values()):
        assert str(role.name) in shown


# The demo's banner


@pytest.mark.parametrize("is_demo", [True, False])
def test_every_page_of_the_admin_says_that_it_is_a_demo(
    admin: Client, settings: object, is_demo: bool
) -> None:
    settings.DEMO = is_demo  # type: ignore[attr-defined]
    for client, name in (
        (Client(), "wagtailadmin_login"),
        (admin, "wagtailadmin_home"),
        (admin, "wagtailadmin_explore_root"),
        (admin, "wagtailsnippets_agencies_term:list"),
    ):
        shown = client.get(reverse(name)).content.decode()
        assert ('class="lantern-demo-banner"' in shown) is is_demo, name


# Words of the vocabulary and of the town


def test_a_term_keeps_its_words_and_knows_which_are_out_of_date(admin: Client) -> None:
    term = Term.objects.filter(scheme="need").earliest("pk")
    address = reverse("wagtailsnippets_agencies_term:edit", args=[term.pk])
    assert send(admin, address, {"words-de--name": "Anders gesagt"}).status_code == 302
    row = TermWords.objects.get(term=term, language="de", field="name")
    assert (row.text, row.by, row.is_stale(term.name)) == ("Anders gesagt", "hand", False)
    before = term.name
    assert send(admin, address, {"name": "Another name"}).status_code == 302
    row.refresh_from_db()
    assert row.is_stale("Another name")
    assert row.made_from == before


def test_a_terms_id_is_chosen_once(admin: Client) -> None:
    term = Term.objects.filter(scheme="need").earliest("pk")
    address = reverse("wagtailsnippets_agencies_term:edit", args=[term.pk])
    send(admin, address, {"code": "something-else", "scheme": "audience"})
    term.refresh_from_db()
    assert (term.scheme, term.code == "something-else") == ("need", False)


def test_the_towns_name_and_numbers_have_words_too(stage: Stage) -> None:
    client = signed_in("town_admin")
    town = Town.load()
    town.numbers.create(kind="emergency", number="112", note="Free, at any hour")
    town.save()
    address = reverse("wagtailsettings:edit", args=["portal", "town", town.pk])
    number = town.numbers.get()
    changes = {"words-de--name": "Unsere Stadt", f"words-de-{number.uid}-note": "Kostenlos, jederzeit"}
    assert set(changes) <= set(fields_of(client.get(address)))
    assert send(client, address, changes).status_code == 302
    assert set(Town.objects.get().words.values_list("text", flat=True)) >= set(changes.values())
    assert Town.objects.get().numbers.get().uid == number.uid


@pytest.mark.parametrize("kind", ["home", "content"])
def test_preview_of_the_towns_pages_in_each_language(admin: Client, kind: str) -> None:
    content = a_content_page()
    german = Locale.objects.get(language_code="de")
    source = content if kind == "content" else content.get_parent().specific
    translated = content.copy_for_translation(german) if kind == "content" else source.get_translation(german)
    for page, language in ((source, "en"), (translated, "de")):
        address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
        fields = opened(admin, reverse("wagtailadmin_pages:edit", args=[page.pk]))
        fields |= {"body-count": ["0"]}  # the script of the blocks would add it
        assert admin.post(address, fields).json()["is_valid"]
        shown = admin.get(address)
        assert f'lang="{language}"' in shown.content.decode()
        assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]


def test_the_menu_speaks_each_persons_language(db: None) -> None:
    """An item is made once for all: a label put into words then would stay in the first reader's language."""
    ours = [make for make in hooks.get_hooks("register_admin_menu_item") if make.__module__ in OUR_MENUS]
    assert len(ours) == len(OUR_MENUS)
    for make in ours:
        with override("en"):
            item = make()
            english = str(item.label)
        with override("de"):
            assert str(item.label) != english
