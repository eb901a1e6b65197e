"""How hard a text is to read, in numbers: the length of its sentences, and LIX. Pure; SAFETY.md 19 sets the limits for children.

LIX is the words of a sentence plus the percentage of long words. It is blind to meaning: a text within its limits can
still be hard, so these are hints to an editor and nothing is refused for them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

# No spaces between words: a length in words cannot be counted.
UNSPACED = {"ja", "km", "lo", "my", "th", "zh"}
# LIX counts the letters of a word, which says nothing where vowels are not written.
WITHOUT_LIX = {"ar", "ckb", "fa", "he", "ku", "ps", "ur", "yi"}
LONG_WORDED = {"de", "el", "et", "fi", "hu", "nl", "pl", "ru", "tr", "uk"}

LONG_WORD = 6  # letters; a word with more is long
FEWEST_FOR_LIX = 10  # words; in less text a single long word decides
WORD = re.compile(r"[^\W_]+(?:['’ʼ-][^\W_]+)*")
STOP = re.compile(r"[.!?…؟۔։।]+[\"'”’»)\]]*(?=\s|$)|\n+")
NAMES_ONE_LETTER = re.compile(r"(?:^|[\s(.])[^\W\d_]\.$")


class Measure(StrEnum):
    MEAN = "mean"
    LONGEST = "longest"
    LIX = "lix"


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is easy: words in a sentence on average and in any sentence, and LIX."""

    mean: int
    longest: int
    lix: int
    lix_long_worded: int


# The fields that are measured. Those for children: SAFETY.md 19. A summary is a sentence or two: its limits are where
# plain language ends (20 words) and where LIX begins to be called difficult.
LIMITS = {
    "child_summary": Limits(mean=8, longest=15, lix=30, lix_long_worded=35),
    "summary": Limits(mean=20, longest=20, lix=50, lix_long_worded=55),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """`words` of each sentence in their order; `long_words` of the whole text."""

    sentences: tuple[str, ...]
    words: tuple[int, ...]
    long_words: int

    @property
    def total(self) -> int:
        return sum(self.words)

    @property
    def mean(self) -> float:
        return self.total / len(self.words) if self.words else 0.0

    @property
    def longest(self) -> int:
        return max(self.words, default=0)

    @property
    def lix(self) -> float:
        return self.mean + 100 * self.long_words / self.total if self.total else 0.0

    @property
    def longest_sentence(self) -> str:
        return self.sentences[self.words.index(self.longest)] if self.words else ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A measure that is over its limit; `sentence` is the one to split, for the longest alone."""

    measure: Measure
    value: float
    limit: int
    sentence: str = ""


def measure(text: str) -> Measured:
    found = [(sentence, WORD.findall(sentence)) for sentence in _sentences(text)]
    kept = [(sentence, words) for sentence, words in found if words]
    return Measured(
        tuple(sentence for sentence, _words in kept),
        tuple(len(words) for _sentence, words in kept),
        sum(_is_long(word) for _sentence, words in kept for word in words),
    )


def findings(field: str, text: str, language: str) -> list[Finding]:
    """What is over the limits of a field, in words of that language. Empty for a field without limits."""
    limits = LIMITS.get(field)
    base = language.partition("-")[0]
    if limits is None or base in UNSPACED:
        return []
    measured = measure(text)
    most = limits.lix_long_worded if base in LONG_WORDED else limits.lix
    has_lix = base not in WITHOUT_LIX and measured.total >= FEWEST_FOR_LIX
    every = [
        Finding(Measure.MEAN, measured.mean, limits.mean),
        Finding(Measure.LONGEST, measured.longest, limits.longest, measured.longest_sentence),
        Finding(Measure.LIX, measured.lix if has_lix else 0.0, most),
    ]
    return [finding for finding in every if finding.value > finding.limit]


def _sentences(text: str) -> Iterator[str]:
    begin = 0
    for stop in STOP.finditer(text):
        if _ends(text, begin, stop):
            yield text[begin : stop.end()].strip()
            begin = stop.end()
    yield text[begin:].strip()


def _ends(text: str, begin: int, stop: re.Match[str]) -> bool:
    """Not after "z. B." or "e.g.", nor where the next word begins small."""
    if not stop[0].startswith("."):
        return True
    following = text[stop.end() :].lstrip()[:1]
    return not (following.islower() or NAMES_ONE_LETTER.search(text[begin : stop.end()]))


def _is_long(word: str) -> bool:
    return sum(letter.isalpha() for letter in word) > LONG_WORD
