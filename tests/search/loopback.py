"""Servers on the loopback that stand in Elasticsearch's place, or in the way to it."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from setup.search_server import HOST, free_port


def nowhere() -> str:
    """An address at which nobody listens."""
    return f"http://{HOST}:{free_port()}"


@contextmanager
def silent() -> Iterator[str]:
    """Takes every connection and never says a word: the kernel accepts for it."""
    with socket.create_server((HOST, 0)) as listening:
        yield f"http://{HOST}:{listening.getsockname()[1]}"


@contextmanager
def saying(body: object, status: int = 200) -> Iterator[str]:
    """Gives the same answer to whatever is asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_POST = do_PUT = do_GET

        def log_message(self, *args: object) -> None: ...

    server = ThreadingHTTPServer((HOST, 0), Handler)
    with _running(server):
        yield f"http://{HOST}:{server.server_port}"


class _Way(socketserver.BaseRequestHandler):
    """Carries bytes both ways until one side ends."""

    server: Road

    def handle(self) -> None:
        with socket.create_connection(self.server.target) as far:
            self.server.open_ways.append(self.request)
            back = threading.Thread(target=_carry, args=(far, self.request))
            back.start()
            _carry(self.request, far)
            back.join()


class Road(socketserver.ThreadingTCPServer):
    """The way to a server, which a test closes and opens again at the same address."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int, target: str) -> None:
        parts = urlsplit(target)
        self.target = (parts.hostname or HOST, parts.port or 9200)
        self.open_ways: list[socket.socket] = []
        super().__init__((HOST, port), _Way)


@contextmanager
def road(port: int, target: str) -> Iterator[None]:
    server = Road(port, target)
    with _running(server):
        try:
            yield
        finally:
            for way in server.open_ways:
                _end(way)


@contextmanager
def _running(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):  # the other side was closed
        while data := source.recv(65_536):
            target.sendall(data)
    _end(target)


def _end(way: socket.socket) -> None:
    with suppress(OSError):
        way.shutdown(socket.SHUT_RDWR)
