"""`make search-server`: a real Elasticsearch on the loopback, until Ctrl-C; the tests start theirs too.

It is the smallest distribution that Elastic publishes, the one it tests plugins with: Maven fetches it once
(97 MB). It lacks what Elastic ships as modules: no scripts, no `GET /`, no analyzer of any language, and of
tokenizers only `standard`.
"""

from __future__ import annotations

import fcntl
import hashlib
import http.client
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
VERSION = "8.19.5"
SHA256 = "5d3a8f63f66d828a24d29f88819bf2c6e695d124c470da3ab92a5d6cc1397785"
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
SECONDS_TO_FETCH, SECONDS_TO_START, SECONDS_TO_STOP = 900, 180, 30
APT = "apt-get install --no-install-recommends"

# The downloader of GeoIP is one of the modules that are not there: its setting would be refused as unknown.
SETTINGS = """\
cluster.name: lantern
node.name: lantern
discovery.type: single-node
network.host: {host}
http.port: {port}
transport.port: 0
path.data: "{folder}/data"
path.logs: "{folder}/logs"
xpack.security.enabled: false
xpack.ml.enabled: false
action.destructive_requires_name: false
cluster.routing.allocation.disk.threshold_enabled: false
"""
# Half the memory of what Elasticsearch would choose for a big machine (measured), and a quicker start.
JAVA_OPTIONS = """\
-Xms512m
-Xmx512m
-XX:-UseG1GC
-XX:+UseSerialGC
-XX:TieredStopAtLevel=1
-XX:-AlwaysPreTouch
-Xlog:disable
"""


class Trouble(RuntimeError):
    """What stands in the way, in one line that names the cure."""


class NotFetched(Trouble):
    """The distribution is not here and cannot be brought: no fault of the code under test."""


# --- the download ---------------------------------------------------------------------------------


def cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lantern"


