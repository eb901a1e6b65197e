"""`setup_town` founds a town, asks nothing, and may run again at any time."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from wagtail.models import Locale, Page, Site

from agencies.models import AgenciesPage, Policy, Term
from portal.models import HomePage, Town


def setup(**options: Any) -> str:
    out = StringIO()
    call_command("setup_town", stdout=out, **options)
    return out.getvalue()


def picture() -> dict[str, Any]:
    """Everything that founding makes, by id."""
    return {
        "pages": list(Page.objects.order_by("pk").values_list("pk", "path", "slug", "title", "live")),
        "terms": list(Term.objects.order_by("pk").values_list("pk", "uid", "code", "name", "address__code")),
        "locales": list(Locale.objects.order_by("pk").values_list("pk", "language_code")),
        "sites": list(Site.objects.values_list("pk", "root_page_id", "site_name")),
        "town": list(Town.objects.values_list("pk", "name", "languages")),
        "policies": Policy.objects.count(),
    }


def test_founding_again_and_again_changes_nothing(town: None) -> None:
    before = picture()
    for _time in range(3):
        assert "ready" in setup()
    assert picture() == before


def test_a_fresh_town_is_found_by_its_needs_at_once(
    db: None, django_capture_on_commit_callbacks: Any
) -> None:
    """Nothing but `migrate` and `setup_town`: the first night's comparison finds no difference."""
    with django_capture_on_commit_callbacks(execute=True):
        setup()
    call_command("check_search", stdout=StringIO())


def test_there_is_one_home_for_each_language_and_one_branch(town: None) -> None:
    assert sorted(HomePage.objects.values_list("locale__language_code", flat=True)) == [
        "ar",
        "de",
        "en",
        "fr",
        "uk",
    ]
    assert AgenciesPage.objects.count() == 1
    assert HomePage.objects.get(locale__language_code="de").headline != ""
    assert Site.objects.get().root_page.specific.locale.language_code == "en"


def test_what_the_town_changed_stays(town: None) -> None:
    Term.objects.filter(scheme="need", code="bullying").update(name="Mean kids", hidden=True)
    HomePage.objects.filter(locale__language_code="en").update(headline="Come in.", title="Hello")
    Town.objects.update(name="Lindemar", languages=["en", "ar"], brand="#6a3a7c")
    Policy.objects.update(time_zone="Europe/Kyiv")
    setup()
    term = Term.objects.get(scheme="need", code="bullying")
    assert (term.name, term.hidden) == ("Mean kids", True)
    home = HomePage.objects.get(locale__language_code="en")
    assert (home.headline, home.title) == ("Come in.", "Hello")
    assert Town.objects.values_list("name", "languages", "brand").get() == (
        "Lindemar",
        ["en", "ar"],
        "#6a3a7c",
    )
    assert Policy.objects.get().time_zone == "Europe/Kyiv"


def test_a_name_may_be_given(town: None) -> None:
    assert setup(name="Lindemar").startswith("Lindemar: ready")
    assert Town.load().name == "Lindemar"


@pytest.mark.parametrize("edited", ["title", "slug", "child", "gone"])
def test_wagtails_welcome_page_is_in_nobodys_way(db: None, edited: str) -> None:
    welcome = Page.objects.get(depth=2)
    if edited == "title":
        welcome.title = "Somebody wrote here"
        welcome.save_revision().publish()
    if edited == "slug":
        Page.objects.filter(pk=welcome.pk).update(slug="welcome", url_path="/welcome/")
    if edited == "child":
        welcome.add_child(instance=Page(title="Below", slug="below"))
    if edited == "gone":
        Site.objects.all().delete()
        welcome.delete()
    setup()
    assert HomePage.objects.count() == 5
    assert Site.objects.get(is_default_site=True).root_page.specific == HomePage.objects.get(slug="home-en")
    assert Page.objects.filter(slug="below").exists() == (edited == "child")
    Page.fix_tree()
    assert Page.find_problems() == ([], [], [], [], [])
