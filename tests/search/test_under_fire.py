"""Killed at any moment, or asked by many at once: nothing is lost, and nobody sees an error."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import ROOT

pytestmark = pytest.mark.proof


def run(what: str, database: Path, folder: Path) -> None:
    """On failure the seed is printed; the same one gives the same pauses."""
    seed = random.SystemRandom().randrange(10**6)
    done = subprocess.run(
        [sys.executable, "-m", "tests.search.under_fire", what, str(seed)],
        cwd=ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "DATABASE_URL": f"sqlite:///{database}",
            "LANTERN_DEMO": "1",
            "LANTERN_VAR": str(folder),
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"seed {seed}\n{done.stdout[-2000:]}\n{done.stderr[-6000:]}"


@pytest.mark.parametrize("what", ["publishing", "rebuilding"])
def test_twenty_five_kills_lose_nothing(what: str, demo_file: Path, tmp_path: Path) -> None:
    run(what, demo_file, tmp_path)


def test_editors_and_visitors_at_the_same_time_see_no_error(demo_file: Path, tmp_path: Path) -> None:
    run("together", demo_file, tmp_path)