def archive() -> Path:
    """The distribution's zip, fetched if it is not here. It appears under its name when it is whole."""
    kept = cache() / f"elasticsearch-{VERSION}.zip"
    if kept.exists():
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    with (kept.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # whoever waited here finds the file of who came first
        if not kept.exists():
            fetch(kept)
    return kept


def fetch(kept: Path) -> None:
    """By Maven, into a folder beside; what a killed download left there goes first."""
    for left in kept.parent.glob("part-*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix="part-") as place:
        run_maven(Path(place))
        came = Path(place) / kept.name
        if not came.exists() or hashlib.sha256(came.read_bytes()).hexdigest() != SHA256:
            repository = "org/elasticsearch/distribution/integ-test-zip"
            raise NotFetched(
                f"Maven brought another Elasticsearch {VERSION} than expected: "
                f"remove {repository} from its local repository and try again."
            )
        came.replace(kept)


def run_maven(place: Path) -> None:
    if shutil.which("mvn") is None:
        raise NotFetched(f"Elasticsearch is fetched by Maven, which is not installed here: {APT} maven")
    print(f"Fetching Elasticsearch {VERSION} with Maven (97 MB, this once) ...", flush=True)
    # -U: an earlier failure that Maven remembers is no answer.
    command = ["mvn", "-B", "-q", "-U", "-Dstyle.color=never", COPY]
    command += [f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={place}"]
    asked: dict[str, object] = {"cwd": place, "stdin": subprocess.DEVNULL, "timeout": SECONDS_TO_FETCH}
    try:
        done = subprocess.run(command, capture_output=True, text=True, **asked)
    except subprocess.TimeoutExpired:
        raise NotFetched(cannot_fetch(f"nothing came for {SECONDS_TO_FETCH} seconds")) from None
    if done.returncode:
        said = re.search(r"\[ERROR\] (.+)", done.stdout, re.MULTILINE)
        raise NotFetched(cannot_fetch(said[1][:300] if said else f"it ended with {done.returncode}"))


def cannot_fetch(reason: str) -> str:
    cure = "Try again with a network, or set ELASTICSEARCH_URL to a server that runs"
    return f"Maven cannot fetch Elasticsearch {VERSION}. {cure}. ({reason})"


# --- the server -----------------------------------------------------------------------------------


@dataclass
class Server:
    process: subprocess.Popen[bytes]
    address: str
    log: Path
    claim: IO[str]

    def wait_until_ready(self) -> None:
        end = time.monotonic() + SECONDS_TO_START
        while not self.is_healthy():
            if self.process.poll() is not None:
                raise Trouble(f"Elasticsearch ended with {self.process.returncode}: {complaint(self.log)}")
            if time.monotonic() > end:
                raise Trouble(f"Elasticsearch gave no answer for {SECONDS_TO_START} seconds. See {self.log}")
            time.sleep(0.2)

    def is_healthy(self) -> bool:
        """`GET /` is not in this distribution: its client's `ping()` says no for ever, health tells."""
        line = http.client.HTTPConnection(self.address.removeprefix("http://"), timeout=10)
        try:
            line.request("GET", "/_cluster/health?wait_for_status=yellow&timeout=5s")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def stop(self) -> None:
        """Ends the launcher, which ends the server and waits for it."""
        self.process.terminate()
        try:
            self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.claim.close()


def complaint(log: Path) -> str:
    """The line of the log that says why, and where the others are."""
    text = log.read_text(errors="replace")
    why = re.search(r"\[ERROR\].+", text)
    return f"{why.group()[:300] if why else ' '.join(text.split())[:300]} (see {log})"


def java_home() -> Path:
    """Elasticsearch looks for Java in a folder of that name, not on the PATH."""
    java = shutil.which("java")
    if java is None:
        raise Trouble(f"Elasticsearch needs Java 17, which is not installed here: {APT} default-jre-headless")
    return Path(java).resolve().parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def claim(folder: Path) -> IO[str]:
    """Two servers on the same data would be one too many."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        mine = (folder / "lock").open("w")
    except PermissionError:
        raise Trouble(f"{folder} belongs to another user: remove it, then try again.") from None
    try:
        fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        mine.close()
        raise Trouble(f"A server runs on {folder} already: use it, or end it first.") from None
    return mine


def lay_out(folder: Path, port: int) -> None:
    """Unpacks anew each time: a second of work, and nothing half or old can be there."""
    program = folder / f"elasticsearch-{VERSION}"
    for old in folder.glob("elasticsearch-*/"):
        shutil.rmtree(old)
    with zipfile.ZipFile(archive()) as packed:
        packed.extractall(folder)
    for name in ("data", "logs", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    (program / "config" / "elasticsearch.yml").write_text(
        SETTINGS.format(host=HOST, port=port, folder=folder)
    )
    options = program / "config" / "jvm.options.d"
    options.mkdir(exist_ok=True)
    (options / "lantern.options").write_text(JAVA_OPTIONS)


def check_way_to(folder: Path) -> None:
    """Elasticsearch refuses to run as root, and its user has to get through to its folder."""
    closed = [above for above in folder.parents if not above.stat().st_mode & 0o001]
    if os.geteuid() == 0 and closed:
        raise Trouble(
            f"Started by root, Elasticsearch runs as the user nobody, and {closed[-1]} is closed to nobody: "
            "start it as an ordinary user, or name another folder with LANTERN_VAR."
        )


def unprivileged(folder: Path) -> dict[str, object]:
    """Root gives the folder away to the user who owns nothing else."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    for path in (folder, *folder.rglob("*")):
        os.lchown(path, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def launch(folder: Path, port: int) -> Server:
    """In a session of its own: Ctrl-C reaches us alone, and we end the server in order."""
    folder = folder.resolve()
    java, mine = java_home(), claim(folder)
    try:
        check_way_to(folder)
        lay_out(folder, port)
        who = unprivileged(folder)
        # If we are killed, the kernel ends the server.
        leash = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        command = [*leash, "bash", str(folder / f"elasticsearch-{VERSION}" / "bin" / "elasticsearch")]
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}
        environment |= {"ES_JAVA_HOME": str(java), "ES_TMPDIR": str(folder / "tmp")}
        log = folder / "server.log"
        with log.open("wb") as output:
            streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": subprocess.STDOUT}
            process = subprocess.Popen(
                command, cwd=folder, env=environment, start_new_session=True, **streams, **who
            )
    except BaseException:
        mine.close()
        raise
    return Server(process, f"http://{HOST}:{port}", log, mine)


def start(folder: Path, port: int) -> Server:
    """A server that answers. Start it in the main thread: it ends with the thread that started it."""
    server = launch(folder, port)
    try:
        server.wait_until_ready()
    except BaseException:
        server.stop()
        raise
    return server


@contextmanager
def serving(folder: Path, port: int | None = None) -> Iterator[str]:
    """Its address, for as long as the context lasts; on a free port if none is given."""
    server = start(folder, port or free_port())
    try:
        yield server.address
    finally:
        server.stop()


# --- the command ----------------------------------------------------------------------------------


def port_to_use() -> int:
    given = os.environ.get("PORT") or "9200"
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise Trouble(f"PORT={given} is no port. Try: make search-server PORT=9201")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(given)))
        except OSError as error:
            other = int(given) % 65535 + 1
            cure = f"make search-server PORT={other}"
            raise Trouble(f"Port {given} cannot be used ({error.strerror}). Try: {cure}") from None
    return int(given)


def serve(folder: Path) -> None:
    port = port_to_use()
    print("Starting Elasticsearch (half a minute) ...", flush=True)
    server = start(folder, port)
    try:
        print(f"\nELASTICSEARCH_URL={server.address}", flush=True)
        print(f"Ctrl-C ends it. Data and log: {folder}", flush=True)
        server.process.wait()
        raise Trouble(f"Elasticsearch ended by itself: {complaint(server.log)}")
    finally:
        server.stop()


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        serve(Path(os.environ.get("LANTERN_VAR") or ROOT / "var") / "search-server")
    except KeyboardInterrupt:
        print("\nElasticsearch has ended.")
    except Trouble as trouble:
        sys.exit(str(trouble))


if __name__ == "__main__":
    main()
