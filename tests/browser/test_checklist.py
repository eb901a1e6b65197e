"""A family's list in a real Chromium: few presses, by every hand, in plain words, and without script too."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.family import CHILDREN, Family
from tests.browser.standing import faults
from tests.browser.visit import violations

pytestmark = pytest.mark.browser

DECK = "**/checklist/deck.json"
MOST_CLICKS = 12
SITUATION = "Disability or long illness"
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True}


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
    expect(page.locator("[data-list]:not([aria-busy])")).to_be_visible()
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
