"""Whether people find what they need: nDCG@10 and recall@10 of the judged questions, engine by engine.

    .venv/bin/python tests/bench/bench_relevance.py

SQLite's engine always; PostgreSQL's and Elasticsearch where BENCH_POSTGRES_URL (an empty database) and
ELASTICSEARCH_URL name a server. The demo town is loaded anew for each.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.databases import manage


def measure() -> None:
    """In a process of its own, whose environment names the database."""
    import django

    django.setup()
    from tests.search.test_relevance import measured

    print(json.dumps(measured()))


def engines(folder: str) -> dict[str, dict[str, str]]:
    """Each engine's environment."""
    file = f"sqlite:///{folder}/db.sqlite3"
    found = {"sqlite": {"DATABASE_URL": file, "ELASTICSEARCH_URL": ""}}
    if url := os.environ.get("BENCH_POSTGRES_URL"):
        found["postgres"] = {"DATABASE_URL": url, "ELASTICSEARCH_URL": ""}
    if url := os.environ.get("ELASTICSEARCH_URL"):
        file = f"sqlite:///{folder}/beside.sqlite3"
        found["elastic"] = {
            "DATABASE_URL": file,
            "ELASTICSEARCH_URL": url,
            "ELASTICSEARCH_INDEX": "relevance",
        }
    return found


def of_engine(environment: dict[str, str], folder: str) -> dict[str, tuple[float, float]]:
    environment |= {
        "LANTERN_DEMO": "1",
        "LANTERN_VAR": folder,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    for command in ("migrate", "load_demo", "rebuild_search"):
        manage(command, **environment)
    asked = [sys.executable, __file__, "--one"]
    done = subprocess.run(asked, env=os.environ | environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    if sys.argv[1:] == ["--one"]:
        measure()
        return
    with tempfile.TemporaryDirectory() as folder:
        found = {name: of_engine(environment, folder) for name, environment in engines(folder).items()}
    print(f"{'nDCG@10 / recall@10':20}" + "".join(f"{name:>18}" for name in found))
    for group in next(iter(found.values())):
        figures = "".join(f"{of[group][0]:10.3f} / {of[group][1]:.3f}" for of in found.values())
        print(f"{group:20}{figures}")


if __name__ == "__main__":
    main()
