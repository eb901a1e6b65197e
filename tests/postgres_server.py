"""A PostgreSQL server for the length of a test: its own data, on a free port of the loopback address."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from setup.packages import postgres_programs

SECONDS_TO_START = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def unprivileged() -> dict[str, object]:
    """PostgreSQL refuses to run as root; Debian's package made a user for it."""
    if os.geteuid() != 0:
        return {}
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


@contextmanager
def folder() -> Iterator[Path]:
    """Short enough for a socket's path, and owned by who runs the server."""
    path = Path(tempfile.mkdtemp(prefix="lantern-postgres-"))
    if os.geteuid() == 0:
        os.chown(path, pwd.getpwnam("postgres").pw_uid, -1)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def wait_until_ready(server: subprocess.Popen, port: int) -> None:
    for _ in range(SECONDS_TO_START * 10):
        ready = [str(postgres_programs() / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        if server.poll() is None and subprocess.run(ready).returncode == 0:
            return
        time.sleep(0.1)
    raise RuntimeError(f"PostgreSQL did not start: {server.returncode}")


@contextmanager
def running() -> Iterator[str]:
    """Start the server, yield the DATABASE_URL of its first database, and end it."""
    with folder() as home:
        data, port = home / "data", free_port()
        who = {**unprivileged(), "cwd": home, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        initdb = [postgres_programs() / "initdb", "-D", data, "-U", "lantern", "--auth=trust", "--no-sync"]
        subprocess.run([*initdb, "--encoding=UTF8", "--locale=C.UTF-8"], check=True, **who)
        serve = [postgres_programs() / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", home]
        server = subprocess.Popen([*serve, "-F"], **who)  # -F: speed before safety, nothing here must last
        try:
            wait_until_ready(server, port)
            yield f"postgres://lantern@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # the fast shutdown: it waits for no client
            server.wait(SECONDS_TO_START)
