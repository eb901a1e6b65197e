"""What must be right before search can work, said at `check` and not at the first visitor's question."""

from __future__ import annotations

import sqlite3
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import DEFAULT_DB_ALIAS, connections


@register("search")
def check_engine(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The engine exists, and what it stands on is here."""
    from search.engines.base import DEFAULT_ENGINE, ENGINES

    name = getattr(settings, "SEARCH_ENGINE", DEFAULT_ENGINE)
    if name not in ENGINES:
        return [
            Error(
                f"There is no search engine {name!r}.",
                hint=f"Set SEARCH_ENGINE to one of: {', '.join(ENGINES)}.",
                id="search.E001",
            )
        ]
    return [*_check_fts5(), *_check_path()] if name == "sqlite" else []


def _check_fts5() -> list[CheckMessage]:
    probe = sqlite3.connect(":memory:")
    try:
        probe.execute("CREATE VIRTUAL TABLE probe USING fts5(word)")
    except sqlite3.OperationalError:
        return [
            Error(
                f"This Python's SQLite ({sqlite3.sqlite_version}) has no full-text search (FTS5).",
                hint="Use a Python whose SQLite has FTS5, as Debian's: SEARCH_ENGINE=sqlite needs it.",
                id="search.E002",
            )
        ]
    finally:
        probe.close()
    return []


def _check_path() -> list[CheckMessage]:
    if connections[DEFAULT_DB_ALIAS].vendor == "sqlite" or getattr(settings, "SEARCH_INDEX_PATH", None):
        return []
    return [
        Error(
            "The search index has no place: the database is not SQLite.",
            hint="Set SEARCH_INDEX_PATH to a file on a local disk, such as var/search.sqlite3.",
            id="search.E003",
        )
    ]
