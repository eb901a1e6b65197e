"""How long a harvest takes: the set-based road beside the page-by-page one.

    .venv/bin/python tests/bench/bench_harvest.py [services, 430 by default] [a folder to harvest instead]

The job: so many services of 33 agencies with places, numbers and hours, into a founded and empty town.
Printed are seconds, and the ratio to putting the same number of services in by `add_child`, measured on 40 of
them. Nothing is asserted: machines differ.
"""

from __future__ import annotations

import csv
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

AGENCIES, SAMPLE = 33, 40


def write(path: Path, columns: str, rows: Iterable[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns.split())
        writer.writerows(rows)


def make_folder(folder: Path, services: int) -> None:
    """A directory like a county's: more numbers and hours than services."""
    ids = range(1, services + 1)
    agency_of = {number: number % AGENCIES + 1 for number in ids}
    text = "Advice and company for families. " * 12
    write(
        folder / "organizations.csv",
        "id name description website",
        ([n, f"Agency {n}", text, f"www.agency{n}.example"] for n in range(1, AGENCIES + 1)),
    )
    write(folder / "locations.csv", "id organization_id name", ([n, agency_of[n], f"House {n}"] for n in ids))
    write(
        folder / "services.csv",
        "id organization_id location_id name status description application_process fees",
        ([n, agency_of[n], n, f"Service {n}", "active", text, "Walk in.", "Free"] for n in ids),
    )
    write(
        folder / "phones.csv",
        "id location_id service_id number number_type",
        [[f"p{n}", n, "", "01632 960100", "voice"] for n in ids]
        + [[f"s{n}", "", n, "01632 960101", "voice"] for n in ids],
    )
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    write(
        folder / "regular_schedules.csv",
        "id location_id weekday opens_at closes_at",
        ([f"{n}-{day}", n, day, "9:00", "17:00"] for n in ids for day in days),
    )


def seconds(job: Callable[[], object]) -> float:
    begin = time.perf_counter()
    job()
    return time.perf_counter() - begin


def page_by_page() -> None:
    """What an import would do by hand: add each page, then write its revision."""
    from django.db import transaction

    from agencies.models import AgenciesPage, AgencyPage, Phone, ServicePage

    with transaction.atomic():
        agency = AgencyPage(title="By hand", slug="by-hand", key="by-hand")
        AgenciesPage.objects.get().add_child(instance=agency)
        for number in range(SAMPLE):
            service = ServicePage(title=f"Service {number}", slug=f"service-{number}", live=True)
            service.phones = [Phone(number="01632 960100")]
            agency.add_child(instance=service)
            service.save_revision().publish()


def main(services: int, folder: Path | None) -> None:
    with tempfile.TemporaryDirectory() as place:
        os.environ["LANTERN_DEMO"] = "1"
        os.environ["LANTERN_VAR"] = place
        os.environ["DATABASE_URL"] = f"sqlite:///{place}/db.sqlite3"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
        import django

        django.setup()
        from tests.databases import SqliteDatabases

        shutil.copyfile(SqliteDatabases(Path(place)).template("town"), Path(place) / "db.sqlite3")
        measure(services, folder or Path(place) / "county")


def measure(services: int, folder: Path) -> None:
    from agencies.hsds.harvest import Order, harvest
    from agencies.models import ServicePage

    if not folder.is_dir():
        folder.mkdir()
        make_folder(folder, services)
    dry = seconds(lambda: harvest(Order(folder, dry_run=True)))
    first = seconds(lambda: harvest(Order(folder, publish=True)))
    made = ServicePage.objects.count()
    again = seconds(lambda: harvest(Order(folder, publish=True)))
    by_hand = seconds(page_by_page) / SAMPLE
    print(f"{made} services, published and indexed: {first:.1f} s")
    print(f"  only read and planned (--dry-run): {dry:.1f} s; run again: {again:.1f} s")
    print(f"  page by page, from {SAMPLE} of them without places and hours: {by_hand * made:.1f} s")
    print(f"  the set-based road takes {first / (by_hand * made):.2f} of that time")


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(
        int(arguments[0]) if arguments and arguments[0].isdigit() else 430,
        Path(arguments[-1]) if arguments and not arguments[-1].isdigit() else None,
    )
