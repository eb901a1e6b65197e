"""Ask the search what the site asks it: `manage.py find "counselling after divorce" --language en --json`."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import get_script_prefix

import search
from search import Query, Refused, Results


class Command(BaseCommand):
    help = "Search as the site does and print what is found."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("words", nargs="*", help="what to look for; nothing: everything")
        parser.add_argument("--language", default="en", help="the reader's language (default: en)")
        parser.add_argument(
            "--facet", action="append", default=[], metavar="NAME=VALUE", help="tick a value; may be repeated"
        )
        parser.add_argument("--kind", action="append", default=[], help="only this kind; may be repeated")
        parser.add_argument("--age", type=int, metavar="MONTHS", help="only what is for this age")
        parser.add_argument("--size", type=int, default=20, help="how many hits (default: 20)")
        parser.add_argument("--page", type=int, default=1)
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            results = search.find(_query(options))
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(as_json(results), ensure_ascii=False, indent=1))
            return
        self._print(results)

    def _print(self, results: Results) -> None:
        self.stdout.write(f"{results.total} with all words, {results.others} with some")
        for hit in results.hits:
            mark = " " if hit.all_words else "~"
            self.stdout.write(
                f"{mark} {hit.score:8.3f}  {hit.title}  [{hit.kind}, {hit.language}]  {hit.url}"
            )
        for facet in results.facets:
            values = ", ".join(f"{each.value} {each.count}" for each in facet.values[:8])
            more = len(facet.values) - 8
            self.stdout.write(f"  {facet.name}: {values}" + (f" and {more} more" if more > 0 else ""))


def _query(options: dict[str, Any]) -> Query:
    facets: dict[str, tuple[str, ...]] = {}
    for tick in options["facet"]:
        name, separator, value = tick.partition("=")
        if not separator or not value:
            raise CommandError(f"--facet {tick} names no value: write it as --facet need=separation.")
        facets[name] = (*facets.get(name, ()), value)
    return Query(
        words=" ".join(options["words"]),
        language=options["language"],
        facets=facets,
        kinds=tuple(options["kind"]),
        ages=None if options["age"] is None else (options["age"], options["age"]),
        page=options["page"],
        size=options["size"],
    )


def as_json(results: Results) -> dict[str, Any]:
    """The printed form. `total` counts what has all the words; hits with only some follow those."""
    return {
        "hits": [
            {
                "id": hit.id,
                "title": hit.title,
                "agency": hit.payload.get("agency", ""),
                "url": get_script_prefix().rstrip("/") + hit.url,
                "score": round(hit.score, 6),
            }
            for hit in results.hits
        ],
        "facets": {facet.name: {each.value: each.count for each in facet.values} for facet in results.facets},
        "total": results.total,
    }
