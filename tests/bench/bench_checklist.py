"""The checklist in a large city (12 districts): what a deck costs, and how soon a slow phone shows the list.

    .venv/bin/python tests/bench/bench_checklist.py [services, 2000 by default]

The deck's making is a ratio to asking each service for its card, in the same run; its size is what travels. The list is timed in
Chromium with the processor four times slower, from the last answer to the next frame. Nothing is asserted.
"""

from __future__ import annotations

import gzip
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

SLOWER = 4
ROUNDS = 10


def seconds(job: Any) -> tuple[float, Any]:
    begun = time.process_time()
    found = job()
    return time.process_time() - begun, found


def measure_deck() -> dict[str, Any]:
    from agencies.models import Policy, ServicePage
    from portal import cards, deck

    policy = Policy.current()
    card_time, shown = seconds(
        lambda: cards.of_services(ServicePage.objects.public().for_visitor("en"), policy, "en")
    )
    deck_time, made = seconds(lambda: deck.deck_of("en"))
    again_time, text = seconds(lambda: _after_an_edit(deck))
    print(f"{len(shown)} services, {len(made['items'])} items, {len(made['districts'])} districts")
    print(f"the deck holds {len(made['services'])} services")
    print(f"making it takes {deck_time / card_time:.1f} times what their cards take ({deck_time:.2f} s)")
    print(
        f"size {len(text) / 1024:.0f} KB, compressed {len(gzip.compress(text, 6)) / 1024:.0f} KB (limit 200)"
    )
    return made


def _after_an_edit(deck: Any) -> bytes:
    from wagtail.log_actions import log

    from agencies.models import ServicePage

    log(instance=ServicePage.objects.first(), action="wagtail.publish")
    made: bytes = deck.deck_bytes("en")
    return made


AFTER_THE_LAST_ANSWER = """async (button) => {
  const begun = performance.now();
  button.click();
  await new Promise((shown) => requestAnimationFrame(() => setTimeout(shown)));
  return performance.now() - begun;
}"""


def measure_phone(made: dict[str, Any], database: Path, folder: Path) -> None:
    """The real page with the city's deck: from the press on "Show my list" until the list stands on the screen."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import FLAGS, serving

    times = []
    with serving(database, folder) as site, sync_playwright() as running:
        browser = running.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 360, "height": 740})
        page.set_default_timeout(
            180_000
        )  # the server's first deck of a large city is measured above, not here
        page.route("**/deck.json", lambda route: route.fulfill(json=made))
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        of = random.Random(3)
        for _ in range(ROUNDS):
            page.goto(f"{site.address}/en/checklist/")
            page.click("[data-begin]")
            for year in of.sample(range(18), 2):
                page.dispatch_event(f"[data-question=years] [data-value='{year}']", "click")
            for name in ("years", "situations", "languages"):
                page.click(f"[data-question={name}] [data-next]")
            page.locator("[data-question=district] input").nth(of.randrange(12)).dispatch_event("click")
            page.click("[data-question=district] [data-next]")
            times.append(
                page.locator("[data-question=condition] [data-next]").evaluate(AFTER_THE_LAST_ANSWER)
            )
            if not page.locator("[data-list] [data-item]").count():
                raise SystemExit("No list came: the times would mean nothing.")
        browser.close()
    print(
        f"{SLOWER} times slower: list after {statistics.median(times):.0f} ms, at most {max(times):.0f} ms (aim 200)"
    )


def main(services: int) -> None:
    from tests.databases import SqliteDatabases

    with tempfile.TemporaryDirectory() as place:
        database = Path(SqliteDatabases(Path(place)).fresh("town"))
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "DATABASE_URL": f"sqlite:///{database}",
            "LANTERN_VAR": place,
            "LANTERN_DEMO": "1",
        }
        import django

        django.setup()
        from tests.bench import city

        city.build(services)
        measure_phone(measure_deck(), database, Path(place))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
