"""`make screenshots`: the pictures of README, taken of the real pages of a demo that is loaded for them."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tests.browser.conftest import FLAGS, serving  # noqa: E402
from tests.browser.family import Family  # noqa: E402
from tests.browser.pages import sealed_address  # noqa: E402
from tests.databases import SqliteDatabases, manage  # noqa: E402

FOLDER = ROOT / "docs" / "screenshots"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
ASKED = "someone hurts me"
SERVICE = "help at home with a new baby"


@dataclass(frozen=True)
class Picture:
    name: str
    url: str
    viewport: dict[str, int]
    options: dict[str, str] = field(default_factory=dict)
    makes_a_list: bool = False


def pictures(site: str, database: Path) -> Iterator[Picture]:
    environment = {"DATABASE_URL": f"sqlite:///{database}", "LANTERN_DEMO": "1"}
    found = manage("find", SERVICE, "--language", "en", "--json", **environment)
    service = json.loads(found)["hits"][0]["url"]
    yield Picture("home", f"{site}/en/", WIDE)
    yield Picture("find-phone", sealed_address(site, "en", ASKED), PHONE)
    yield Picture("service", f"{site}{service}", WIDE)
    yield Picture("checklist-phone", f"{site}/en/checklist/", PHONE, makes_a_list=True)
    yield Picture("now-arabic-night", f"{site}/ar/now/", PHONE, {"color_scheme": "dark"})


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


def take(page: Page, picture: Picture) -> None:
    """Photographed, then reduced to 256 colours: a third of the size, and nobody sees it."""
    target = FOLDER / f"{picture.name}.png"
    if picture.makes_a_list:
        Family(page, picture.url.partition("/en/")[0]).make_list()
    else:
        page.goto(picture.url)
    page.evaluate("() => document.fonts.ready.then(() => true)")
    page.screenshot(path=target)
    with Image.open(target) as image:
        image.convert("RGB").quantize(256).save(target, optimize=True)
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1024} KB", flush=True)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        database = Path(SqliteDatabases(folder).fresh("demo"))
        with serving(database, folder) as site, chromium() as browser:
            for picture in pictures(site.address, database):
                page = browser.new_page(viewport=picture.viewport, **picture.options)
                take(page, picture)
                page.close()


if __name__ == "__main__":
    main()
