"""The databases of the tests, each made once by the ordinary commands and then copied.

A test gets a migrated, empty database; with the fixture `town` one after `setup_town`, with `stage` one with two
agencies in that town, with `demo` one with the demo town loaded. 240 migrations take a quarter of a minute, a
copy some milliseconds.
"""

from __future__ import annotations

import datetime
import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.core.cache import cache
from django.db import connections

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "tests"

STATES = ("bare", "town", "stage", "demo")
BEFORE = {"town": "bare", "stage": "town", "demo": "town"}
# A town without agencies would find its vocabulary's needs: a test must know every word that can be found.
FORGET = (
    "import search; from agencies.models import Address, Scheme, Term; "
    "search.remove([f'{Address.Kind.NEED}:{term.uid}' for term in Term.objects.of(Scheme.NEED)])"
)
COMMANDS = {
    "bare": [("migrate",)],
    "town": [("setup_town",), ("shell", "--no-imports", "-c", FORGET)],
    "stage": [("shell", "--no-imports", "-c", "from tests.agencies import stage; stage.set_up()")],
    "demo": [("load_demo",)],
}


def manage(*arguments: str, **environment: str) -> str:
    """Run a management command in a process of its own; its output, or a failure that shows it."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=os.environ | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(
            f"manage.py {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )
    return done.stdout


def sources(state: str) -> Iterator[Path]:
    """The files a state depends on: the schema for a bare database, all code and data for the others."""
    yield ROOT / "requirements.lock"
    yield Path(__file__)
    if state == "stage":
        yield ROOT / "tests" / "agencies" / "stage.py"
    for app in ("portal", "agencies", "search"):
        folders = ("migrations", "models") if state == "bare" else (".",)
        for folder in folders:
            yield from (ROOT / app / folder).rglob("*.py")
    if state != "bare":
        yield from (path for path in (ROOT / "fixtures").rglob("*") if path.is_file())


def fingerprint(state: str) -> str:
    """Changes with the sources, and every day: the demo's dates are counted from the day of loading."""
    digest = hashlib.sha256(datetime.date.today().isoformat().encode())
    for path in sorted(sources(state)):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return f"{state}-{digest.hexdigest()[:16]}"


def build(state: str, url: str) -> None:
    for command in COMMANDS[state]:
        manage(*command, DATABASE_URL=url, LANTERN_DEMO="1", LANTERN_VAR=str(KEPT))


class Databases(Protocol):
    """Makes a state's template once, copies it, and says under which name Django finds the copy."""

    def fresh(self, state: str) -> str: ...

    def close(self) -> None: ...


@contextmanager
def made_by_one() -> Iterator[None]:
    """Tests run in several processes: one makes a template, the others wait for it."""
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class SqliteDatabases:
    """Templates are files, kept in var/tests/ until their sources change."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fresh(self, state: str) -> str:
        copy = self.folder / f"{state}.sqlite3"
        for leftover in self.folder.glob(f"{copy.name}*"):
            leftover.unlink()
        shutil.copyfile(self.template(state), copy)
        return str(copy)

    def close(self) -> None:
        """The folder is pytest's own and goes with it."""

    def template(self, state: str) -> Path:
        target = KEPT / f"{fingerprint(state)}.sqlite3"
        if target.exists():
            return target
        KEPT.mkdir(parents=True, exist_ok=True)
        earlier = BEFORE.get(state)
        before = self.template(earlier) if earlier else None
        with made_by_one():
            return target if target.exists() else self.make(state, target, before)

    def make(self, state: str, target: Path, before: Path | None) -> Path:
        half = KEPT / f"{target.stem}.{os.getpid()}.half"
        if before:
            shutil.copyfile(before, half)
        build(state, f"sqlite:///{half}")
        settle(half)
        for old in set(KEPT.glob(f"{state}-*.sqlite3")) - {target}:
            old.unlink(missing_ok=True)
        return half.rename(target)


class PostgresDatabases:
    """Templates are databases on the server that DATABASE_URL names."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.made: set[str] = set()

    def fresh(self, state: str) -> str:
        name = f"lantern_test_{state}"
        self.recreate(name, self.template(state))
        return name

    def close(self) -> None:
        for name in self.made:
            self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def template(self, state: str) -> str:
        name = f"lantern_template_{state}"
        if name in self.made:
            return name
        before = BEFORE.get(state)
        self.recreate(name, self.template(before) if before else "template0")
        build(state, self.url_of(name))
        return name

    def recreate(self, name: str, template: str) -> None:
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self.made.add(name)

    def url_of(self, name: str) -> str:
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def execute(self, statement: str) -> None:
        with closing(psycopg.connect(self.url, autocommit=True)) as connection:
            connection.execute(statement)


def settle(path: Path) -> None:
    """Bring what stands in the write-ahead log into the file, so that the file alone is the database."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


class Switch:
    """Points Django at a database in the state a test asks for; what a test committed to is copied anew."""

    def __init__(self, databases: Databases) -> None:
        self.databases = databases
        self.names: dict[str, str] = {}
        self.used: str | None = None

    def to(self, state: str, *, will_be_written: bool) -> None:
        connection = connections["default"]
        if state != self.used or state not in self.names:
            connection.close()
            cache.clear()
        if state not in self.names:
            self.names[state] = self.databases.fresh(state)
        connection.settings_dict["NAME"] = self.names[state]
        self.used = state
        if will_be_written:
            del self.names[state]

    def close(self) -> None:
        connections.close_all()
        self.databases.close()
