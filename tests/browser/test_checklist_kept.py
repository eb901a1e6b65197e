"""A family's list on paper, as a code and as a link in a real Chromium; and nowhere else does an answer stay."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from tests.browser.conftest import Site
from tests.browser.family import CHILDREN, Family
from tests.browser.leaving import EXIT, nobody_answers
from tests.browser.traces import IN_A_STATE, IN_AN_ADDRESS, places_of, spread_controls
from tests.browser.visit import LEFT_BEHIND

pytestmark = pytest.mark.browser


@pytest.fixture
def family(page: Page, live_site: str) -> Family:
    return Family(page, live_site)


# --- kept ---


def test_a_code_written_down_opens_the_same_list_elsewhere(
    open_context: Callable[..., BrowserContext], family: Family, live_site: str
) -> None:
    family.make_list()
    family.press(family.item("c03").locator("[data-tick]"))
    code = family.code
    assert re.fullmatch(r"[cdfhjkmnptvx2-9-]+", code)
    later = Family(open_context().new_page(), live_site)
    later.press(".start__open summary")
    field = later.page.locator("[data-code]")
    wrong = code[:-1] + ("c" if code[-1] != "c" else "d")
    field.fill(wrong)
    later.press("[data-open]")
    expect(later.page.locator("[data-code-error]")).to_be_visible()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    expect(field).to_have_value(wrong)
    field.fill(code.upper().replace("-", " "))
    field.press("Enter")
    expect(later.page.locator("[data-list]:not([aria-busy])")).to_be_visible()
    assert later.items == family.items
    expect(later.item("c03").locator("[data-tick]")).to_be_checked()
    assert field.input_value() == ""


def test_the_link_comes_after_its_warning_and_leaves_the_address_at_once(
    open_context: Callable[..., BrowserContext], family: Family, live_site: str
) -> None:
    family.make_list()
    page = family.page
    expect(page.locator("[data-link-place]")).to_be_hidden()
    expect(page.locator("[data-keep]")).to_contain_text("remembers it in its history")
    family.press("[data-make-link]")
    expect(page.locator("[data-qr] svg path")).to_have_attribute("d", re.compile(r"^M\d+ \d+h1"))
    link = page.locator("[data-link-field]").input_value()
    assert link == f"{live_site}/en/checklist/#{family.code}"
    other = open_context().new_page()
    other.goto(link)
    expect(other.locator("[data-list]:not([aria-busy])")).to_be_visible()
    assert other.url == f"{live_site}/en/checklist/"
    assert other.evaluate("history.state") is None
    assert other.locator("[data-groups] [data-item]").count() == len(family.items)
    family.press(family.item("c03").locator("[data-tick]"))
    expect(page.locator("[data-link-place]")).to_be_hidden()


@pytest.mark.parametrize("route", ["", "short/"])
def test_an_older_list_says_what_is_gone_without_its_name_and_whom_to_call_instead(
    open_context: Callable[..., BrowserContext], family: Family, live_site: str, route: str
) -> None:
    family.make_list()
    later = Family(open_context().new_page(), live_site, "ar", route)
    deck_without_one(later.page)
    later.press(".start__open summary")
    later.page.fill("[data-code]", family.code)
    later.press("[data-open]")
    said = later.page.locator("[data-changes] li")
    statement = later.item("c03").locator("h3").inner_text().rstrip(".")
    expect(said).to_contain_text(statement)
    expect(said).to_contain_text("\u2066116 111\u2069")
    assert re.search("[«“][\u2068\u2069]*[»”]", said.inner_text()) is None


def deck_without_one(page: Page) -> None:
    """The deck in which a service for the third item has been taken away."""

    def changed(route: Route) -> None:
        deck = json.loads(route.fetch().body())
        of_all = {"years": None, "districts": None, "speaks": [], "has": []}
        deck["gone"] = [
            of_all | {"code": "dddddd", "title": "", "what": "gone", "day": deck["made"], "items": ["c03"]}
        ]
        route.fulfill(body=json.dumps(deck), content_type="application/json")

    page.route("**/checklist/deck.json", changed)


def test_after_starting_again_the_page_prints_as_any_other(family: Family) -> None:
    family.make_list()
    family.press("[data-print=a4]")
    family.press("[data-again]")
    family.page.emulate_media(media="print")
    expect(family.page.locator("[data-plain]")).to_be_visible()


@pytest.mark.parametrize(("paper", "width"), [("a4", 594.96), ("a5", 420), ("large", 594.96)])
def test_paper_has_the_list_the_numbers_and_the_code_and_no_telling_title(
    family: Family, paper: str, width: float
) -> None:
    family.make_list()
    page = family.page
    family.press(family.item("c03").locator("[data-tick]"))
    family.press(f"[data-print={paper}]")
    printed = page.pdf(prefer_css_page_size=True)
    boxes = [float(found) for found in re.findall(rb"/MediaBox \[0 0 ([\d.]+)", printed)]
    assert boxes and all(abs(found - width) < 1 for found in boxes)
    page.emulate_media(media="print")
    for hidden in (
        ".top",
        ".mast",
        ".foot",
        "[data-plain]",
        "[data-change]",
        "[data-print]",
        "[data-make-link]",
    ):
        assert page.locator(f"{hidden}:visible").count() == 0, hidden
    for shown in ("[data-keep] [data-slot=code]", ".list__paper", "[data-item=c03] [data-tick]"):
        expect(page.locator(shown)).to_be_visible()
    sizes = page.evaluate(
        """() => ["[data-tel] a", ".advice__say"].map(
          (each) => parseFloat(getComputedStyle(document.querySelector(`[data-groups] ${each}`)).fontSize))"""
    )
    assert sizes[0] > sizes[1], "the number is the largest thing"
    assert page.title() == "Lindemar"


# --- what stays behind ---


def heard(page: Page) -> list[Request]:
    requests: list[Request] = []
    page.on("request", lambda request: None if "favicon" in request.url else requests.append(request))
    return requests


def test_one_request_and_no_answer_in_it(page: Page, live_site: str, served: Site) -> None:
    family = Family(page, live_site)
    before = page.evaluate("[history.length, document.title, location.href]")
    requests = heard(page)
    family.make_list()
    family.press(family.item("c03").locator("[data-tick]"))
    family.press("[data-print=a5]")
    assert [request.url for request in requests] == [f"{live_site}/en/checklist/deck.json"]
    (fetched,) = requests
    assert fetched.method == "GET" and fetched.post_data is None
    assert "cookie" not in fetched.all_headers()
    assert page.evaluate("[history.length, document.title, location.href]") == before
    assert page.evaluate("history.state") is None
    assert not any(page.evaluate(LEFT_BEHIND).values())
    family.press("[data-make-link]")
    expect(page.locator("[data-qr] svg")).to_be_visible()
    assert [re.sub(r"\.\w+(?=\.js$)", "", request.url.rpartition("/")[2]) for request in requests[1:]] == [
        "uqr.js"
    ]
    assert places_of(family.code, served.folder) == set()


@pytest.mark.parametrize("ending", ["exit", pytest.param("close", marks=pytest.mark.proof)])
def test_the_browsers_disk_keeps_no_answer(
    visit: Callable[..., BrowserContext], served: Site, tmp_path: Path, ending: str
) -> None:
    context = visit(True)
    page = context.pages[0]
    spread_controls(page, served.address, True)
    family = Family(page, served.address)
    family.press("[data-begin]")
    family.answer("years", *(family.age(year) for year in CHILDREN))
    chosen = family.choice("situations", 4)
    name = chosen.inner_text()
    family.answer("situations", chosen)
    family.answer("languages", family.choice("languages", 1))
    family.answer("district", family.choice("district", 1), way="[data-show]")
    family.press(family.item("c03").locator("[data-tick]"))
    code = family.code
    page.wait_for_timeout(3_000)  # Chromium writes its session file every few seconds
    if ending == "exit":
        page.locator(EXIT).first.click()
        page.wait_for_timeout(1_000)
    context.close()
    profile = tmp_path / "profile"
    assert places_of(IN_AN_ADDRESS, profile), "the hunt finds nothing even where a word was left"
    assert places_of(IN_A_STATE, profile), "the hunt does not see the session file"
    for trace in (code, code.replace("-", ""), name, "checkbox", "radio"):
        kept = {place for place in places_of(trace, profile) if "Session" in place or "History" in place}
        assert kept == set(), trace
    assert places_of(code, profile) == set()


def test_the_exit_empties_the_memory_before_the_next_site_answers(family: Family, live_site: str) -> None:
    family.make_list()
    page = family.page
    with nobody_answers(page, live_site):
        left = page.evaluate(
            """exit => {
              const list = document.querySelector("[data-list]"), asked = document.querySelector("[data-questions]");
              document.querySelector(exit).click();
              return {
                items: list.querySelectorAll("[data-item]").length,
                code: list.querySelector("[data-slot=code]").textContent,
                pressed: asked.querySelectorAll("input:checked").length,
              };
            }""",
            EXIT,
        )
    assert left == {"items": 0, "code": "", "pressed": 0}


def test_back_does_not_bring_a_list_back(family: Family, live_site: str) -> None:
    family.make_list()
    page = family.page
    page.goto(f"{live_site}/en/now/")
    page.go_back()
    expect(page.locator("[data-start]")).to_be_visible()
    assert page.locator("[data-groups] [data-item]").count() == 0
    assert page.locator("[data-question] input:checked").count() == 0
