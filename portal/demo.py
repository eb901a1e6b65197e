"""Loads the fictional town of `fixtures/demo`: only into an empty database, never into somebody's town."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

import search
from agencies import freshness, membership
from agencies.demo import Demo, demo_uid
from agencies.models import (
    Address,
    AgenciesPage,
    AgencyPage,
    District,
    DistrictWords,
    Entry,
    Holiday,
    Policy,
    Scheme,
    Term,
    User,
    fingerprint,
)
from agencies.models.words import MACHINE
from agencies.planting import plant
from search import outbox

from . import checklist_history
from .founding import found_town
from .models import ChecklistState, ContentPage, HomePage, Town, TownNumber, TownWords

HISTORY = timedelta(days=180)
PASSWORD = "lantern in the window"
AUDIENCES = {"child": "child", "parent-carer": "parent", "professional": "professional"}
LEADS = (
    "lindemar-children-s-office",
    "lindemar-child-protection-team",
    "listening-line-for-children-sample-country",
    "lindemar-youth-service",
)


class NotADemo(Exception):
    """The database holds something that the demo must not touch."""


@dataclass(frozen=True, slots=True)
class Account:
    username: str
    role: str
    agency: str = ""


def accounts() -> Iterator[Account]:
    """One or more people for every role."""
    yield Account("town-admin", "town_admin")
    yield Account("town-editor", "town_editor")
    yield Account("second-town-editor", "town_editor")
    yield Account("town-reviewer", "town_reviewer")
    yield Account("safeguarding-reviewer", "safeguarding_reviewer")
    yield Account("youth-council-editor", "youth_council_editor")
    for key in LEADS:
        yield Account(f"lead-{key}"[:150], "lead", key)
    keys = AgencyPage.objects.order_by("key").values_list("key", flat=True)
    for key in keys[:12]:
        yield Account(f"editor-{key}"[:150], "editor", key)


def refuse_unless_empty() -> None:
    """Raises NotADemo when agencies, pages or people exist that no demo brought."""
    if Entry.objects.exists() or ContentPage.objects.exists() or User.objects.exists():
        raise NotADemo(
            "This database is not empty, so the demo was not loaded and nothing was changed. "
            "Use an empty database (another DATABASE_URL) for the demo."
        )


@transaction.atomic
def load_demo() -> None:
    """Founds the town and fills it. Raises NotADemo; a demo that is there already is left as it is."""
    if Town.load().is_demo:
        return
    refuse_unless_empty()
    folder = settings.FIXTURES_FOLDER / "demo"
    found_town()
    data = json.loads((folder / "town.json").read_text(encoding="utf-8"))
    today = _load_domain(data)
    _load_town(data, today)
    _load_agencies(folder, today)
    with disable_reference_index_auto_update():
        _load_pages(folder / "pages")
    _note_what_was_loaded()
    _note_checklist(data["checklist_was"], today)
    _open_accounts()


def rebuild_indexes() -> None:
    """Wagtail's reference index of the pages, which loading leaves out; and search, if it has not followed."""
    for page in ContentPage.objects.all():
        ReferenceIndex.create_or_update_for_object(page)
    if outbox.pending():
        search.rebuild()


def _note_what_was_loaded() -> None:
    """Entries note themselves; vocabularies and pages were loaded without the signals that would do it."""
    needs = Term.objects.of(Scheme.NEED).values_list("uid", flat=True)
    pages = ContentPage.objects.values_list("translation_key", flat=True).distinct()
    outbox.note(
        *(f"{Address.Kind.NEED}:{uid}" for uid in needs), *(f"{Address.Kind.PAGE}:{key}" for key in pages)
    )


def _note_checklist(was: dict[str, dict[str, Any]], today: date) -> None:
    """Half a year of history: as it is today, but for the items that were otherwise before."""
    checklist_history.note(today)
    first = today - HISTORY
    ChecklistState.objects.update(since=first)
    for code, before in was.items():
        state = ChecklistState.objects.get(item__code=code)
        changed = today - timedelta(days=before["until_days_ago"])
        state.pk, state.since = None, changed
        ChecklistState.objects.filter(item__code=code).update(name=before["state"], seen=changed)
        state.save()


PLAIN_FIELDS = (
    *("name", "tagline", "country", "exit_url", "brand", "accent", "languages", "contact_email"),
    *(
        "shows_checklist",
        "responsible",
        "data_protection",
        "host",
        "privacy_authority",
        "accessibility_authority",
    ),
)


def _load_domain(data: dict[str, Any]) -> date:
    policy = Policy.load()
    policy.time_zone = data["time_zone"]
    policy.holidays = [
        Holiday(rule=row["rule"], name=row["name"], sort_order=n) for n, row in enumerate(data["holidays"])
    ]
    policy.save()
    for number, row in enumerate(data["districts"]):
        words = row.pop("words", {})
        district = District(
            code=row["id"],
            name=row["name"],
            kind=row["kind"],
            latitude=row["latitude"],
            longitude=row["longitude"],
            sort=number,
            uid=demo_uid("districts", row["id"]),
        )
        district.words = [
            DistrictWords(
                language=language, field="name", text=text, by=MACHINE, fingerprint=fingerprint(row["name"])
            )
            for language, text in words.items()
        ]
        district.save()
    return freshness.today(policy)


