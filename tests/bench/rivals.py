"""What our engines are measured beside, each doing the same job: find, two facets, three counts, 20 snippets.

RawFts5    SQLite's FTS5 with its own stemmer, facets in tables, everything in one SQL statement
Tantivy    the library in Rust: query, fast facet terms counted by its aggregations, its own snippets
Wagtail    Wagtail's database backend; it can only find 20 pages by words, so that is all it is asked for
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from search.types import Document

SHOWN = 20


class RawFts5:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "raw.sqlite3"
        self.db = sqlite3.connect(self.path, isolation_level=None)
        self.db.executescript(
            """
            PRAGMA journal_mode=WAL;
            PRAGMA synchronous=NORMAL;
            CREATE TABLE service (
              number INTEGER PRIMARY KEY, title TEXT, summary TEXT, keywords TEXT, body TEXT
            );
            CREATE TABLE value (
              facet TEXT, value TEXT, number INTEGER, PRIMARY KEY (facet, value, number)
            ) WITHOUT ROWID;
            CREATE INDEX value_number ON value (number, facet);
            CREATE VIRTUAL TABLE words USING fts5(
              title, summary, keywords, body,
              content=service, content_rowid=number, tokenize="porter unicode61"
            );
            """
        )

    def index(self, documents: Sequence[Document]) -> None:
        self.db.execute("BEGIN")
        for number, document in enumerate(documents, 1):
            text = document.texts["en"]
            row = (number, text.title, text.summary, text.keywords, text.body)
            self.db.execute("INSERT INTO service VALUES (?, ?, ?, ?, ?)", row)
            self.db.execute(
                "INSERT INTO words (rowid, title, summary, keywords, body) VALUES (?, ?, ?, ?, ?)", row
            )
            self.db.executemany(
                "INSERT INTO value VALUES (?, ?, ?)",
                [(facet, value, number) for facet, values in document.facets.items() for value in values],
            )
        self.db.execute("INSERT INTO words (words) VALUES ('optimize')")
        self.db.execute("COMMIT")
        self.db.execute("ANALYZE")

    def ask(self, words: str, facets: dict[str, tuple[str, ...]], every: bool) -> list[Any]:
        need, district = facets["need"], facets["district"]
        in_need, in_district = ",".join("?" * len(need)), ",".join("?" * len(district))
        statement = f"""
            WITH found AS MATERIALIZED (
              SELECT rowid AS number, bm25(words, 10, 5, 3, 1) AS rank FROM words WHERE words MATCH ?1),
            by_need AS MATERIALIZED (SELECT DISTINCT found.number FROM found JOIN value USING (number)
              WHERE facet = 'need' AND value IN ({in_need})),
            by_district AS MATERIALIZED (SELECT DISTINCT found.number FROM found JOIN value USING (number)
              WHERE facet = 'district' AND value IN ({in_district})),
            both AS MATERIALIZED (SELECT number FROM by_need INTERSECT SELECT number FROM by_district),
            best AS MATERIALIZED (SELECT number FROM both JOIN found USING (number) ORDER BY rank LIMIT {SHOWN})
            SELECT 'hit', title, snippet(words, 3, '<', '>', '…', 24) FROM words
              WHERE words MATCH ?1 AND rowid IN best
            UNION ALL SELECT 'need', value, count(*) FROM by_district JOIN value USING (number)
              WHERE facet = 'need' GROUP BY value
            UNION ALL SELECT 'district', value, count(*) FROM by_need JOIN value USING (number)
              WHERE facet = 'district' GROUP BY value
            UNION ALL SELECT 'agency', value, count(*) FROM both JOIN value USING (number)
              WHERE facet = 'agency' GROUP BY value
            UNION ALL SELECT 'total', '', count(*) FROM both"""
        match = (" AND " if every else " OR ").join(f'"{word}"' for word in words.split())
        return self.db.execute(statement, (match, *need, *district)).fetchall()

    def size(self) -> int:
        return self.path.stat().st_size


class Tantivy:
    """Scores by BM25 with the same weights for the fields; counts are disjunctive, as ours."""

    FACETS = ("need", "district", "agency")

    def __init__(self, folder: Path) -> None:
        import tantivy

        self.tantivy = tantivy
        self.folder = folder / "tantivy"
        self.folder.mkdir()
        schema = tantivy.SchemaBuilder()
        for field in ("title", "summary", "keywords", "body"):
            schema.add_text_field(field, stored=True, tokenizer_name="en_stem")
        for facet in self.FACETS:
            schema.add_text_field(facet, tokenizer_name="raw", fast=True)
        self.index_of = tantivy.Index(schema.build(), path=str(self.folder))

    def index(self, documents: Sequence[Document]) -> None:
        writer = self.index_of.writer(heap_size=200_000_000, num_threads=1)
        for document in documents:
            made = self.tantivy.Document()
            text = document.texts["en"]
            for field in ("title", "summary", "keywords", "body"):
                made.add_text(field, getattr(text, field))
            for facet in self.FACETS:
                for value in document.facets[facet]:
                    made.add_text(facet, value)
            writer.add_document(made)
        writer.commit()
        writer.wait_merging_threads()
        self.index_of.reload()

    def ask(self, words: str, facets: dict[str, tuple[str, ...]], every: bool) -> list[Any]:
        searcher = self.index_of.searcher()
        query, _ = self.index_of.parse_query_lenient(
            words,
            ["title", "summary", "keywords", "body"],
            field_boosts={"title": 10.0, "summary": 5.0, "keywords": 3.0, "body": 1.0},
            conjunction_by_default=every,
        )
        need, district = (self._ticked(name, facets[name]) for name in ("need", "district"))
        both = self._all(query, need, district)
        found = searcher.search(both, SHOWN, count=True)
        answers = [
            self._count(searcher, self._all(query, district), "need"),
            self._count(searcher, self._all(query, need), "district"),
            self._count(searcher, both, "agency"),
            found.count,
        ]
        snippets = self.tantivy.SnippetGenerator.create(searcher, query, self.index_of.schema, "body")
        for _, address in found.hits:
            document = searcher.doc(address)
            answers.append((document.get_first("title"), snippets.snippet_from_doc(document).fragment()))
        return answers

    def _ticked(self, name: str, values: Sequence[str]) -> Any:
        return self.tantivy.Query.term_set_query(self.index_of.schema, name, list(values))

    def _all(self, *queries: Any) -> Any:
        must = self.tantivy.Occur.Must
        return self.tantivy.Query.boolean_query([(must, query) for query in queries])

    def _count(self, searcher: Any, query: Any, facet: str) -> Any:
        return searcher.aggregate(query, {"values": {"terms": {"field": facet, "size": 10_000}}})

    def size(self) -> int:
        return sum(file.stat().st_size for file in self.folder.iterdir())


class Wagtail:
    """Needs a migrated database of its own; its pages are planted as the demo's are."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "db.sqlite3"

    def index(self, documents: Sequence[Document]) -> None:
        from django.core.management import call_command
        from wagtail.search import index

        from agencies.models import ServicePage
        from agencies.planting import plant
        from tests import factories

        call_command("migrate", verbosity=0)
        call_command("setup_town", verbosity=0)
        texts_too = (index.SearchField(name) for name in ("summary", "description", "alternate_name"))
        ServicePage.search_fields = [*ServicePage.search_fields, *texts_too]
        agency = factories.agency()
        plant(agency, [_page(number, document, agency) for number, document in enumerate(documents)])

    def ask(self, words: str, facets: dict[str, tuple[str, ...]], every: bool) -> list[Any]:
        from agencies.models import ServicePage

        operator = "and" if every else "or"
        return list(ServicePage.objects.all().search(words, operator=operator)[:SHOWN])

    def size(self) -> int:
        return self.path.stat().st_size


def _page(number: int, document: Document, agency: Any) -> Any:
    from agencies.models import ServicePage

    text = document.texts["en"]
    return ServicePage(
        title=text.title,
        slug=f"s{number}",
        summary=text.summary[:300],
        description=text.body,
        alternate_name=text.keywords[:255],
        agency=agency,
    )
