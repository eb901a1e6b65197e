"""One look at one page in Chromium with an empty cache: what it asked for, left behind, and how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import CDPSession, Page

LARGEST = 100 * 1024
MOST_REQUESTS = 15

LEFT_BEHIND = """async () => ({
  "cookies": document.cookie,
  "local storage": localStorage.length,
  "session storage": sessionStorage.length,
  "databases": (await indexedDB.databases()).length,
  "service workers": (await navigator.serviceWorker?.getRegistrations() ?? []).length,
})"""

# What sticks out to either side, the outermost elements only: a page that scrolls sideways hides words.
STICKING_OUT = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.body.querySelectorAll("*")]
    .map((e) => [e, e.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.right > wide + 1 || box.left < -1))
    .slice(0, 3).map(([e]) => e.outerHTML.slice(0, 120));
}"""

# Words of a list with dots between that lie where the dot at the beginning of a line is cut off.
CUT_OFF = """() => {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const fromRight = document.documentElement.dir === "rtl";
  const range = document.createRange();
  return [...document.querySelectorAll(".inline li, .number__facts li")].filter((item) => {
    const list = item.parentElement.getBoundingClientRect();
    range.selectNodeContents(item);
    return [...range.getClientRects()].some((words) => words.width && (
      fromRight ? words.right > list.right - rem + 1 : words.left < list.left + rem - 1));
  }).map((item) => item.textContent.trim());
}"""


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
    sticking_out: list[str]
    cut_off: list[str]
    axe: list[str]
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
        for element in self.sticking_out:
            yield f"{self.name}: sticks out: {element}"
        for words in self.cut_off:
            yield f"{self.name}: cut off: {words}"
        for violation in self.axe:
            yield f"{self.name}: axe: {violation}"
        for line in self.console:
            yield f"{self.name}: console: {line}"


class Visitor:
    """Visits pages in one tab; every visit begins with an empty cache, so that all bytes count."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.urls: list[str] = []
        self.bytes = 0
        self.console: list[str] = []
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

    def look(self, name: str, url: str) -> Visit:
        self.urls.clear()
        self.console.clear()
        self.bytes = 0
        response = self.page.goto(url, wait_until="load")
        assert response is not None
        self.page.evaluate("() => document.fonts.ready.then(() => true)")
        requests = [url for url in self.urls if not url.startswith("data:")]
        return Visit(
            name=name,
            status=response.status,
            html=response.text(),
            hosts={"/".join(url.split("/")[:3]) for url in requests},
            requests=len(requests),
            transferred=self.bytes,
            left_behind=self.page.evaluate(LEFT_BEHIND) | {"the jar": len(self.page.context.cookies())},
            sticking_out=self.page.evaluate(STICKING_OUT),
            cut_off=self.page.evaluate(CUT_OFF),
            axe=self.violations(),
            console=[line for line in self.console if not is_its_own_status(line, response.status)],
        )

    def violations(self) -> list[str]:
        """Axe's findings, best practices included, each with the first element that it names."""
        found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
        return [f"{rule['id']} ({len(rule['nodes'])}): {rule['nodes'][0]['html'][:160]}" for rule in found]


def is_its_own_status(line: str, status: int) -> bool:
    """Chromium notes in the console that the page itself answered 404, which it should."""
    return status >= 400 and f"status of {status}" in line
