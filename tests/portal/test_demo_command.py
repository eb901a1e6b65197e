"""`load_demo` fills an empty database, and no other."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from agencies.models import Entry, User
from portal.demo import PASSWORD
from portal.models import ContentPage, Town

from . import small_town


def load() -> str:
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("something", ["agency", "page", "person"])
def test_a_database_with_something_in_it_is_left_alone(town: None, something: str) -> None:
    make = {
        "agency": small_town.agency,
        "page": small_town.content,
        "person": lambda: User.objects.create_user("somebody"),
    }
    make[something]()
    before = (Entry.objects.count(), ContentPage.objects.count(), User.objects.count(), Town.load().name)
    with pytest.raises(CommandError, match="not empty"):
        load()
    assert (
        Entry.objects.count(),
        ContentPage.objects.count(),
        User.objects.count(),
        Town.load().name,
    ) == before
    assert not Town.load().is_demo


def test_a_demo_that_is_there_is_left_as_it_is(demo: None, settings: Any) -> None:
    settings.DEMO = True
    Town.objects.update(name="Renamed")
    before = list(Entry.objects.order_by("pk").values_list("pk", "latest_revision_id"))
    said = load()
    assert list(Entry.objects.order_by("pk").values_list("pk", "latest_revision_id")) == before
    assert Town.load().name == "Renamed"
    assert PASSWORD in said and "superuser" in said


def test_outside_the_demo_mode_the_known_password_opens_nothing(town: None, settings: Any) -> None:
    """A town's server must never get accounts, a superuser among them, whose password stands in the source."""
    settings.DEMO = False
    said = load()
    assert Town.load().is_demo and User.objects.filter(is_superuser=True).exists()
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert PASSWORD not in said and "have no password" in said


def test_every_printed_account_exists(demo: None) -> None:
    names = [line.split()[0] for line in load().splitlines()[1:]]
    assert len(names) > 5 and User.objects.filter(username__in=names).count() == len(names)
