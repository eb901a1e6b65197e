"""A text of one language, read once for all that an index in a database stores of it."""

from __future__ import annotations

from collections.abc import Iterable

from search import analysis


class Read:
    """A text and its words."""

    def __init__(self, text: str, code: str) -> None:
        self.text = text
        self.code = code
        self.words = list(analysis.words(text, code))
        self.tokens = [token for forms in self.words for form in forms for token in form]

    def terms(self) -> list[str]:
        return [f"{self.code}:{token.term}" for token in self.tokens]

    def places(self) -> Iterable[int]:
        return (place for token in self.tokens for place in (token.start, token.end))

    def typed(self) -> dict[str, None]:
        """The words to complete and to correct by, as "language=folded=shown"; the last only where it differs."""
        found: dict[str, None] = {}
        for forms in self.words:
            word = analysis.surface(self.text[forms[0][0].start : forms[0][-1].end])
            folded = analysis.plain(word)
            if folded and not any(character.isdigit() for character in folded):
                found[f"{self.code}={folded}" if folded == word else f"{self.code}={folded}={word}"] = None
        return found
