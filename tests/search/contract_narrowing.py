"""What every engine does with ages, opening hours and distances. See `contract.py`."""

from __future__ import annotations

import pytest

from search import Near, Place, Query, find, put
from search.engines.base import Engine
from tests.search.shelf import counts, found, service


@pytest.mark.usefixtures("engine")
class Ages:
    @pytest.fixture(autouse=True)
    def _documents(self, engine: Engine) -> None:
        put([service("small", ages=(0, 71)), service("school", ages=(72, 215)), service("anyone")])

    def test_an_age_finds_what_includes_it_and_what_is_for_all(self) -> None:
        assert sorted(found(ages=(71, 71))) == ["anyone", "small"]
        assert sorted(found(ages=(72, 72))) == ["anyone", "school"]
        assert sorted(found(ages=(600, 600))) == ["anyone"]
        assert counts(find(Query(ages=(72, 72))))["kind"] == {"service": 2}

    def test_ages_find_what_overlaps_them(self) -> None:
        assert sorted(found(ages=(60, 80))) == ["anyone", "school", "small"]
        assert sorted(found(ages=(215, 300))) == ["anyone", "school"]
        assert sorted(found(ages=(216, 300))) == ["anyone"]


@pytest.mark.usefixtures("engine")
class Openings:
    @pytest.fixture(autouse=True)
    def _documents(self, engine: Engine) -> None:
        put(
            [
                service("morning", body="help", open=((480, 720), (1920, 2160))),
                service("always", body="help", open=((0, 100_000),)),
                service("unknown", body="help"),
            ]
        )

    def test_open_now_is_open_at_that_minute(self) -> None:
        assert found("help", open=(500, 501)) == ["always", "morning"]
        assert found(open=(719, 720)) == ["always", "morning"]
        assert found(open=(720, 721)) == ["always"]

    def test_open_on_a_day_is_open_at_some_time_of_it(self) -> None:
        assert found("help", open=(1440, 2880)) == ["always", "morning"]
        assert found("help", open=(2880, 4320)) == ["always"]

    def test_unknown_hours_never_count_as_open(self) -> None:
        assert "unknown" not in found(open=(0, 100_000))

    def test_counts_are_of_what_is_open(self) -> None:
        assert counts(find(Query(open=(720, 721))))["kind"] == {"service": 1}


@pytest.mark.usefixtures("engine")
class Distances:
    HERE = Near(54.0, 10.0)

    @pytest.fixture(autouse=True)
    def _documents(self, engine: Engine) -> None:
        put(
            [
                service("far", title="Help help", places=(Place(54.09, 10.0),)),
                service("near", body="help", places=(Place(54.5, 10.0), Place(54.009, 10.0))),
                service("secret", body="help", places=(Place(54.0, 10.0, shown=False),)),
                service("nowhere", title="Help"),
            ]
        )

    def test_nearest_first_and_what_has_no_place_last(self) -> None:
        assert found("help", near=self.HERE, order="nearest") == ["secret", "near", "far", "nowhere"]
        assert found(near=self.HERE, order="nearest") == ["secret", "near", "far", "nowhere"]

    def test_the_distance_is_said_of_the_nearest_place(self) -> None:
        hits = {hit.id: hit.distance for hit in find(Query("help", near=self.HERE)).hits}
        assert hits["service:near"] == pytest.approx(1.0, abs=0.01)
        assert hits["service:far"] == pytest.approx(10.0, abs=0.05)
        assert hits["service:nowhere"] is None

    def test_no_distance_is_said_of_a_place_that_is_not_shown(self) -> None:
        hits = {hit.id: hit.distance for hit in find(Query(near=self.HERE)).hits}
        assert hits["service:secret"] is None

    def test_within_counts_a_place_that_stands_for_an_area(self) -> None:
        near = Near(54.0, 10.0, within=2.0)
        assert sorted(found("help", near=near)) == ["near", "secret"]
        assert counts(find(Query(near=near)))["kind"] == {"service": 2}

    def test_without_a_place_to_count_from_no_distance_is_said(self) -> None:
        assert {hit.distance for hit in find(Query("help")).hits} == {None}


@pytest.mark.usefixtures("engine")
class Ticks:
    """An engine may rank what a tick leaves alone, or all: nobody can tell."""

    @pytest.fixture(autouse=True)
    def _documents(self, engine: Engine) -> None:
        put(
            [
                service(
                    f"s{number}",
                    title="Advice for families" if number % 3 else "Families",
                    body="advice " * (1 + number % 4) + "and other words " * number,
                    facets={"need": ("few",) if number in (3, 4) else ("most",)},
                )
                for number in range(12)
            ]
        )

    @pytest.mark.parametrize("words", ["advice", "families advice", "advice zzqxw"])
    @pytest.mark.parametrize("ticked", ["few", "most"])
    def test_a_tick_changes_neither_order_nor_score(self, words: str, ticked: str) -> None:
        free = find(Query(words)).hits
        left = find(Query(words, facets={"need": (ticked,)})).hits
        ids = {hit.id for hit in left}
        assert len(ids) == (2 if ticked == "few" else 10)
        assert [hit.id for hit in left] == [hit.id for hit in free if hit.id in ids]
        assert [hit.score for hit in left] == pytest.approx([hit.score for hit in free if hit.id in ids])
