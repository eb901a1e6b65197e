"""The same site on PostgreSQL: our tests once more, in a process whose settings name that database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.databases import ROOT
from tests.postgres_server import running

pytestmark = pytest.mark.postgres

QUICK = ("tests/journeys", "tests/portal/test_find.py", "tests/search/test_outbox.py")


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    with running() as url:
        yield url


def run_tests(url: str, *paths: str) -> None:
    """Everything but browsers, long tests and this file. What SQLite alone can do is skipped there."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n0",
        "-m",
        "not browser and not postgres and not proof",
        *paths,
    ]
    environment = os.environ | {"DATABASE_URL": url, "CI": ""}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_journeys_search_and_outbox_hold_on_postgresql(postgres_url: str) -> None:
    run_tests(postgres_url, *QUICK)


@pytest.mark.proof
def test_everything_holds_on_postgresql(postgres_url: str) -> None:
    run_tests(postgres_url, "tests")
