"""Somebody who makes a list with the checklist, and counts every press."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

CHILDREN = (1, 9, 15)
NO_PAPER = "window.printed = 0; window.print = () => { window.printed += 1; };"


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
        expect(self.page.locator("[data-list]:not([aria-busy])")).to_be_visible()

    def show_everything(self) -> None:
        self.press("[data-everything]")
        expect(self.page.locator("[data-list]:not([aria-busy])")).to_be_visible()

    @property
    def items(self) -> list[str]:
        """All of them: a list is drawn a few items at a time."""
        expect(self.page.locator("[data-list]:not([aria-busy])")).to_be_visible()
        return self.page.locator("[data-groups] [data-item]").evaluate_all(
            "all => all.map(e => e.dataset.item)"
        )

    @property
    def code(self) -> str:
        return self.page.locator("[data-keep] [data-slot=code]").inner_text()

    def item(self, code: str) -> Locator:
        return self.page.locator(f"[data-groups] [data-item={code}]")
