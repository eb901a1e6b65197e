"""What families look for, counted without spying (SAFETY.md 15): what counts, and as what.

Two things count, each once for a new search: a word that the town's editors watch, and a search without result,
by the needs and districts that were ticked or, where no need was, the needs that its words mean. "Without result"
is said of entries: no service and no agency has all the words and ticks. Ticks of other kinds are not looked at.

It is counted where a search is *posted*, never where its results are shown: Back, a reload, a link that was
copied and the other language show sealed results again, and a GET changes nothing. Without script the POST
computes no results, so search is asked there for one hit (`note_posted`). A page of results is no new search.

A family that adds ticks to a search posts it again and again. Only what the search before did not count yet
counts, so that ten ticks of one child are not ten families.

A word that was typed is compared here and then forgotten: it enters no total, no table and no log.
"""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

from django.db import Error
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

import search
from agencies import freshness
from agencies.models import Policy, Scheme, Term
from search import analysis, question
from search.types import Refused, Results

from . import danger, narrowing, sealed, tally
from .directory import Asked
from .models.demand import WatchedWord
from .narrowing import Offer
from .tally import Total

HELPING = {"service", "agency"}
MOST_TICKS = 3  # of one kind: who ticks more asks for none of them in particular

log = logging.getLogger("lantern.demand")


@dataclass(frozen=True, slots=True)
class Watch:
    """A watched word as searches are compared with it: all terms of any of its forms."""

    key: int
    language: str
    terms: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What counting needs of the database, read anew when it is old: no search is slower for it."""

    watches: tuple[Watch, ...]
    policy: Policy
    read_at: float

    def week(self) -> date:
        return tally.monday(freshness.today(self.policy))


_known: list[Known] = []


def note(asked: Asked, offer: Offer, results: Results, before: str) -> None:
    """Count a new search with its results. `before`: the seal of the search it grew out of, or "".

    Nothing that goes wrong here reaches the visitor.
    """
    if asked.page > 1:
        return
    try:
        tally.add(_totals(asked, offer, results, before))
    except (Error, Refused) as error:
        log.error("A search could not be counted (%s).", type(error).__name__)


def note_posted(asked: Asked, language: str, before: str) -> None:
    """The same where the results will be shown at another address."""
    if asked.page > 1:
        return
    try:
        offer = narrowing.offer_of(language, Policy.current())
        known = asked.only_known(offer)
        results = _results(known, offer)
    except (Error, Refused) as error:
        log.error("A search could not be counted (%s).", type(error).__name__)
        return
    note(known, offer, results, before)


def _totals(asked: Asked, offer: Offer, results: Results, before: str) -> list[Total]:
    known, language = _read(), offer.language
    words = _watched(asked, language, known)
    nothing = _nothing(asked, language, results)
    earlier = _earlier(before) if words or nothing else None
    if earlier and words:
        words -= _watched(earlier, language, known)
    if earlier and nothing:
        nothing -= _nothing(earlier, language, _results(earlier, offer))
    week = known.week()
    return [
        *(Total(week, word=key, language=language) for key in words),
        *(Total(week, need=need, district=district, language=language) for need, district in nothing),
    ]


def _results(asked: Asked, offer: Offer) -> Results:
    return search.find(replace(asked.query(offer), page=1, size=1))


def _earlier(seal: str) -> Asked | None:
    """The search that this one grew out of, if its time is not over; of a copied link it was somebody else's."""
    if not seal:
        return None
    try:
        opened = sealed.unseal(seal)
    except sealed.Unsealable:
        return None
    return None if opened.shared else Asked.from_seal(opened.query)


# --- searches without result


def _nothing(asked: Asked, language: str, results: Results) -> set[tuple[str, str]]:
    """(need, district) of a search that found no help; empty when it found some, or asked for nothing.

    What is merely closed at the hour that was asked for is not missing in town.
    """
    if not (asked.words or asked.facets) or asked.open or _found_help(results):
        return set()
    needs = _some(asked.facets.get("need", ())) or _needs_meant(asked, language) or ("",)
    return set(product(needs, _some(asked.facets.get("district", ())) or ("",)))


def _found_help(results: Results) -> bool:
    kinds = (value for facet in results.facets if facet.name == "kind" for value in facet.values)
    return results.total > 0 and any(value.value in HELPING and value.count for value in kinds)


def _some(ticked: tuple[str, ...]) -> tuple[str, ...]:
    return ticked if len(ticked) <= MOST_TICKS else ()


def _needs_meant(asked: Asked, language: str) -> tuple[str, ...]:
    if not asked.words:
        return ()
    meant = danger.needs_meant(asked.words, language)
    keys = [hit.id.partition(":")[2] for hit in meant if hit.all_words]
    return tuple(Term.objects.of(Scheme.NEED).filter(uid__in=keys).values_list("code", flat=True))


# --- watched words


def _watched(asked: Asked, language: str, known: Known) -> set[int]:
    """The watched words of this language whose terms all occur among the words of the search."""
    watches = [watch for watch in known.watches if watch.language == analysis.primary(language)]
    if not watches or not asked.words:
        return set()
    asked_terms = _terms(asked.words, language)
    return {watch.key for watch in watches if any(terms <= asked_terms for terms in watch.terms)}


def _terms(words: str, language: str) -> set[str]:
    every = question.all_words(words, language, language)
    return {term for word in every for form in word.forms for term in form}


def _watch(word: WatchedWord) -> Watch:
    """A compound counts where it is typed as one, or in its parts."""
    forms = [each.forms for each in question.typed(word.words, word.language, word.language)]
    together = tuple(
        frozenset(term for form in choice for term in form)
        for choice in product(*(each[:2] for each in forms))
    )
    return Watch(word.pk, analysis.primary(word.language), together)


def _read() -> Known:
    """An edit holds within some minutes in every process, and nearly always at once in the one that made it."""
    for known in tuple(_known):  # another thread may empty the list meanwhile
        if time.monotonic() - known.read_at < tally.LONGEST_WAIT:
            return known
    policy = Policy.objects.first() or Policy.load()
    read = Known(_watches(WatchedWord.objects.all()), policy, time.monotonic())
    _known[:] = [read]
    return read


def _watches(words: Iterable[WatchedWord]) -> tuple[Watch, ...]:
    return tuple(watch for word in words if any((watch := _watch(word)).terms))


@receiver([post_save, post_delete], sender=WatchedWord)
@receiver(post_save, sender=Policy)
def read_again(**_kwargs: object) -> None:
    _known.clear()
