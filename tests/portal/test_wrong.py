"""“Something wrong here?”: how a visitor says it, what is refused, and what nobody but the reviewer ever reads."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies import corrections, freshness
from agencies.models import Correction, Policy, Report, SafeguardingText, ServicePage
from portal import public_forms, wrong

from . import small_town

ORIGIN = "http://testserver"
SECRET_WORDS = "The man at the desk shouted at me"


@pytest.fixture
def page(town: None) -> ServicePage:
    small_town.numbers()
    return small_town.service(small_town.agency("Harbour House"), "Talking circle", needs=("sad-anxious",))


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests fill in a form at once."""
    monkeypatch.setattr(wrong, "FASTEST", 0)


def form_of(client: Client, path: str) -> dict[str, str]:
    text = client.get(path).content.decode()
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text))


def send(client: Client, page: ServicePage, language: str = "en", /, **fields: Any) -> Any:
    """Fills in the form of this page and sends it; the answer before the redirect."""
    path = f"/{language}/{page.code}/wrong/"
    data = form_of(client, path) | {"what": ["hours"]} | fields
    return client.post(path, data, headers={"Origin": fields.pop("origin", ORIGIN)})


def taken(client: Client, page: ServicePage, **fields: Any) -> str:
    """The reference of a form that was taken."""
    shown = client.get(send(client, page, **fields)["Location"])
    assert "reference" in shown.context, shown.context.get("form")
    return shown.context["reference"]


def refused(client: Client, response: Any) -> Any:
    """The page that says why; nothing was kept."""
    assert response.status_code == 303
    shown = client.get(response["Location"])
    assert shown.context["form"]["refusal"]
    assert not Correction.objects.exists() and not SafeguardingText.objects.exists()
    return shown


# --- the way there


def test_every_entry_has_a_quiet_link_to_the_form(page: ServicePage, client: Client) -> None:
    for entry in (page, page.agency):
        shown = client.get(f"/en/{entry.code}/").content.decode()
        assert f'href="/en/{entry.code}/wrong/"' in shown
        assert client.get(f"/en/{entry.code}/wrong/").status_code == 200


def test_the_page_has_a_neutral_title_and_no_place_in_search_engines(
    page: ServicePage, client: Client
) -> None:
    response = client.get(f"/en/{page.code}/wrong/")
    text = response.content.decode()
    assert "Talking circle" not in re.search(r"<title>(.*?)</title>", text)[1]  # type: ignore[index]
    assert '<meta name="robots" content="noindex">' in text
    assert response["Cache-Control"] == "no-store" and not response.cookies


def test_numbers_stand_before_the_form(page: ServicePage, client: Client) -> None:
    main = client.get(f"/en/{page.code}/wrong/").content.decode().partition("<main")[2]
    assert -1 < main.index("116 111") < main.index("<form")


def test_what_is_not_public_has_no_form(page: ServicePage, client: Client) -> None:
    page.unpublish()
    response = client.get(f"/en/{page.code}/wrong/", follow=True)
    assert response.status_code == 410
    assert client.get("/en/ccccc2/wrong/", follow=True).status_code == 404


# --- sending


def test_a_report_reaches_the_table_and_gives_a_reference(page: ServicePage, client: Client) -> None:
    reference = taken(client, page, what=["hours", "number"])
    correction = Correction.objects.get()
    assert correction.entry_id == page.pk and correction.what == ["hours", "number"]
    assert correction.due_on - correction.received_on == timedelta(days=14)
    shown = client.get(f"/en/answer/{reference}/")
    assert shown.status_code == 200 and "We have it" in shown.content.decode()


def test_the_post_is_answered_by_303_and_no_readable_address_holds_the_words(
    page: ServicePage, client: Client
) -> None:
    response = send(client, page, text=SECRET_WORDS)
    assert response.status_code == 303 and not response.cookies
    assert re.fullmatch(rf"/en/{page.code}/wrong/[\w-]{{300,}}/", response["Location"])
    shown = client.get(response["Location"]).content.decode()
    assert "shouted" not in shown and "Talking circle" not in re.search(r"<title>(.*?)</title>", shown)[1]  # type: ignore[index]


def test_words_go_to_their_own_table_and_into_no_log_and_no_mail(
    page: ServicePage,
    client: Client,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: Any,
) -> None:
    caplog.set_level(logging.DEBUG)
    with django_capture_on_commit_callbacks(execute=True):
        reference = taken(client, page, text=SECRET_WORDS)
    assert SafeguardingText.objects.get().text == SECRET_WORDS
    records = [record for record in caplog.records if record.name != "django.db.backends"]
    assert "shouted" not in " ".join(record.getMessage() for record in records)
    assert all("shouted" not in letter.body + letter.subject for letter in mail.outbox)
    assert "shouted" not in client.get(f"/en/answer/{reference}/").content.decode()


def test_words_without_a_tick_are_about_something_else(page: ServicePage, client: Client) -> None:
    taken(client, page, what=[], text="The bell is broken")
    assert Correction.objects.get().what == ["other"]


