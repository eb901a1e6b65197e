"""`setup_town` founds a town, asks nothing, and may run again at any time."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import Locale, Page, Site

from agencies.models import AgenciesPage, Policy, Term
from portal import helplines
from portal.models import HomePage, Town, TownNumber

from . import small_town


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


# --- a country's numbers as suggestions -----------------------------------------------------------


def suggested() -> list[tuple[str, str]]:
    return list(TownNumber.objects.order_by("sort_order").values_list("kind", "number"))


def test_a_countrys_numbers_are_suggested_once_and_shown_to_nobody(town: None, client: Client) -> None:
    said = setup(country="at")
    assert "not shown to anybody yet" in said and "147" in said
    expected = [("emergency", "112"), ("child_helpline", "147"), ("missing_children", "116 000")]
    assert suggested() == expected
    assert "No number was added" in setup(country="AT") and suggested() == expected
    assert not any(number.is_confirmed for number in TownNumber.objects.all())
    for path in ("", "now/", "safe/", "find/"):
        page = client.get(f"/en/{path}").content.decode()
        assert "tel:" not in page and "147" not in page and "Rat auf Draht" not in page, path


def test_suggestions_leave_a_towns_own_numbers_alone(town: None) -> None:
    small_town.numbers(TownNumber(kind="child_helpline", number="01632 960 111", note="Ours"))
    setup(country="BE")
    assert sorted(suggested()) == [
        ("child_helpline", "01632 960 111"),
        ("emergency", "112"),
        ("missing_children", "116 000"),
    ]


def test_an_unknown_country_names_the_known_ones_and_changes_nothing(db: None) -> None:
    Town.objects.all().delete()
    with pytest.raises(CommandError, match=r"“XX”.*AT \(Austria\), .*UA \(Ukraine\)"):
        setup(country="XX", name="Lindemar")
    assert not Town.objects.exists()


def test_every_suggestion_can_become_a_number_and_says_where_it_comes_from(town: None) -> None:
    countries = {suggestion.country for suggestion in helplines._all().values()}
    assert len(countries) == 46
    for suggestion in (each for country in countries for each in helplines.of_country(country)):
        number = TownNumber(kind=suggestion.kind, number=suggestion.number, uid=suggestion.uid)
        number.clean_fields(exclude=["town"])
        number.clean()
        assert number.suggestion == suggestion
        assert suggestion.source and suggestion.confidence in ("high", "medium", "low")
        number.number = "01632 960 101"
        assert number.suggestion is None, "of another number the source says nothing"
