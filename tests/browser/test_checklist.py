"""A family's list in a real Chromium: few clicks, by every hand, on paper; and the answers stay where they were given."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Request, expect

from tests.browser.conftest import Site
from tests.browser.leaving import EXIT, nobody_answers
from tests.browser.standing import faults
from tests.browser.traces import IN_A_STATE, IN_AN_ADDRESS, places_of, spread_controls
from tests.browser.visit import LEFT_BEHIND, violations

pytestmark = pytest.mark.browser

DECK = "**/checklist/deck.json"
MOST_CLICKS = 12
CHILDREN = (1, 9, 15)
SITUATION = "Disability or long illness"
NO_PAPER = "window.printed = 0; window.print = () => { window.printed += 1; };"
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True}


class Family:
    """Answers like a person, and counts every press."""

    def __init__(
        self, page: Page, site: str, language: str = "en", route: str = "", touch: bool = False
    ) -> None:
        self.page = page
        self.touch = touch
        self.presses = 0
        page.add_init_script(NO_PAPER)
        page.goto(f"{site}/{language}/checklist/{route}")

    def press(self, place: Locator | str) -> None:
        self.presses += 1
        found = self.page.locator(place) if isinstance(place, str) else place
        if self.touch:
            found.tap()
        else:
            found.click()

    def asked(self, name: str) -> Locator:
        question = self.page.locator(f"[data-question={name}]")
        expect(question).to_be_visible()
        return question

    def answer(self, name: str, *choices: Locator, way: str = "[data-next]") -> None:
        question = self.asked(name)
        for choice in choices:
            self.press(choice)
        self.press(question.locator(way))

    def age(self, year: int) -> Locator:
        return self.page.locator(".choice", has=self.page.locator(f"[data-value='{year}']"))

    def choice(self, question: str, number: int = 0) -> Locator:
        return self.page.locator(f"[data-question={question}] .choice").nth(number)

    def named(self, question: str, text: str) -> Locator:
        return self.page.locator(f"[data-question={question}] .choice", has_text=text)

    def make_list(self) -> None:
        """Three children and one of the situations, the rest left out."""
        self.press("[data-begin]")
        self.answer("years", *(self.age(year) for year in CHILDREN))
        self.answer("situations", self.choice("situations", 4), way="[data-show]")
        expect(self.page.locator("[data-list]")).to_be_visible()

    def show_everything(self) -> None:
        self.press("[data-everything]")
        expect(self.page.locator("[data-list]")).to_be_visible()

    @property
    def items(self) -> list[str]:
        return self.page.locator("[data-groups] [data-item]").evaluate_all(
            "all => all.map(e => e.dataset.item)"
        )

    @property
    def code(self) -> str:
        return self.page.locator("[data-keep] [data-slot=code]").inner_text()

    def item(self, code: str) -> Locator:
        return self.page.locator(f"[data-groups] [data-item={code}]")


@pytest.fixture
def family(page: Page, live_site: str) -> Family:
    return Family(page, live_site)


def in_order(page: Page) -> dict[str, object]:
    return {**violations(page, "target-size"), **dict.fromkeys(faults(page), "")}


# --- from the first press to the paper ---


@pytest.mark.parametrize(
    ("language", "touch"),
    [
        pytest.param("en", False, id="mouse"),
        pytest.param("en", True, id="touch, 320 px"),
        pytest.param("ar", True, id="touch, 320 px, Arabic"),
    ],
)
def test_a_family_of_three_children_has_its_list_printed_in_twelve_presses(
    open_context: Callable[..., BrowserContext], live_site: str, language: str, touch: bool
) -> None:
    page = open_context(locale=language, **(PHONE if touch else {})).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    family = Family(page, live_site, language, touch=touch)
    family.press("[data-begin]")
    expect(family.asked("years").locator("h2")).to_be_focused()
    assert in_order(page) == {}
    family.answer("years", *(family.age(year) for year in CHILDREN))
    family.answer("situations", family.choice("situations", 4), way="[data-show]")
    expect(page.locator("#list")).to_be_focused()
    assert len(family.items) > 10
    family.press("[data-to-keep]")
    family.press("[data-print=a4]")
    assert page.evaluate("window.printed") == 1
    assert family.presses <= MOST_CLICKS
    assert in_order(page) == {}
    assert complaints == []


def test_every_question_can_be_left_out(family: Family) -> None:
    family.press("[data-begin]")
    for name in ("years", "situations", "languages", "district", "condition"):
        family.answer(name, way="[data-skip]")
    assert len(family.items) == 40


def test_a_list_is_made_by_keyboard_alone(page: Page, live_site: str) -> None:
    Family(page, live_site)

    def reach(selector: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} is not reached")

    reach("[data-begin]")
    page.keyboard.press("Enter")
    expect(page.locator("[data-question=years] h2")).to_be_focused()
    for year in CHILDREN:
        reach(f"[data-value='{year}']")
        page.keyboard.press("Space")
    reach("[data-question=years] [data-next]")
    page.keyboard.press("Enter")
    expect(page.locator("[data-question=situations] h2")).to_be_focused()
    reach("[data-question=situations] input")
    page.keyboard.press("Space")
    reach("[data-question=situations] [data-show]")
    page.keyboard.press("Enter")
    expect(page.locator("#list")).to_be_focused()
    reach("[data-to-keep]")
    page.keyboard.press("Enter")
    expect(page.locator("#keep")).to_be_focused()
    reach("[data-print=a4]")
    page.keyboard.press("Enter")
    assert page.evaluate("window.printed") == 1


# --- what stands in a list ---


def test_an_item_says_for_whom_it_is_and_what_to_do(family: Family) -> None:
    family.make_list()
    helpline = family.item("c03")
    expect(helpline.locator("[data-slot=why]")).to_contain_text(re.compile("For your children of .*9.*15"))
    expect(helpline.locator("[data-tel] a").first).to_have_attribute("href", re.compile("^tel:"))
    expect(helpline.locator("[data-checked]").first).to_contain_text("Checked by")
    helpline.locator("summary", has_text="What happens").first.click()
    expect(helpline.locator("[data-happens] li").first).to_be_visible()
    expect(family.item("c01").locator("[data-slot=why]")).to_have_text("For every family")
    expect(family.item("c27").locator("[data-slot=why]")).to_contain_text(SITUATION)
    urgent = family.page.locator(".list__group--urgent [data-item]")
    assert urgent.first.get_attribute("data-item") == family.items[0]


def test_an_item_without_a_service_names_people(family: Family) -> None:
    family.show_everything()
    gap = family.page.locator("[data-groups] [data-item]", has=family.page.locator("[data-nobody]")).first
    expect(gap.locator("a[href^='tel:']").first).to_be_visible()
    expect(gap.locator("a[href='/en/now/']")).to_be_visible()


def test_what_is_lacking_is_said_and_distance_is_from_ones_own_district(family: Family) -> None:
    family.press("[data-begin]")
    family.answer("years", family.age(9))
    family.answer("situations", way="[data-skip]")
    family.answer("languages", family.named("languages", "Українська"))
    family.answer("district", family.choice("district", 1))
    family.answer("condition", family.choice("condition", 0))
    lacks = family.page.locator("[data-lacks]").all_inner_texts()
    assert any("Nobody there speaks" in text and "Ukrainian" in text for text in lacks)
    assert family.page.locator(".chip--distance", has_text="km from").count() > 3


def test_what_to_bring_is_merged(family: Family) -> None:
    family.show_everything()
    rows = family.page.locator("[data-bring] li").all_inner_texts()
    counts = [int(re.sub(r"\D", "", row.rpartition(":")[2])) for row in rows]
    assert counts == sorted(counts, reverse=True) and counts[0] > 1


def test_none_of_these_and_a_situation_exclude_each_other(family: Family) -> None:
    family.press("[data-begin]")
    family.answer("years")
    family.press(family.choice("situations", 0))
    family.press(family.named("situations", "None of these"))
    expect(family.choice("situations", 0).locator("input")).not_to_be_checked()
    family.press(family.page.locator("[data-question=situations] [data-show]"))
    assert "c03" in family.items and "c07" not in family.items


def test_ticks_outlive_changed_answers_and_starting_again_forgets_all(family: Family) -> None:
    family.make_list()
    page = family.page
    family.press(family.item("c03").locator("[data-tick]"))
    expect(page.locator("[data-slot=count]")).to_contain_text("1")
    family.press("[data-change]")
    expect(family.age(9).locator("input")).to_be_checked()
    family.press(family.age(1))
    family.press("[data-question=years] [data-show]")
    expect(family.item("c03").locator("[data-tick]")).to_be_checked()
    expect(family.item("c23")).to_have_count(0)
    family.press("[data-again]")
    expect(page.locator("[data-start]")).to_be_visible()
    expect(page.locator("[data-plain]")).to_be_visible()
    family.press("[data-begin]")
    assert page.locator("[data-question] input:checked").count() == 0
    assert page.locator("[data-groups] [data-item]").count() == 0


def test_children_are_asked_less_and_led_to_their_own_pages(page: Page, live_site: str) -> None:
    child = Family(page, live_site, route="short/")
    child.press("[data-begin]")
    child.answer("years", child.age(9))
    child.answer("situations", way="[data-skip]")
    child.answer("district", way="[data-skip]")
    expect(page.locator("[data-list]")).to_be_visible()
    expect(child.item("c03").locator("[data-slot=why]")).to_contain_text("You are")
    links = page.locator("[data-groups] [data-link]").evaluate_all("all => all.map(e => e.pathname)")
    assert links and all(re.fullmatch(r"/en/\w{6}/short/", link) for link in links)
    assert page.locator("[data-make-link]").count() == 0
    assert in_order(page) == {}


# --- without script, without a connection ---


def test_without_script_the_plain_list_narrows_by_age(page_without_script: Page, live_site: str) -> None:
    page = page_without_script
    page.goto(f"{live_site}/en/checklist/")
    expect(page.locator("[data-start]")).to_be_hidden()
    every = page.locator(".plain__item:visible").count()
    page.locator(".choice", has=page.locator("#age-0")).click()
    few = page.locator(".plain__item:visible").count()
    assert 5 < few < every
    assert page.locator(".plain__item:visible:not(.fits-0)").count() == 0
    assert page.url == f"{live_site}/en/checklist/"


def test_where_the_deck_cannot_be_had_it_says_so_and_offers_again(family: Family) -> None:
    page = family.page
    page.route(DECK, lambda route: route.abort())
    family.press("[data-begin]")
    expect(page.locator("[data-trouble]")).to_be_visible()
    expect(page.locator("[data-plain]")).to_be_visible()
    page.unroute(DECK)
    family.press("[data-begin]")
    family.asked("years")
    expect(page.locator("[data-trouble]")).to_be_hidden()


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
    field.fill(code.upper().replace("-", " "))
    field.press("Enter")
    expect(later.page.locator("[data-list]")).to_be_visible()
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
    expect(other.locator("[data-list]")).to_be_visible()
    assert other.url == f"{live_site}/en/checklist/"
    assert other.evaluate("history.state") is None
    assert other.locator("[data-groups] [data-item]").count() == len(family.items)
    family.press(family.item("c03").locator("[data-tick]"))
    expect(page.locator("[data-link-place]")).to_be_hidden()


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
