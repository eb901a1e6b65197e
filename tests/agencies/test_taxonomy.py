"""The town's vocabularies: stable ids, the town's own words, nothing overwritten."""

from __future__ import annotations

import csv
import re
from collections import Counter

import pytest
from django.db import IntegrityError

from agencies import vocabulary
from agencies.models import Address, Interval, Policy, Scheme, Term, TermWords, term_uid
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings):
    return settings.FIXTURES_FOLDER / "taxonomy"


def test_every_vocabulary_comes_with_the_town(folder) -> None:
    loaded = vocabulary.load_terms(folder)
    rows = vocabulary.rows_of(folder / "terms.csv")
    assert loaded == Term.objects.count() == len(rows)
    counts = Counter(Term.objects.values_list("scheme", flat=True))
    assert set(counts) == set(Scheme.values)
    assert counts == Counter(row["scheme"] for row in rows)
    for language in ("de", "fr", "uk", "ar"):
        named = TermWords.objects.filter(language=language, field="name")
        assert named.count() == len(rows), language
        assert not named.exclude(by="machine").exists()


def test_ids_are_the_same_in_every_town(folder) -> None:
    vocabulary.load_terms(folder)
    for term in Term.objects.all():
        assert term.uid == term_uid(term.scheme, term.code)
    assert str(term_uid("need", "money")) == str(factories_uid("need", "money"))


def factories_uid(scheme: str, code: str):
    """The rule of the ids, written a second time: it must never change."""
    import uuid

    return uuid.uuid5(uuid.UUID("0f6b2c0a-6c1d-5a53-9f59-3c6cf19b1f43"), f"{scheme}:{code}")


def test_loading_again_changes_nothing_the_town_has_changed(folder) -> None:
    vocabulary.load_terms(folder)
    need = Term.objects.of(Scheme.NEED).filter(parent__isnull=False).first()
    assert need is not None
    code = need.address.code
    need.name, need.hidden = "In our own words", True
    need.words.all().delete()
    need.save()
    Term.objects.of(Scheme.DOCUMENT).first().delete()
    assert vocabulary.load_terms(folder) == 1
    again = Term.objects.get(pk=need.pk)
    assert (again.name, again.hidden, again.address.code) == ("In our own words", True, code)
    assert not again.words.exists()


def test_needs_alone_have_addresses_and_parents_of_their_own_vocabulary(folder) -> None:
    vocabulary.load_terms(folder)
    needs = Term.objects.of(Scheme.NEED)
    assert not needs.filter(address__isnull=True).exists()
    assert not Term.objects.exclude(scheme=Scheme.NEED).filter(address__isnull=False).exists()
    assert Address.objects.filter(kind=Address.Kind.NEED).count() == needs.count()
    assert all(term.parent.scheme == term.scheme for term in Term.objects.filter(parent__isnull=False))


def test_every_term_has_a_name_and_needs_have_a_child_s_words(folder) -> None:
    for row in vocabulary.rows_of(folder / "terms.csv"):
        assert row["name"], row["id"]
        assert re.fullmatch(r"[a-z0-9-]+", row["id"])
    assert not Term.objects.of(Scheme.NEED).filter(child_label="").exists()


def test_words_name_known_terms_only(folder) -> None:
    known = {(row["scheme"], row["id"]) for row in vocabulary.rows_of(folder / "terms.csv")}
    for path in folder.glob("words.*.csv"):
        rows = vocabulary.rows_of(path)
        assert {(row["scheme"], row["id"]) for row in rows} <= known, path.name
        assert len(rows) == len({(row["scheme"], row["id"]) for row in rows}), path.name


def test_intervals_are_the_shortest_of_the_checklist(settings, folder) -> None:
    vocabulary.load_terms(folder)
    assert vocabulary.load_intervals(settings.FIXTURES_FOLDER / "intervals.csv") > 0
    assert vocabulary.load_intervals(settings.FIXTURES_FOLDER / "intervals.csv") == 0
    policy = Policy.current()
    assert policy.interval_days(["emergency"]) == 92
    assert policy.interval_days(["mediation"]) == 365
    assert Interval.objects.exclude(kind__scheme=Scheme.SERVICE_KIND).count() == 0


def test_one_term_for_each_id_of_a_vocabulary() -> None:
    factories.term(Scheme.NEED, "money")
    factories.term(Scheme.SITUATION, "money")
    with pytest.raises(IntegrityError):
        factories.term(Scheme.NEED, "money")


def test_hidden_terms_are_not_shown() -> None:
    factories.term(Scheme.NEED, "money", hidden=True)
    shown = factories.term(Scheme.NEED, "food")
    assert list(Term.objects.of(Scheme.NEED).shown()) == [shown]


def test_files_are_tables_of_one_shape(folder) -> None:
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            widths = {len(row) for row in csv.reader(file)}
        assert len(widths) == 1, path.name
