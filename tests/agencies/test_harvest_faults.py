"""Faulty input: a clear sentence with file, row and cure, never a crash, and the rest is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from agencies.hsds import reader
from agencies.models import AgencyPage, Entry, Location, ServicePage

from .harvesting import DATA, ORGANIZATION, folder_of, harvested, said

pytestmark = pytest.mark.django_db
LOCATION = "locations.csv", "id,organization_id,name\n1,1,House\n"
SERVICE = "services.csv", "id,organization_id,name,status\n1,1,Help,active\n"
PHONES = "id,contact_id,location_id,organization_id,service_id,number,number_type"
HOLIDAYS = "id,location_id,service_id,start_date,end_date,closed,opens_at,closes_at"
REGULAR = "id,location_id,service_id,weekday,opens_at,closes_at"

FAULTS = [
    (
        "organizations.csv",
        "id,name,tax_id\n1,,5\n2,Good,\n",
        "organizations.csv:2: it has no name: give it one",
    ),
    (
        "organizations.csv",
        "id,name\n1,A\n1,B\n",
        "organizations.csv:3: the id 1 was used before (organizations.csv, row 2)",
    ),
    (
        "services.csv",
        "id,location_id,name,status\n1,100,Help,\n",
        "services.csv:2: its place 100 is not in the data",
    ),
    (
        "services.csv",
        "id,organization_id,name,status\n1,,Help,\n",
        "services.csv:2: it names no organisation (organization_id is empty)",
    ),
    (
        "invalid_location.csv",
        "id,organization_id,name,latitude,transportation\n9,1,,1,\n",
        "invalid_location.csv:2: it has no name and no",
    ),
    (
        "locations.csv",
        "id,organization_id,name\n1,100,House\n",
        "locations.csv:2: its organisation 100 is not in the data",
    ),
    (
        "phones.csv",
        f"{PHONES}\n1,,,,,01632 960000,voice\n",
        "phones.csv:2: it names no organisation, service or place",
    ),
    ("phones.csv", f"{PHONES}\n1,,,1,,,voice\n", "phones.csv:2: there is no number"),
    (
        "phones.csv",
        f"{PHONES}\n1,7,,,,01632 960000,voice\n",
        "phones.csv:2: its contact 7 is not in the data",
    ),
    (
        "programs.csv",
        "id,organization_id,name,alternate_name\n1,,Play,\n",
        "programs.csv:2: it names no organisation",
    ),
    (
        "contacts.csv",
        "id,organization_id,name,title,email,department\n1,,Jo,Head,,\n",
        "contacts.csv:2: it names no organisation",
    ),
    (
        "regular_schedules.csv",
        f"{REGULAR}\n1,1,,Monday,9:30,\n2,1,,Tuesday,9:30,5:00 PM\n",
        "regular_schedules.csv:2: the closing time is",
    ),
    (
        "regular_schedules.csv",
        f"{REGULAR}\n1,1,,Someday,9,10\n",
        "regular_schedules.csv:2: “Someday” is not a day of the week",
    ),
    (
        "holiday_schedules.csv",
        f"{HOLIDAYS}\n1,1,,12/24/2014,12/24/2014,,9:30,\n",
        "holiday_schedules.csv:2: the closing time is missing",
    ),
    (
        "hs.csv",
        f"{HOLIDAYS}\n1,1,,1/11/2014,13/27/2014,FALSE,10:00,3:00 PM\n",
        "hs.csv:2: “13/27/2014” is not a date",
    ),
    (
        "hs.csv",
        f"{HOLIDAYS}\n1,1,,12/26/2014,12/24/2014,TRUE,,\n",
        "hs.csv:2: its last day is before its first",
    ),
    (
        "hs.csv",
        f"{HOLIDAYS}\n1,1,,12/24/2014,12/24/2014,FALSE,,\n",
        "hs.csv:2: it says neither that it is closed nor",
    ),
    (
        "mail_addresses.csv",
        "id,location_id,attention,address_1,city\n1,1,Jo,,Town\n",
        "mail_addresses.csv:2: it names no street or box",
    ),
    (
        "addresses.csv",
        "id,location_id,address_1,city,postal_code\n1,100,1 Road,Town,1\n",
        "addresses.csv:2: its place 100 is not in the data",
    ),
    ("taxonomy.csv", "taxonomy_id,name,parent_id,parent_name\n1,,,\n", "taxonomy.csv:2: it has no name"),
    ("strange.csv", "a,b,c\n1,2,3\n", "strange.csv:0: strange.csv: no table of HSDS has these columns"),
    ("broken.json", "{not json", "broken.json:0: broken.json is not valid JSON (line 1"),
    ("odd.json", '[1, {"x": 2}]', "odd.json:1: no record of HSDS looks like this"),
    ("deep.json", "[" * 100_000, "deep.json:0: deep.json is not valid JSON"),
]


@pytest.mark.parametrize(
    ("name", "text", "message"), FAULTS, ids=[f"{n}-{fault[0]}" for n, fault in enumerate(FAULTS)]
)
def test_a_fault_is_refused_with_file_row_and_cure(
    town: None, tmp_path: Path, name: str, text: str, message: str
) -> None:
    parents = [file for file in (ORGANIZATION, LOCATION, SERVICE) if file[0] != name]
    found = harvested(folder_of(tmp_path / "faulty", *parents, (name, text)))
    refused = said(found, "refused")
    assert any(line.startswith(message) for line in refused), refused
    assert found["created"], "the rest was read all the same"


def test_rows_that_look_odd_but_are_sound_are_accepted(town: None, tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path / "sound",
        ORGANIZATION,
        LOCATION,
        SERVICE,
        (
            "valid_phone.csv",
            f"{PHONES}\n1,,1,,,703-555-1212,voice\n2,,,1,,703-555-1213,fax\n3,,,,1,703-555-1214,\n",
        ),
        (
            "hs_spelled.csv",
            f'{HOLIDAYS}\n1,1,,"December 24, 2014","December 24, 2014",TRUE,,\n2,,1,1/2/14,1/12/14,TRUE,,\n',
        ),
        ("valid_schedule.csv", f"{REGULAR}\n1,,1,Monday,9:30,5:00 PM\n"),
    )
    found = harvested(folder)
    assert found["refused"] == []
    assert AgencyPage.objects.get().phones.count() == 2 and ServicePage.objects.get().schedules.count() == 2


def test_doubles_in_other_files_do_not_hide_a_better_row(town: None, tmp_path: Path) -> None:
    bad = "services_a.csv", "id,location_id,name,status,fees\n1,100,Help,,\n"
    good = "services_b.csv", "id,organization_id,name,status,fees\n1,1,Help,,\n"
    found = harvested(folder_of(tmp_path / "two", ORGANIZATION, bad, good))
    assert ServicePage.objects.count() == 1 and len(found["refused"]) == 1


def test_hostile_titles_stay_text(town: None, tmp_path: Path) -> None:
    rows = 'id,name\n1,"<img src=x onerror=alert(1)>Food"\n2,{{ 7*7 }}\n3,"<b></b>"\n'
    harvested(folder_of(tmp_path / "hostile", ("organizations.csv", rows)))
    assert set(AgencyPage.objects.values_list("title", flat=True)) == {"Food", "{{ 7*7 }}", "<b></b>"}


def test_long_texts_are_shortened_in_sight_and_kept_whole(town: None, tmp_path: Path) -> None:
    name, wait = "Very " * 100 + "long", "w" * 200
    rows = f"id,organization_id,name,status,wait_time\n1,1,{name},active,{wait}\n"
    found = harvested(folder_of(tmp_path / "long", ORGANIZATION, ("services.csv", rows)))
    service = ServicePage.objects.get()
    assert len(service.title) <= 255 and service.extra["name"] == name
    assert service.wait_time.endswith("…") and service.extra["wait_time"] == wait
    assert sum("shortened" in line for line in said(found, "repaired")) == 2


def test_ages_in_the_wrong_order_are_left_out(town: None, tmp_path: Path) -> None:
    heads = "id,organization_id,name,status,minimum_age,maximum_age"
    rows = f"{heads}\n1,1,Help,active,18,12\n2,1,More,active,0,999\n"
    found = harvested(folder_of(tmp_path / "ages", ORGANIZATION, ("services.csv", rows)))
    service = ServicePage.objects.get(title="Help")
    assert (service.minimum_age, service.maximum_age, service.extra["minimum_age"]) == (None, None, "18")
    assert ServicePage.objects.get(title="More").maximum_age is None and len(found["repaired"]) == 2


def test_hours_that_cannot_be_computed_never_count_as_open(town: None, tmp_path: Path) -> None:
    rows = "id,service_id,freq,interval,byday,opens_at,closes_at\n1,1,WEEKLY,2,MO,10:00,12:00\n"
    found = harvested(folder_of(tmp_path / "rhythm", ORGANIZATION, SERVICE, ("schedules.csv", rows)))
    schedule = ServicePage.objects.get().schedules.get()
    assert schedule.opens_at is None and "10:00-12:00" in schedule.notes
    assert "count as not known" in said(found, "repaired")[0]


def test_other_encodings_are_read_and_said(town: None, tmp_path: Path) -> None:
    folder = tmp_path / "encodings"
    folder.mkdir()
    (folder / "organizations.csv").write_bytes("id,name\n1,Müllers Café\n".encode("cp1252"))
    found = harvested(folder)
    assert AgencyPage.objects.get().title == "Müllers Café"
    assert "read as cp1252" in said(found, "repaired")[0]
    (folder / "organizations.csv").write_bytes(b"\xef\xbb\xbf" + "id,name\n1,Bömble\n".encode())
    assert harvested(folder, "--source", "bom")["created"][0]["name"] == "Bömble"


def test_semicolons_nul_bytes_and_cells_over_many_lines(town: None, tmp_path: Path) -> None:
    text = 'id;name;description\n1;"A\0gency";"one\ntwo"\n2;"B";x;more\n3;;\n'
    found = harvested(folder_of(tmp_path / "cells", ("organizations.csv", text)))
    assert AgencyPage.objects.get(title="Agency").description == "one\ntwo"
    assert AgencyPage.objects.get(title="B").extra["more cells"] == ["more"]
    assert said(found, "refused") == ["organizations.csv:5: it has no name: give it one"]


def test_a_cell_beyond_measure_ends_the_file_with_a_sentence(town: None, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(reader, "LONGEST_CELL", 1000)
    text = f"id,name\n1,A\n2,{'x' * 2000}\n"
    found = harvested(folder_of(tmp_path / "cell", ("organizations.csv", text)))
    assert len(found["created"]) == 1 and "reading ended here" in said(found, "refused")[0]


def test_json_that_no_database_takes_is_made_sound(town: None, tmp_path: Path) -> None:
    record = {"id": "1\ud800", "name": "A\x00\ud800", "status": "active", "tax_id": [float("nan"), 10**40]}
    organizations = [
        record,
        {"id": "x" * 300, "name": "Long", "legal_status": ""},
        {"id": {"a": 1}, "name": ["x"]},
    ]
    folder = folder_of(
        tmp_path / "sound", ("organizations.json", json.dumps({"organizations": organizations}))
    )
    found = harvested(folder)
    assert [item["name"] for item in found["created"]][0] == "A"
    assert "its id is longer than 200 characters" in " ".join(said(found, "refused"))


# --- nothing can be read --------------------------------------------------------------------------


def refusal(path: Path, *options: str) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("harvest", str(path), *options)
    assert not Entry.objects.exists()
    return str(caught.value)


def test_what_cannot_be_read_is_one_clear_sentence(town: None, tmp_path: Path, monkeypatch) -> None:
    empty = folder_of(tmp_path / "empty")
    assert "holds no file that ends in .csv or .json" in refusal(empty)
    assert "There is no folder or file" in refusal(tmp_path / "nowhere")
    assert "is not valid JSON" in refusal(folder_of(tmp_path / "j", ("x.json", "{")) / "x.json")
    assert "is empty" in refusal(folder_of(tmp_path / "e", ("services.csv", "")))
    assert "its columns are not HSDS's" in refusal(
        folder_of(tmp_path / "m", ("services.csv", "service_uuid,title_x\n1,A\n"))
    )
    assert "holds no row" in refusal(folder_of(tmp_path / "h", ("services.csv", "id,name\n")))
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "There is no folder or file" in refusal(tmp_path / "loop")
    monkeypatch.setattr(reader, "LARGEST", 10)
    assert "at most 0 MB" in refusal(folder_of(tmp_path / "big", ORGANIZATION))


def test_bytes_that_are_no_text(town: None, tmp_path: Path) -> None:
    path = tmp_path / "services.csv"
    path.write_bytes(b"id,name\n\x81\x8d\x8f,\x90\n")
    assert "no encoding known here" in refusal(path)


@pytest.mark.parametrize(
    "text", ["services: [3]", "version: '3'\n", "other: {a: {model: services, field: id}}\n"]
)
def test_other_yaml_beside_the_data_is_no_mapping(town: None, tmp_path: Path, text: str) -> None:
    folder = folder_of(tmp_path / "data", ORGANIZATION, ("compose.yaml", text))
    assert len(harvested(folder)["created"]) == 1


def test_a_mapping_that_is_none(town: None, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "mapped", ORGANIZATION)
    laughs = "a: &a [x,x]\n" + "".join(
        f"{new}: &{new} [*{old},*{old},*{old},*{old}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    for text, message in (
        (laughs, "there must be columns"),
        ("a: [", "is not YAML"),
        ("", "names no file"),
        ("services:\n  x: {model: nonsense, field: y}\n", "names the model “nonsense”"),
        ("services:\n  x: {model: services}\n", "needs a model and a field"),
        (
            "services:\n  x: {model: phones, field: number, foreign_key_name: y}\n",
            "needs both foreign_key_name",
        ),
        ("!!python/object/apply:os.system ['true']", "is not YAML"),
    ):
        (tmp_path / "map.yaml").write_text(text)
        assert message in refusal(folder, "--map", str(tmp_path / "map.yaml"))
    assert "cannot be read" in refusal(folder, "--map", str(tmp_path / "none.yaml"))


def test_without_a_town_one_sentence_says_what_to_do(db: None) -> None:
    with pytest.raises(CommandError, match="setup_town"):
        call_command("harvest", str(DATA / "older"))


def test_an_unknown_language_or_source_is_one_sentence(town: None) -> None:
    assert "not one of the site's languages" in refusal(DATA / "older", "--language", "xx")
    assert "give one by --source" in refusal(DATA / "older", "--source", "!!!")


# --- secret places --------------------------------------------------------------------------------


def everything_stored() -> str:
    """Every cell of every table, revisions and search among them."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        cells = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            cells += [str(cell) for row in cursor.fetchall() for cell in row]
    return "\n".join(cells).lower()


def test_a_secret_place_leaves_no_trace_of_its_address(town: None) -> None:
    found = harvested(DATA / "secret", "--publish")
    places = {place.name: place for place in Location.objects.all()}
    assert [name for name, place in places.items() if place.confidential] == ["Safe house", "Second house"]
    assert places["Open office"].postal_code == "HL9 9LH"
    texts = json.dumps(found).lower() + everything_stored()
    for secret in ("hidden lane", "54.123456", "10.123456"):
        assert secret not in texts
    assert "street, postcode, point and directions were dropped" in " ".join(said(found, "repaired"))
