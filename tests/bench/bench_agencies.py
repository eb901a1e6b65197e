"""What the admin takes in a town of 500 agencies and 10,000 entries, beside the same in a town of 5 and 100.

    .venv/bin/python tests/bench/bench_agencies.py [rounds, 20 by default]

Measured inside one process with Django's own client, turn about in the one town and the other, so that what else
the machine does meets both; counted is the processor's time of this process, in which SQLite works too. The first number is the
big town's median as a multiple of the small town's. A list of all agencies shows 5 rows in the one and a full page in
the other. Nothing is asserted: machines differ. The numbers of queries are held by the tests.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

SMALL, BIG = 5, 500
Call = Callable[[], Any]


@dataclass
class Town:
    """A database, and what is called in it by name."""

    database: Path
    agencies: int
    calls: dict[str, Call]
    opened: list[float]

    def enter(self) -> None:
        from django.core.cache import cache
        from django.db import connection

        if connection.settings_dict["NAME"] == str(self.database):
            return
        connection.close()
        cache.clear()
        connection.settings_dict["NAME"] = str(self.database)
        connection.ensure_connection()


def made(agencies: int, template: Path) -> Town:
    from tests.bench import towns

    database = template.rename(template.with_name(f"{agencies}.sqlite3"))
    town = Town(database, agencies, {}, [])
    town.enter()
    begun = time.process_time()
    town.opened = towns.build(agencies)
    print(
        f"{agencies} agencies, {agencies * towns.SERVICES} services: built in {time.process_time() - begun:.0f} s"
    )
    town.calls = calls()
    return town


def calls() -> dict[str, Call]:
    from django.urls import reverse

    from agencies.models import AgenciesPage, AgencyPage, User
    from tests.agencies.stage import proven

    branch, own = AgenciesPage.objects.get(), AgencyPage.objects.get(key="agency-000")
    editor, reviewer, admin = (
        proven(User.objects.get(username=name))
        for name in ("editor-agency-000", "town_reviewer", "town_admin")
    )
    home, queue = reverse("wagtailadmin_home"), reverse("review_queue")
    chooser = reverse("wagtailadmin_choose_page")
    below = [reverse("wagtailadmin_choose_page_child", args=[page.pk]) for page in (branch, own)]
    search = reverse("wagtailadmin_choose_page_search") + "?q=service"
    explorer = [reverse("wagtailadmin_explore", args=[page.pk]) for page in (branch, own)]
    asked = [
        ("dashboard, editor", editor, home),
        ("dashboard, reviewer", reviewer, home),
        ("dashboard, town admin", admin, home),
        ("explorer of the own agency", editor, explorer[1]),
        ("explorer of all agencies", admin, explorer[0]),
        ("explorer of one, town admin", admin, explorer[1]),
        ("chooser, editor", editor, chooser),
        ("chooser of all agencies", editor, below[0]),
        ("chooser of the own agency", editor, below[1]),
        ("chooser's search", editor, search),
        ("chooser, town admin", admin, below[0]),
        ("reviewer's queue", reviewer, queue),
        ("queue, last page", reviewer, f"{queue}?p=9999"),
        ("reported, editor", editor, reverse("correction:index")),
        ("reported, town admin", admin, reverse("correction:index")),
        ("broken links, editor", editor, reverse("link_report")),
        ("broken links, town admin", admin, reverse("link_report")),
        ("site history, editor", editor, reverse("wagtailadmin_reports:site_history")),
        ("site history, town admin", admin, reverse("wagtailadmin_reports:site_history")),
        ("people, town admin", admin, reverse("people")),
        ("an entry's editor", editor, reverse("wagtailadmin_pages:edit", args=[own.get_children()[1].pk])),
    ]
    return {name: _get(client, address) for name, client, address in asked}


def _get(client: Any, address: str) -> Call:
    def get() -> None:
        answer = client.get(address, headers={"host": "localhost"})
        assert answer.status_code == 200, (address, answer.status_code)

    return get


def queries(call: Call) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        call()
    return len(seen)


def milliseconds(call: Call) -> float:
    begun = time.process_time()
    call()
    return (time.process_time() - begun) * 1000


def compare(small: Town, big: Town, name: str, rounds: int) -> str:
    times: dict[int, list[float]] = {SMALL: [], BIG: []}
    asked = {}
    for town in (small, big):
        town.enter()
        town.calls[name]()
        asked[town.agencies] = queries(town.calls[name])
    for _round in range(rounds):
        for town in (small, big):
            town.enter()
            times[town.agencies].append(milliseconds(town.calls[name]))
    few, many = (sorted(times[size]) for size in (SMALL, BIG))
    middle, slow = rounds // 2, int(rounds * 0.95)
    return (
        f"{name:<28} {many[middle] / few[middle]:5.2f} times (95 %: {many[slow] / few[slow]:5.2f})"
        f"  {few[middle]:7.1f} ms -> {many[middle]:7.1f} ms, {asked[SMALL]:3} -> {asked[BIG]:3} queries"
    )


def measure(rounds: int, place: Path) -> None:
    from tests.databases import SqliteDatabases

    fresh = SqliteDatabases(place).fresh
    small, big = (made(size, Path(fresh("town"))) for size in (SMALL, BIG))
    for name in small.calls:
        print(compare(small, big, name, rounds))
    few, many = (statistics.median(town.opened) for town in (small, big))
    print(f"{'opening one more agency':<28} {many / few:5.2f} times  {few:7.1f} ms -> {many:7.1f} ms")


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "DATABASE_URL": f"sqlite:///{folder}/none.sqlite3",
            "LANTERN_VAR": folder,
            "LANTERN_DEMO": "1",
        }
        import django
        from django.core.management import call_command

        django.setup()
        call_command("collectstatic", interactive=False, verbosity=0)
        measure(rounds, Path(folder))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
