"""How long the pages of the demo take on the server, as ratios to the emptiest answer the site gives.

    .venv/bin/python tests/bench/bench_pages.py [rounds, 20 by default]

Measured inside one process with Django's own client, so neither the network nor a browser is in it. Nothing is
asserted: machines differ.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

WORDS = "somebody to talk to"


def milliseconds(call: Callable[[], object], rounds: int) -> list[float]:
    call()  # the first one also compiles templates
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        call()
        times.append((time.perf_counter() - begun) * 1000)
    return times


def queries(call: Callable[[], object]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        call()
    return len(seen)


def measure(rounds: int, database: Path) -> None:
    from django.test import Client

    from tests.browser.pages import coded_pages

    client = Client(headers={"host": "localhost"})
    sealed = client.post("/en/find/", {"words": WORDS})["Location"]
    first = {page.template: f"/en/{page.path}" for page in reversed(list(coded_pages(database)))}
    addresses = {"home": "/en/", "find": "/en/find/", "results": sealed, "now": "/en/now/"} | first
    base = statistics.median(milliseconds(lambda: client.get("/robots.txt"), rounds))
    print(f"robots.txt: {base:.2f} ms, the measure of the others")
    for name, address in addresses.items():

        def get(address: str = address) -> object:
            return client.get(address)

        times = sorted(milliseconds(get, rounds))
        middle, slow = statistics.median(times), times[int(len(times) * 0.95)]
        print(f"{name:<8} {middle / base:6.1f} times (95 %: {slow / base:6.1f}), {queries(get)} queries")


def main(rounds: int) -> None:
    from tests.databases import SqliteDatabases

    with tempfile.TemporaryDirectory() as place:
        database = Path(SqliteDatabases(Path(place)).fresh("demo"))
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "DATABASE_URL": f"sqlite:///{database}",
            "LANTERN_VAR": place,
            "LANTERN_DEMO": "1",
        }
        import django
        from django.core.management import call_command

        django.setup()
        call_command("collectstatic", interactive=False, verbosity=0)
        measure(rounds, database)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
