"""A house whose street was known once and has become a secret, and the hunt for what is left of it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from agencies.models import AgencyPage, Location
from tests import factories
from tests.factories import place, words

STREET, POSTCODE, WAY = "17 Hidden Lane", "LM9 9ZZ", "Behind the old tannery"
TRACES = (STREET, POSTCODE, WAY, "Hidden Lane", "54.123456", "10.654321")


def open_place(**fields) -> Location:
    return place(
        **{
            "name": "A house",
            "address_1": STREET,
            "postal_code": POSTCODE,
            "city": "Lindemar",
            "latitude": 54.123456,
            "longitude": 10.654321,
            "transportation": WAY,
            "attention": "Hidden Lane House",
            "extra": {"note": STREET},
            **fields,
        }
    )


def house() -> AgencyPage:
    """A live agency whose place is no secret yet, with words and a few revisions."""
    spot = open_place(district=factories.district("harbour"))
    agency = factories.agency(
        "open-door",
        locations=[spot],
        words=[words("de", "transportation", f"{WAY} (de)", source=WAY, record=spot.uid)],
    )
    agency = factories.publish(agency)
    agency.summary = "A safe night."
    agency = factories.publish(agency)
    agency.summary = "A safe night for you."
    agency.save_revision()
    return factories.fresh(agency)


def tick(agency: AgencyPage) -> AgencyPage:
    """As the form leaves it: the flag ticked, the fields of the address emptied."""
    draft = agency.get_latest_revision_as_object()
    rows = list(draft.locations.all())
    for row in rows:
        row.confidential = True
    draft.locations = rows
    return draft


def texts_of_the_database() -> Iterator[tuple[str, str]]:
    """Every value of every table as text: search's own tables and Wagtail's included."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor, include_views=True):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for value in row:
                    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                    yield table, text


def hunt(*traces: str) -> set[str]:
    """The tables in which one of these stands."""
    return {table for table, text in texts_of_the_database() for trace in traces if trace in text}
