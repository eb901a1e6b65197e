"""No address of the site, read or written to, tells a stranger of another's unpublished things, or changes them.

A cell of this table is a role, an address of the URL configuration, and whose things it is about: another agency's
draft, its public entry with a change that waits, one's own entry at the address and the other's ids in it; the town's
draft, its public page with such a change, its translation. The ordinary run asks every address pairwise (with every
role, about everything, read and written to), the long one asks all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

import pytest
from django.http import HttpResponse
from django.test import Client

from agencies.membership import AGENCY_ROLES
from portal import urls
from tests.access_belongings import SECRET, Belongings, belongings_of, belongings_of_town
from tests.access_probes import Probe, ask, probes, text_of, undone, watched
from tests.agencies.stage import Stage, person, signed_in

pytestmark = [
    pytest.mark.usefixtures("plain_templates"),
    # Wagtail leaves the files of a picture's sizes to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    # wagtail-localize pages through its report without an order.
    pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning"),
]

OTHERS = ("draft", "live", "mixed")
TOWNS = ("town's draft", "town's live", "town's translation")
# Role -> what is none of its business. Somebody unproven has yet to show a second factor, a superuser even.
STRANGERS = {
    "nobody": OTHERS + TOWNS,
    "editor": OTHERS + TOWNS,
    "lead": OTHERS + TOWNS,
    "town_reviewer": TOWNS,
    "safeguarding_reviewer": OTHERS + TOWNS,
    "unproven": OTHERS + TOWNS,
    "town_editor": OTHERS,
    "youth_council_editor": OTHERS,
}
# What Wagtail and wagtail-localize answer with 500 to a form that no page of theirs offers.
BLUNT = re.compile("/pofile/upload/|/snippets/choose/.*/create/")
Cell = tuple[int, str, bool]  # the number of an address, about what, written to


@dataclass
class Scene:
    stage: Stage
    others: Belongings
    towns: Belongings

    def addresses(self, about: str) -> list[Probe]:
        """As many in the same order, whatever they are about."""
        match about:
            case "mixed":
                return probes(self.others, self.others.draft, beside=self.stage.service)
            case "draft" | "live":
                return probes(self.others, getattr(self.others, about))
        page = getattr(self.towns, about.removeprefix("town's "))
        return probes(self.towns, page)

    def belongings(self, about: str) -> Belongings:
        return self.towns if about in TOWNS else self.others


@pytest.fixture
def scene(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Without the site's own page for 404, which costs more than all else of a refusal."""
    monkeypatch.setattr(urls, "handler404", lambda request, exception: HttpResponse(status=404))
    return Scene(stage, belongings_of(stage.other, stage.others_service), belongings_of_town())


def client_of(role: str, stage: Stage) -> Client:
    if role == "unproven":
        client = Client()
        client.force_login(person("superuser"))
    elif role == "nobody":
        client = Client()
    else:
        client = signed_in(role, stage.own if role in AGENCY_ROLES else None)
    client.raise_request_exception = False
    return client


def faults(client: Client, belongings: Belongings, asked: Iterable[tuple[Probe, bool]]) -> list[str]:
    """What goes wrong at these addresses; nothing that they change stays."""
    before = belongings.state()
    found = []
    for probe, write in asked:
        writes, watching = watched()
        with undone(client):
            with watching:
                response = ask(client, probe, write)
            if response.status_code >= 500 and not BLUNT.search(probe.path):
                found.append(f"{response.status_code} at {probe}")
            if belongings.word.lower() in text_of(response).lower():
                found.append(f"told by {probe}")
            if writes.any and belongings.state() != before:
                found.append(f"changed by {probe}")
    return found


# --- the table ------------------------------------------------------------------------------------


def pairwise(role: str, addresses: int) -> list[Cell]:
    """One cell for each address: with the other roles, every address is asked about everything, in both ways."""
    abouts = STRANGERS[role]
    turn = list(STRANGERS).index(role)
    return [
        (number, abouts[(number + turn) % len(abouts)], (number // 2 + turn) % 2 == 0)
        for number in range(addresses)
    ]


def test_every_address_meets_every_role_and_everything_in_both_ways() -> None:
    addresses = range(24)
    cells = [(role, *cell) for role in STRANGERS for cell in pairwise(role, len(addresses))]
    assert {cell[:2] for cell in cells} == set(product(STRANGERS, addresses))
    assert {cell[1:3] for cell in cells} == set(product(addresses, OTHERS + TOWNS))
    assert {(cell[1], cell[3]) for cell in cells} == set(product(addresses, (True, False)))
    assert {(role, about, write) for role, _number, about, write in cells} == {
        (role, about, write)
        for role, abouts in STRANGERS.items()
        for about in abouts
        for write in (True, False)
    }


def asked_pairwise(scene: Scene, role: str) -> Iterator[tuple[Belongings, list[tuple[Probe, bool]]]]:
    addresses = {about: scene.addresses(about) for about in STRANGERS[role]}
    cells = pairwise(role, len(scene.addresses("draft")))
    assert len(cells) > 300
    for whose in (scene.others, scene.towns):
        yield whose, [(addresses[of][at], write) for at, of, write in cells if scene.belongings(of) is whose]


def test_strangers_pairwise(scene: Scene) -> None:
    """In one town for all of them: to build it takes as long as a hundred cells."""
    found = {}
    for role in STRANGERS:
        client = client_of(role, scene.stage)
        found[role] = [
            fault for whose, asked in asked_pairwise(scene, role) for fault in faults(client, whose, asked)
        ]
    assert not any(found.values()), found


@pytest.mark.proof
@pytest.mark.parametrize(
    ("role", "about"), [(role, about) for role in STRANGERS for about in STRANGERS[role]]
)
def test_a_stranger_everywhere(scene: Scene, role: str, about: str) -> None:
    asked = product(scene.addresses(about), (False, True))
    assert not faults(client_of(role, scene.stage), scene.belongings(about), asked)


def test_a_state_of_a_review_counts_at_its_own_page_only(scene: Scene) -> None:
    superuser = client_of("superuser", scene.stage)
    state = scene.others.ids["task_states"][scene.others.draft.pk]
    action = f"/admin/pages/workflow/action/{{}}/approve/{state}/"
    assert superuser.post(action.format(scene.stage.service.pk)).status_code == 404
    assert superuser.post(action.format(scene.others.draft.pk)).status_code != 404


def test_a_new_title_of_a_public_entry_is_not_shown_to_those_who_may_link_to_it(scene: Scene) -> None:
    client = client_of("town_editor", scene.stage)
    answer = text_of(client.get(f"/admin/choose-page/{scene.stage.other.pk}/"))
    assert "Play outside" in answer
    assert SECRET not in answer
