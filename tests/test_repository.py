"""The house rules that a script can hold: layers, layout, locks, migrations, ARCHITECTURE.md."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from importlinter.cli import lint_imports
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
APPS = ("portal", "agencies", "search")
LANGUAGES = ("en", "de", "fr", "uk", "ar")
LOCKS = ("requirements.lock", "requirements-dev.lock")
LONGEST_FILE = 400

TOP_LEVEL = {
    *("README.md", "ARCHITECTURE.md", "DECISIONS.md", "CONTRIBUTING.md", "LICENSE"),
    *("Makefile", "manage.py", "pyproject.toml", *LOCKS),
    *(".ci", ".editorconfig", ".env.example", ".gitignore"),
    *(*APPS, "templates", "fixtures", "tests", "setup", "docs"),
}
LATER = {"DEPLOY.md", "FEEDS.md", "SAFETY.md", "CHANGELOG.md", "Dockerfile", "compose.yaml", ".dockerignore"}

# Written with classes of one letter, so that this file does not name them itself.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:wor[k]|far[m]|hom[e]|roo[t]|User[s]|tm[p])/\w")
REGISTRY_HOST = re.compile(
    r"\b(?:pyp[i]\.org|pythonhoste[d]\.org|registr[y]\.npmjs|npmj[s]\.(?:org|com)|crate[s]\.io|"
    r"prox[y]\.golang|mave[n]\.org|de[b]\.debian|securit[y]\.debian)"
)
ROOM_WITHOUT_SUBJECT = re.compile(r"(?:^|/)(?:util|utils|helper|helpers|common|core|misc|services)(?:\.py|/)")


def git_files() -> list[Path]:
    """Every file of the repository: tracked, or new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [Path(name) for name in names if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    """A file's text; empty for pictures and fonts."""
    data = (ROOT / path).read_bytes()
    return "" if b"\0" in data[:8000] else data.decode("utf-8")


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


# --- layers and layout ----------------------------------------------------------------------------


def test_imports_run_from_portal_to_agencies_to_search_only() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_top_level_holds_what_it_should_and_nothing_else() -> None:
    found = {path.parts[0] for path in git_files()}
    assert found - LATER == TOP_LEVEL


def test_every_room_has_a_subject() -> None:
    nameless = [str(path) for path in git_files() if ROOM_WITHOUT_SUBJECT.search(path.as_posix())]
    assert nameless == []


def test_templates_and_fixtures_are_data() -> None:
    code = [
        str(path)
        for path in git_files()
        if path.parts[0] in ("templates", "fixtures") and path.suffix == ".py"
    ]
    assert code == []


def test_no_file_of_code_is_long() -> None:
    code = [
        path
        for path in git_files()
        if path.suffix in (".py", ".js", ".html") and "migrations" not in path.parts
    ]
    long = {str(path): lines for path in code if (lines := text_of(path).count("\n")) > LONGEST_FILE}
    assert long == {}


def test_no_file_names_a_path_of_a_machine_or_the_host_of_a_registry() -> None:
    found = [
        f"{path}: {match.group()}"
        for path in git_files()
        for pattern in (MACHINE_PATH, REGISTRY_HOST)
        if (match := pattern.search(text_of(path)))
    ]
    assert found == []


def test_readme_has_its_two_commands_first() -> None:
    commands = re.findall(r"^\s*(?:\$ )?(make \w+)", text_of(Path("README.md")), re.MULTILINE)
    assert commands[:2] == ["make demo", "make test"]


def test_every_link_of_the_papers_leads_to_a_file() -> None:
    papers = [path for path in git_files() if path.suffix == ".md"]
    links = {
        (str(paper), target)
        for paper in papers
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text_of(paper))
        if "://" not in target
    }
    assert sorted(link for link in links if not (ROOT / Path(link[0]).parent / link[1]).exists()) == []


# --- dependencies and the wheel -------------------------------------------------------------------


