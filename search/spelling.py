"""What a word that no text knows was meant to be: another keyboard's letters, or a slip of the finger.

Only words that occur nowhere are looked at: a rare word is not an error. What is found is looked for beside
what was typed, never in its place, and the page says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search import analysis, layouts
from search.question import Synonyms, Word, typed

SHORTEST = 5  # letters: of fewer, every second word is one slip away from another
FIRST_LETTER_COUNTS = 7  # letters: in a shorter word the first one is hardly ever wrong
MOST_MEANT = 2  # readings of one word
MOST_READ = 4  # unknown words of one question: who types more of them than that has not slipped


@dataclass(frozen=True, slots=True)
class Spelt:
    """For each language, words as typed and what they may have been meant to be; and the question rewritten."""

    by_language: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    meant: str = ""


class Lexicon(Protocol):
    """What spelling asks of an index: a part of `search.engines.base.Engine`."""

    def known(self, terms: Mapping[str, Collection[str]]) -> Mapping[str, frozenset[str]]: ...

    def near(self, word: str, language: str) -> Sequence[tuple[str, int]]: ...


def farthest(word: str) -> int:
    """How many slips a word of this length is forgiven."""
    return 1 if len(word) < 7 else 2


def understood(
    text: str, asked_in: str, languages: Sequence[str], synonyms: Mapping[str, Synonyms], lexicon: Lexicon
) -> Spelt:
    """Read the unknown words of a question; the reader's own language is asked first."""
    order = list(dict.fromkeys([asked_in, *languages]))
    words = typed(text, asked_in, asked_in)
    unknown = _unknown(text, words, order, synonyms, lexicon)[:MOST_READ]
    by_language: dict[str, dict[str, tuple[str, ...]]] = {}
    rewritten: dict[Word, str] = {}
    for word in unknown:
        said = text[word.start : word.end]
        for language, readings in _readings(said, _key_presses(text, word), order, synonyms, lexicon):
            by_language.setdefault(language, {})[said] = readings
            rewritten.setdefault(word, readings[0])
    return Spelt(by_language, _rewritten(text, rewritten))


def _unknown(
    text: str,
    words: Sequence[Word],
    languages: Sequence[str],
    synonyms: Mapping[str, Synonyms],
    lexicon: Lexicon,
) -> list[Word]:
    """The words that stand nowhere in any language."""
    candidates = [word for word in words if _may_be_slip(text[word.start : word.end])]
    if not candidates:
        return []
    wanted = {
        language: {word: analysis.terms(text[word.start : word.end], language) for word in candidates}
        for language in languages
    }
    known = lexicon.known(
        {language: {term for terms in of.values() for term in terms} for language, of in wanted.items()}
    )
    return [
        word
        for word in candidates
        if not any(
            wanted[language][word] & (known.get(language, frozenset()) | _said(synonyms, language))
            for language in languages
        )
    ]


def _may_be_slip(said: str) -> bool:
    """Digits alone are no word; one among letters may be a key of another layout (s2jour is séjour)."""
    return said.isalnum() and not said.isdigit()


def _is_one_word(other: str, said: str) -> bool:
    """Of short words with digits every other key is a sign: 3eme, b12 and 14y mean what they say."""
    return other.isalpha() and (said.isalpha() or len(said) >= SHORTEST)


def _key_presses(text: str, word: Word) -> str:
    """All that was typed between two spaces: on another keyboard a comma may be a letter."""
    before = text[: word.start].split(" ")[-1]
    after = text[word.end :].split(" ")[0]
    return f"{before}{text[word.start : word.end]}{after}"


def _said(synonyms: Mapping[str, Synonyms], language: str) -> frozenset[str]:
    return synonyms[language].terms if language in synonyms else frozenset()


def _readings(
    word: str, pressed: str, languages: Sequence[str], synonyms: Mapping[str, Synonyms], lexicon: Lexicon
) -> Iterable[tuple[str, tuple[str, ...]]]:
    """The first language that knows the word by another keyboard, else the first that knows one like it."""
    for language, other in layouts.readings(pressed, languages):
        terms = analysis.terms(other, language) if _is_one_word(other, word) else frozenset()
        if terms and terms <= lexicon.known({language: terms}).get(language, frozenset()) | _said(
            synonyms, language
        ):
            return [(language, (other,))]
    for language in languages if word.isalpha() and len(word) >= SHORTEST else ():
        if readings := _nearest(analysis.plain(word), language, synonyms, lexicon):
            return [(language, readings)]
    return []


def _nearest(word: str, language: str, synonyms: Mapping[str, Synonyms], lexicon: Lexicon) -> tuple[str, ...]:
    """The words with the fewest slips between; among those the one that begins alike, then the most frequent."""
    said = synonyms[language].words if language in synonyms else {}
    alike = process.extract(word, said, scorer=OSA.distance, score_cutoff=farthest(word), limit=None)
    counts = {**{shown: 1 for _plain, _slips, shown in alike}, **dict(lexicon.near(word, language))}
    ranked = sorted(
        (slips, not _begins_alike(word, other), -count, other)
        for other, count in counts.items()
        if (slips := OSA.distance(word, analysis.plain(other), score_cutoff=farthest(word))) <= farthest(word)
        and (_begins_alike(word, other) or len(word) >= FIRST_LETTER_COUNTS)
        and analysis.fold(other) not in analysis.stopped(language)
    )
    return tuple(other for slips, _, _, other in ranked if slips == ranked[0][0])[:MOST_MEANT]


def _begins_alike(word: str, other: str) -> bool:
    return analysis.plain(other)[:1] == word[:1]


def _rewritten(text: str, rewritten: Mapping[Word, str]) -> str:
    if not rewritten:
        return ""
    pieces: list[str] = []
    here = 0
    for word, meant in sorted(rewritten.items(), key=lambda pair: pair[0].start):
        pieces += [text[here : word.start], meant]
        here = word.end
    return "".join([*pieces, text[here:]])
