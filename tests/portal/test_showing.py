"""An entry's own page: ages in people's words, areas, places, and links that carry no script."""

from __future__ import annotations

import pytest
from django.utils import translation

from agencies.models import Contact, District, Location, Phone, Policy, ServiceArea, ServicePage, Website
from portal import showing

from . import small_town


def shown(page: ServicePage, language: str = "en") -> showing.Shown:
    found = ServicePage.objects.for_page(language).get(pk=page.pk)
    return showing.of_service(found, Policy.current(), language)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (None, None, ""),
        (0, None, "People of every age"),
        (None, 215, "Under 18 years"),
        (0, 215, "Under 18 years"),
        (0, 5, "Under 6 months"),
        (0, 23, "Under 2 years"),
        (0, 29, "Under 30 months"),
        (168, None, "From 14 years"),
        (12, None, "From 1 year"),
        (6, None, "From 6 months"),
        (72, 215, "6 to 17 years"),
        (144, 155, "12 years"),
        (6, 35, "From 6 months to under 3 years"),
        (72, 77, "From 6 years to under 7 years"),
    ],
)
def test_ages_are_said_as_people_say_them(low: int | None, high: int | None, said: str) -> None:
    assert showing.ages_text(low, high) == said


def test_the_widest_area_says_it_all(town: None) -> None:
    harbour = small_town.agency()
    reaches = [ServiceArea(reach="town"), ServiceArea(reach="region")]
    assert list(map(str, shown(small_town.service(harbour, service_areas=reaches))["areas"])) == [
        "The region"
    ]


def test_a_district_and_a_named_area_stay_beside_the_reach(town: None) -> None:
    old_town = District.objects.create(code="old-town", name="Old Town")
    areas = [
        ServiceArea(reach="district", district=old_town),
        ServiceArea(reach="other", name="The islands"),
        ServiceArea(reach="district"),
    ]
    page = small_town.service(small_town.agency(), service_areas=areas)
    assert list(map(str, shown(page)["areas"])) == ["Old Town", "The islands"]


@pytest.mark.parametrize(
    ("referral", "said"),
    [("none", "Come directly"), ("required", "Somebody must refer you"), ("unknown", "")],
)
def test_referral_is_a_sentence(town: None, referral: str, said: str) -> None:
    assert shown(small_town.service(small_town.agency(), referral=referral))["referral"] == said


def test_a_secret_place_has_no_address(town: None) -> None:
    place = Location(name="Refuge", confidential=True)
    page = small_town.service(small_town.agency(), locations=[place])
    (shown_place,) = shown(page)["places"]
    assert shown_place.confidential and shown_place.lines == [] and shown_place.district == ""


def test_a_number_of_one_place_stands_with_that_place(town: None) -> None:
    place = Location(name="Harbour", address_1="1 Quay")
    phones = [
        Phone(number="01632 960 101", at=place.uid),
        Phone(number="01632 960 102", type="fax", at=place.uid),
    ]
    page = small_town.service(small_town.agency(), locations=[place], phones=phones)
    (shown_place,) = shown(page)["places"]
    assert [number.display for number in shown_place.numbers] == ["01632 960 101"]


def test_a_link_is_a_web_address_or_nothing(town: None) -> None:
    sites = [
        Website(url="https://harbour.example"),
        Website(url="javascript:alert(1)"),
        Website(url="data:text/html,x"),
    ]
    page = small_town.service(small_town.agency(), websites=sites)
    assert [site.url for site in shown(page)["websites"]] == ["https://harbour.example"]


def test_each_sentence_on_access_is_one_line(town: None) -> None:
    place = Location(name="Harbour", accessibility="Ramp at the side door. Lift.\nQuiet room.")
    page = small_town.service(small_town.agency(), locations=[place])
    (shown_place,) = shown(page)["places"]
    assert list(map(str, shown_place.accessibility)) == ["Ramp at the side door", "Lift", "Quiet room"]


def test_languages_are_named_in_the_readers(town: None) -> None:
    page = small_town.service(small_town.agency(), languages=small_town.speaks("ar", "tlh", "uk"))
    assert shown(page)["languages"] == ["Arabic", "tlh", "Ukrainian"]
    with translation.override("de"):
        assert shown(page, "de")["languages"] == ["Arabisch", "tlh", "Ukrainisch"]


def test_another_provider_shows_only_when_it_is_public(town: None) -> None:
    page = small_town.service(small_town.agency("Harbour House"))
    page.providers = [small_town.agency("Library"), small_town.agency("Not yet", live=False)]
    page.save()
    assert [str(provider.name) for provider in shown(page)["providers"]] == ["Library"]


def test_a_qr_code_has_no_style_that_the_policy_forbids() -> None:
    svg = showing.qr_svg("https://lindemar.example/k7c3x9")
    assert svg.startswith("<svg") and "style=" not in svg and "<script" not in svg


def test_free_tags_are_words_of_the_entrys_own_language(town: None) -> None:
    page = small_town.service(small_town.agency())
    page.tags.add("barnahus")
    page.save()
    assert (shown(page)["tags"], shown(page, "ar")["tags"]) == (["barnahus"], [])


def test_one_address_for_mail_is_shown_once(town: None) -> None:
    desks = [
        Contact(title="Desk", email="help@harbour.example"),
        Contact(title="Head", email="head@harbour.example"),
    ]
    page = small_town.service(small_town.agency(), email="help@harbour.example", contacts=desks)
    assert [desk.email for desk in shown(page)["contacts"]] == ["", "head@harbour.example"]