def _load_town(data: dict[str, Any], today: date) -> None:
    town = Town.load()
    for field in PLAIN_FIELDS:
        setattr(town, field, data[field])
    town.is_demo = True
    words = [
        TownWords(language=language, field=field, text=text, by=MACHINE, fingerprint=fingerprint(data[field]))
        for field in ("name", "tagline")
        for language, text in data.get(f"{field}_words", {}).items()
    ]
    numbers = []
    for position, row in enumerate(data["numbers"]):
        number = _number(row, position, today)
        numbers.append(number)
        words += _number_words(number, row.get("words", {}))
    town.numbers, town.words = numbers, words
    town.save()


def _number(row: dict[str, Any], position: int, today: date) -> TownNumber:
    types = {"phone": "voice", "chat": "chat", "text": "text", "in_person": "in_person"}
    same = (
        "kind",
        "label",
        "free_call",
        "anonymous",
        "recorded",
        "located",
        "on_bill",
        "hours",
        "answers",
        "note",
        "checked_by",
        "checked_role",
    )
    return TownNumber(
        **{name: row.get(name, "") for name in same},
        **_opening(row.get("opening", [])),
        number=row.get("url") or row["number"],
        type=types[row["channel"]],
        spoken=",".join(row.get("languages", [])),
        checked_on=today - timedelta(days=row["checked_days_ago"]),
        uid=demo_uid("numbers", str(position)),
        sort_order=position,
    )


def _opening(lines: list[list[str]]) -> dict[str, Any]:
    """The fields of a number's hours from lines of days, from and until."""
    fields: dict[str, Any] = {}
    for (days, opens, closes), (on, first, last) in zip(TownNumber.HOURS, lines, strict=False):
        fields |= {days: on, opens: time.fromisoformat(first), closes: time.fromisoformat(last)}
    return fields


def _number_words(number: TownNumber, words: dict[str, dict[str, str]]) -> list[TownWords]:
    return [
        TownWords(
            language=language,
            record=number.uid,
            field=field,
            text=text,
            by=MACHINE,
            fingerprint=fingerprint(getattr(number, field)),
        )
        for language, texts in words.items()
        for field, text in texts.items()
        if field in TownNumber.WORDS
    ]


def _load_agencies(folder: Path, today: date) -> None:
    demo = Demo(folder, today)
    branch = AgenciesPage.objects.get()
    files = list(demo.files())
    agencies = plant(branch, [demo.agency(data) for data in files])
    for data, agency in zip(files, agencies, strict=True):
        plant(agency, demo.services(data, agency))
        membership.open_agency(agency.key, page=agency)
    demo.tie_providers()


def _load_pages(folder: Path) -> None:
    files = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    homes = {home.locale.language_code: home for home in HomePage.objects.select_related("locale")}
    sources: dict[str, ContentPage] = {}
    for language in sorted(files, key=lambda code: code != settings.LANGUAGE_CODE):
        pages = _load_language(files[language], homes[language], sources)
        sources = sources or pages


def _load_language(
    file: dict[str, Any], home: HomePage, sources: dict[str, ContentPage]
) -> dict[str, ContentPage]:
    """The pages of one language; `sources`: those of the town's own, which the others translate."""
    pages: dict[str, ContentPage] = {}
    for row, parent in _walk(file["pages"]):
        fields = _page_fields(row)
        source = sources.get(row["id"])
        if source is not None:
            same = ("translation_key", "audience", "age_band", "sensitive", "in_navigation", "address")
            fields |= {name: getattr(source, name) for name in same} | {"machine_written": True}
        else:
            fields["in_navigation"] = parent is None
        page = ContentPage(slug=row["id"], locale=home.locale, **fields)
        _publish_below(pages[parent] if parent else home, page)
        pages[row["id"]] = page
    return pages


def _publish_below(parent: Page, page: ContentPage) -> None:
    """Adds a page as published. The usual way saves it five times; a hundred pages take too long for that."""
    page.first_published_at = page.last_published_at = timezone.now()
    parent.add_child(instance=page)
    revision = page.save_revision(clean=False, changed=False)
    Page.objects.filter(pk=page.pk).update(live_revision=revision)


def _walk(
    rows: list[dict[str, Any]], parent: str | None = None
) -> Iterator[tuple[dict[str, Any], str | None]]:
    for row in rows:
        yield row, parent
        yield from _walk(row.get("children", []), row["id"])


def _page_fields(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": row["title"],
        "intro": row.get("intro", ""),
        "audience": AUDIENCES.get(row.get("audience") or "", "everyone"),
        "age_band": row.get("age_band", ""),
        "sensitive": row.get("sensitive", False),
        "body": json.dumps(
            [{"type": block["type"], "value": block["value"]} for block in row.get("body", [])]
        ),
    }


def _open_accounts() -> None:
    agencies = {agency.key: agency for agency in AgencyPage.objects.all()}
    hashed = User(username="same-for-all")
    if settings.DEMO:
        hashed.set_password(PASSWORD)
    else:  # a password that stands in the source code opens nothing outside the demo mode
        hashed.set_unusable_password()
    for account in accounts():
        user = User.objects.create(
            username=account.username,
            email=f"{account.username}@lindemar.example"[:254],
            password=hashed.password,
        )
        membership.add_member(user, account.role, agencies.get(account.agency))
    User.objects.create(
        username="superuser",
        email="superuser@lindemar.example",
        password=hashed.password,
        is_staff=True,
        is_superuser=True,
    )
