"""`make demo`: prepares the demo town under var/ and serves it on the loopback address until Ctrl-C.

Everything happens in one process: each step looks whether its work stands already, so a second start takes
seconds and keeps what was changed.
"""

from __future__ import annotations

import hashlib
import os
import socket
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["LANTERN_DEMO"] = "1"
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
os.environ["PORT"] = os.environ.get("PORT") or "8000"

import django  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402
from gunicorn.app.base import BaseApplication  # noqa: E402

from portal import serving  # noqa: E402
from setup import compile_messages  # noqa: E402

HOST = "127.0.0.1"


def say(text: str) -> None:
    print(text, flush=True)


def port_to_use() -> int:
    """PORT, if it is a free port; otherwise one line that says what to type."""
    given = os.environ["PORT"]
    if not given.isdecimal() or not 0 < int(given) < 65536:
        sys.exit(f"PORT={given} is no port. Try: make demo PORT=8001")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(given)))
        except OSError as error:
            other = int(given) % 65535 + 1
            sys.exit(f"Port {given} cannot be used ({error.strerror}). Try: make demo PORT={other}")
    return int(given)


def prepare() -> str:
    """Database, town, demo and static files, each only as far as it is missing; the list of accounts."""
    settings.VAR.mkdir(parents=True, exist_ok=True)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Making the database (a quarter of a minute, the first time only) ...")
        call_command("migrate", verbosity=0)
    say("Looking after the town and its demo ...")
    call_command("setup_town", stdout=StringIO())
    accounts = StringIO()
    call_command("load_demo", stdout=accounts)
    collect_static_files()
    return accounts.getvalue()


def static_fingerprint() -> str:
    """Changes when a dependency or a static file of ours does."""
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    ours = (ROOT / app / "static" for app in ("agencies", "portal", "search"))  # var/static is what comes out
    for path in sorted(path for folder in ours for path in folder.rglob("*")):
        facts = path.stat()
        digest.update(f"{path.relative_to(ROOT)} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_static_files() -> None:
    stamp, wanted = settings.VAR / "static.stamp", static_fingerprint()
    if stamp.exists() and stamp.read_text() == wanted and settings.STATIC_ROOT.exists():
        return
    say("Collecting static files ...")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(wanted)


def end_at_once(worker: object) -> None:
    """Ctrl-C. Taking a worker's memory apart takes seconds: gunicorn would kill it and speak of lost memory."""
    os._exit(0)


class Server(BaseApplication):
    """Gunicorn over the application that is loaded here already."""

    def __init__(self, port: int, on_ready: Callable[[object], None]) -> None:
        self.port, self.on_ready = port, on_ready
        super().__init__()

    def load_config(self) -> None:
        options = {
            "bind": f"{HOST}:{self.port}",
            "workers": serving.workers,
            "threads": serving.threads,
            "limit_request_line": serving.limit_request_line,
            "control_socket_disable": serving.control_socket_disable,
            "post_worker_init": serving.post_worker_init,
            "loglevel": "warning",
            "graceful_timeout": 3,
            "worker_int": end_at_once,
            "when_ready": self.on_ready,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> object:
        from portal.wsgi import application

        return application


def main() -> None:
    port = port_to_use()
    compile_messages.main()
    django.setup()
    try:
        accounts = prepare()
    except CommandError as refusal:
        sys.exit(str(refusal))
    connections.close_all()  # a database connection must not be shared with the forked workers

    def welcome(server: object) -> None:
        address = f"http://{HOST}:{port}{settings.PREFIX}/"
        say(f"\n{accounts}\nThe site:  {address}\nThe admin: {address}admin/")
        say(f"Ctrl-C ends it. Data and mail: {settings.VAR}")

    Server(port, welcome).run()


if __name__ == "__main__":
    main()
