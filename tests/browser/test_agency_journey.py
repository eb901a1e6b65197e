"""The life of an entry in a real browser, clicked by everybody who has a part in it, and axe on our pages of the admin.

The same life by Django's client, with more questions on the way: tests/journeys/test_agency.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from agencies.models import Entry
from portal import wrong
from tests.agencies.stage import link_in_letter, person, proven, six_digits
from tests.browser.conftest import keep_inside
from tests.browser.visit import violations

pytestmark = [pytest.mark.browser, pytest.mark.proof, pytest.mark.django_db(transaction=True)]

EDITOR = "cleo@harbour.example"
PASSWORD = "a long enough sentence"
AGENCY = "Jugendhaus Grünau"  # its machine name, and so its addresses, must do without the dots
SERVICE = "Quayside talks"
REASON = "Say when you are open."
NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1440, "height": 900}

# A message that is fading in has no certain contrast.
AT_REST = "() => document.getAnimations().forEach((each) => { try { each.finish() } catch {} })"

Come = Callable[..., Page]


@pytest.fixture
def site(town: None, live_server: LiveServer, settings: Any) -> str:
    """A founded town on this computer, with the second step that the demo waives; without https."""
    settings.SITE_URL = settings.WAGTAILADMIN_BASE_URL = live_server.url
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "staff", "form"
    return str(live_server.url)


@pytest.fixture
def come(browser: Browser, site: str) -> Iterator[Come]:
    """Somebody with a browser of their own (new_context's options)."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> Page:
        context = browser.new_context(
            **{"viewport": WIDE, "reduced_motion": "reduce", "base_url": site, **options}
        )
        keep_inside(context, site)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


def seen(page: Page, heading: str) -> None:
    """Waits for a page of ours by its heading; axe has nothing to say of it."""
    expect(page.get_by_role("heading", name=heading).first).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.evaluate(AT_REST)
    assert violations(page) == {}, page.url


def looked_at(page: Page, reader: Page, heading: str) -> None:
    """The same page by a reader with script, for axe needs it."""
    expect(page.get_by_role("heading", name=heading).first).to_be_visible()
    reader.goto(page.url)
    seen(reader, heading)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()


def sign_in(page: Page, user: str) -> None:
    """For the first time: the second step is set up on the way."""
    page.goto("/admin/")
    page.fill("[name=login]", user)
    page.fill("[name=password]", PASSWORD)
    press(page, "Sign in")
    seen(page, "Your second step")
    follow(page, "Set up the app")
    seen(page, "Activate Authenticator App")
    page.fill("[name=code]", six_digits(page.locator("#authenticator_secret").input_value()))
    press(page, "Activate")
    seen(page, "Codes for the day you lose it")
    follow(page, "To the dashboard")
    seen(page, "Lantern")


def at_work(page: Page, role: str) -> Page:
    """Somebody of the town's team, who signed in this morning."""
    session = proven(person(role)).cookies[settings.SESSION_COOKIE_NAME]
    page.goto("/healthz")
    page.context.add_cookies([{"name": session.key, "value": session.value, "url": page.url}])
    page.goto("/admin/")
    seen(page, "Lantern")
    return page


def opens_an_agency(admin: Page) -> None:
    follow(admin, "People")
    seen(admin, "The town's team")
    follow(admin, "Open an agency")
    admin.fill("[name=title]", AGENCY)
    admin.fill("[name=summary]", "Somebody to talk to.")
    press(admin, "Save draft")
    expect(admin.get_by_text(f"Page '{AGENCY}' created.")).to_be_visible()


def invites_an_editor(admin: Page) -> None:
    follow(admin, "People")
    follow(admin, AGENCY)
    seen(admin, AGENCY)
    follow(admin, "Invite somebody")
    seen(admin, "Invite somebody")
    admin.fill("[name=email]", EDITOR)
    admin.get_by_role("radio", name="Agency editor").check()
    press(admin, "Send the invitation")
    seen(admin, "Invited, not here yet")


def joins(editor: Page) -> None:
    editor.goto(link_in_letter("/admin/join/"))
    seen(editor, "An invitation")
    editor.fill("[name=first_name]", "Cleo")
    editor.fill("[name=last_name]", "Quay")
    editor.fill("[name=new_password1]", PASSWORD)
    editor.fill("[name=new_password2]", PASSWORD)
    press(editor, "Make the account")
    expect(editor.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(editor, EDITOR)


def submits(editor: Page) -> None:
    press(editor, "More actions")
    press(editor, "Send to review")
    expect(editor.get_by_text("submitted for moderation")).to_be_visible()


def sends_the_agency(editor: Page) -> None:
    expect(editor.get_by_text("The agency itself is not public yet")).to_be_visible()
    follow(editor, "The agency itself")
    submits(editor)


def drafts_in_two_languages(editor: Page) -> None:
    editor.goto("/admin/")
    follow(editor, "Add a service")
    editor.fill("[name=title]", SERVICE)
    editor.fill("[name=summary]", "Come and talk.")
    press(editor, "Save draft")
    expect(editor.get_by_text(f"Page '{SERVICE}' created.")).to_be_visible()
    editor.get_by_role("tab", name="Other languages").click()
    editor.locator("#words-de summary").click()
    editor.fill("[name='words-de--title']", "Gespräche am Kai")
    editor.fill("[name='words-de--summary']", "Komm und rede.")
    seen(editor, SERVICE)
    submits(editor)


def reads(reviewer: Page, title: str) -> None:
    reviewer.goto("/admin/")
    follow(reviewer, "Review")
    seen(reviewer, "Waiting for review")
    follow(reviewer, title)
    seen(reviewer, f"Review: {title}")


def approves(reviewer: Page, title: str) -> None:
    reads(reviewer, title)
    press(reviewer, "Approve and publish")
    expect(reviewer.get_by_text(f"“{title}” is approved.")).to_be_visible()


def rejects(reviewer: Page) -> None:
    reads(reviewer, SERVICE)
    expect(reviewer.get_by_text("Its agency is not public yet.")).to_be_visible()
    reviewer.fill("[name=reject-comment]", REASON)
    press(reviewer, "Send back with this reason")
    seen(reviewer, "Waiting for review")
    assert mail.outbox[-1].to == [EDITOR]
    assert REASON in mail.outbox[-1].body


def mends(editor: Page) -> None:
    editor.goto("/admin/")
    seen(editor, "Sent back to you")
    follow(editor, SERVICE)
    expect(editor.get_by_text(f"A reviewer sent this back: {REASON}")).to_be_visible()
    editor.fill("[name=summary]", "Come and talk. Mondays at ten.")
    submits(editor)


def finds(visitor: Page, language: str, words: str, title: str) -> None:
    visitor.goto(f"/{language}/")
    field = visitor.locator("main input[name=words]")
    field.fill(words)
    field.press("Enter")
    visitor.get_by_role("link", name=title, exact=True).click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(title)


def confirms(visitor: Page, reader: Page) -> None:
    """Time passes; the link of the digest opens without signing in."""
    Entry.objects.update(assured_date=timezone.now().date() - timedelta(days=350))
    call_command("remind")
    assert mail.outbox[-1].to == [EDITOR]
    visitor.goto(link_in_letter("/confirm/"))
    looked_at(visitor, reader, "Is it still correct?")
    entry = visitor.locator("section", has_text=SERVICE)
    entry.get_by_role("button", name="Still correct").click()
    expect(entry.get_by_text("You said that it is still correct.")).to_be_visible()
    today = Entry.objects.filter(assured_date__gte=timezone.now().date() - timedelta(days=1))
    assert [each.title for each in today] == [SERVICE]


def reports(visitor: Page, reader: Page) -> str:
    finds(visitor, "en", "quayside", SERVICE)
    follow(visitor, "Something wrong here?")
    looked_at(visitor, reader, "Something wrong here?")
    visitor.get_by_label("The opening hours").check()
    press(visitor, "Send")
    looked_at(visitor, reader, "Thank you")
    return visitor.locator("main .code").inner_text()


def answers(editor: Page) -> None:
    editor.goto("/admin/")
    seen(editor, "What people reported")
    editor.locator("#reported-content").get_by_role("link", name=SERVICE).click()
    seen(editor, "The report")
    editor.locator("[name=outcome]").select_option(label="We have mended it.")
    editor.fill("[name=answer]", "Tuesdays too.")
    press(editor, "Save")
    editor.wait_for_url(f"**{reverse('correction:index')}")
    seen(editor, "Report")


def test_the_life_of_an_entry(come: Come, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrong, "FASTEST", 0)
    admin, reviewer, editor = at_work(come(), "town_admin"), at_work(come(), "town_reviewer"), come()
    opens_an_agency(admin)
    invites_an_editor(admin)
    joins(editor)
    drafts_in_two_languages(editor)
    rejects(reviewer)
    mends(editor)
    approves(reviewer, SERVICE)
    editor.goto("/admin/")
    sends_the_agency(editor)
    approves(reviewer, AGENCY)

    visitor, reader = come(java_script_enabled=False, viewport=NARROW), come(viewport=NARROW)
    finds(visitor, "de", "Gespräche Kai", "Gespräche am Kai")
    confirms(visitor, reader)
    reference = reports(visitor, reader)
    answers(editor)
    visitor.goto(f"/{reference}")
    looked_at(visitor, reader, "There is an answer")
    expect(visitor.get_by_text("Tuesdays too.")).to_be_visible()
    assert visitor.context.cookies() == []