def test_a_long_text_is_cut_and_says_so(page: ServicePage, client: Client) -> None:
    shown = client.get(send(client, page, text="ä" * 65_536)["Location"])
    assert "Its first 1000 characters were kept." in shown.content.decode()
    assert SafeguardingText.objects.get().text == "ä" * 1000


def test_unknown_ticks_are_left_out(page: ServicePage, client: Client) -> None:
    taken(client, page, what=["cost", "<script>", "hours' OR 1=1"])
    assert Correction.objects.get().what == ["cost"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<b>bold</b>", "<b>bold</b>"),  # templates escape it
        ("look \u202eevil\u202c \x07here\x00", "look evil here"),
        ("see https://evil.example/x?y and www.evil.example now", "see […] and […] now"),
        ("go to evil.example/path please", "go to […] please"),
        ("It closes at 5.30/6.00 p.m. Really.", "It closes at 5.30/6.00 p.m. Really."),
        ("one\r\ntwo", "one\ntwo"),
    ],
)
def test_signs_and_links_that_do_harm_are_taken_out(typed: str, kept: str) -> None:
    assert corrections.plain(typed) == kept


# --- refusals: nothing is kept, nothing typed is lost


def test_nothing_ticked_is_said(page: ServicePage, client: Client) -> None:
    shown = refused(client, send(client, page, what=[]))
    assert "Nothing was ticked" in shown.content.decode()


def test_a_refused_text_and_its_ticks_come_back(page: ServicePage, client: Client) -> None:
    shown = refused(client, send(client, page, what=["cost"], text=f"{SECRET_WORDS}\n<i>", homepage="x"))
    text = shown.content.decode()
    assert f"{SECRET_WORDS}\n&lt;i&gt;</textarea>" in text
    assert [row["value"] for row in shown.context["form"]["rows"] if row["checked"]] == ["cost"]


def test_a_field_for_machines_stays_empty(page: ServicePage, client: Client) -> None:
    shown = refused(client, send(client, page, homepage="https://evil.example"))
    assert "evil.example" not in shown.content.decode()


def test_nobody_reads_and_ticks_within_three_seconds(
    page: ServicePage, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wrong, "FASTEST", 3)
    assert "very quick" in refused(client, send(client, page)).content.decode()


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_another_sites_form_is_refused(page: ServicePage, client: Client, origin: str) -> None:
    refused(client, send(client, page, origin=origin))


def test_a_token_of_another_entry_is_refused(page: ServicePage, client: Client) -> None:
    other = form_of(client, f"/en/{page.agency.code}/wrong/")
    refused(client, send(client, page, token=other["token"]))


@pytest.mark.parametrize("token", ["", "forged", "a:b:c"])
def test_no_token_of_ours_is_refused(page: ServicePage, client: Client, token: str) -> None:
    refused(client, send(client, page, token=token))


