"""Two judges from npm, Lighthouse and the CSP evaluator, installed once from their lock into var/node/."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.databases import ROOT

HERE = Path(__file__).with_name("node")
INTO = ROOT / "var" / "node"
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
)
SERIOUS = 20  # the evaluator counts downwards: 10 is high, 20 a mistake in the syntax, 30 medium


class NotInstalled(Exception):
    """npm could not install the tools; the text says why."""


def install() -> Path:
    """The folder in which the tools stand. Raises NotInstalled."""
    lock = (HERE / "package-lock.json").read_bytes()
    folder = INTO / hashlib.sha256(lock).hexdigest()[:16]
    if (folder / "done").exists():
        return folder
    shutil.rmtree(INTO, ignore_errors=True)
    shutil.copytree(HERE, folder)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise NotInstalled(done.stderr[-1000:])
    (folder / "done").touch()
    return folder


# On a busy machine Lighthouse now and then misses the beginning of its own recording, and asks to be run again.
FAULTS_OF_ITS_OWN = ("NO_NAVSTART",)
TRIES = 3


@dataclass(frozen=True, slots=True)
class NodeTools:
    folder: Path
    chromium: str

    def high_findings(self, policy: str) -> list[str]:
        """What somebody could do with this Content-Security-Policy, the serious findings only."""
        found = json.loads(self._run("node", "evaluate.cjs", policy))
        return [f"{row['directive']}: {row['description']}" for row in found if row["severity"] <= SERIOUS]

    def lighthouse(self, url: str) -> dict[str, Any]:
        """Lighthouse's report for a phone, its two categories that matter here."""
        command = ["node_modules/.bin/lighthouse", url, "--quiet", "--output=json", f"--chrome-flags={FLAGS}"]
        return json.loads(self._run(*command, "--only-categories=performance,accessibility"))

    def _run(self, *command: str) -> str:
        environment = os.environ | {"CHROME_PATH": self.chromium}
        for _ in range(TRIES):
            done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True)
            if not any(fault in done.stderr for fault in FAULTS_OF_ITS_OWN):
                break
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout


def score(report: dict[str, Any], category: str) -> int:
    return round(report["categories"][category]["score"] * 100)


def failed_audits(report: dict[str, Any], category: str) -> list[str]:
    names = [audit["id"] for audit in report["categories"][category]["auditRefs"] if audit["weight"]]
    audits = [report["audits"][name] for name in names]
    return [f"{audit['id']}: {audit['title']}" for audit in audits if audit["score"] not in (None, 1)]
