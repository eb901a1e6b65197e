"""How a page stands before a reader's eyes and fingers: what axe does not look at (WCAG 2.2: 1.4.10, 1.4.12, 2.4.11, 2.5.8).

Each question is one script that answers with the elements at fault, so that a page costs few round trips.
"""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

# What sticks out to either side, the outermost elements only: a page that scrolls sideways hides words.
STICKING_OUT = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.body.querySelectorAll("*")]
    .map((e) => [e, e.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.right > wide + 1 || box.left < -1))
    .slice(0, 3).map(([e]) => e.outerHTML.slice(0, 120));
}"""

# Words of a list with dots between that lie where the dot at the beginning of a line is cut off.
CUT_OFF = """() => {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const fromRight = document.documentElement.dir === "rtl";
  const range = document.createRange();
  return [...document.querySelectorAll(".inline li, .number__facts li")].filter((item) => {
    const list = item.parentElement.getBoundingClientRect();
    range.selectNodeContents(item);
    return [...range.getClientRects()].some((words) => words.width && (
      fromRight ? words.right > list.right - rem + 1 : words.left < list.left + rem - 1));
  }).map((item) => item.textContent.trim());
}"""

# Boxes that hide words of their own: text beyond the edge of a box that does not scroll.
CLIPPED = """() => {
  const range = document.createRange();
  const isForReaders = (e) => e.clientWidth <= 1 && getComputedStyle(e).position === "absolute";  // screen readers alone
  const isHidden = (box, words) => words.width > 1 && (words.right > box.right + 1 || words.left < box.left - 1
    || words.bottom > box.bottom + 1 || words.top < box.top - 1);
  return [...document.body.querySelectorAll("*")].filter((e) => {
    const style = getComputedStyle(e);
    if (!["hidden", "clip"].includes(style.overflowX) && !["hidden", "clip"].includes(style.overflowY)) return false;
    if (isForReaders(e)) return false;
    if (e.scrollWidth <= e.clientWidth + 1 && e.scrollHeight <= e.clientHeight + 1) return false;
    const box = e.getBoundingClientRect();
    const walker = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || !parent.checkVisibility() || isForReaders(parent)) continue;
      range.selectNodeContents(walker.currentNode);
      if ([...range.getClientRects()].some((words) => isHidden(box, words))) return true;
    }
    return false;
  }).slice(0, 3).map((e) => e.outerHTML.slice(0, 120));
}"""

# Elements that have the focus while something else covers all of them.
OBSCURED = """() => {
  const focusable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const found = [];
  for (const e of document.querySelectorAll(focusable)) {
    if (!e.checkVisibility({checkVisibilityCSS: true}) || e.disabled) continue;
    e.focus();
    if (document.activeElement !== e) continue;
    const boxes = [...e.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
    if (!boxes.length) continue;
    const seen = boxes.some((box) => [.15, .5, .85].some((x) => [.2, .5, .8].some((y) => {
      const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
      return top && (e.contains(top) || top.contains(e) || (e.labels && [...e.labels].some((label) => label.contains(top))));
    })));
    if (!seen) found.push(e.outerHTML.slice(0, 120));
  }
  document.activeElement.blur();
  scrollTo(0, 0);
  return found.slice(0, 3);
}"""

# The exit and the help bar are for shaking fingers: 44 px, where the law asks for 24.
SMALL = """() => [...document.querySelectorAll("a.exit, .help a, .help button")]
  .filter((e) => e.checkVisibility()).map((e) => [e, e.getBoundingClientRect()])
  .filter(([, box]) => box.width < 44 || box.height < 43.5)
  .map(([e, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${e.outerHTML.slice(0, 120)}`)"""

# The distances of WCAG 1.4.12. A sheet that a script adopts is not refused by the page's policy.
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    + " p { margin-block-end: 2em !important }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""

CHECKS = {
    "sticks out": STICKING_OUT,
    "cut off": CUT_OFF,
    "hides words": CLIPPED,
    "covered while it has the focus": OBSCURED,
    "too small": SMALL,
}
CHECKS_SPACED = ("sticks out", "hides words")


def faults(page: Page) -> Iterator[str]:
    """What is at fault as the page stands, and with wider spacing. The page is not as it was afterwards."""
    yield from _found(page, CHECKS)
    page.evaluate(SPACED)
    for fault in _found(page, CHECKS_SPACED):
        yield f"with text spacing: {fault}"


def _found(page: Page, names: object) -> Iterator[str]:
    for name in names:  # type: ignore[attr-defined]
        for element in page.evaluate(CHECKS[name]):
            yield f"{name}: {element}"
