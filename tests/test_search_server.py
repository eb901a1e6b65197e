"""The Elasticsearch of tests and developers: it comes whole or not at all, answers, and leaves."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from elasticsearch import ConnectionError as NoConnection
from elasticsearch import Elasticsearch

from setup import search_server
from setup.search_server import NotFetched, Trouble, archive
from tests.elastic_server import running

WHOLE = "the whole distribution"
WRITE = 'for word; do case $word in -DoutputDirectory=*) out=${word#*=};; esac; done\nfile="$out"/%s\n'


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and a Maven on the PATH that a test has to write."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(search_server, "SHA256", hashlib.sha256(WHOLE.encode()).hexdigest())
    return tmp_path / "cache" / "lantern"


def maven_that(cache: Path, does: str) -> Path:
    """A script in Maven's place; `$file` is where the distribution is to land. Returns its diary of calls."""
    script = cache.parent.parent / "bin" / "mvn"
    diary = script.with_name("calls")
    name = f"elasticsearch-{search_server.VERSION}.zip"
    script.write_text(f"#!/bin/sh\necho called >> '{diary}'\n{WRITE % name}{does}\n")
    script.chmod(0o755)
    return diary


def left_in(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.iterdir() if path.name != "lock")


# --- the download ---------------------------------------------------------------------------------


def test_download_happens_once(cache: Path) -> None:
    diary = maven_that(cache, f"printf '{WHOLE}' > $file")
    assert archive() == archive()
    assert archive().read_text() == WHOLE
    assert diary.read_text() == "called\n"
    assert left_in(cache) == [archive().name]


def test_two_that_ask_at_the_same_time_download_once(cache: Path) -> None:
    diary = maven_that(cache, f"sleep 0.3; printf '{WHOLE}' > $file")
    with ThreadPoolExecutor(2) as pool:
        paths = list(pool.map(lambda _: archive(), range(2)))
    assert [path.read_text() for path in paths] == [WHOLE, WHOLE]
    assert diary.read_text() == "called\n"


def test_killed_maven_leaves_nothing_half(cache: Path) -> None:
    maven_that(cache, "printf 'the whole' > $file; kill -9 $$")
    with pytest.raises(NotFetched, match="ELASTICSEARCH_URL"):
        archive()
    assert left_in(cache) == []


def test_half_a_file_is_refused_even_if_maven_is_content(cache: Path) -> None:
    maven_that(cache, "printf 'the whole' > $file")
    with pytest.raises(NotFetched, match="another Elasticsearch"):
        archive()
    assert left_in(cache) == []


def test_download_killed_with_everything_around_it_is_cleared_by_the_next(cache: Path) -> None:
    maven_that(cache, f"printf '{WHOLE}' > $file")
    (cache / "part-old").mkdir(parents=True)
    (cache / "part-old" / f"elasticsearch-{search_server.VERSION}.zip").write_text("the whole")
    assert archive().read_text() == WHOLE
    assert left_in(cache) == [archive().name]


def test_failure_says_in_one_line_what_maven_said(cache: Path) -> None:
    maven_that(cache, "printf '\\033[0m[ERROR] Unknown host\n'; echo '[ERROR] Re-run Maven'; exit 1")
    with pytest.raises(NotFetched, match="Unknown host") as refusal:
        archive()
    assert "\n" not in str(refusal.value)


def test_missing_maven_names_its_package(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(cache.parent.parent / "bin"))
    with pytest.raises(NotFetched, match="apt-get install --no-install-recommends maven"):
        archive()


# --- the command ----------------------------------------------------------------------------------


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_what_is_no_port_is_refused(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(Trouble, match="make search-server PORT="):
        search_server.port_to_use()


def test_folder_in_use_is_refused(tmp_path: Path) -> None:
    with search_server.claim(tmp_path), pytest.raises(Trouble, match="already"):
        search_server.claim(tmp_path)


def test_server_that_ends_says_why_in_one_line(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_text("[INFO ] starting\n[ERROR] unknown setting [x]\n\tat Main.java\n")
    assert search_server.complaint(log) == f"[ERROR] unknown setting [x] (see {log})"
    log.write_text("error:\nUnrecognized option\n")
    assert search_server.complaint(log) == f"error: Unrecognized option (see {log})"


# --- the server -----------------------------------------------------------------------------------


@pytest.mark.proof
@pytest.mark.elastic
def test_server_answers_finds_a_document_and_is_gone_afterwards() -> None:
    with running() as url, Elasticsearch(url, max_retries=0) as client:
        assert client.cluster.health()["status"] == "green"
        client.index(index="shelf", id="1", document={"words": "a lantern"}, refresh=True)
        found = client.search(index="shelf", query={"match": {"words": "lantern"}})
        assert [hit["_id"] for hit in found["hits"]["hits"]] == ["1"]
    with Elasticsearch(url, max_retries=0) as client, pytest.raises(NoConnection):
        client.cluster.health()
