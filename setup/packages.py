"""The Debian packages that some tests need beside the virtual environment; says so before it installs.

Names as arguments narrow it to these: `make search-server` wants Maven and Java alone.

It installs as root or with a sudo that asks no password. Without that right it names the one line to type:
the tests then skip with a reason, except in CI.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path


def postgres_programs() -> Path | None:
    """The folder of the newest PostgreSQL server on this machine; Debian keeps it off the PATH."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(found, key=lambda folder: int(folder.parent.name), default=None)


def has_font(name: str) -> bool:
    """Whether the fonts of the pictures and of Arabic text are there."""
    return any(Path("/usr/share/fonts").rglob(name))


NEEDED: Mapping[str, Callable[[], bool]] = {
    "chromium": lambda: shutil.which("chromium") is not None,
    "fonts-noto-core": lambda: has_font("NotoSansArabic-Regular.ttf"),
    "nodejs": lambda: shutil.which("node") is not None,  # Lighthouse and the CSP evaluator, in `make proof`
    "npm": lambda: shutil.which("npm") is not None,
    "postgresql": lambda: postgres_programs() is not None,
    "default-jre-headless": lambda: shutil.which("java") is not None,
    "maven": lambda: shutil.which("mvn") is not None,  # fetches Elasticsearch, see setup/search_server.py
}


def missing() -> list[str]:
    return [name for name, is_here in NEEDED.items() if not is_here()]


def command_prefix() -> list[str] | None:
    """How this user may install: as root, by sudo without a password, or not at all."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def install(names: list[str], prefix: list[str]) -> str:
    """Returns what apt complained about: shown only if something is missing afterwards."""
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    said = []
    for command in ([*apt, "update"], [*apt, "install", "--yes", "--no-install-recommends", *names]):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        said.append(done.stderr)
    return "".join(said)


def main(wanted: list[str]) -> int:
    names = [name for name in missing() if not wanted or name in wanted]
    if not names:
        return 0
    line = f"apt-get install --no-install-recommends {' '.join(names)}"
    prefix = command_prefix()
    if prefix is None:
        print("Some Debian packages are not here, and tests that need them will be skipped. To have them:")
        print(f"  {line}")
        return 0
    print(f"These Debian packages are needed and installed now: {' '.join(names)}", flush=True)
    complaints = install(names, prefix)
    if left := [name for name in missing() if name in names]:
        print(complaints, file=sys.stderr)
        print(f"Could not install: {' '.join(left)}. The tests that need them will be skipped.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
