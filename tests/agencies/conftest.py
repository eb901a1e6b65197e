"""The tests of the domain. Those on real directories run where these stand beside the checkout."""

from __future__ import annotations

import pytest

from .harvesting import REAL_DATA

# Not a skip: nobody who clones the repository has to have them, in CI neither.
collect_ignore = [] if REAL_DATA.is_dir() else ["test_harvest_real.py"]


@pytest.fixture
def contexts() -> None:
    """For a test that looks at what a view gave its template."""


@pytest.fixture(autouse=True)
def plain_templates_here(request: pytest.FixtureRequest) -> None:
    if "contexts" not in request.fixturenames:
        request.getfixturevalue("plain_templates")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if collect_ignore:
        terminalreporter.write_line(
            "Not run: harvests of real directories (no ../shared/data beside this checkout)."
        )
