"""What must be right before search can work, said at `check` and not at the first visitor's question."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.recorder import MigrationRecorder


@register("search")
def check_engine(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The database has an engine, and what it stands on is here."""
    from search.engines.base import OWN

    vendor = connections[DEFAULT_DB_ALIAS].vendor
    if vendor not in OWN:
        return [
            Error(
                f"There is no search engine for {vendor}.",
                hint=f"Set DATABASE_URL to one of: {', '.join(OWN)}.",
                id="search.E001",
            )
        ]
    return _check_fts5() if vendor == "sqlite" else []


def _check_fts5() -> list[CheckMessage]:
    probe = sqlite3.connect(":memory:")
    try:
        probe.execute("CREATE VIRTUAL TABLE probe USING fts5(word)")
    except sqlite3.OperationalError:
        return [
            Error(
                f"This Python's SQLite ({sqlite3.sqlite_version}) has no full-text search (FTS5).",
                hint="Use a Python whose SQLite has FTS5, as Debian's, or PostgreSQL.",
                id="search.E002",
            )
        ]
    finally:
        probe.close()
    return []


@register(Tags.database)
def check_trigrams(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """PostgreSQL has pg_trgm, once the migration that makes it has run. Said at `migrate` and `check --database`."""
    connection = connections[DEFAULT_DB_ALIAS]
    if DEFAULT_DB_ALIAS not in (databases or ()) or connection.vendor != "postgresql":
        return []
    if ("search", "0003_postgres") not in MigrationRecorder(connection).applied_migrations():
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regproc('similarity') IS NOT NULL")
        if cursor.fetchone()[0]:
            return []
    return [
        Warning(
            "The database has no extension pg_trgm: misspelt words are compared with all others, which is slower.",
            hint="Let its administrator run CREATE EXTENSION pg_trgm in it, then run rebuild_search.",
            id="search.W003",
        )
    ]


@register("search")
def check_elasticsearch(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Its settings can be meant; the address is not repeated, since it may hold a password."""
    if not settings.ELASTICSEARCH_URL:
        return []
    errors: list[CheckMessage] = []
    if not _is_address(settings.ELASTICSEARCH_URL):
        errors.append(
            Error(
                "ELASTICSEARCH_URL is no address of a server.",
                hint="Write it as https://user:password@search.example.org:9200, or leave it empty.",
                id="search.E003",
            )
        )
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,60}", settings.ELASTICSEARCH_INDEX):
        errors.append(
            Error(
                f"ELASTICSEARCH_INDEX={settings.ELASTICSEARCH_INDEX} cannot begin an index's name.",
                hint="Use small letters, digits and hyphens, as in lantern.",
                id="search.E004",
            )
        )
    return errors


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


@register("search", deploy=True)
def check_elasticsearch_answers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Only at `check --deploy`: no start of the site waits for another server."""
    if not settings.ELASTICSEARCH_URL or check_elasticsearch(None):
        return []
    from search.engines import elastic

    try:
        if elastic.configured().is_ready():
            return []
        missing, cure = "has no complete index of this make", "Run manage.py rebuild_search."
    except (OSError, DatabaseError) as error:
        missing, cure = "cannot be used", f"{error}. Until it answers, the database's own engine does."
    return [Warning(f"Elasticsearch {missing}.", hint=cure, id="search.W001")]
