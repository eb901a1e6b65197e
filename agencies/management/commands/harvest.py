"""Reads a folder or file of services from elsewhere into the town's directory."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.hsds.harvest import Order, harvest, lines
from agencies.hsds.records import Unreadable


class Command(BaseCommand):
    help = (
        "Reads a folder or file of services (HSDS 3 JSON or CSV, the older HSDS 1.x and Ohana CSV,"
        " or other CSV with a mapping"
        " file) and says, with file and row, what it created, updated, left alone, repaired and"
        " refused. See FEEDS.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", metavar="PATH", type=Path, help="a folder, or one file, of CSV or JSON")
        parser.add_argument(
            "--source", default="", help="a short name of where it comes from (default: the folder's name)"
        )
        parser.add_argument(
            "--map",
            dest="mapping",
            metavar="FILE",
            type=Path,
            help="what the columns mean (YAML, see FEEDS.md)",
        )
        parser.add_argument(
            "--language", default="", help="the language of the texts (default: the site's first)"
        )
        parser.add_argument(
            "--publish", action="store_true", help="publish what is new or was published; else drafts"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        names = ("path", "source", "mapping", "language", "publish", "dry_run")
        try:
            found = harvest(Order(**{name: options[name] for name in names}))
        except Unreadable as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
            return
        if options["dry_run"]:
            self.stdout.write("Nothing was written; this is what would happen:")
        for line in lines(found):
            self.stdout.write(line)
