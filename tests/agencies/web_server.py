"""A small web server on the loopback address, and a looker that may reach it and nothing else."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from agencies.fetching import Looker


class Answers(BaseHTTPRequestHandler):
    asked: list[tuple[str, str, str]]

    def do_HEAD(self) -> None:
        self.asked.append((self.command, self.path, self.headers["User-Agent"]))
        kind, _slash, rest = self.path.strip("/").partition("/")
        if kind == "to":
            self.send_response(302)
            self.send_header("Location", rest)
        elif kind == "loop":
            self.send_response(301)
            self.send_header("Location", self.path)
        elif kind == "drip":
            for _ in range(40):
                self.wfile.write(b"H")
                self.wfile.flush()
                time.sleep(0.05)
            return
        elif kind == "nohead" and self.command == "HEAD":
            self.send_response(405)
        elif kind.isdigit():
            self.send_response(int(kind))
        else:
            self.send_response(200)
        self.end_headers()

    do_GET = do_HEAD

    def log_message(self, *args: object) -> None:
        return


@contextmanager
def running() -> Iterator[tuple[int, list[tuple[str, str, str]]]]:
    """The port, and what was asked of it."""
    asked: list[tuple[str, str, str]] = []
    handler = type("Handler", (Answers,), {"asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        server.server_close()


def looker(port: int, **names: list[str]) -> Looker:
    """Knows the host `town.example` and those of `names` (their dots written as underlines)."""
    known = {"town.example": ["127.0.0.1"]} | {name.replace("_", "."): to for name, to in names.items()}
    return Looker(
        "Lantern",
        resolve=lambda host, _port: known[host],
        may=lambda address, at: (address, at) == ("127.0.0.1", port),
    )
