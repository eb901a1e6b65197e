"""The parts of an entry (numbers, contacts, hours, languages, areas …): a row to one or more of them."""

import uuid
from typing import Any

from . import repair
from .columns import Columns
from .graph import Graph
from .records import Report, Row
from .tongues import language_of

Part = dict[str, Any]
# What our hours cannot compute: such a row keeps its words and gets no times (unknown never counts as open).
BEYOND = ("count", "byweekno", "byyearday")


class Parts:
    """Makes parts; raises repair.Refusal where a row is of no use without the value that is missing."""

    def __init__(self, graph: Graph, report: Report):
        self.graph = graph
        self.report = report

    def of(self, row: Row) -> list[tuple[str, Part]]:
        """(relation, part) of each part that a row holds."""
        return getattr(self, f"_{row.table}")(row, Columns(row, self.report))

    def uid(self, row: Row, type_: str, *content: Any) -> uuid.UUID:
        """Its id; a row without one gets an id of its owner and its content, the same at each harvest."""
        if row.id:
            return self.graph.uid(type_, row.id)
        owner = "/".join(
            f"{column}={row.get(column)}"
            for column in row.values
            if column.endswith("_id") and row.get(column)
        )
        return self.graph.uid(type_, "/".join([owner, *(str(value) for value in content)]))

    def _phones(self, row: Row, columns: Columns) -> list[tuple[str, Part]]:
        written = columns.pop("number")
        extension = columns.line("extension", 20).removesuffix(".0")
        kind = columns.noted("type", repair.phone_type, "")
        if not kind:
            kind = "voice"
            if "type" in row.values:
                self.report.once(
                    row, "it does not say what kind of number it is (voice, fax, text …): taken as a call"
                )
        description = columns.line("description", 160) or columns.line("department", 160)
        if language := columns.line("language"):
            columns.extra["language"] = language
        found = []
        for label, one in repair.numbers(written):
            number, further, note = repair.number(one)
            if note:
                columns.say(note)
            own_kind = repair.phone_type(label)[0] if label else kind
            found.append((number, own_kind, further or extension, label or description))
        if len(found) > 1:
            columns.say(f"{len(found)} numbers stood in one field: they are separate now")
        rest = columns.rest()
        parts = []
        for position, (number, own_kind, further, words) in enumerate(found):
            uid = self.uid(row, "phone", number, words)
            uid = uid if position == 0 else self.graph.uid("phone", f"{uid}/{position}")
            parts.append(
                (
                    "phones",
                    {
                        "uid": uid,
                        "number": number,
                        "type": own_kind,
                        "extension": further,
                        "description": words,
                        "extra": rest,
                    },
                )
            )
        return parts

    def _contacts(self, row: Row, columns: Columns) -> list[tuple[str, Part]]:
        if columns.pop("name"):
            columns.say("a person's name is not kept: contacts are roles and desks")
        department = columns.line("department", 160)
        title = columns.line("title", 160) or department
        email = columns.noted("email", repair.email, "")
        if not title and not email and not row.id:
            raise repair.Refusal("it has neither a role (title) nor a department: name the role or the desk")
        place = row.get("location_id")
        extra = columns.rest() | ({"location_id": str(self.graph.uid("location", place))} if place else {})
        uid = self.uid(row, "contact", title, email)
        return [
            (
                "contacts",
                {
                    "uid": uid,
                    "title": title or "Contact",
                    "department": department,
                    "email": email,
                    "extra": extra,
                },
            )
        ]

    def _urls(self, row: Row, columns: Columns) -> list[tuple[str, Part]]:
        address, note = repair.url(columns.pop("url"))
        if note:
            columns.say(f"url: {note}")
        label = columns.line("label", 160)
        return [
            (
                "websites",
                {
                    "uid": self.uid(row, "url", address),
                    "url": address,
                    "label": label,
                    "extra": columns.rest(),
                },
            )
        ]

    def _languages(self, row: Row, columns: Columns) -> list[tuple[str, Part]]:
        written = columns.line("code") or columns.line("name")
        columns.drop("name")
        if not written:
            raise repair.Refusal("it names no language: give a code like en, or a name")
        note = columns.line("note", 160)
        return [self.language(written, self.uid(row, "language", written), note, columns.rest())]

    def language(
        self, written: str, uid: uuid.UUID, note: str = "", extra: Part | None = None
    ) -> tuple[str, Part]:
        code, name = language_of(written)
        return "languages", {"uid": uid, "code": code, "name": name, "note": note, "extra": extra or {}}

    # --- hours ---

    def _regular_schedules(self, row: Row, columns: Columns) -> list[tuple[str, Part]]:
        byday = repair.weekday(columns.pop("weekday"))
        opens, closes = self._times(columns)
        part = {"byday": byday, "opens_at": opens, "closes_at": closes}
        return [
            (
                "schedules",
                {**part, "uid": self.uid(row, "regular_schedule", byday, opens), "extra": columns.rest()},
            )
        ]

    def _holiday_schedules(self, row: Row, columns: Columns) -> list[tuple[str, Part]]:
        first, note = repair.day(columns.pop("start_date"))
        last, further = repair.day(columns.pop("end_date") or first.isoformat())
        for said in (note, further):
            if said:
                columns.say(said)
        if last < first:
            raise repair.Refusal("its last day is before its first: exchange start_date and end_date")
        closed = repair.flag(columns.pop("closed")) is True
        opens, closes = self._times(columns)
        if not closed and not opens:
            raise repair.Refusal(
                "it says neither that it is closed nor when it is open: set closed to true, or give"
                " both times"
            )
        part = {"valid_from": first.isoformat(), "valid_to": last.isoformat(), "closed": closed}
        times = {} if closed else {"opens_at": opens, "closes_at": closes}
        return [
            (
                "schedules",
                {
                    **part,
                    **times,
                    "uid": self.uid(row, "holiday_schedule", first, opens),
                    "extra": columns.rest(),
                },
            )
        ]

    def _times(self, columns: Columns) -> tuple[str | None, str | None]:
        """Both times, or neither; one alone is of no use."""
        opens, closes = columns.pop("opens_at"), columns.pop("closes_at")
        if bool(opens) != bool(closes):
            missing, there = ("closing", "opens_at") if opens else ("opening", "closes_at")
            raise repair.Refusal(f"the {missing} time is missing: give it, or empty {there}")
        if not opens:
            return None, None
        return repair.clock(opens).isoformat("minutes"), repair.clock(closes).isoformat("minutes")

    def _schedules(self, row: Row, columns: Columns) -> list[tuple[str, Part]]:
        part: Part = {
            "byday": columns.mended("byday", repair.days, ""),
            "description": columns.line("description", 160),
        }
        opens, closes = self._times(columns)
        part["notes"] = columns.line("notes", 255)
        for field, also in (("valid_from", "dtstart"), ("valid_to", "until")):
            found = columns.noted(field, repair.day, None) or columns.noted(also, repair.day, None)
            part[field] = found.isoformat() if found else None
        if part["valid_from"] and part["valid_to"] and part["valid_to"] < part["valid_from"]:
            raise repair.Refusal("its last day is before its first: exchange valid_from and valid_to")
        freq = columns.pop("freq").upper()
        part["freq"] = freq if freq in ("WEEKLY", "MONTHLY") else "WEEKLY"
        interval = columns.pop("interval").removesuffix(".0")
        part["interval"] = int(interval) if interval.isdigit() and len(interval) < 4 else None
        part["bymonthday"] = columns.line("bymonthday", 60).replace(" ", "")
        self._time_zone(columns, part)
        beyond = [name for name in BEYOND if columns.left.get(name)]
        if (
            freq not in ("", "WEEKLY", "DAILY", "MONTHLY")
            or (part["interval"] or 1) > 1
            or (beyond and opens)
        ):
            kept = f"{opens}-{closes}" if opens else ""
            part["notes"] = columns.fit(
                "notes", ", ".join(text for text in (part["notes"], kept) if text), 255
            )
            columns.extra |= {"freq": freq, "opens_at": opens, "closes_at": closes}
            columns.say("its rhythm cannot be computed here: kept in words, its hours count as not known")
            opens = closes = None
        part |= {
            "opens_at": opens,
            "closes_at": closes,
            "uid": self.uid(row, "schedule", part["byday"], opens, part["valid_from"]),
        }
        return [("schedules", {**part, "extra": columns.rest()})]

    def _time_zone(self, columns: Columns, part: Part) -> None:
        zone = columns.pop("timezone")
        if "/" in zone and len(zone) <= 60:
            part["timezone"] = zone
        elif zone:
            columns.extra["timezone"] = zone

    # --- of services alone ---

    def _service_areas(self, row: Row, columns: Columns) -> list[tuple[str, Part]]:
        description = columns.text("description")
        name = columns.line("name", 160) or columns.fit("description", description, 160)
        if description and description != name:
            columns.extra.setdefault("description", description)
        extent_type = columns.line("extent_type", 20)
        extent, uri = columns.text("extent"), columns.noted("uri", repair.url, "")
        if not (name or extent):
            raise repair.Refusal("it names no area: fill in name")
        part = {"reach": "other", "name": name, "extent": extent, "extent_type": extent_type, "uri": uri}
        return [
            ("service_areas", {**part, "uid": self.uid(row, "service_area", name), "extra": columns.rest()})
        ]

    def _required_documents(self, row: Row, columns: Columns) -> list[tuple[str, Part]]:
        document = columns.line("document", 255)
        if not document:
            raise repair.Refusal("it names no document: fill in document")
        return [
            (
                "required_documents",
                {"uid": self.uid(row, "document", document), "document": document, "extra": columns.rest()},
            )
        ]
