"""An Elasticsearch server for the length of a test or a session: its own data, on a free loopback port."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from setup.search_server import NotFetched, free_port, start


@contextmanager
def running() -> Iterator[str]:
    """Start the server, yield its address, and end it; without a way to get one, skip and say why.

    Its folder is no `tmp_path`: pytest closes those to every other user, and root's server is another user's.
    """
    folder = Path(tempfile.mkdtemp(prefix="lantern-elasticsearch-"))
    try:
        try:
            server = start(folder, free_port())
        except NotFetched as trouble:
            pytest.skip(str(trouble))
        try:
            yield server.address
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
