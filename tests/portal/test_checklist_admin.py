"""The checklist in the admin: who may keep it, what its form holds back, sample families, and what nobody can reach."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Scheme, Term
from portal.models import ChecklistGroup, ChecklistItem
from portal.sample_families import Family, families, family_of, list_for, unreached
from tests.admin_forms import fields_of, send
from tests.agencies.stage import Stage, signed_in

from . import small_town

ITEM, GROUP = "wagtailsnippets_portal_checklistitem", "wagtailsnippets_portal_checklistgroup"
FAMILIES = json.loads((Path(settings.FIXTURES_FOLDER) / "checklist" / "families.json").read_text("utf-8"))
KEEPERS = ("town_editor", "town_admin")


@pytest.fixture
def editor(town: None) -> Client:
    return signed_in("town_editor")


def item(code: str) -> ChecklistItem:
    return ChecklistItem.objects.get(code=code)


def edit(code: str) -> str:
    return reverse(f"{ITEM}:edit", args=[item(code).pk])


def shown(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, address
    return answer.content.decode()


def reached(family: Family, rows: Iterable[ChecklistItem]) -> list[str]:
    return [line.item.code for part in list_for(family, rows) for line in part.lines]


def needed() -> dict[str, object]:
    """What a new item cannot do without, beside what it says."""
    return {
        "group": str(ChecklistGroup.objects.get(code="say").pk),
        "urgency": str(small_town.term(Scheme.URGENCY, "anytime").pk),
        "four_p": str(small_town.term(Scheme.FOUR_P, "prevention").pk),
        "kinds": [str(small_town.term(Scheme.SERVICE_KIND, "sport-club").pk)],
    }


# Who may


@pytest.mark.parametrize("role", KEEPERS)
def test_the_towns_people_keep_items_and_groups(town: None, role: str) -> None:
    client = signed_in(role)
    for name in (ITEM, GROUP):
        for view in ("list", "add"):
            assert client.get(reverse(f"{name}:{view}")).status_code == 200
    assert "Who gets which item" in shown(client, reverse("wagtailadmin_home"))
    assert client.get(reverse("checklist_families")).status_code == 200


@pytest.mark.parametrize("role", ["town_reviewer", "safeguarding_reviewer", "editor", "lead"])
def test_others_do_not(stage: Stage, role: str) -> None:
    client = signed_in(role, stage.own if role in ("editor", "lead") else None)
    for address in (reverse(f"{ITEM}:list"), edit("c01"), reverse("checklist_families")):
        assert client.get(address).status_code != 200, address
    assert "Who gets which item" not in shown(client, reverse("wagtailadmin_home"))


@pytest.mark.parametrize("role", [*KEEPERS, "superuser"])
def test_nobody_deletes_an_item_or_a_group(town: None, role: str) -> None:
    client = signed_in(role)
    for name, row in ((ITEM, item("c01")), (GROUP, ChecklistGroup.objects.earliest("pk"))):
        address = reverse(f"{name}:delete", args=[row.pk])
        assert client.get(address).status_code != 200
        client.post(address)
        many = reverse("wagtail_bulk_action", args=["portal", row._meta.model_name, "delete"])
        client.post(f"{many}?id={row.pk}")
        assert type(row).objects.filter(pk=row.pk).exists()


# The form


def test_an_item_is_changed_and_its_words_know_it(editor: Client) -> None:
    assert send(editor, edit("c05"), {"statement": "I know who looks for a child."}).status_code == 302
    assert item("c05").said("statement", "de").is_stale
    assert send(editor, edit("c05"), {"words-de--statement": "Ich weiß, wer sucht."}).status_code == 302
    said = item("c05").said("statement", "de")
    assert (said.text, said.is_stale, said.is_machine) == ("Ich weiß, wer sucht.", False, False)


def test_nothing_is_lost_when_it_is_saved_as_it_stands(editor: Client) -> None:
    def state() -> dict[str, object]:
        row = ChecklistItem.objects.whole().get(code="c34")
        terms = {
            name: sorted(term.code for term in getattr(row, name).all()) for name in ("situations", "kinds")
        }
        words = sorted(row.words.values_list("language", "field", "text", "by", "fingerprint"))
        return {**ChecklistItem.objects.filter(code="c34").values().get(), **terms, "words": words}

    before = state()
    assert send(editor, edit("c34"), {}).status_code == 302
    assert state() == before


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"minimum_age": "12", "maximum_age": "6"}, "This is younger than the lowest age."),
        ({"kinds": []}, "This field is required."),
        ({"at_least": "0"}, "greater than or equal to 1"),
        ({"situations": ["0"]}, "is not one of the available choices"),
    ],
)
def test_what_cannot_be_is_refused_in_plain_words(
    editor: Client, wrong: dict[str, object], said: str
) -> None:
    before = ChecklistItem.objects.filter(code="c05").values().get()
    answer = send(editor, edit("c05"), wrong)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert ChecklistItem.objects.filter(code="c05").values().get() == before


def test_a_hidden_term_is_kept_but_not_offered(editor: Client) -> None:
    kept = small_town.term(Scheme.SERVICE_KIND, "missing-line")
    other = small_town.term(Scheme.SERVICE_KIND, "dental")
    urgency = small_town.term(Scheme.URGENCY, "soon")
    Term.objects.filter(pk__in=(kept.pk, other.pk, urgency.pk)).update(hidden=True)
    assert send(editor, edit("c05"), {}).status_code == 302
    assert kept in item("c05").kinds.all()
    for changes in ({"kinds": [str(kept.pk), str(other.pk)]}, {"urgency": str(urgency.pk)}):
        assert send(editor, edit("c05"), changes).status_code == 200
    assert {term.code for term in item("c05").kinds.all()} == {"missing-line", "emergency"}


def test_a_new_item_comes_last_and_its_code_stays(editor: Client) -> None:
    address = reverse(f"{ITEM}:add")
    found = fields_of(editor.get(address))
    assert (found["code"], found["sort"]) == (["c41"], ["41"])
    assert (
        send(editor, address, needed() | {"statement": "I know where to borrow a bicycle."}).status_code
        == 302
    )
    assert send(editor, edit("c41"), {"code": "c01x", "free": "on"}).status_code == 302
    assert item("c41").needs == {"free"}
    assert "c41" in reached(family_of("f01"), ChecklistItem.objects.whole())


@pytest.mark.parametrize("name", [ITEM, GROUP])
def test_a_longer_list_asks_no_more_of_the_database(editor: Client, name: str) -> None:
    def queries(**query: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            shown(editor, reverse(f"{name}:list"), **query)
        return len(asked)

    queries()
    every = queries()
    ChecklistItem.objects.exclude(code__in=("c01", "c40")).delete()
    ChecklistGroup.objects.filter(items=None).delete()
    assert queries() == every


def test_the_list_is_narrowed_by_group_and_urgency(editor: Client) -> None:
    now = small_town.term(Scheme.URGENCY, "now")
    found = shown(editor, reverse(f"{ITEM}:list"), urgency=str(now.pk), tier="core")
    assert item("c05").statement in found
    assert item("c14").statement not in found
    assert small_town.term(Scheme.NEED, "money").name not in found


# Sample families


def test_each_sample_family_is_shown_what_it_should_get(town: None) -> None:
    rows = list(ChecklistItem.objects.whole())
    for told in FAMILIES:
        assert reached(family_of(told["code"]), rows) == told["expected"], told["name"]


def test_hidden_items_and_those_that_do_not_apply_are_in_no_list(town: None) -> None:
    ChecklistItem.objects.filter(code="c01").update(hidden=True)
    ChecklistItem.objects.filter(code="c02").update(not_applicable="The county does it.")
    rows = list(ChecklistItem.objects.whole())
    for family in families():
        assert not {"c01", "c02"} & set(reached(family, rows))


def test_the_page_says_who_gets_what_and_why(editor: Client) -> None:
    address = reverse("checklist_families")
    parents = shown(editor, address, family="f21")
    assert "Three children of one, nine and fifteen who fled" in parents
    assert f"{item('c34').statement} <small>(age: 1, 9, 15; Refugee or asylum seeker)</small>" in parents
    assert f"{item('c14').statement} <small>(age: 9, 15; for the grown-ups)</small>" in parents
    assert "Ages: 1, 9, 15. What is going on: Refugee or asylum seeker, Needs an interpreter." in parents
    child = shown(editor, address, family="f57")
    assert item("c01").child_statement in child
    assert item("c01").statement not in child
    assert "no age was said" in child
    assert "Parents with a newborn" in shown(editor, address, family="nobody")


def test_more_items_do_not_cost_more_queries(editor: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            shown(editor, reverse("checklist_families"), family="f48")
        return len(asked)

    queries()
    every = queries()
    ChecklistItem.objects.exclude(code__in=("c01", "c11", "c40")).delete()
    ChecklistGroup.objects.filter(items=None).delete()
    assert queries() == every


def test_the_preview_shows_the_family_the_item_as_it_stands_in_the_form(editor: Client) -> None:
    address = reverse(f"{ITEM}:preview_on_edit", args=[item("c26").pk])
    fields = fields_of(editor.get(edit("c26")))
    long = "I know where I can go and ask whatever I like about sex and my body in private."
    assert f"{item('c26').statement}" not in shown(editor, address, mode="f01")
    fields |= {"minimum_age": ["0"], "statement": ["I know the clinic."], "child_statement": [long]}
    assert editor.post(address, fields).json()["is_valid"]
    preview = editor.get(address, {"mode": "f01"})
    assert "<strong>I know the clinic.</strong> <small>(age: 0)</small>" in preview.content.decode()
    assert "eight words in a sentence" in preview.content.decode()
    assert "frame-ancestors 'self'" in preview.headers["Content-Security-Policy"]
    assert "I know the clinic." not in shown(editor, reverse("checklist_families"), family="f01")


def test_a_new_item_is_previewed_as_soon_as_it_could_be_saved(editor: Client) -> None:
    address = reverse(f"{ITEM}:preview_on_add")
    fields = fields_of(editor.get(reverse(f"{ITEM}:add"))) | {"statement": ["I know a bicycle."]}
    assert editor.post(address, fields).json() == {"is_valid": False, "is_available": False}
    assert editor.post(address, {**fields, **needed()}).json()["is_valid"]
    assert "<strong>I know a bicycle.</strong>" in shown(editor, address, mode="f01")
    assert not ChecklistItem.objects.filter(code="c41").exists()


# What nobody reaches


def reasons() -> dict[str, str]:
    found = unreached(list(ChecklistItem.objects.whole()), ChecklistGroup.objects.all())
    return {each.what.code: each.reason for each in found}


def test_of_the_seed_every_item_is_reached(editor: Client) -> None:
    assert reasons() == {}
    assert "There are none" in shown(editor, reverse("checklist_families"))


def test_what_keeps_an_item_or_a_group_from_every_family(editor: Client) -> None:
    ChecklistItem.objects.filter(code="c01").update(hidden=True)
    ChecklistItem.objects.filter(code="c02").update(not_applicable="The county does it.")
    ChecklistItem.objects.filter(code="c03").update(minimum_age=18, maximum_age=6)
    Term.objects.filter(scheme=Scheme.SITUATION, code__in=("refugee", "unaccompanied")).update(hidden=True)
    ChecklistItem.objects.filter(group__code="say").update(hidden=True)
    ChecklistGroup.objects.create(code="empty", name="Nothing yet", sort=99)
    found = reasons()
    assert found.pop("c01") == "It is hidden."
    assert found.pop("c02") == "It does not apply to this town: The county does it."
    assert found.pop("c03") == "Nobody is of these ages."
    assert found.pop("c34").startswith("Every situation it is for is hidden")
    assert set(found) == {"c37", "c38", "c39", "c40", "say", "empty"}  # c35 is for others too
    assert found["say"] == found["empty"] == "No item in this group reaches a family."
    page = shown(editor, reverse("checklist_families"))
    assert f'<a href="{edit("c02")}">' in page
    assert "It does not apply to this town: The county does it." in page
