"""A page in Chromium, opened with an empty cache: what it asked for, left behind, and how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import CDPSession, Page, Response, ViewportSize

from tests.browser.standing import faults

LARGEST = 100 * 1024
MOST_REQUESTS = 15

LEFT_BEHIND = """async () => ({
  "cookies": document.cookie,
  "local storage": localStorage.length,
  "session storage": sessionStorage.length,
  "databases": (await indexedDB.databases()).length,
  "service workers": (await navigator.serviceWorker?.getRegistrations() ?? []).length,
})"""


@dataclass
class Visit:
    """What one look found; `problems` says what of it breaks a rule."""

    name: str
    status: int
    html: str
    hosts: set[str]
    requests: int
    transferred: int
    left_behind: dict[str, object]
    axe: dict[str, str]  # each rule that was broken, with how often and where first
    faults: list[str]
    console: list[str] = field(default_factory=list)

    def problems(self, expected_status: int, site: str) -> Iterator[str]:
        if self.status != expected_status:
            yield f"{self.name}: status {self.status} instead of {expected_status}"
        for host in sorted(self.hosts - {site}):
            yield f"{self.name}: asks another host, {host}"
        if self.requests > MOST_REQUESTS:
            yield f"{self.name}: {self.requests} requests"
        if self.transferred > LARGEST:
            yield f"{self.name}: {self.transferred} bytes"
        for place, what in self.left_behind.items():
            if what:
                yield f"{self.name}: leaves something in {place}: {what}"
        for fault in self.faults:
            yield f"{self.name}: {fault}"
        for rule, where in self.axe.items():
            yield f"{self.name}: axe: {rule} {where}"
        for line in self.console:
            yield f"{self.name}: console: {line}"


class Visitor:
    """Visits pages in one tab; every visit begins with an empty cache, so that all bytes count.

    Without script neither axe nor anything that waits ever answers: `with_script` says what can be asked.
    """

    def __init__(self, page: Page, *, with_script: bool = True) -> None:
        self.page = page
        self.with_script = with_script
        self.urls: list[str] = []
        self.bytes = 0
        self.console: list[str] = []
        self.response: Response | None = None
        page.on(
            "console",
            lambda line: self.console.append(line.text) if line.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: self.console.append(str(error)))
        wire: CDPSession = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        wire.on("Network.requestWillBeSent", lambda event: self.urls.append(event["request"]["url"]))
        wire.on("Network.loadingFinished", self.count)

    def count(self, event: dict[str, float]) -> None:
        self.bytes += int(event["encodedDataLength"])

    def open(self, url: str) -> None:
        self.urls.clear()
        self.console.clear()
        self.bytes = 0
        self.response = self.page.goto(url, wait_until="load")
        if self.with_script:
            self.page.evaluate("() => document.fonts.ready.then(() => true)")

    def turn(self, size: ViewportSize, light: Literal["light", "dark"]) -> None:
        """The open page in another window, by day or night, without asking for it again."""
        self.page.set_viewport_size(size)
        self.page.emulate_media(color_scheme=light)

    def look(self, name: str) -> Visit:
        """At what is open."""
        response = self.response
        assert response is not None
        requests = [url for url in self.urls if not url.startswith("data:")]
        return Visit(
            name=name,
            status=response.status,
            html=response.text(),
            hosts={"/".join(url.split("/")[:3]) for url in requests},
            requests=len(requests),
            transferred=self.bytes,
            left_behind=self.left_behind(),
            axe=violations(self.page, "target-size") if self.with_script else {},
            faults=list(faults(self.page)),
            console=[line for line in self.console if not is_its_own_status(line, response.status)],
        )

    def left_behind(self) -> dict[str, object]:
        """A page without script can keep nothing but cookies."""
        kept = self.page.evaluate(LEFT_BEHIND) if self.with_script else {}
        return kept | {"the jar": len(self.page.context.cookies())}


def violations(page: Page, *further: str) -> dict[str, str]:
    """Axe's findings, best practices included: each rule with how often it is broken, and where first.

    `further` are rules that axe has switched off.
    """
    options = {"resultTypes": ["violations"], "rules": {rule: {"enabled": True} for rule in further}}
    found = Axe().run(page, options=options).response["violations"]
    return {rule["id"]: f"({len(rule['nodes'])}): {rule['nodes'][0]['html'][:160]}" for rule in found}


def is_its_own_status(line: str, status: int) -> bool:
    """Chromium notes in the console that the page itself answered 404, which it should."""
    return status >= 400 and f"status of {status}" in line
