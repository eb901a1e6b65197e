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

QUICK = tuple(f"tests/search/test_{name}.py" for name in ("engines", "outbox", "postgres_engine"))
ORDINARY = "not browser and not elastic and not postgres and not proof"


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    with running() as url:
        yield url


def run_tests(url: str, *paths: str, marked: str = ORDINARY) -> None:
    """By default all but browsers, Elasticsearch, long tests and this file. What only SQLite can do is skipped."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n0",
        "-m",
        marked,
        *paths,
    ]
    environment = os.environ | {"DATABASE_URL": url, "CI": ""}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_search_holds_on_postgresql(postgres_url: str) -> None:
    run_tests(postgres_url, *QUICK)


@pytest.mark.proof
def test_all_but_the_pairs_of_strangers_holds_on_postgresql(postgres_url: str) -> None:
    """All but the pairs of strangers: they take minutes, and ask no database anything that the tables of roles do not."""
    run_tests(postgres_url, "tests", "--ignore=tests/test_access_leaks.py")


@pytest.mark.proof
def test_ten_thousand_questions_have_an_answer_on_postgresql(postgres_url: str) -> None:
    run_tests(postgres_url, "tests/search/test_engines.py", marked="proof and not elastic")
