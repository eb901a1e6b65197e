"""Signing in with a key, in a real browser that carries one: the scripts run under the admin's policy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.demo import PASSWORD
from tests.browser.conftest import keep_inside

pytestmark = pytest.mark.browser
KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def sign_in(page: Page, site: str, user: str) -> None:
    page.goto(f"{site}/admin/login/")
    page.fill("[name=login]", user)
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")


@pytest.fixture
def site(live_site: str) -> str:
    """A key is bound to a name, never to a number."""
    return live_site.replace("127.0.0.1", "localhost")


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context()
    keep_inside(context, site)
    yield context.new_page()
    context.close()


def test_a_key_is_set_up_and_then_asked_for(page: Page, site: str) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})

    sign_in(page, site, "second-town-editor")
    expect(page).to_have_url(f"{site}/admin/")  # the demo waives the second step
    page.goto(f"{site}/admin/account/second-factor/")
    page.get_by_role("link", name="Add a key").click()
    page.fill("[name=name]", "Blue key")
    page.click("#mfa_webauthn_add")
    page.get_by_role("link", name="To the dashboard").click()
    expect(page).to_have_url(f"{site}/admin/")

    page.goto(f"{site}/admin/account/second-factor/")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, site, "second-town-editor")
    page.click("#mfa_webauthn_authenticate")
    expect(page).to_have_url(f"{site}/admin/")
    assert complaints == []
