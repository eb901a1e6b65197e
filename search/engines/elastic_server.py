"""The way to an Elasticsearch 8: bounded in time, left alone for a while when it does not answer.

Nothing of what a server says about an error is repeated: its reasons quote the words of a question, or the
text of a document. What is said is the kind of error and its number.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError
from elasticsearch import (
    ApiError,
    Elasticsearch,
    SerializationError,
    TransportError,
    UnsupportedProductError,
)
from elasticsearch import ConnectionTimeout as TimedOut

from search.engines.base import Unreachable

log = logging.getLogger(__name__)
# It warns at each try; the gate below says once that the server is away.
logging.getLogger("elastic_transport.node_pool").setLevel(logging.ERROR)

VERSION = "8"
PAUSE = 30.0  # seconds in which a server that did not answer is not asked again
PROBE_SECONDS = 1.0  # to say which version it is
# Not the fault of what was asked: no right to ask, too busy, broken.
_AWAY_STATUS = frozenset({401, 403, 405, 406, 429, 502, 503, 504})

Answer = TypeVar("Answer")


class Gate:
    """Closed for a pause after a failure, then open for one who tries. The log hears of each turn once."""

    def __init__(self, pause: float = PAUSE) -> None:
        self._pause = pause
        self._lock = threading.Lock()
        self._away = False
        self._closed_until = 0.0

    def enter(self) -> None:
        """Raise Unreachable while it is closed."""
        with self._lock:
            now = time.monotonic()
            if now < self._closed_until:
                raise Unreachable("Elasticsearch did not answer a moment ago: it is left alone for a while.")
            if self._away:
                self._closed_until = now + self._pause  # for all but the one who tries now

    def failed(self, reason: str) -> None:
        with self._lock:
            was_away, self._away = self._away, True
            self._closed_until = time.monotonic() + self._pause
        if not was_away:
            log.error(
                "Elasticsearch cannot be used (%s). The database's own engine answers; it is tried again"
                " every %g seconds.",
                reason,
                self._pause,
            )

    def worked(self) -> bool:
        """True when it had been away until now."""
        with self._lock:
            was_away, self._away = self._away, False
            self._closed_until = 0.0
        if was_away:
            log.warning("Elasticsearch can be used again.")
        return was_away


class Server:
    """One server, or what stands before several. Callable from any thread."""

    def __init__(self, url: str, api_key: str = "", pause: float = PAUSE) -> None:
        self._client = Elasticsearch(
            url, api_key=api_key or None, max_retries=0, retry_on_timeout=False, http_compress=False
        )
        self._gate = Gate(pause)
        self._is_known = False
        self.on_return: Callable[[], None] = lambda: None

    def ask(self, action: Callable[[Elasticsearch], Answer], seconds: float) -> Answer:
        """What the action gets from the server.

        `seconds` bound the wait to connect and the wait for each piece of the answer. Raises Unreachable (the
        log has been told) when the server is away, slow, of another version or refuses to serve us, and
        DatabaseError when it refuses what was asked.
        """
        self._gate.enter()
        try:
            self._check_version(min(PROBE_SECONDS, seconds))
            answer = action(self._client.options(request_timeout=seconds, max_retries=0))
        except (TransportError, SerializationError, UnsupportedProductError) as error:
            raise self._unusable(_kind(error)) from None
        except ApiError as error:
            if error.meta.status in _AWAY_STATUS:
                raise self._unusable(f"status {error.meta.status}") from None
            self._gate.worked()
            raise DatabaseError(f"Elasticsearch refused: {error.meta.status} {_type(error)}") from None
        if self._gate.worked():
            self.on_return()
        return answer

    def too_slow(self) -> Unreachable:
        """What to raise when the time for a question ran out before its last part was asked."""
        return self._unusable("no answer in time")

    def version(self, seconds: float = PROBE_SECONDS) -> str:
        """As "8.19.5". Not from `info()`: the smallest distribution has no answer at its root."""
        client = self._client.options(request_timeout=seconds, max_retries=0)
        said = client.nodes.info(filter_path="nodes.*.version").body
        nodes = said.get("nodes") if isinstance(said, dict) else None  # something else may listen there
        versions = [str(node.get("version", "")) for node in nodes.values()] if nodes else []
        # While a cluster is upgraded its nodes differ: the oldest one decides.
        return min(versions, key=_as_numbers, default="")

    def _check_version(self, seconds: float) -> None:
        if self._is_known:
            return
        version = self.version(seconds)
        if version.partition(".")[0] != VERSION:
            raise self._unusable(f"its version is {version or 'unknown'}, not {VERSION}")
        self._is_known = True

    def _unusable(self, reason: str) -> Unreachable:
        self._is_known = False  # what comes back may be another version
        self._gate.failed(reason)
        return Unreachable(f"Elasticsearch cannot be used: {reason}")


def _kind(error: Exception) -> str:
    return "no answer in time" if isinstance(error, TimedOut) else type(error).__name__


def _type(error: ApiError) -> str:
    """The server's own name of the error, as "mapper_parsing_exception"."""
    body = error.body if isinstance(error.body, dict) else {}
    cause = body.get("error")
    return str(cause.get("type", ""))[:60] if isinstance(cause, dict) else ""


def _as_numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("-")[0].split(".") if part.isdecimal())
