"""Pages with a code: what they show, in whose words, and what they never betray."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from agencies.models import (
    Contact,
    Location,
    Phone,
    RequiredDocument,
    Schedule,
    ServiceArea,
    ServicePage,
    Website,
)
from portal.models import HomePage
from portal.previewing import preview

from . import small_town

SCRIPT = "<script>alert(1)</script>"
HELP = "Who can I talk to right now?"


# --- what is there, and what is not


def test_a_service_shows_what_it_says(town: None, client: Client) -> None:
    page = small_town.service(
        small_town.agency("Harbour House"),
        "Talk to someone",
        summary="You talk, we listen.",
        what_happens="Somebody answers.\nYou say what you like.",
        who_is_told="Nobody, unless you say so.",
        languages=small_town.speaks("en", "ar"),
    )
    response = client.get(f"/en/{page.code}/")
    assert response.status_code == 200
    text = response.content.decode()
    for words in (
        "Harbour House",
        "You talk, we listen.",
        "Somebody answers.",
        "Nobody, unless",
        "01632 960 555",
    ):
        assert words in text
    assert f"http://localhost:8000/{page.code}" in text and "<svg" in response.context["service"]["qr_svg"]


def test_a_draft_does_not_exist(town: None, client: Client) -> None:
    harbour = small_town.agency()
    draft = small_town.service(harbour, "Secret plan", live=False)
    never = client.get("/en/c2c2c2/")
    response = client.get(f"/en/{draft.code}/")
    assert (response.status_code, never.status_code) == (404, 404)
    assert response.content == never.content, "a draft's page tells no more than a code that never was"
    for path in ("find/", "", f"{harbour.code}/", "now/"):
        assert "Secret plan" not in client.get(f"/en/{path}").content.decode(), path


def test_a_service_of_an_agency_that_is_still_a_draft_does_not_exist(town: None, client: Client) -> None:
    page = small_town.service(small_town.agency(live=False))
    assert client.get(f"/en/{page.code}/").status_code == 404


@pytest.mark.parametrize("status", ["inactive", "defunct"])
def test_what_has_ended_is_gone_and_its_agency_stands_in(town: None, client: Client, status: str) -> None:
    page = small_town.service(small_town.agency("Harbour House"), "Old help", status=status)
    response = client.get(f"/en/{page.code}/")
    assert response.status_code == 410
    assert str(response.context["replacement"].title) == "Harbour House"
    assert "Old help" not in response.content.decode() and HELP in response.content.decode()
    assert "Old help" not in client.get("/en/find/").content.decode()


def test_what_was_unpublished_is_gone(town: None, client: Client) -> None:
    harbour = small_town.agency("Harbour House")
    page = small_town.service(harbour)
    page.save_revision().publish()
    page.unpublish()
    assert client.get(f"/en/{page.code}/").status_code == 410
    written = small_town.content("Once read")
    written.unpublish()
    assert client.get(f"/en/{written.code}/").status_code == 410


def test_a_retired_code_names_what_replaced_it_however_often(town: None, client: Client) -> None:
    harbour = small_town.agency()
    first, second, third = small_town.services(
        harbour, {"title": "First"}, {"title": "Second"}, {"title": "Third"}
    )
    first.address.retire(second.address)
    second.address.retire(third.address)
    response = client.get(f"/en/{first.code}/")
    assert response.status_code == 410 and str(response.context["replacement"].title) == "Third"


@pytest.mark.parametrize("kind", ["need", "page", "agency", "draft", "circle"])
def test_a_retired_code_may_lead_anywhere_public(town: None, client: Client, kind: str) -> None:
    harbour = small_town.agency("Harbour House")
    old = small_town.service(harbour).address
    instead = {
        "need": lambda: (small_town.need("g-basics").address, str(small_town.need("g-basics").name)),
        "page": lambda: (small_town.content("How to ask").address, "How to ask"),
        "agency": lambda: (harbour.address, "Harbour House"),
        "draft": lambda: (small_town.service(harbour, live=False).address, None),
        "circle": lambda: (small_town.service(harbour).address, None),
    }[kind]()
    old.retire(instead[0])
    if kind == "circle":
        instead[0].retire(old)
    response = client.get(f"/en/{old.code}/")
    card = response.context["replacement"]
    assert response.status_code == 410 and (str(card.title) if card else None) == instead[1]


def test_a_deleted_service_leaves_its_agency(town: None, client: Client) -> None:
    page = small_town.service(small_town.agency("Harbour House"))
    page.delete()
    response = client.get(f"/de/{page.code}/")
    assert response.status_code == 410 and str(response.context["replacement"].title) == "Harbour House"


def test_the_trees_slugs_lead_nowhere(town: None, client: Client) -> None:
    harbour = small_town.agency()
    page = small_town.service(harbour)
    for path in (f"/{harbour.slug}/", f"/en/{harbour.slug}/{page.slug}/", "/agencies/", page.url_path):
        assert client.get(path).status_code == 404, path


def test_a_need_shows_who_helps_and_names_people_first_when_it_is_grave(town: None, client: Client) -> None:
    small_town.numbers()
    small_town.service(small_town.agency(), "Safe tonight", needs=("danger-now",))
    code = small_town.need("danger-now").address.code
    response = client.get(f"/en/{code}/")
    assert [str(card.title) for card in response.context["cards"]] == ["Safe tonight"]
    assert [number.display for number in response.context["numbers"]] == ["112", "116 111"]


def test_a_hidden_need_is_not_shown(town: None, client: Client) -> None:
    need = small_town.need("g-basics")
    need.hidden = True
    need.save()
    assert client.get(f"/en/{need.address.code}/").status_code == 404
    assert need.address.code not in client.get("/en/").content.decode()


# --- whose words


def test_a_number_changed_in_one_language_shows_in_all_at_the_next_request(
    town: None, client: Client
) -> None:
    page = small_town.service(small_town.agency())
    assert "01632 960 555" in client.get(f"/ar/{page.code}/").content.decode()
    page.phones.set([Phone(number="01632 960 777")])
    page.save_revision().publish()
    text = client.get(f"/ar/{page.code}/").content.decode()
    assert "01632 960 777" in text and "01632 960 555" not in text


def test_words_of_another_language_carry_it_and_say_so(town: None, client: Client) -> None:
    page = small_town.service(small_town.agency(), "Talk", summary="You talk, we listen.")
    text = client.get(f"/ar/{page.code}/").content.decode()
    assert '<html lang="ar" dir="rtl">' in text
    assert '<span lang="en" dir="ltr">You talk, we listen.</span> <span class="said__note">' in text


def test_an_address_keeps_its_order_in_a_text_from_right_to_left(town: None, client: Client) -> None:
    """Without its own direction “9 Clover Road” reads “Clover Road 9” on an Arabic page."""
    place = Location(name="Round house", address_1="9 Clover Road", postal_code="LM6 1CR", city="Lindemar")
    page = small_town.service(small_town.agency(), locations=[place])
    assert "<bdi>9 Clover Road</bdi>" in client.get(f"/ar/{page.code}/").content.decode()


def test_own_words_carry_no_label_and_old_ones_admit_it(town: None, client: Client) -> None:
    page = small_town.service(
        small_town.agency(),
        "Talk",
        summary="You talk, we listen.",
        words=small_town.words("de", title=("Talk", "Reden"), summary=("Old words.", "Alte Worte.")),
    )
    shown = client.get(f"/de/{page.code}/").context["service"]
    assert (str(shown["title"]), shown["title"].is_foreign, shown["title"].is_stale) == (
        "Reden",
        False,
        False,
    )
    assert (str(shown["summary"]), shown["summary"].is_stale) == ("Alte Worte.", True)
    assert '<span class="said__note">' in client.get(f"/de/{page.code}/").content.decode()


def test_a_page_with_machine_words_says_so_wherever_they_stand(town: None, client: Client) -> None:
    rows = small_town.words("de", who_is_told=("Nobody.", "Niemand."))
    page = small_town.service(small_town.agency(), who_is_told="Nobody.", words=rows)
    assert client.get(f"/de/{page.code}/").context["machine_words"] is False
    page.words.update(by="machine")
    assert client.get(f"/de/{page.code}/").context["machine_words"] is True
    assert client.get(f"/en/{page.code}/").context["machine_words"] is False


def test_a_page_of_the_town_falls_back_with_a_label(town: None, client: Client) -> None:
    body = json.dumps([{"type": "paragraph", "value": "Say what happened."}])
    page = small_town.content("How to ask", intro="Two steps.", body=body)
    small_town.translated(page, "de", title="Wie man fragt", intro="Zwei Schritte.")
    german = client.get(f"/de/{page.code}/").content.decode()
    assert "Wie man fragt" in german and "said__note" not in german
    arabic = client.get(f"/ar/{page.code}/")
    assert arabic.context["is_foreign"]
    text = arabic.content.decode()
    assert '<p class="notice">' in text and '<p class="notice">' not in german
    assert '<h1 lang="en" dir="ltr">How to ask</h1>' in text
    assert '<div lang="en" dir="ltr"><div class="rich"><p>Say what happened.</p></div>' in text


def test_an_alias_in_another_language_speaks_its_source(town: None, client: Client) -> None:
    page = small_town.content("How to ask")
    german_home = HomePage.objects.get(locale__language_code="de")
    page.copy_for_translation(german_home.locale, alias=True)
    response = client.get(f"/de/{page.code}/")
    assert response.status_code == 200 and response.context["is_foreign"]
    assert response.context["written"].language == "en"


def test_a_page_written_by_a_machine_says_so(town: None, client: Client) -> None:
    page = small_town.content("How to ask", machine_written=True)
    assert client.get(f"/en/{page.code}/").context["machine_words"] is True


# --- hostile words


def test_no_words_of_an_entry_become_markup(town: None, client: Client) -> None:
    today = timezone.localdate()
    every = f"{SCRIPT}\"'><img src=x onerror=alert(2)>"
    harbour = small_town.agency(every, summary=every, description=every, alternate_name=every, alert=every)
    page = small_town.service(
        harbour,
        every,
        **dict.fromkeys(
            [
                "alternate_name",
                "summary",
                "child_summary",
                "description",
                "alert",
                "hours_text",
                "application_process",
                "what_happens",
                "who_is_told",
                "eligibility_description",
                "fees_description",
                "wait_time",
                "interpretation_services",
                "assurer",
                "assurer_role",
            ],
            every,
        ),
        assured_date=today,
        phones=[Phone(number=every[:60], description=every, hours=every, extension=SCRIPT[:20])],
        contacts=[Contact(title=every, department=every)],
        websites=[
            Website(label=every, url="javascript:alert(3)"),
            Website(label=every, url=f"https://x.org/{SCRIPT}"),
        ],
        locations=[
            Location(name=every, address_1=every, transportation=every, accessibility=every, city=every[:100])
        ],
        service_areas=[ServiceArea(name=every)],
        required_documents=[RequiredDocument(document=every, note=every)],
        schedules=[Schedule(closed=True, valid_from=today, valid_to=today, notes=every)],
    )
    page.tags.add(SCRIPT)
    page.save()
    small_town.content(every, intro=every, in_navigation=True, audience="child")
    nothing = client.post("/en/find/", {"words": every}, headers={"X-Requested-With": "fetch"})
    found = client.post("/en/find/", {"words": "alert"}, headers={"X-Requested-With": "fetch"})
    answers = [
        client.get(f"/en/{path}") for path in ("", "find/", "now/", f"{page.code}/", f"{harbour.code}/")
    ]
    for response in [*answers, nothing, found]:
        text = response.content.decode()
        assert response.status_code == 200
        assert "<script>" not in text and "<img src=x" not in text and "javascript:" not in text
        assert "onerror=alert" not in re.sub(r"&lt;img src=x onerror=alert\(2\)&gt;", "", text)
    assert "&lt;script&gt;" in answers[3].content.decode()


def test_no_words_of_the_town_become_markup(town: None, client: Client) -> None:
    settings = small_town.numbers(
        small_town.confirmed("emergency", "112", label=SCRIPT, note=SCRIPT, hours=SCRIPT, spoken="<b>,en")
    )
    settings.name, settings.tagline = SCRIPT, SCRIPT
    settings.save()
    small_town.need("g-basics").__class__.objects.filter(code="g-basics").update(
        name=SCRIPT, description=SCRIPT
    )
    blocks = [
        {"type": "heading", "value": SCRIPT},
        {"type": "paragraph", "value": SCRIPT},
        {"type": "steps", "value": [SCRIPT]},
        {"type": "notice", "value": {"title": SCRIPT, "text": SCRIPT}},
        {"type": "urgent", "value": {"title": SCRIPT, "text": SCRIPT}},
        {"type": "question", "value": {"question": SCRIPT, "answer": SCRIPT}},
        {"type": "services", "value": {"title": SCRIPT, "kinds": []}},
    ]
    page = small_town.content(SCRIPT, intro=SCRIPT, body=json.dumps(blocks))
    HomePage.objects.update(headline=SCRIPT, intro=SCRIPT)
    for path in (
        "",
        "now/",
        "find/",
        f"{page.code}/",
        f"{small_town.need('g-basics').address.code}/",
        "c2c2c2/",
    ):
        text = client.get(f"/en/{path}").content.decode()
        assert "<script>" not in text, path


def test_marks_that_turn_the_direction_of_text_stay_in_their_paragraph(town: None, client: Client) -> None:
    page = small_town.service(small_town.agency("\u202eesrever\u2066"), "\u202e\u200f\u2069Talk\u0000"[:-1])
    for language in ("en", "ar"):
        assert client.get(f"/{language}/{page.code}/").status_code == 200
        assert client.get(f"/{language}/find/").status_code == 200


# --- previews


@pytest.mark.parametrize("kind", ["home", "content", "service", "agency"])
def test_an_editor_sees_a_page_before_it_is_saved(town: None, kind: str) -> None:
    harbour = small_town.agency("Harbour House")
    unsaved = {
        "home": lambda: HomePage.objects.get(locale__language_code="de"),
        "content": lambda: small_town.content("How to ask"),
        "service": lambda: ServicePage(title="Not yet", source_language="de"),
        "agency": lambda: harbour,
    }[kind]()
    response = preview(RequestFactory().get("/"), unsaved)
    assert response.status_code == 200
    language = "de" if kind in ("home", "service") else "en"
    assert f'<html lang="{language}"' in response.content.decode()


def test_an_editor_sees_an_entry_in_the_language_they_choose(town: None) -> None:
    response = preview(RequestFactory().get("/"), small_town.agency(), "ar")
    assert '<html lang="ar" dir="rtl">' in response.content.decode()
