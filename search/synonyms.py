"""What people say and what they mean by it: the town's own lists, read when a question is asked.

Nothing of them is in the index, so an edit needs no rebuild and holds from the next question on. They are
kept in the process as terms, for all its threads; two cheap numbers tell whether somebody has changed them since.
"""

from __future__ import annotations

import csv
import threading
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import Count, Max

from search import analysis
from search.question import Said, Synonyms, Terms, meaning, phrase

if TYPE_CHECKING:
    from search.models import Synonym


def load(folder: Path) -> int:
    """Bring in the lists of `<language>.csv` for each language that has none yet; return how many groups.

    A language that has any is the town's own by then: it is left alone.
    """
    from search.models import Synonym

    taken = set(Synonym.objects.values_list("language", flat=True))
    rows: list[Synonym] = []
    for path in sorted(folder.glob("*.csv")):
        if path.stem in taken:
            continue
        with path.open(encoding="utf-8", newline="") as file:
            rows += [
                Synonym(
                    language=path.stem, said=row["said"], means=row["means"], checked=row["checked"] == "yes"
                )
                for row in csv.DictReader(file)
            ]
    Synonym.objects.bulk_create(rows)
    return len(rows)


MOST_KEPT = 3  # states: a request that began before an edit still asks for the one before
_kept: dict[tuple[object, object], Mapping[str, Synonyms]] = {}
_reading = threading.Lock()


def current() -> Mapping[str, Synonyms]:
    """Every language's synonyms as they stand now. To read them takes seconds: one thread does, the others wait."""
    from search.models import Synonym

    found = Synonym.objects.aggregate(last=Max("changed"), count=Count("pk"))
    state = (found["last"], found["count"])
    if (known := _kept.get(state)) is not None:
        return known
    with _reading:
        if (known := _kept.get(state)) is None:
            known = _read()
            while len(_kept) >= MOST_KEPT:
                del _kept[next(iter(_kept))]
            _kept[state] = known
    return known


def _read() -> Mapping[str, Synonyms]:
    from search.models import Synonym

    rows: dict[str, list[Synonym]] = defaultdict(list)
    for row in Synonym.objects.order_by("pk"):
        rows[row.language].append(row)
    return {language: _of_language(language, found) for language, found in rows.items()}


def _of_language(language: str, rows: list[Synonym]) -> Synonyms:
    """One language's groups; a phrase that stands in several of them means what all of these say."""
    from search.models import phrases

    groups: dict[tuple[Terms, bool], dict[Terms, None]] = defaultdict(dict)
    words: set[str] = set()
    for row in rows:
        means = [found for each in phrases(row.means) if (found := meaning(each, language))]
        for said in phrases(row.said):
            words.update(said.split())
            if (compared := phrase(said, language))[0]:
                groups[compared].update(dict.fromkeys(means))
    by_first: dict[str, list[Said]] = defaultdict(list)
    for (terms, whole), of_phrase in groups.items():
        by_first[terms[0]].append(Said(terms, tuple(of_phrase), whole))
    return Synonyms(
        {first: tuple(each) for first, each in by_first.items()},
        {shown: analysis.plain(shown) for shown in map(analysis.surface, words)},
        frozenset(term for terms, _ in groups for term in terms),
    )
