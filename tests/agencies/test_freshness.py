"""The only clock for checks: its edges, its intervals, its day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from agencies import freshness
from agencies.models import Interval, Policy, Scheme
from tests import factories

NOW = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("days_ago", "state"),
    [(0, "fresh"), (61, "fresh"), (62, "due"), (91, "due"), (92, "due"), (93, "stale"), (4000, "stale")],
)
def test_fresh_then_due_for_thirty_days_then_stale(days_ago: int, state: str) -> None:
    found, due_on = freshness.state_of(NOW - timedelta(days_ago), 92, NOW)
    assert found == state
    assert due_on == NOW - timedelta(days_ago) + timedelta(92)


def test_what_nobody_has_checked_is_never() -> None:
    assert freshness.state_of(None, 92, NOW) == ("never", None)


def test_an_interval_shorter_than_thirty_days_is_due_from_the_first_day() -> None:
    assert freshness.state_of(NOW, 10, NOW)[0] == "due"
    assert freshness.state_of(NOW, 0, NOW)[0] == "due"


@pytest.mark.django_db
def test_the_shortest_interval_of_its_kinds_counts() -> None:
    policy = Policy.load()
    kinds = [factories.term(Scheme.SERVICE_KIND, code) for code in ("childcare", "emergency", "food")]
    policy.intervals = [Interval(kind=kinds[0], days=183), Interval(kind=kinds[1], days=92)]
    policy.save()
    policy = Policy.current()
    assert policy.interval_days(["childcare"]) == 183
    assert policy.interval_days(["childcare", "emergency", "food"]) == 92
    assert policy.interval_days(["food"]) == policy.interval_days([]) == 365
    service = factories.service(kinds=kinds[:2], assured_date=NOW - timedelta(93), assurer="Town hall")
    check = freshness.check_of(service, policy, NOW)
    assert (check.state, check.by, check.due_on) == ("stale", "Town hall", NOW - timedelta(1))
    assert freshness.check_of(service.agency, policy, NOW).state == "never"


@pytest.mark.django_db
def test_rules_and_their_lists_take_a_constant_number_of_queries(django_assert_num_queries) -> None:
    policy = Policy.load()
    policy.intervals = [
        Interval(kind=factories.term(Scheme.SERVICE_KIND, f"kind-{number}"), days=90) for number in range(8)
    ]
    policy.save()
    with django_assert_num_queries(3):
        current = Policy.current()
        for _ in range(5):
            current.interval_days(["kind-3", "kind-7"])
            current.holiday_on(NOW)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 7, 22, 22, 30, tzinfo=UTC), date(2026, 7, 23)),
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), date(2026, 10, 25)),
    ],
)
def test_today_is_the_towns_day(monkeypatch: pytest.MonkeyPatch, moment: datetime, day: date) -> None:
    monkeypatch.setattr(timezone, "now", lambda: moment)
    assert freshness.today(Policy(time_zone="Europe/Berlin")) == day
