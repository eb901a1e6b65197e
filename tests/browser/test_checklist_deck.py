"""The script that evaluates the deck in a real Chromium says exactly what its reference in Python says."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

from portal import deck, family_list
from portal.checklist import GROWN_UP, Answers
from tests.databases import ROOT

pytestmark = pytest.mark.browser

SCRIPT = (ROOT / "portal" / "static" / "portal" / "checklist_deck.js").read_text(encoding="utf-8")
NOW = 29_000_000
SITUATIONS = [f"situation-{n}" for n in range(6)]
LANGUAGES = ["ar", "de", "en", "fr", "rom", "uk"]
DISTRICTS = [f"district-{n}" for n in range(5)]
CONDITIONS = ["free", "anonymous", "no-parent", "step-free"]
GROUPS = ["first", "second", "third"]
SINCE = ["", "2026-03-02", "2026-11-02"]


@pytest.fixture(scope="module")
def script(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.add_script_tag(content=SCRIPT)
    yield page
    page.close()


def in_browser(page: Page, made: Any, asked: list[tuple[Any, str]]) -> list[Any]:
    return page.evaluate(  # type: ignore[no-any-return]
        "([deck, asked, now]) => asked.map(([said, since]) => Checklist.evaluate(deck, said, now, since))",
        [made, asked, NOW],
    )


def in_python(made: Any, asked: list[tuple[Any, str]]) -> list[Any]:
    return [family_list.evaluate(made, Answers.from_json(said), NOW, since) for said, since in asked]


def some(of: random.Random, values: list[Any], most: int) -> list[Any]:
    return of.sample(values, of.randint(0, min(most, len(values))))


def years(of: random.Random) -> list[int]:
    return sorted((of.randint(0, GROWN_UP), of.randint(0, GROWN_UP)))


def a_deck(of: random.Random) -> dict[str, Any]:
    """Anything a deck may hold, with many ties: the order of equals is where two languages part company."""
    services = [_service(of, number) for number in range(40)]
    items = [
        {
            "code": f"c{number:02}",
            "group": of.choice(GROUPS),
            "urgency": of.choice(["now", "today", "soon", "anytime"]),
            "years": years(of),
            "situations": some(of, SITUATIONS, 2) if of.random() < 0.4 else [],
            "child": of.choice(["", "I know."]),
            "offers": of.sample(range(40), of.randint(0, 12)),
        }
        for number in range(40)
    ]
    return {
        "items": items,
        "groups": [{"code": code} for code in GROUPS],
        "districts": [{"code": code} for code in DISTRICTS],
        "services": services,
        "gone": [
            {key: value for key, value in _service(of, 90 + number).items() if key != "km"}
            | {
                "day": of.choice(["2026-03-01", "2026-03-02", "2026-11-20"]),
                "items": some(of, ["c01", "c02", "c03", "c04"], 3),
            }
            for number in range(10)
        ],
        "numbers": {
            "items": [item["code"] for item in items],
            "situations": SITUATIONS,
            "districts": DISTRICTS,
            "conditions": CONDITIONS,
        },
    }


def _service(of: random.Random, number: int) -> dict[str, Any]:
    start = NOW + of.randint(-600, 600)
    return {
        "code": f"s{number}",
        "years": of.choice([None, years(of)]),
        "districts": of.choice([None, some(of, list(range(5)), 4)]),
        "km": of.choice([None, [of.choice([None, 5, 5, 31]) for _ in DISTRICTS]]),
        "speaks": some(of, LANGUAGES, 3),
        "has": some(of, CONDITIONS, 3),
        "current": of.random() < 0.8,
        "open": of.choice(["always", "unknown", [], [[start, start + 60], [start + 300, start + 400]]]),
        "bring": some(of, list(range(6)), 3),
    }


def answers(of: random.Random) -> dict[str, Any]:
    return {
        "route": of.choice(["family", "family", "child"]),
        "years": [of.randint(0, 25) for _ in range(of.randint(0, 4))],
        "situations": of.choice([None, [], some(of, SITUATIONS, 3)]),
        "languages": some(of, LANGUAGES, 2),
        "district": of.choice([None, *DISTRICTS, "a-district-of-old"]),
        "condition": of.choice([None, *CONDITIONS]),
        "everything": of.random() < 0.1,
        "ticked": some(of, [f"c{number:02}" for number in range(40)], 5),
    }


@pytest.mark.parametrize("seed", range(5))
def test_the_script_says_what_the_reference_says(script: Page, seed: int) -> None:
    of = random.Random(seed)
    made = a_deck(of)
    asked = [(answers(of), of.choice(SINCE)) for _ in range(120)]
    for found, expected, said in zip(
        in_browser(script, made, asked), in_python(made, asked), asked, strict=True
    ):
        assert found == expected, said


def test_sixty_families_of_the_demo_get_the_same_list_from_both(script: Page, demo: None) -> None:
    made = json.loads(deck.deck_bytes("en"))
    rows = json.loads((settings.FIXTURES_FOLDER / "checklist" / "families.json").read_text(encoding="utf-8"))
    asked = [(row["answers"], "") for row in rows]
    assert len(asked) == 60
    assert in_browser(script, made, asked) == in_python(made, asked)


# --- the keepsake code ------------------------------------------------------------------------------------------


def kept(page: Page, made: Any, asked: list[Any], on: datetime) -> list[Any]:
    """Each answers after their way through a code: (code, what it says)."""
    return page.evaluate(  # type: ignore[no-any-return]
        """([deck, asked, moment]) => asked.map((said) => {
            const code = Checklist.encode(said, deck, moment);
            return [code, Checklist.decode(code, deck)];
        })""",
        [made, asked, on.timestamp() * 1000],
    )


def test_a_code_says_what_was_answered_and_in_which_week(script: Page) -> None:
    of = random.Random(7)
    made = a_deck(of)
    asked = [said | {"district": of.choice([None, *DISTRICTS])} for said in (answers(of) for _ in range(300))]
    day = datetime(2026, 11, 26, 12, tzinfo=UTC)
    for said, (code, told) in zip(asked, kept(script, made, asked, day), strict=True):
        assert told["answers"] == said
        assert told["since"] == "2026-11-23"
        assert set(code) <= set("cdfhjkmnptvx23456789-")


def test_a_common_list_has_a_code_that_can_be_typed(script: Page) -> None:
    said = answers(random.Random(1)) | {
        "route": "family",
        "years": [1, 9, 15],
        "situations": ["situation-2"],
        "languages": ["uk"],
        "district": "district-1",
        "condition": None,
        "everything": False,
        "ticked": [],
    }
    ((code, _told),) = kept(script, a_deck(random.Random(1)), [said], datetime(2026, 11, 26, tzinfo=UTC))
    assert len(code.replace("-", "")) <= 24, code


def refusals(page: Page, made: Any, codes: list[str]) -> list[str]:
    return page.evaluate(  # type: ignore[no-any-return]
        """([deck, codes]) => codes.map((code) => {
            try { return JSON.stringify(Checklist.decode(code, deck)); } catch (refused) { return refused.reason; }
        })""",
        [made, codes],
    )


def test_a_slip_of_the_finger_is_noticed(script: Page) -> None:
    made = a_deck(random.Random(3))
    of = random.Random(4)
    ((code, _told),) = kept(script, made, [answers(of)], datetime(2026, 11, 26, tzinfo=UTC))
    plain = code.replace("-", "")
    slips = []
    for place in range(len(plain)):
        slips += [plain[:place] + sign + plain[place + 1 :] for sign in "c9x5" if sign != plain[place]]
        slips.append(plain[:place] + plain[place + 1 :])
        if place + 1 < len(plain) and plain[place] != plain[place + 1]:
            slips.append(plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :])
    assert set(refusals(script, made, slips)) == {"typed"}
    assert set(
        refusals(script, made, ["", "hello", "####", "a" * 500, plain * 2, "💡💡💡💡💡💡💡💡💡💡💡💡"])
    ) == {"typed"}


def test_a_code_is_read_however_it_is_typed_and_in_any_later_town(script: Page) -> None:
    made = a_deck(random.Random(3))
    said = answers(random.Random(5)) | {
        "situations": ["situation-1"],
        "ticked": ["c03"],
        "district": "district-0",
    }
    ((code, told),) = kept(script, made, [said], datetime(2026, 11, 26, tzinfo=UTC))
    assert json.loads(refusals(script, made, [f"  {code.upper().replace('-', ' ')} "])[0]) == told
    later = made | {"numbers": {name: [*codes, "new"] for name, codes in made["numbers"].items()}}
    assert json.loads(refusals(script, later, [code])[0]) == told


def test_the_first_and_the_last_week_that_a_code_can_say(script: Page) -> None:
    made, said = a_deck(random.Random(3)), [answers(random.Random(5)) | {"district": None}]
    early = kept(script, made, said, datetime(2020, 1, 1, tzinfo=UTC))[0][1]["since"]
    late = kept(script, made, said, datetime(2060, 1, 1, tzinfo=UTC))[0][1]["since"]
    assert (early, late) == ("2026-01-05", str((datetime(2026, 1, 5) + timedelta(weeks=1023)).date()))