def locked(lock: str) -> dict[str, str]:
    """Names and versions in a lock; each must carry hashes."""
    pattern = r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)(.*?)(?=^[\w-]|\Z)"
    entries = re.findall(pattern, text_of(Path(lock)), re.MULTILINE | re.DOTALL)
    assert all("--hash=sha256:" in rest for _, _, rest in entries)
    return {canonical(name): version for name, version, _ in entries}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_locks_hold_exactly_the_pinned_dependencies() -> None:
    direct = [Requirement(line) for line in project()["project"]["dependencies"]]
    tools = [Requirement(line) for line in project()["dependency-groups"]["dev"]]
    runtime, everything = locked("requirements.lock"), locked("requirements-dev.lock")
    for wanted, lock in ((direct, runtime), (direct + tools, everything)):
        assert {str(item.specifier) for item in wanted} == {
            f"=={lock[canonical(item.name)]}" for item in wanted
        }
    assert runtime.items() <= everything.items()


def test_locks_name_no_host() -> None:
    for lock in LOCKS:
        assert not re.search(r"https?:|--(?:extra-)?index-url|--find-links|file:", text_of(Path(lock)))


@pytest.mark.proof
def test_wheel_carries_templates_fixtures_and_catalogues(tmp_path: Path) -> None:
    from build import ProjectBuilder

    clone = tmp_path / "clone"  # without the catalogues that this checkout has compiled already
    for path in git_files():
        (clone / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, clone / path)
    wheel = ProjectBuilder(clone).build("wheel", tmp_path)
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())
    assert {f"portal/locale/{language}/LC_MESSAGES/django.mo" for language in LANGUAGES[1:]} <= carried
    for folder in ("templates", "fixtures"):
        data = {f"portal/{path.as_posix()}" for path in git_files() if path.parts[0] == folder}
        assert data
        assert data <= carried
    static = {path.as_posix() for path in git_files() if "static" in path.parts and path.parts[0] in APPS}
    assert static <= carried
    assert not [name for name in carried if name.startswith(("tests/", "setup/"))]


# --- migrations ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_first_migration_of_agencies_holds_the_user_alone() -> None:
    first = MigrationLoader(None).disk_migrations[("agencies", "0001_initial")]
    assert [getattr(operation, "name", "") for operation in first.operations] == ["User"]
    assert {app for app, _ in first.dependencies} == {"auth"}


# --- ARCHITECTURE.md ------------------------------------------------------------------------------


def spread(path: str) -> list[str]:
    """`a/{b,c}.py` is two paths."""
    parts = re.split(r"\{([^}]*)\}", path)
    choices = [part.split(",") if number % 2 else [part] for number, part in enumerate(parts)]
    return ["".join(choice) for choice in itertools.product(*choices)]


def paths_in_backticks(text: str) -> Iterator[str]:
    """Words in backticks that are paths by their looks: a folder, or a file of a kind we have.

    A paragraph that begins with an app's name in bold speaks of that app's own files.
    """
    for paragraph in re.split(r"\n\s*\n", text):
        app = re.match(rf"\*\*({'|'.join(APPS)})\*\*", paragraph)
        for word in re.findall(r"`([^`\s]+)`", paragraph):
            if re.fullmatch(r"[\w.][\w./{},-]*(?:/|\.(?:py|md|html|css|js|json|toml|lock|csv|po))", word):
                yield from (f"{app[1]}/{path}" if app else path for path in spread(word))


def architecture() -> str:
    return text_of(Path("ARCHITECTURE.md"))


def test_every_path_in_architecture_exists() -> None:
    named = set(paths_in_backticks(architecture()))
    assert named
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


def test_every_rule_in_architecture_has_its_module() -> None:
    rows = re.findall(r"^\|\s*([^|]+\?)\s*\|\s*(.+?)\s*\|\s*$", architecture(), re.MULTILINE)
    assert len(rows) >= 10
    for question, answer in rows:
        assert list(paths_in_backticks(answer)) or re.search(r"`\w+(?:\.\w+)*\(\)`", answer), question


def test_architecture_shows_every_module_of_the_apps() -> None:
    """A module that no word of the plan covers is a room nobody knows of."""
    named = set(paths_in_backticks(architecture()))
    inside = [path for app in APPS for path in (ROOT / app).iterdir()]
    rooms = {path.relative_to(ROOT).as_posix() for path in inside if is_room(path)}
    unknown = sorted(room for room in rooms if not any(path.startswith(room) for path in named))
    assert unknown == []


def is_room(path: Path) -> bool:
    ordinary = {"__init__.py", "__pycache__", "apps.py", "migrations", "static", "locale", "management"}
    return path.name not in ordinary and (path.suffix == ".py" or path.is_dir())