def test_an_old_form_is_refused_with_its_words_kept(
    page: ServicePage, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/en/{page.code}/wrong/"
    data = form_of(client, path) | {"what": ["hours"], "text": "Closed on Mondays"}
    monkeypatch.setattr("django.core.signing.time.time", lambda: timezone.now().timestamp() + 7300)
    shown = refused(client, client.post(path, data, headers={"Origin": ORIGIN}))
    assert "Closed on Mondays</textarea>" in shown.content.decode()


def test_the_same_form_sent_twice_is_one_report_with_one_reference(page: ServicePage, client: Client) -> None:
    path = f"/en/{page.code}/wrong/"
    data = form_of(client, path) | {"what": ["hours"], "text": SECRET_WORDS}
    pages = [client.get(client.post(path, data, headers={"Origin": ORIGIN})["Location"]) for _ in range(2)]
    assert len({shown.context["reference"] for shown in pages}) == 1
    assert "sent before" in pages[1].content.decode()
    assert (Report.objects.count(), SafeguardingText.objects.count()) == (1, 1)
    assert Correction.objects.get().times == 1


def test_an_entry_takes_so_many_a_day_and_another_goes_on(
    page: ServicePage, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "MOST_A_DAY", 2)
    for _each in range(2):
        taken(client, page)
    shown = client.get(send(client, page, text=SECRET_WORDS)["Location"])
    assert "Many people wrote" in shown.content.decode()
    assert f"{SECRET_WORDS}</textarea>" in shown.content.decode()
    assert Report.objects.count() == 2
    taken(client, page.agency)
    Report.objects.update(received_on=freshness.today(Policy.current()) - timedelta(days=1))
    taken(client, page)


def test_text_that_no_address_holds_comes_back_without_its_end(page: ServicePage, client: Client) -> None:
    dice = Random(7)
    typed = "".join(chr(dice.randrange(0x10000, 0x10FFFF)) for _each in range(1000))
    shown = refused(client, send(client, page, text=typed, homepage="x"))
    text = shown.content.decode()
    assert typed[:300] in text and "The end of your text is missing" in text


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_other_methods_are_refused(page: ServicePage, client: Client, method: str) -> None:
    assert getattr(client, method)(f"/en/{page.code}/wrong/").status_code == 405


def test_a_get_changes_nothing(page: ServicePage, client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/en/{page.code}/wrong/", {"what": "hours", "text": "x"})
    assert not [q for q in queries if not q["sql"].startswith("SELECT")]


# --- danger


def test_words_of_danger_put_people_first_in_their_language(demo: None, client: Client) -> None:
    page = ServicePage.objects.public().first()
    texts = {
        "The hours are wrong. He hits me. The bus stops there.": "en",
        "When I come there the teacher touches me": "en",
        "Die Zeiten sind falsch. Mein Onkel fasst mich an. Bitte kommt.": "de",
        "يضربني": "ar",
    }
    for text, language in texts.items():
        for fields in ({}, {"homepage": "refused"}):
            shown = client.get(send(client, page, text=text, **fields)["Location"])
            assert shown.context["urgent"] and shown.context["urgent"].language == language, text
            main = shown.content.decode().partition("<main")[2]
            assert f'class="urgent" lang="{language}"' in main and 'href="tel:116111"' in main
            assert "<textarea" not in main or main.index('class="urgent"') < main.index("<form")


@pytest.mark.parametrize(
    "text",
    [
        "The phone number is wrong. It is 555 now.",
        "They are closed on Mondays.",
        "It costs five euros.",
        "It is not free any more. They moved to Main Street.",
        "Die Telefonnummer stimmt nicht. Die Öffnungszeiten sind falsch.",
    ],
)
def test_harmless_words_alarm_nobody(demo: None, client: Client, text: str) -> None:
    shown = client.get(send(client, ServicePage.objects.public().first(), text=text)["Location"])
    assert shown.context["urgent"] is None


def test_a_long_text_costs_a_bounded_number_of_searches(
    page: ServicePage, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal import danger

    assert len(danger._parts("a. " * 330)) <= danger.MOST_PARTS
    assert len(danger._parts("word " * 200)) <= danger.MOST_PARTS
    assert danger._parts("") == [] and danger._parts("He hits me. Help!") == ["He hits me", "Help"]


# --- what a seal is good for


def test_a_seal_of_one_entry_opens_no_other_and_no_search(page: ServicePage, client: Client) -> None:
    seal = send(client, page, text=SECRET_WORDS)["Location"].rstrip("/").rpartition("/")[2]
    assert client.get(f"/en/{page.agency.code}/wrong/{seal}/").status_code == 404
    found = client.get(f"/en/find/{seal}/")
    assert "shouted" not in found.content.decode()


def test_a_seal_fades(page: ServicePage, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    address = send(client, page)["Location"]
    later = timezone.now() + timedelta(minutes=16)
    monkeypatch.setattr("portal.sealed.timezone.now", lambda: later)
    response = client.get(address)
    assert response.status_code == 410 and "time of this page is over" in response.content.decode()


def test_the_exit_wipes_a_page_with_what_was_typed(page: ServicePage, client: Client) -> None:
    address = send(client, page, text=SECRET_WORDS, homepage="x")["Location"]
    seal = address.rstrip("/").rpartition("/")[2]
    again = client.post(
        f"/en/{page.code}/wrong/",
        form_of(client, address) | {"text": SECRET_WORDS, "homepage": "x"},
        headers={"Origin": ORIGIN},
    )["Location"]
    client.post("/burn", f"seal={seal}", "application/x-www-form-urlencoded", headers={"Origin": ORIGIN})
    for gone in (address, again):
        shown = client.get(gone)
        assert shown.status_code == 410 and "shouted" not in shown.content.decode()


# --- the answer's page


def test_the_answer_is_shown_to_whoever_has_the_reference(page: ServicePage, client: Client) -> None:
    reference = taken(client, page, text=SECRET_WORDS)
    today = freshness.today(Policy.current())
    Correction.objects.update(outcome="mended", answer="<b>Now it is 9 to 5.</b>", answered_on=today)
    text = client.get(f"/en/answer/{reference.upper()}/").content.decode()
    assert "We have mended it." in text and "&lt;b&gt;Now it is 9 to 5." in text
    assert "Talking circle" not in text and "shouted" not in text


def test_a_reference_typed_after_the_address_leads_to_the_answer(page: ServicePage, client: Client) -> None:
    reference = taken(client, page)
    shown = client.get(f"/{reference}", headers={"Accept-Language": "de"})
    assert shown["Location"] == f"/de/answer/{reference}/"


def test_an_unknown_reference_says_so(page: ServicePage, client: Client) -> None:
    response = client.get("/en/answer/ccccccc2/")
    assert response.status_code == 404 and "We do not know this code" in response.content.decode()


def test_no_table_holds_a_reference(page: ServicePage, client: Client) -> None:
    reference = taken(client, page)
    assert reference not in Report.objects.get().digest
    assert not Report.objects.filter(digest__contains=reference).exists()


def test_a_changed_secret_key_loses_no_answer(page: ServicePage, client: Client, settings: Any) -> None:
    reference = taken(client, page)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert client.get(f"/en/answer/{reference}/").status_code == 200


def test_a_token_never_repeats(page: ServicePage, client: Client) -> None:
    tokens = {form_of(client, f"/en/{page.code}/wrong/")[public_forms.FIELD] for _each in range(3)}
    assert len(tokens) == 3
