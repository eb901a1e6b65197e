"""What every test stands on: databases made once, a clean place for files, and no silent skip in CI."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.template import Template
from django.test.signals import setting_changed
from django.test.utils import _TestState
from pytest_django import DjangoDbBlocker

from setup.packages import missing
from tests import elastic_server
from tests.databases import STATES, PostgresDatabases, SqliteDatabases, Switch

if TYPE_CHECKING:  # models cannot be imported before Django is set up
    from tests.agencies.stage import Stage

LONG_FILES = {
    "test_postgres.py",
    "test_crawl.py",
    "test_every_look.py",
    "test_engines.py",
    "test_access.py",
    "test_access_leaks.py",
    "test_access_own.py",
}
IN_CI = os.environ.get("CI") == "true"
PACKAGES = {
    "browser": {"chromium", "fonts-noto-core", "default-jre-headless"},
    "elastic": {"maven", "default-jre-headless"},
    "node": {"nodejs", "npm"},
    "postgres": {"postgresql"},
}
SWITCH = pytest.StashKey[Switch]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accessibility", metavar="FILE", help="write what the crawls found into this file")


def pytest_configure() -> None:
    """A site without https, static files unhashed (only the served site collects them), a quick hasher."""
    settings.SECRET_KEY = "only-for-the-tests"
    settings.SECURE_SSL_REDIRECT = False
    settings.ELASTICSEARCH_URL = ""  # it names a server for the tests that ask for one, not for the site
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    # Before the first `collectstatic` there is no such folder, and WhiteNoise warns of it.
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    # Wagtail has asked for the storages already, while Django started: they are made anew.
    setting_changed.send(sender=None, setting="STORAGES", value=settings.STORAGES, enter=True)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def plain_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Django's tests keep a copy of every template's context: a quarter of the time that a page of the admin takes."""
    monkeypatch.setattr(Template, "_render", _TestState.saved_data.template_render)


# --- databases ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """In place of pytest-django's own: copies of templates, no 240 migrations a run."""
    url = os.environ.get("DATABASE_URL", "")
    on_postgres = url.startswith("postgres")
    folder = tmp_path_factory.mktemp("databases")
    switch = Switch(PostgresDatabases(url) if on_postgres else SqliteDatabases(folder))
    request.session.stash[SWITCH] = switch
    yield
    with django_db_blocker.unblock():
        switch.close()


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef, request: pytest.FixtureRequest) -> None:
    """Before pytest-django begins a test's transaction, its database becomes the one it asks for."""
    if fixturedef.argname != "_django_db_helper":
        return
    names = request.node.fixturenames
    marker = request.node.get_closest_marker("django_db")
    commits = bool({"transactional_db", "live_server"} & set(names))
    commits = commits or bool(marker and marker.kwargs.get("transaction"))
    state = next((state for state in reversed(STATES) if state in names), STATES[0])
    request.session.stash[SWITCH].to(state, will_be_written=commits)


@pytest.fixture
def town(db: None) -> None:
    """A database after `migrate` and `setup_town`: a town without agencies."""


@pytest.fixture
def stage(db: None) -> Stage:
    """Such a town with two agencies, each with a service; made once, found again by every test."""
    from tests.agencies.stage import Stage

    return Stage.found()


@pytest.fixture
def demo(db: None) -> None:
    """A database with the demo town Lindemar loaded."""


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the demo town, for a server or a command in a process of its own."""
    return Path(SqliteDatabases(tmp_path_factory.mktemp("demo")).fresh("demo"))


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """What one test searched for is not written down by the next, nor does the next get its deck."""
    from portal import deck, demand, tally

    tally.buffer.take()
    demand.read_again()
    deck.forget()


@pytest.fixture(autouse=True)
def media_folder(tmp_path: Path, settings: object) -> None:
    """Uploads of a test land in the test's own folder."""
    settings.MEDIA_ROOT = str(tmp_path / "media")  # type: ignore[attr-defined]


# --- search servers -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def elastic_url() -> Iterator[str]:
    """The server that ELASTICSEARCH_URL names, or one for this session, started when a test first asks.

    Each worker of pytest-xdist starts its own. A named server must be on the loopback address: to others the
    tests' sockets stay closed.
    """
    if given := os.environ.get("ELASTICSEARCH_URL"):
        yield given
        return
    with elastic_server.running() as url:
        yield url


# --- what this machine lacks ----------------------------------------------------------------------


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests whose Debian packages are missing are skipped with the line that would bring them.

    Long files go first: with two processes, one would wait for the other at the end.
    """
    items.sort(key=lambda item: item.path.name not in LONG_FILES)
    lacking_here = set(missing())
    for marker, needed in PACKAGES.items():
        if marker == "elastic" and os.environ.get("ELASTICSEARCH_URL"):
            continue
        lacking = sorted(lacking_here & needed)
        if not lacking:
            continue
        reason = f"not installed here: apt-get install --no-install-recommends {' '.join(lacking)}"
        for item in items:
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_collection_finish() -> None:
    """What stands now stays to the end. Looked through again and again, it took a tenth of the tests' time."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test fails the run: nobody is there to read the reason."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not IN_CI or reporter is None or not reporter.stats.get("skipped"):
        return
    reporter.write_line("\nCI=true: a skipped test fails the run.", red=True)
    if session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
