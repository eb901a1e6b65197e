"""What others say of our pages: Lighthouse as a phone, and Google's evaluator of content policies."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.browser import node_tools
from tests.browser.node_tools import NodeTools, NotInstalled
from tests.browser.pages import SEARCHES, coded_pages, function_pages, one_of_each, sealed_address

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.proof]

# Of the speed that was measured on a quiet machine (README) this much must be left while other tests run.
SLOWEST = 90


@pytest.fixture(scope="session")
def judges(chromium: str) -> NodeTools:
    try:
        return NodeTools(node_tools.install(), chromium)
    except NotInstalled as error:
        pytest.skip(f"npm could not install Lighthouse and the CSP evaluator: {error}")


def addresses(site: str, demo_file: Path) -> dict[str, str]:
    pages = {page.template: page for page in coded_pages(demo_file)}
    return {
        "home": f"{site}/en/",
        "results": sealed_address(site, "en", SEARCHES["en"]["words"]),
        "service": pages["service"].url(site, "en"),
        "checklist": f"{site}/en/checklist/",
    }


def test_lighthouse_on_a_phone(judges: NodeTools, live_site: str, demo_file: Path) -> None:
    """Accessibility is 100 wherever it runs; speed depends on who else is at work, so of three tries one counts."""
    for name, url in addresses(live_site, demo_file).items():
        reports = [judges.lighthouse(url)]
        assert node_tools.score(reports[0], "accessibility") == 100, (
            name,
            node_tools.failed_audits(reports[0], "accessibility"),
        )
        while len(reports) < 3 and node_tools.score(reports[-1], "performance") < 99:
            reports.append(judges.lighthouse(url))
        best = max(node_tools.score(report, "performance") for report in reports)
        print(f"{name}: speed {best}, accessibility 100")
        assert best >= SLOWEST, (name, node_tools.failed_audits(reports[-1], "performance"))


def test_the_public_policy_has_no_serious_hole(judges: NodeTools, live_site: str, demo_file: Path) -> None:
    pages = one_of_each([*function_pages(), *coded_pages(demo_file)])
    policies = {policy_of(page.url(live_site, "en")) for page in pages}
    assert len(policies) == 1, "every public page has the same policy"
    assert judges.high_findings(policies.pop()) == []


def test_the_evaluator_sees_a_hole(judges: NodeTools) -> None:
    assert judges.high_findings("default-src 'self'; script-src 'self' 'unsafe-inline'") != []


def policy_of(url: str) -> str:
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.headers["Content-Security-Policy"]
    except urllib.error.HTTPError as error:
        return error.headers["Content-Security-Policy"]
