"""The demo town keeps its promises: what it has, and the flaws it has on purpose."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone

import search
from agencies import freshness
from agencies.demo import Demo
from agencies.models import (
    AgencyPage,
    Entry,
    EntryWords,
    Language,
    Location,
    Phone,
    Policy,
    Schedule,
    ServicePage,
    Status,
)
from agencies.opening import verdict

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

DATA = Path(__file__).parent / "data"
LAST_CHILDS_YEAR = 17
TOWN_NUMBERS = {"112", "116 111", "116 000"}


@pytest.fixture
def policy() -> Policy:
    return Policy.current()


@pytest.fixture
def folder(settings) -> Path:
    return settings.FIXTURES_FOLDER / "demo"


def public_services() -> list[ServicePage]:
    return list(ServicePage.objects.public().for_visitor())


# --- how much there is ----------------------------------------------------------------------------


def test_the_town_has_its_agencies_and_services() -> None:
    assert AgencyPage.objects.public().count() == AgencyPage.objects.count() == 36
    # Eighty, one of a pair that is to be merged, and three drafts.
    assert ServicePage.objects.public().count() == 81
    assert ServicePage.objects.filter(live=False).count() == 3


def test_every_draft_has_a_revision_that_editors_find() -> None:
    drafts = ServicePage.objects.filter(live=False)
    assert all(draft.latest_revision and draft.has_unpublished_changes for draft in drafts)


def test_agencies_speak_the_languages_of_the_plan() -> None:
    spoken = Counter(Language.objects.filter(entry__agencypage__isnull=False).values_list("code", flat=True))
    assert spoken == {"en": 36, "de": 28, "fr": 16, "ar": 16, "uk": 9}


@pytest.mark.parametrize("language", ["de", "fr", "ar", "uk"])
def test_an_agency_and_its_services_are_written_in_the_languages_it_speaks(language: str) -> None:
    for agency in AgencyPage.objects.filter(languages__code=language):
        for entry in (agency, *agency.services.all()):
            fields = {
                row.field for row in entry.words.all() if row.language == language and row.record is None
            }
            assert {"title", "summary"} <= fields, f"{entry} has no words in {language}"


def test_every_word_of_the_files_found_its_place(folder: Path) -> None:
    """A misspelt id would lose its words silently."""
    texts = Counter()
    for path in (folder / "words").glob("*/*.json"):
        file = json.loads(path.read_text(encoding="utf-8"))
        for entry in (file.get("agency", {}), *file.get("services", {}).values()):
            texts[path.parent.name] += sum(1 for value in entry.values() if value)
    # Who checked it is said in every entry alike, so its words stand once in the files.
    rows = EntryWords.objects.exclude(field__in=("assurer", "assurer_role"))
    stored = Counter(rows.values_list("language", flat=True))
    assert stored == texts
    assert not EntryWords.objects.exclude(by="machine").exists()


def test_no_words_of_the_demo_are_stale() -> None:
    for entry in (*AgencyPage.objects.for_visitor(), *ServicePage.objects.for_visitor()):
        rows = [
            (None, entry),
            *((row.uid, row) for rel in entry.SUB_RECORDS for row in getattr(entry, rel).all()),
        ]
        parts = dict(rows)
        stale = [str(row) for row in entry.words.all() if row.is_stale(getattr(parts[row.record], row.field))]
        assert stale == [], str(entry)


def test_the_demo_is_valid_as_an_editor_would_have_to_write_it() -> None:
    for entry in Entry.objects.specific():
        entry.full_clean()
        for relation in entry.SUB_RECORDS:
            for row in getattr(entry, relation).all():
                row.full_clean(exclude=["entry", "service"])


# --- the flaws it has on purpose ------------------------------------------------------------------


def test_six_entries_are_due_and_the_stale_ones_are_twenty_days_overdue(policy: Policy) -> None:
    today = freshness.today(policy)
    checks = [(entry, freshness.check_of(entry, policy, today)) for entry in public_services()]
    checks += [(entry, freshness.check_of(entry, policy, today)) for entry in AgencyPage.objects.all()]
    states = Counter(check.state for _entry, check in checks)
    assert states["due"] == 6
    assert states["never"] == 0
    overdue = {
        (today - check.due_on).days for _entry, check in checks if check.state == "stale" and check.due_on
    }
    assert overdue == {20}
    stale_kinds = {entry.kind_codes[0] for entry, check in checks if check.state == "stale"}
    assert stale_kinds == {"mediation", "family-counselling", "asylum-advice", "family-tracing"}


def test_stale_entries_are_still_found_and_weigh_less(policy: Policy) -> None:
    found = search.find(search.Query(facets={"service_kind": ("family-tracing",)}, kinds=("service",)))
    assert found.total == 1


def test_one_service_is_closed_for_a_time_and_found_last() -> None:
    closed = ServicePage.objects.get(status=Status.TEMPORARILY_CLOSED)
    assert closed.alert
    assert closed.agency_key == "lindemar-library"
    hits = search.find(search.Query(facets={"service_kind": ("language-class",)}, kinds=("service",))).hits
    assert len(hits) > 1
    assert hits[-1].id == closed.document_id


def test_one_pair_of_services_waits_to_be_merged() -> None:
    pairs = Counter(
        (service.agency_key, tuple(service.kind_codes), tuple(row.number for row in service.phones.all()))
        for service in public_services()
    )
    (agency, _kinds, _numbers), number = pairs.most_common(1)[0]
    assert (agency, number) == ("housing-advice-lindemar", 2)
    assert sum(1 for count in pairs.values() if count > 1) == 1


@pytest.mark.parametrize("words", ["sign language", "night bus", "stop it now"])
def test_three_searches_find_nothing_with_all_words(words: str) -> None:
    assert search.find(search.Query(words=words)).total == 0


def test_a_search_finds_something() -> None:
    assert search.find(search.Query(words="counselling")).total > 0


# --- safe to show ---------------------------------------------------------------------------------


def test_numbers_are_of_the_range_for_fiction_or_the_towns_own() -> None:
    calls = Phone.objects.exclude(type__in=[Phone.Type.CHAT, Phone.Type.IN_PERSON])
    for number in calls.values_list("number", flat=True):
        assert re.fullmatch(r"01632 960\d{3}", number) or number in TOWN_NUMBERS, number
    files = [path.read_text(encoding="utf-8") for path in texts_of_the_demo()]
    long_numbers = {found for text in files for found in re.findall(r"\+?\d[\d ]{7,}\d", text)}
    assert {number for number in long_numbers if not number.startswith("01632 960")} == set()


def texts_of_the_demo() -> Iterator[Path]:
    from django.conf import settings

    yield from (settings.FIXTURES_FOLDER / "demo").rglob("*.json")


def test_addresses_online_end_in_example() -> None:
    for path in texts_of_the_demo():
        text = re.sub(r'"exit_url": "[^"]*"', "", path.read_text(encoding="utf-8"))  # leads away on purpose
        hosts = re.findall(r"(?:https?://|@)([\w.-]+\w)", text)
        assert [host for host in hosts if not host.endswith(".example")] == [], path.name


def test_the_refuge_has_no_address() -> None:
    (refuge,) = Location.objects.filter(confidential=True)
    assert refuge.lines == []
    assert refuge.entry.specific.key == "open-door-refuge"


def test_some_line_answers_at_every_hour_and_some_hours_are_unknown(policy: Policy) -> None:
    now = timezone.now().astimezone(policy.tz()).replace(tzinfo=None)
    states = Counter(
        verdict(
            list(service.schedules.all()), now, policy.is_holiday, service.holiday_hours, zone=policy.tz()
        ).state
        for service in public_services()
    )
    assert states["always"] >= 2
    assert states["unknown"] >= 1


def test_dates_count_from_the_day_of_loading(folder: Path) -> None:
    day = date(2031, 2, 28)
    demo = Demo(folder, day)
    data = next(file for file in demo.files() if file["key"] == "lindemar-library")
    agency = demo.agency(data)
    assert (day - agency.assured_date).days == data["assured_days_ago"]
    exceptions = Schedule.objects.exclude(valid_from=None)
    assert all(abs((row.valid_from - timezone.now().date()).days) < 400 for row in exceptions)


# --- the checklist --------------------------------------------------------------------------------


def items() -> list[dict[str, str]]:
    with (DATA / "checklist.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def state_of(item: dict[str, str], services: list[ServicePage], policy: Policy) -> str:
    """met; stale (only by services past their date); gap."""
    kinds = set(item["kinds"].split("|"))
    rule = dict(part.partition("=")[::2] for part in item["rule"].split(";"))
    counted = [
        service
        for service in services
        if kinds & set(service.kind_codes) and service.status == rule["status"] and overlaps(service, item)
    ]
    current = [service for service in counted if freshness.check_of(service, policy).state != "stale"]
    if fulfils(rule, item, current):
        return "met"
    return "stale" if fulfils(rule, item, counted) else "gap"


def years_of(service: ServicePage) -> range:
    highest = 150 if service.maximum_age is None else service.maximum_age // 12
    return range((service.minimum_age or 0) // 12, highest + 1)


def years_of_item(item: dict[str, str]) -> range:
    return range(int(item["age_min"]), min(int(item["age_max"]), LAST_CHILDS_YEAR) + 1)


def overlaps(service: ServicePage, item: dict[str, str]) -> bool:
    mine = years_of(service)
    return any(year in mine for year in range(int(item["age_min"]), int(item["age_max"]) + 1))


def fulfils(rule: dict[str, str], item: dict[str, str], services: list[ServicePage]) -> bool:
    if len(services) < int(rule["min_services"]):
        return False
    if rule["ages"] == "cover" and not all(
        any(year in years_of(service) for service in services) for year in years_of_item(item)
    ):
        return False
    flags = [name for name in rule if name not in ("min_services", "status", "ages", "max_age_days")]
    return any(all(has(service, flag) for flag in flags) for service in services)


def has(service: ServicePage, flag: str) -> bool:
    conditions = {term.code for term in service.access_conditions.all()}
    types = {phone.type for phone in service.phones.all()}
    if flag == "phone":
        return Phone.Type.VOICE in types
    if flag == "phone-or-chat":
        return bool(types & {Phone.Type.VOICE, Phone.Type.CHAT})
    return flag in conditions


def test_the_checklist_is_met_but_for_one_gap_and_two_stale_items(policy: Policy) -> None:
    services = public_services()
    states = {item["id"]: state_of(item, services, policy) for item in items()}
    assert len(states) == 40
    assert {number: state for number, state in states.items() if state != "met"} == {
        "C16": "gap",
        "C20": "stale",
        "C35": "stale",
    }


def test_intervals_are_those_of_the_checklist(policy: Policy) -> None:
    shortest: dict[str, int] = {}
    for item in items():
        days = int(re.search(r"max_age_days=(\d+)", item["rule"])[1])  # type: ignore[index]
        for kind in item["kinds"].split("|"):
            shortest[kind] = min(days, shortest.get(kind, days))
    assert {row.kind.code: row.days for row in policy.intervals.all()} == shortest
