"""The piece of an original text that shows why it matched, cut at words, the author's own letters marked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from search import analysis
from search.question import Question
from search.types import Mark

LENGTH = 220
_LEAD = 60  # characters before the first marked word
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Passage:
    """A text with its terms in order and their places in it: start, end, start, end ..."""

    text: str
    terms: Sequence[str]
    places: Sequence[int]


def snippet(passages: Sequence[Passage], wanted: Collection[str]) -> tuple[Mark, ...]:
    """The best window of the passage with most of the wanted terms; where there are none, a beginning."""
    best: list[int] = []
    passage: Passage | None = None
    for candidate in passages:
        found = [position for position, term in enumerate(candidate.terms) if term in wanted]
        if found and len({candidate.terms[p] for p in found}) > len(
            {passage.terms[p] for p in best} if passage else ()
        ):
            best, passage = found, candidate
    if passage is None:
        return _beginning(passages)
    first = _best_start(passage, best)
    return _marked(passage, [position for position in best if position >= first])


def _beginning(passages: Sequence[Passage]) -> tuple[Mark, ...]:
    text = next(
        (" ".join(passage.text[: LENGTH * 3].split()) for passage in passages if passage.text.strip()), ""
    )
    if not text:
        return ()
    if len(text) <= LENGTH:
        return (Mark(text, False),)
    return (Mark(text[:LENGTH].rsplit(" ", 1)[0] + _CUT, False),)


def _best_start(passage: Passage, found: Sequence[int]) -> int:
    """The found position from which a window holds the most different terms."""
    best, best_count = found[0], 0
    for index, first in enumerate(found[:50]):
        reach = passage.places[2 * first] + LENGTH - _LEAD
        different = {
            passage.terms[p] for p in found[index : index + 50] if passage.places[2 * p + 1] <= reach
        }
        if len(different) > best_count:
            best, best_count = first, len(different)
    return best


def _marked(passage: Passage, found: Sequence[int]) -> tuple[Mark, ...]:
    start = _word_start(passage, found[0])
    end = min(len(passage.text), start + LENGTH)
    if end < len(passage.text):
        end = max(passage.text.rfind(" ", start, end), passage.places[2 * found[0] + 1])

    pieces: list[Mark] = []
    here = start
    for position in found:
        left, right = passage.places[2 * position], passage.places[2 * position + 1]
        if right > end:
            break
        if left < here:  # tokens may overlap
            continue
        pieces += [Mark(passage.text[here:left], False), Mark(passage.text[left:right], True)]
        here = right
    pieces.append(Mark(passage.text[here:end], False))
    return _tidied(pieces, cut_before=start > 0, cut_after=end < len(passage.text.rstrip()))


def _word_start(passage: Passage, position: int) -> int:
    """Where the snippet begins: a few words before the first marked one, or at the very start if near."""
    wanted = passage.places[2 * position] - _LEAD
    if wanted <= 0:
        return 0
    while position > 0 and passage.places[2 * (position - 1)] >= wanted:
        position -= 1
    return passage.places[2 * position]


def _tidied(pieces: Sequence[Mark], cut_before: bool, cut_after: bool) -> tuple[Mark, ...]:
    """Runs of white space as one space, the ends trimmed, the cuts shown."""
    marks = [Mark(_single_spaced(piece.text), piece.marked) for piece in pieces]
    marks[0] = Mark((_CUT if cut_before else "") + marks[0].text.lstrip(), marks[0].marked)
    marks[-1] = Mark(marks[-1].text.rstrip() + (_CUT if cut_after else ""), marks[-1].marked)
    return tuple(mark for mark in marks if mark.text)


def _single_spaced(text: str) -> str:
    inner = " ".join(text.split())
    if not inner:
        return " " if text else ""
    return (" " if text[0].isspace() else "") + inner + (" " if text[-1].isspace() else "")


def other_name(title: str, marks: Sequence[Mark], names: str, question: Question, language: str) -> str:
    """The other name that a document was found by, when neither its title nor the piece shown has a word of it.

    Never a telephone number: one is only shown with who checked it.
    """
    wanted = question.terms
    if not names or any(mark.marked for mark in marks) or wanted & analysis.terms(title, language):
        return ""
    return next(
        (name for name in names.split("\n") if _is_said(name) and wanted & analysis.terms(name, language)), ""
    )


def _is_said(name: str) -> bool:
    return any(character.isalpha() for character in name)
