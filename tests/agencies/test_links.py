"""Ways to reach published entries are looked at, politely; what is broken twice is told to whoever may mend it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies import links
from agencies.fetching import Problem, Seen
from agencies.models import Contact, Entry, LinkCheck, Phone, Website
from tests import factories

from . import stage, web_server
from .stage import Stage

pytestmark = pytest.mark.django_db


class Told:
    """In place of the web: says what it was told to, and remembers what it was asked."""

    def __init__(self, **seen: Seen) -> None:
        self.seen, self.asked = seen, []

    def look(self, url: str) -> Seen:
        self.asked.append(url)
        return Seen(200) if "well" in url else Seen(404, Problem.ERROR)


@pytest.fixture
def web() -> Told:
    return Told()


def check(web: Told) -> tuple[int, int]:
    return links.check_links(web, pause=lambda seconds: None)


def later(**age: int) -> None:
    LinkCheck.objects.update(checked_at=timezone.now() - timedelta(**age))


def websites(*urls: str) -> Entry:
    return factories.service(websites=[Website(url=url) for url in urls])


def web_rows() -> dict[str, tuple[int | None, int]]:
    rows = LinkCheck.objects.filter(kind="web")
    return {row.value: (row.status, row.failures) for row in rows}


def test_published_websites_are_looked_at(web: Told) -> None:
    websites("https://well.example/", "https://gone.example/")
    hidden = websites("https://hidden.example/")
    hidden.unpublish()
    assert check(web) == (2, 1)
    assert web_rows() == {"https://well.example/": (200, 0), "https://gone.example/": (404, 1)}


def test_failures_in_a_row_are_counted_and_end_with_a_success(web: Told) -> None:
    websites("https://gone.example/")
    check(web)
    later(days=1)
    check(web)
    assert web_rows() == {"https://gone.example/": (404, 2)}
    later(days=1)
    web.look = lambda url: Seen(200)  # type: ignore[method-assign]
    check(web)
    assert web_rows() == {"https://gone.example/": (200, 0)}


def test_what_answers_is_asked_again_after_a_week_and_what_does_not_the_next_night(web: Told) -> None:
    websites("https://well.example/", "https://gone.example/")
    check(web)
    web.asked.clear()
    assert check(web) == (0, 0), "a second run the same night asks nobody"
    later(days=1)
    check(web)
    assert web.asked == ["https://gone.example/"]
    later(days=7, hours=1)
    check(web)
    assert set(web.asked) == {"https://gone.example/", "https://well.example/"}


def test_an_address_of_many_entries_is_asked_once(web: Told) -> None:
    for _ in range(3):
        websites("https://gone.example/")
    check(web)
    assert web.asked == ["https://gone.example/"]
    assert list(LinkCheck.objects.values_list("failures", flat=True)) == [1, 1, 1]


def test_what_went_from_the_site_is_forgotten(web: Told) -> None:
    entry = websites("https://gone.example/")
    check(web)
    entry.unpublish()
    check(web)
    assert not LinkCheck.objects.exists()


def test_a_run_is_bounded_and_the_next_goes_on(web: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "MOST", 2)
    websites(*(f"https://{letter}.example/" for letter in "abc"))
    check(web)
    assert len(web.asked) == 2
    check(web)
    assert len(set(web.asked)) == 3
    monkeypatch.setattr(links, "LONGEST", -1.0)
    later(days=30)
    assert check(web) == (0, 0)


def test_one_host_is_asked_once_a_second(web: Told) -> None:
    websites("https://a.example/1", "https://a.example/2", "https://b.example/")
    paused: list[float] = []
    links.check_links(web, pause=paused.append)
    assert len(paused) == 1 and 0.5 < paused[0] <= 1.0


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("01632 960 111", ""),
        ("112", ""),
        ("+44 (0) 1632-960111", ""),
        ("555-1234 ext 5", ""),
        ("555-1234 x5", ""),
        ("11", "digits"),
        ("1" * 16, "digits"),
        ("call us", "letters"),
        ("0800 HELPME", "letters"),
        ("٠١٦٣٢٩٦٠١١١", ""),
    ],
)
def test_numbers_can_be_right_or_cannot(number: str, problem: str) -> None:
    assert links.problem_of_number(number) == problem


def test_numbers_and_mails_are_looked_at_for_their_form(web: Told) -> None:
    service = factories.service(
        phones=[Phone(number="12"), Phone(number="01632 960111"), Phone(number="1", withheld=True)],
        contacts=[Contact(title="Desk", email="desk@town.example")],
    )
    Entry.objects.filter(pk=service.pk).update(email="nobody at all")
    assert check(web) == (4, 2)
    assert set(LinkCheck.objects.exclude(problem="").values_list("value", "problem")) == {
        ("12", "digits"),
        ("nobody at all", "no_mail"),
    }
    assert web.asked == []


def test_queries_do_not_grow_with_numbers_to_find(web: Told) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            links.keep_in_step()
        return len(found)

    factories.service(phones=[Phone(number="01632 960111")])
    few = queries()
    factories.service(phones=[Phone(number=f"01632 96011{n}") for n in range(5)])
    assert queries() == few


def test_a_real_answer_from_a_real_server() -> None:
    with web_server.running() as (port, _asked):
        websites(f"http://town.example:{port}/", f"http://town.example:{port}/404")
        links.check_links(web_server.looker(port), pause=lambda seconds: None)
    assert sorted(web_rows().values()) == [(200, 0), (404, 1)]


# --- the report


@pytest.fixture
def scene(stage: Stage) -> Iterator[Stage]:
    for service, name in ((stage.service, "ours"), (stage.others_service, "theirs")):
        for failures in (1, 2):
            LinkCheck.objects.create(
                entry=service,
                kind="web",
                value=f"https://{name}-{failures}.example/",
                failures=failures,
                problem="error",
            )
    yield stage


@pytest.mark.parametrize("address", ["link_report", "link_report_results"])
@pytest.mark.parametrize("export", ["", "?export=csv"])
@pytest.mark.parametrize("role", ["editor", "lead"])
def test_an_agency_reads_of_its_own_after_two_failures(
    scene: Stage, role: str, address: str, export: str
) -> None:
    response = stage.signed_in(role, scene.own).get(reverse(address) + export)
    text = b"".join(response) if response.streaming else response.content
    assert response.status_code == 200
    assert b"ours-2" in text and b"ours-1" not in text and b"theirs" not in text
    assert b"answers with an error" in text or export


def test_the_town_reads_of_all(scene: Stage) -> None:
    text = stage.signed_in("town_admin").get(reverse("link_report")).content.decode()
    assert "ours-2" in text and "theirs-2" in text


def test_who_may_change_nothing_has_no_such_report(scene: Stage) -> None:
    response = stage.signed_in("town_reviewer").get(reverse("link_report"))
    assert response.status_code == 302 and b"ours" not in response.content


def test_queries_of_the_report_do_not_grow(scene: Stage) -> None:
    client = stage.signed_in("editor", scene.own)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("link_report"))
        return len(found)

    queries()
    few = queries()
    LinkCheck.objects.bulk_create(
        LinkCheck(entry=scene.service, kind="web", value=f"https://{n}.example/", failures=3)
        for n in range(5)
    )
    assert queries() == few
