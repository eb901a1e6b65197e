"""Founds a town: languages, tree, groups, vocabularies. Asks nothing, and may run again at any time."""

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page, Site

from agencies import membership, vocabulary
from agencies.models import AgenciesPage
from search import synonyms

from . import checklist_seed, helplines
from .models import HomePage, Town, TownNumber


@transaction.atomic
def found_town(name: str | None = None) -> Town:
    """Creates whatever is missing and leaves the rest as the town has it. Returns the town's settings."""
    locales = [Locale.objects.get_or_create(language_code=code)[0] for code, _name in settings.LANGUAGES]
    vocabulary.load_terms(settings.FIXTURES_FOLDER / "taxonomy")
    synonyms.load(settings.FIXTURES_FOLDER / "synonyms")
    vocabulary.load_intervals(settings.FIXTURES_FOLDER / "intervals.csv")
    checklist_seed.load_checklist(settings.FIXTURES_FOLDER / "checklist")
    town = Town.load()
    if not town.languages:
        town.languages = [code for code, _name in settings.LANGUAGES]
    if name:
        town.name = name
    town.save()
    homes = _homes(locales, town)
    membership.open_town(homes, _agencies_branch())
    return town


@transaction.atomic
def suggest_numbers(town: Town, country: str) -> list[TownNumber]:
    """Writes a country's numbers (ISO code) into the town's settings, unconfirmed: none shows before the town has called it.

    Only of kinds that the town has no number of. Returns what is new. Raises helplines.UnknownCountry.
    """
    taken = {number.kind for number in town.numbers.all()}
    position = town.numbers.count()
    new = [
        TownNumber(
            town=town,
            uid=suggestion.uid,
            kind=suggestion.kind,
            number=suggestion.number,
            sort_order=position + place,
        )
        for place, suggestion in enumerate(helplines.of_country(country))
        if suggestion.kind not in taken
    ]
    return TownNumber.objects.bulk_create(new)


def _homes(locales: list[Locale], town: Town) -> list[Page]:
    source = HomePage.objects.filter(locale=locales[0]).first() or _first_home(locales[0], town)
    _site_at(source, town)
    homes = [source]
    for locale in locales[1:]:
        homes.append(source.get_translation_or_none(locale) or _translated(source, locale))
    return homes


def _first_home(locale: Locale, town: Town) -> HomePage:
    root = Page.get_first_root_node()
    home = HomePage(
        title=town.name,
        slug="home-" + locale.language_code,
        locale=locale,
        **_first_words(locale.language_code),
    )
    root.add_child(instance=home)
    home.save_revision().publish()
    # Wagtail's own welcome page: it carries no content, and its site now points here.
    welcome = Page.objects.filter(depth=2, slug="home", content_type__model="page").first()
    _site_at(home, town)
    if welcome is not None and not welcome.get_children().exists():
        welcome.delete()
    return HomePage.objects.get(pk=home.pk)


def _translated(source: HomePage, locale: Locale) -> HomePage:
    home = source.copy_for_translation(locale)
    home.slug = "home-" + locale.language_code
    for field, text in _first_words(locale.language_code).items():
        setattr(home, field, text)
    home.save_revision().publish()
    return home


def _first_words(language: str) -> dict[str, str]:
    with translation.override(language):
        return {
            "headline": _("Whatever it is, someone here can help."),
            "intro": _(
                "Help from the town, the police, the ministries and the people next door, in one place. You do not have to say who you are."
            ),
        }


def _site_at(home: HomePage, town: Town) -> None:
    site = Site.objects.filter(is_default_site=True).first() or Site(
        hostname="localhost", port=80, is_default_site=True
    )
    if site.pk and site.root_page_id == home.pk:
        return
    site.root_page, site.site_name = home, town.name
    site.save()


def _agencies_branch() -> AgenciesPage:
    branch = AgenciesPage.objects.first()
    if branch is None:
        branch = AgenciesPage(title="Agencies", slug="agencies", live=True)
        Page.get_first_root_node().add_child(instance=branch)
    return branch
