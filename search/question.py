"""From the words that a person typed to what is looked for in the texts of one language.

A question is a list of parts. Each part is one word, or several that say one thing ("mum hits me"), with its
alternatives: the terms as typed, what a compound is made of, what the town's synonyms say it means, how it
may have been meant to be spelt. A text has all the words when it has, of every part, one alternative with all
its terms. Engines see parts and terms and know nothing of where they came from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from search import analysis

LONGEST = 4_000  # characters looked at; the site cuts at 200 before
LONGEST_TITLE = 255  # characters; what is longer is no title
MOST_WORDS = 24  # past a sentence, more words only cost time
NEAR_WORDS = 4  # words that may stand between two of a question that stand together
MOST_TOGETHER = 6  # words of a question whose nearness counts
MOST_ALTERNATIVES = 24  # of one part: synonyms may have synonyms, a question stays small

Terms = tuple[str, ...]
"""Terms that must all be there."""


@dataclass(frozen=True, slots=True)
class Part:
    """Any of the alternatives is enough; the first is what was typed."""

    alternatives: tuple[Terms, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """All parts together are all the words."""

    parts: tuple[Part, ...] = ()

    @property
    def some(self) -> tuple[Terms, ...]:
        """Any of these is some of the words: each alternative, and each word as typed."""
        alternatives = [terms for part in self.parts for terms in part.alternatives]
        typed = [(term,) for part in self.parts for term in part.alternatives[0]]
        return tuple(dict.fromkeys([*alternatives, *typed]))

    @property
    def together(self) -> Terms:
        """The terms as typed whose nearness counts; none for a single word, and none for a long sentence."""
        typed = tuple(dict.fromkeys(term for part in self.parts for term in part.alternatives[0]))
        return typed if 2 <= len(typed) <= MOST_TOGETHER else ()

    @property
    def terms(self) -> frozenset[str]:
        """Every term that a text may be found by."""
        return frozenset(term for terms in self.some for term in terms)


@dataclass(frozen=True, slots=True)
class Word:
    """A word as typed: where it stood, the terms that say it in each of its forms, whether it is a common one."""

    start: int
    end: int
    forms: tuple[Terms, ...]
    common: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase that people type, and what is meant by it.

    Its common words do not count ("sad after the baby": sad, baby) unless they leave a single other word: what
    "he touches me" means is not meant by "get in touch". Such a phrase is `whole`.
    """

    terms: Terms
    means: tuple[Terms, ...]
    whole: bool = False

    def end_in(self, words: Sequence[Word], here: int) -> int:
        """The word after the phrase, if it begins at this word; else `here`."""
        at = here
        for term in self.terms:
            while not self.whole and here < at < len(words) and words[at].common:
                at += 1
            if at >= len(words) or (term,) not in words[at].forms:
                return here
            at += 1
        return at


@dataclass(frozen=True, slots=True)
class Synonyms:
    """What people say in one language.

    `by_first` finds a phrase by its first term; `words` are all words of the phrases as people type them, each with
    its plain form, and `terms` the same as terms: for spelling, a word that only a synonym has is a known one.
    """

    by_first: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    terms: frozenset[str] = frozenset()

    def at(self, words: Sequence[Word], here: int) -> tuple[int, tuple[Terms, ...]]:
        """The longest phrase that begins at a word: where it ends, and what it means. (here, ()): none."""
        end = here
        meant: tuple[Terms, ...] = ()
        for first in (form[0] for form in words[here].forms):
            for said in self.by_first.get(first, ()):
                if (after := said.end_in(words, here)) > end:
                    end, meant = after, said.means
        return end, meant


def spoken_in(text: str, asked_in: str, languages: Sequence[str]) -> str:
    """The language that a question is most likely typed in: that of most of its common words, else the reader's.

    "I want to die" is English on a German page too, where its last word would be an article.
    """
    said = [analysis.fold(word) for word in text[:LONGEST].split()]

    def common(language: str) -> tuple[int, bool]:
        return sum(word in analysis.stopped(language) for word in said), language == asked_in

    return max([asked_in, *languages], key=common)


def as_title(text: str) -> str:
    """A question as titles are compared: folded, without what people put around and behind it."""
    if len(text) > LONGEST_TITLE:
        return ""
    return analysis.fold(text.strip(" \t\n?!.…\"'“”«»„‚‘’()"))


def all_words(text: str, asked_in: str, language: str) -> list[Word]:
    """Every word of a question asked in one language, read as the texts of another (or the same) are."""
    text = text[:LONGEST]
    return [
        Word(
            start=(start := forms[0][0].start),
            end=(end := forms[0][-1].end),
            forms=tuple(tuple(token.term for token in form) for form in forms),
            common=_is_common(text[start:end][: analysis.LONGEST_WORD], asked_in, language),
        )
        for forms in analysis.words(text, language)
    ]


@lru_cache(maxsize=32_768)
def _is_common(word: str, asked_in: str, language: str) -> bool:
    folded = analysis.fold(word)
    return folded in analysis.stopped(asked_in) or folded in analysis.stopped(language)


def typed(text: str, asked_in: str, language: str) -> list[Word]:
    """The words that count: those that a language always carries are dropped, unless none else remains."""
    return _counted(all_words(text, asked_in, language))


def _counted(every: list[Word]) -> list[Word]:
    return ([word for word in every if not word.common] or every)[:MOST_WORDS]


@lru_cache(maxsize=65_536)
def phrase(text: str, language: str) -> tuple[Terms, bool]:
    """A synonym's phrase as the terms it is compared by, and whether it is compared whole: see `Said`."""
    every = all_words(text, language, language)
    counted = _counted(every)
    whole = len(counted) == 1 < len(every)
    return tuple(word.forms[0][0] for word in (every if whole else counted)), whole


@lru_cache(maxsize=16_384)
def meaning(text: str, language: str) -> Terms:
    """What a synonym means, as the terms that a text must have."""
    return tuple(term for word in typed(text, language, language) for term in word.forms[0])


def ask(
    text: str,
    asked_in: str,
    language: str,
    synonyms: Synonyms | None = None,
    spelt: Mapping[str, Sequence[str]] | None = None,
) -> Question:
    """The question for texts of `language`. `spelt`: words as typed and what they may have been meant to be."""
    every = [
        replace(word, forms=(*word.forms, *_as_meant(text[word.start : word.end], language, spelt or {})))
        for word in all_words(text, asked_in, language)[: 4 * MOST_WORDS]
    ]
    only_common = all(word.common for word in every)
    synonyms = synonyms or Synonyms()
    parts: dict[tuple[Terms, ...], None] = {}
    here = 0
    while here < len(every) and len(parts) < MOST_WORDS:
        end, meant = synonyms.at(every, here)
        said = every[here : max(end, here + 1)]
        counted = [word for word in said if only_common or not word.common] or (said if meant else [])
        if counted:
            parts[tuple(dict.fromkeys([*_as_typed(counted), *meant]))[:MOST_ALTERNATIVES]] = None
        here += len(said)
    return Question(tuple(Part(alternatives) for alternatives in parts))


def _as_typed(said: Sequence[Word]) -> Sequence[Terms]:
    if len(said) == 1:
        return said[0].forms
    return [tuple(term for word in said for term in word.forms[0])]


def _as_meant(word: str, language: str, spelt: Mapping[str, Sequence[str]]) -> Sequence[Terms]:
    """Another spelling is read as if it had been typed, its compounds' parts included."""
    return [
        form
        for other in spelt.get(word, ())
        for found in typed(other, language, language)
        for form in found.forms
    ]
