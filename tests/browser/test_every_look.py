"""One page of each template in every look: widths, day and night, with and without script, and at 400 %."""

from __future__ import annotations

import pytest

from tests.browser.crawling import Crawl, in_words, templates
from tests.browser.pages import PublicPage

pytestmark = [pytest.mark.browser, pytest.mark.proof]

# One with short words, one with long ones, one that is read from the right.
LANGUAGES = ("en", "de", "ar")


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_page_of_each_template_in_every_look(
    language: str, site_map: list[PublicPage], live_site: str, crawl: Crawl
) -> None:
    problems = crawl.problems_in_every_look(language, templates(site_map, live_site, language))
    assert not problems, in_words(problems)
