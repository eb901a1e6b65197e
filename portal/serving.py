"""How gunicorn serves the site: `gunicorn --config python:portal.serving portal.wsgi`.

What its logs say is decided here: what was answered and how long it took, never for whom, and nothing that opens a
page or that somebody wrote. What a town sets otherwise on the command line wins.
"""

import logging
from datetime import timedelta
from threading import Thread
from typing import Any

from gunicorn.glogging import Logger

from .quiet_log import path_to_write


class QuietLogger(Logger):
    """Gunicorn's log without anything that tells one visitor from another."""

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> dict[str, Any]:
        """Only what the format below needs: another one finds no address, browser or referring page to write."""
        known = super().atoms(resp, req, environ, request_time)
        kept = {name: known[name] for name in ("t", "m", "s", "B", "M")}
        path = (
            environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
        )  # as WSGI hands it on
        return kept | {"U": path_to_write(path, int(known["s"]))}

    def warning(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Of a request that cannot be read gunicorn would name the sender and quote what was sent."""
        unreadable = str(msg).startswith("Invalid request from ip=")
        super().warning("A request could not be read." if unreadable else msg, *args, **kwargs)

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Of a request that broke something gunicorn would write the whole address."""
        if str(msg).startswith("Error handling request"):
            msg, args = "A request could not be answered.", ()
        super().exception(msg, *args, **kwargs)


def post_worker_init(worker: Any) -> None:
    """Each process reads beside its first pages what its first search would wait for."""
    Thread(target=_warm, daemon=True).start()


def _warm() -> None:
    from django.db import Error, connections

    import search

    try:
        search.warm()
    except Error:  # whoever asks is told so
        log = logging.getLogger(__name__)
        log.warning("Searches could not be prepared: the database does not answer, or is not migrated.")
    finally:
        connections.close_all()


workers = 2
threads = 4
limit_request_line = 0  # however long an address is, the site itself answers, with the help bar
control_socket_disable = True  # it would leave a file where the process was started
logger_class = QuietLogger
accesslog = "-"
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s %(M)sms"
