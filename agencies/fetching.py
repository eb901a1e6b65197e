"""Looks whether a web address answers, without being led anywhere inside (SAFETY.md 25).

Each hop is resolved anew, every address it resolves to must be public, and the connection goes to the very address
that was looked at. Nothing is read but the head of the answer.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urljoin, urlsplit

MOST_HOPS = 5
SECONDS = 10.0  # for one hop, from connecting to the last line of the head
PORTS = {"http": 80, "https": 443}
REDIRECTS = (301, 302, 303, 307, 308)

Resolve = Callable[[str, int], list[str]]
May = Callable[[str, int], bool]


class Problem(StrEnum):
    """Why an address counts as broken. What the report says of each stands in `models/link_check.py`."""

    ODD = "odd"
    USER = "user"
    PRIVATE = "private"
    LOOP = "loop"
    UNKNOWN = "unknown"
    SLOW = "slow"
    CERTIFICATE = "certificate"
    SILENT = "silent"
    ERROR = "error"


class Refused(Exception):
    """An address that we do not open."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Seen:
    """`status`: of the last answer, None where there was none. `problem`: why it counts as broken, "" where it does not."""

    status: int | None = None
    problem: str = ""


def resolve(host: str, port: int) -> list[str]:
    """All IP addresses of a host. OSError when there are none."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def may_reach(address: str, port: int) -> bool:
    """Public addresses at the usual ports alone: neither this machine nor a neighbour of it."""
    return port in PORTS.values() and is_public(address)


def is_public(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not (found.is_multicast or found.is_reserved)


class Looker:
    """Looks at addresses. `resolve` and `may` decide where it goes; tests let it reach their own server."""

    def __init__(self, agent: str, resolve: Resolve = resolve, may: May = may_reach) -> None:
        self.agent, self.resolve, self.may = agent, resolve, may

    def look(self, url: str) -> Seen:
        """HEAD, and GET where a server does not like HEAD. Never raises for what is wrong with the address."""
        try:
            status = self._follow("HEAD", url)
            if status >= 400:
                status = self._follow("GET", url)
        except Refused as refused:
            return Seen(problem=refused.problem)
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Seen(problem=_problem_of(error))
        return Seen(status, problem=Problem.ERROR if status >= 400 else "")

    def _follow(self, method: str, url: str) -> int:
        for _hop in range(MOST_HOPS + 1):
            status, location = self._ask(method, url)
            if status not in REDIRECTS or not location:
                return status
            url = urljoin(url, location)
        raise Refused(Problem.LOOP)

    def _ask(self, method: str, url: str) -> tuple[int, str]:
        """Status and Location of one hop."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise Refused(Problem.ODD)
        if parts.username or parts.password:
            raise Refused(Problem.USER)
        host, port = parts.hostname.encode("idna").decode(), parts.port or PORTS[parts.scheme]
        connection = self._connect(parts.scheme, host, port)
        watch = threading.Timer(
            SECONDS, _hang_up, [connection]
        )  # a server may send a byte now and then for ever
        watch.start()
        try:
            path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
            connection.request(method, _ascii(path), headers={"User-Agent": self.agent, "Accept": "*/*"})
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location", "")
        finally:
            watch.cancel()
            connection.close()

    def _connect(self, scheme: str, host: str, port: int) -> http.client.HTTPConnection:
        """To the address that was looked at: another answer of the name server later on changes nothing."""
        addresses = self.resolve(host, port)
        if not addresses or not all(self.may(address, port) for address in addresses):
            raise Refused(Problem.PRIVATE)
        connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
        raw = _socket_to(addresses, port)
        if scheme == "https":
            try:
                raw = ssl.create_default_context().wrap_socket(raw, server_hostname=host)
            except OSError:
                raw.close()
                raise
        connection.sock = raw
        return connection


def _socket_to(addresses: list[str], port: int) -> socket.socket:
    """To the first that takes it: a machine without IPv6 has names with IPv6 addresses too."""
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), timeout=SECONDS)
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), timeout=SECONDS)


def _hang_up(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:  # it has ended by itself
            return


def _ascii(path: str) -> str:
    """An address typed with an umlaut, as browsers send it."""
    return quote(path, safe="/?&=%:@!$'()*+,;~-._#[]")


def _problem_of(error: Exception) -> Problem:
    if isinstance(error, TimeoutError):
        return Problem.SLOW
    if isinstance(error, ssl.SSLCertVerificationError):
        return Problem.CERTIFICATE
    if isinstance(error, socket.gaierror):
        return Problem.UNKNOWN
    if isinstance(error, ValueError):
        return Problem.ODD
    return Problem.SILENT
