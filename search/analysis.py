"""ONE text analysis, for indexing and for asking, whatever the engine.

A text becomes tokens; each keeps where it stood in the original, so that snippets mark what the author wrote.

    fold    compatibility forms, case and accents away (é=e, ß=ss, أ=ا); й and ї are letters and stay;
            marks of other scripts (Devanagari, Thai ...) are vowels and stay
    stem    PyStemmer where it has the language, simplemma for Ukrainian, nothing elsewhere
    stop    a few words per language are left out of a question, never out of the index

The stem is taken before the accents go, because French and Spanish endings depend on them; English ones do
not. Chinese, Japanese and Thai are not cut into words yet: a run of letters is one token. Whoever changes
what a word becomes raises `VERSION`: `check_search` then says that the index is of another make.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from search.stopwords import STOPWORDS

VERSION = 1
LONGEST_WORD = 64  # a longer "word" is a base64 blob or an attack; it is cut, in index and question alike
LONGEST_QUESTION = 4_000  # characters looked at; the site cuts at 200 before
MOST_WORDS = 24  # of one question: past a sentence, more words only cost time

STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
LEMMATISED = frozenset({"uk"})
UNACCENTED = frozenset({"en"})  # its accents are loans (café, naïve): they go before the stem is taken

# What the stemmers do not know and this site needs in every second sentence.
IRREGULAR: dict[str, dict[str, str]] = {
    "en": {"children": "child", "childrens": "child", "children's": "child", "women": "woman", "men": "man"},
    "uk": dict.fromkeys(("діти", "дітям", "дітьми", "дітях", "дітей"), "дитина"),
}

_ACCENTED_SCRIPTS = re.compile(r"[A-Za-zͰ-ϿЀ-ӿԱ-֏א-תء-يٱ-ۿ]")
_LETTERS_WITH_MARKS = {"и\u0306": "й", "і\u0308": "ї"}  # й and ї: other letters than и and і
_TATWEEL = "\u0640"
_APOSTROPHES = "'’ʼ＇"


def _ranges(codes: list[int]) -> str:
    """These code points as the inside of a character class."""
    pieces: list[str] = []
    start = previous = codes[0]
    for code in [*codes[1:], -1]:
        if code == previous + 1:
            previous = code
            continue
        pieces.append(f"\\u{start:04x}-\\u{previous:04x}")
        start = previous = code
    return "".join(pieces)


_INVISIBLE = (
    "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"  # soft hyphen, joiners, bidi controls
)
# Python's \w knows no combining marks, without which decomposed and Indic words would fall apart.
_MARKS = _ranges([code for code in range(0x10000) if unicodedata.category(chr(code))[0] == "M"])
_LETTER = rf"(?:[^\W_][{_MARKS}{_INVISIBLE}]*)"
_WORD = re.compile(rf"{_LETTER}+")
_WORD_WITH_APOSTROPHES = re.compile(rf"{_LETTER}+(?:[{_APOSTROPHES}]{_LETTER}+)*")
_IGNORED = re.compile(rf"[{_INVISIBLE}]")
_JOINING = frozenset({"en", "uk"})  # child's, сім'я: one word. Elsewhere (l'école) an apostrophe ends one.


@dataclass(frozen=True, slots=True)
class Token:
    """A word as the index knows it, and where it stood in the original text."""

    term: str
    start: int
    end: int


def clean(text: str) -> str:
    """Text that every database takes: no lone surrogates (broken UTF-8), no NUL. Length and offsets stay."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", " ")


def fold(text: str) -> str:
    """Case, accents and compatibility forms away: for comparing, for sorting, and last in every term."""
    folded: list[str] = []
    base = ""
    for character in unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()):
        if unicodedata.combining(character) == 0 and unicodedata.category(character) not in ("Mn", "Me"):
            base = character
            if character != _TATWEEL:
                folded.append(character)
            continue
        if letter := _LETTERS_WITH_MARKS.get(base + character):
            folded[-1] = letter
            base = ""
        elif base and not _ACCENTED_SCRIPTS.match(base):
            folded.append(character)
    return "".join(folded)


def primary(language: str) -> str:
    """The language without its region: pt-br -> pt."""
    return language.partition("-")[0].lower()


class _Stemmers(threading.local):
    """PyStemmer's objects must not be shared between threads."""

    def __init__(self) -> None:
        self.by_language: dict[str, Stemmer.Stemmer] = {}

    def stem(self, word: str, language: str) -> str:
        if language not in self.by_language:
            self.by_language[language] = Stemmer.Stemmer(STEMMERS[language], 0)
        return self.by_language[language].stemWord(word)


_stemmers = _Stemmers()


def _root(word: str, language: str) -> str:
    if irregular := IRREGULAR.get(language, {}).get(word):
        word = irregular
    if language in STEMMERS:
        return _stemmers.stem(word, language)
    if language in LEMMATISED:
        import simplemma  # loads a dictionary: only when Ukrainian is really met

        return simplemma.lemmatize(word, lang=language)
    return word


@lru_cache(maxsize=32_768)
def term(word: str, language: str) -> str:
    """The one form under which this word is stored and looked for; "" when nothing of it remains."""
    word = _IGNORED.sub("", word)[:LONGEST_WORD]
    word = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", word).casefold())
    for apostrophe in _APOSTROPHES[1:]:
        word = word.replace(apostrophe, "'")
    root = fold(_root(fold(word) if language in UNACCENTED else word, language))
    return "".join(
        character for character in root if character.isalnum() or unicodedata.category(character)[0] == "M"
    )


def tokens(text: str, language: str) -> Iterator[Token]:
    """The words of a text in order, with their places in it."""
    language = primary(language)
    pattern = _WORD_WITH_APOSTROPHES if language in _JOINING else _WORD
    for match in pattern.finditer(text):
        if found := term(match.group()[: LONGEST_WORD * 2], language):
            yield Token(found, match.start(), match.end())


def plain_words(text: str, language: str) -> list[str]:
    """The words of a text folded but not stemmed: a word that is still being typed has no stem."""
    plain = (term(text[token.start : token.end], "") for token in tokens(text, language))
    return [word for word in plain if word]


@lru_cache(maxsize=64)
def _stop_terms(language: str) -> frozenset[str]:
    return frozenset(fold(word) for word in STOPWORDS.get(language, ()))


def question(words: str, asked_in: str, language: str) -> tuple[str, ...]:
    """The terms that a question typed in one language looks for in texts of another (or the same), each once.

    The words a language always carries are dropped, the reader's and the text's; all are kept if none else
    remains.
    """
    stopped = _stop_terms(primary(asked_in)) | _stop_terms(primary(language))
    words = words[:LONGEST_QUESTION]
    every: dict[str, bool] = {}
    for token in tokens(words, language):
        every.setdefault(token.term, fold(words[token.start : token.end][:LONGEST_WORD]) in stopped)
    meaningful = tuple(found for found, stop in every.items() if not stop)
    return (meaningful or tuple(every))[:MOST_WORDS]
