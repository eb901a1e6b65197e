"""The work of the night: each step whatever became of the others, once at a time, again after a kill."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import nightly
from portal.models import BurntSeal, NightlyRun
from tests.agencies import stage

pytestmark = pytest.mark.django_db


def fails(error: BaseException) -> nightly.Act:
    def act() -> str:
        raise error

    return act


def well() -> str:
    return "done"


def test_every_real_step_ends_well_and_may_run_again(town: None) -> None:
    call_command("rebuild_search", stdout=StringIO())
    for _ in range(2):
        said = StringIO()
        call_command("nightly", stdout=said)
        assert said.getvalue().count("well") == len(nightly.STEPS)
    assert NightlyRun.objects.count() == 2


def test_a_step_that_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    steps = {
        "a": fails(CommandError("Two mails could not be sent.")),
        "b": fails(OSError("somebody@town.example refused")),
        "c": well,
    }
    monkeypatch.setattr(nightly, "STEPS", steps)
    said = StringIO()
    with pytest.raises(CommandError, match="Failed: a, b") as failed:
        call_command("nightly", stdout=said)
    assert failed.value.returncode == 1
    assert [(step["name"], step["well"], step["said"]) for step in NightlyRun.last().steps] == [
        ("a", False, "Two mails could not be sent."),
        ("b", False, "OSError"),
        ("c", True, "done"),
    ]
    assert "The nightly step b failed" in caplog.text


def test_two_do_not_run_at_once() -> None:
    NightlyRun.objects.create()
    with pytest.raises(nightly.Busy):
        nightly.run({"a": well})
    with pytest.raises(CommandError, match="has not ended"):
        call_command("nightly", stdout=StringIO())
    assert NightlyRun.objects.count() == 1


def test_after_a_kill_the_next_run_goes_on() -> None:
    with pytest.raises(KeyboardInterrupt):
        nightly.run({"a": well, "b": fails(KeyboardInterrupt())})
    killed = NightlyRun.objects.get()
    assert killed.running and [step["name"] for step in killed.steps] == ["a"]
    with pytest.raises(nightly.Busy):
        nightly.run({"a": well})
    NightlyRun.objects.update(heard_at=timezone.now() - timedelta(hours=2, minutes=1))
    assert not nightly.run({"a": well, "b": well}).failed
    assert NightlyRun.last() != killed, "a run that was killed was not done"


def test_old_runs_and_burnt_seals_are_forgotten() -> None:
    now = timezone.now()
    NightlyRun.objects.create(running=False, started_at=now - timedelta(91))
    kept = NightlyRun.objects.create(running=False, started_at=now - timedelta(89))
    BurntSeal.objects.create(digest="a" * 64, until=now - timedelta(1))
    BurntSeal.objects.create(digest="b" * 64, until=now + timedelta(1))
    assert (nightly.forget_runs(), nightly.forget_seals()) == (
        "1 old runs forgotten.",
        "1 burnt seals forgotten.",
    )
    assert NightlyRun.objects.get() == kept and BurntSeal.objects.get().digest.startswith("b")


def test_the_health_page_says_when(town: None, client: Client) -> None:
    assert client.get("/healthz").json()["nightly"] is None
    nightly.run({"a": fails(OSError())})
    NightlyRun.objects.create()  # one that runs still
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json()["nightly"] == timezone.now().date().isoformat()


def panel(client: Client) -> str:
    text = client.get(reverse("wagtailadmin_home")).content.decode()
    return re.sub(r"\s+", " ", text)


def test_the_towns_admins_see_when_and_what_failed(town: None) -> None:
    client = stage.signed_in("town_admin")
    assert "It was never done." in panel(client) and "once a day" in panel(client)
    nightly.run({"check_search": fails(CommandError("run <b>rebuild_search</b>")), "remind": well})
    text = panel(client)
    assert "Last done:" in text and "check_search: run &lt;b&gt;" in text and "once a day" not in text
    NightlyRun.objects.update(started_at=timezone.now() - timedelta(days=2, minutes=1))
    assert "once a day" in panel(client)


@pytest.mark.parametrize("role", ["town_editor", "town_reviewer"])
def test_nobody_else_sees_the_server(town: None, role: str) -> None:
    assert "The work of the night" not in panel(stage.signed_in(role))
