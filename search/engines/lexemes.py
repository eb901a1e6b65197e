"""Our terms in PostgreSQL's own words: a tsvector's and a tsquery's text. Pure; our analysis made the terms.

A vector has limits, and what is beyond them is left out rather than refused: 16,383 positions, 255 of one
lexeme, and 1 MB of lexemes, which is some 50,000 different words of one text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from search.engines.tables import Spoken
from search.question import NEAR_WORDS, Part, Question, Terms

FIELD_GAP = (
    2 * NEAR_WORDS
)  # positions between two fields: the last word of one is not near the first of the next
LAST_POSITION = 16_383
MOST_POSITIONS = 255
MOST_BYTES = 900_000


def vector(spoken: Spoken) -> str:
    """The terms with their positions and the weights of their fields."""
    places: dict[str, list[str]] = {}
    here = size = 0
    fields = (("A", spoken.title), ("B", spoken.summary), ("C", spoken.keywords), ("D", spoken.body))
    for weight, terms in fields:
        for here, term in enumerate(terms, here + 1):  # noqa: B020  goes on where the field before ended
            if term not in places:
                size += len(term.encode()) + 4
                if size > MOST_BYTES:
                    break
            found = places.setdefault(term, [])
            if here <= LAST_POSITION and len(found) < MOST_POSITIONS:
                found.append(f"{here}{weight}")
            elif not found:
                found.append(f"{LAST_POSITION}{weight}")
        here += FIELD_GAP
    return " ".join(f"{quoted(term)}:{','.join(found)}" for term, found in places.items())


def quoted(term: str) -> str:
    """A lexeme as both a tsvector and a tsquery take it."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def joined(questions: Mapping[str, Question], of_one: Callable[[str, Question], str]) -> str:
    """One tsquery for the texts of all languages; "" when nothing is asked."""
    expressions = (of_one(code, question) for code, question in questions.items())
    return _any(expression for expression in expressions if expression)


def with_all(code: str, question: Question) -> str:
    return " & ".join(_part(code, part) for part in question.parts)


def with_any(code: str, question: Question) -> str:
    return _any(_each(code, terms) for terms in question.some)


def together(code: str, question: Question) -> str:
    """Each word of the question near the next one, whichever comes first."""
    lexemes = [quoted(f"{code}:{term}") for term in question.together]
    return " & ".join(f"({_near(*pair)})" for pair in zip(lexemes, lexemes[1:], strict=False))


def _near(one: str, other: str) -> str:
    steps = range(1, NEAR_WORDS + 2)
    return " | ".join(f"{a} <{step}> {b}" for a, b in ((one, other), (other, one)) for step in steps)


def _part(code: str, part: Part) -> str:
    return f"({_any(_each(code, terms) for terms in part.alternatives)})"


def _each(code: str, terms: Terms) -> str:
    return "(" + " & ".join(quoted(f"{code}:{term}") for term in terms) + ")"


def _any(expressions: Iterable[str]) -> str:
    return " | ".join(f"({expression})" for expression in expressions)
