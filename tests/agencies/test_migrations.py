"""What the domain's first migrations must hold for ever."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from agencies.models import Address, Location


def migrations() -> dict[str, object]:
    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return {name: migration for (app, name), migration in disk.items() if app == "agencies"}


def test_names_begin_with_a_number_and_follow_one_another() -> None:
    """The next writer sees at a glance which comes last; two with one number would be a fork."""
    numbers = sorted(int(name.partition("_")[0]) for name in migrations())
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_domain_depends_on_nothing_of_the_portal_or_of_search() -> None:
    apps = {app for migration in migrations().values() for app, _name in migration.dependencies}  # type: ignore[attr-defined]
    assert not apps & {"portal", "search"}


def test_no_migration_is_a_squashed_one() -> None:
    """User and the pages in one migration would be a circle of dependencies."""
    assert not any(migration.replaces for migration in migrations().values())  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_every_migration_is_applied() -> None:
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "name"),
    [(Location, "a_secret_place_has_no_address"), (Address, "code")],
)
def test_the_database_itself_holds_the_rules_that_must_not_depend_on_python(model, name: str) -> None:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    checks = {key for key, value in found.items() if value["check"]}
    unique = {tuple(value["columns"]) for value in found.values() if value["unique"]}
    assert name in checks or (name,) in unique
