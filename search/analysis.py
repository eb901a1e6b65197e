"""ONE text analysis, for indexing and for asking, whatever the engine.

A text becomes tokens; each keeps where it stood in the original, so that snippets mark what the author wrote.

    fold    compatibility forms, case and accents away (é=e, ß=ss, أ=ا, ة=ه); й and ї are letters and stay;
            marks of other scripts (Devanagari, Thai ...) are vowels and stay
    base    what the stemmers do not join (children, Anwältin, مدارس): `inflections`
    stem    PyStemmer where it has the language, simplemma for Ukrainian, nothing elsewhere
    cut     German compounds also into their parts, runs of Chinese, Japanese and Korean into pairs of letters
    elide   the l' of l'école is no word
    stop    a few words per language are left out of a question, never out of the index

The stem is taken before the accents go, because French and Spanish endings depend on them; English ones do
not. Thai, Lao, Khmer and Burmese are not cut into words: a run of letters is one token. Whoever changes what
a word becomes raises `VERSION`: `check_search` then says that the index is of another make.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import Stemmer

from search import compounds, inflections
from search.stopwords import STOPWORDS

VERSION = 4
LONGEST_WORD = 64  # a longer "word" is a base64 blob or an attack; it is cut, in index and question alike

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

# What stands before an apostrophe and is no word of its own there.
ELIDED: dict[str, frozenset[str]] = {
    "fr": frozenset(["c", "d", "j", "jusqu", "l", "lorsqu", "m", "n", "puisqu", "qu", "quoiqu", "s", "t"]),
    "it": frozenset(
        [
            "all",
            "bell",
            "c",
            "coll",
            "d",
            "dall",
            "dell",
            "gl",
            "l",
            "nell",
            "quell",
            "quest",
            "s",
            "sull",
            "t",
            "un",
            "v",
        ]
    ),
    "ca": frozenset(["d", "l", "m", "n", "s", "t"]),
}

_ACCENTED_SCRIPTS = re.compile(r"[A-Za-zͰ-ϿЀ-ӿԱ-֏א-תء-يٱ-ۿ]")
_LETTERS_WITH_MARKS = {"и\u0306": "й", "і\u0308": "ї"}  # й and ї: other letters than и and і
_TATWEEL = "\u0640"
_LAST_LETTER = re.compile(r"[ةى](?!\w)")  # of Arabic words, written for one another by every second hand
_OTHER_LAST_LETTER = {"ة": "ه", "ى": "ي"}
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
# Han, kana and hangul: written without spaces, or with few.
_UNSPACED = re.compile(
    "[\u2e80-\u2fdf\u3005-\u3007\u3041-\u30ff\u3131-\u318e\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+"
)
_UNSPACED_OR_NOT = re.compile(rf"{_UNSPACED.pattern}|(?:(?!{_UNSPACED.pattern}).)+", re.DOTALL)


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
    return _LAST_LETTER.sub(lambda last: _OTHER_LAST_LETTER[last[0]], "".join(folded))


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
    word = inflections.base(word, language)
    if language in STEMMERS:
        return _stemmers.stem(word, language)
    if language in LEMMATISED:
        import simplemma  # loads a dictionary: only when Ukrainian is really met

        return inflections.beginning(simplemma.lemmatize(word, lang=language))
    return word


@lru_cache(maxsize=131_072)
def term(word: str, language: str) -> str:
    """The one form under which this word is stored and looked for; "" when nothing of it remains."""
    word = _IGNORED.sub("", word)[:LONGEST_WORD]
    if not word:
        return ""
    word = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", word).casefold())
    for apostrophe in _APOSTROPHES[1:]:
        word = word.replace(apostrophe, "'")
    root = fold(_root(fold(word) if language in UNACCENTED else word, language))
    return "".join(
        character for character in root if character.isalnum() or unicodedata.category(character)[0] == "M"
    )


Form = tuple[Token, ...]
"""One way in which a text says a word: with all of these tokens."""


def words(text: str, language: str) -> Iterator[tuple[Form, ...]]:
    """The words of a text in order, each in all its forms; nearly always that is one form of one token."""
    language = primary(language)
    pattern = _WORD_WITH_APOSTROPHES if language in _JOINING else _WORD
    for match in pattern.finditer(text):
        if _is_elided(match, text, language):
            continue
        forms = tuple(_forms(match.group()[: LONGEST_WORD * 2], match.start(), match.end(), language))
        if forms:
            yield forms


def _is_elided(match: re.Match[str], text: str, language: str) -> bool:
    if language not in ELIDED or text[match.end() : match.end() + 1] not in tuple(_APOSTROPHES):
        return False
    return match.group().casefold() in ELIDED[language]


def _forms(word: str, start: int, end: int, language: str) -> Iterator[Form]:
    if _UNSPACED.search(word):
        yield from _pairs(word, start, language)
        return
    if found := term(word, language):
        yield (Token(found, start, end),)
    if language in compounds.PARTS and (
        parts := compounds.split(inflections.base(_IGNORED.sub("", word).lower(), language), language)
    ):
        yield tuple(Token(term(part, language), start, end) for part in parts)


def _pairs(run: str, start: int, language: str) -> Iterator[Form]:
    """A run without spaces as its overlapping pairs of letters; what stands in it of other scripts as words."""
    tokens: list[Token] = []
    for piece in _UNSPACED_OR_NOT.finditer(run):
        letters, here = piece.group(), start + piece.start()
        step = 2 if _UNSPACED.match(letters) else len(letters)
        for offset in range(max(1, len(letters) - step + 1)):
            pair = letters[offset : offset + step]
            if found := term(pair, language):
                tokens.append(Token(found, here + offset, here + offset + len(pair)))
    if tokens:
        yield tuple(tokens)


def tokens(text: str, language: str) -> Iterator[Token]:
    """Every token of a text in order, with its place in it. Those of a compound's parts share its place."""
    for forms in words(text, language):
        yield from chain.from_iterable(forms)


def terms(text: str, language: str) -> frozenset[str]:
    """Every term of a text."""
    return frozenset(token.term for token in tokens(text, language))


def plain(word: str) -> str:
    """A word folded but not stemmed: a word that is still being typed has no stem."""
    return term(word, "")


@lru_cache(maxsize=32_768)
def surface(word: str) -> str:
    """A word as it is shown when it is suggested: small letters, its accents kept."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", _IGNORED.sub("", word)).casefold())[
        :LONGEST_WORD
    ]


@lru_cache(maxsize=64)
def stopped(language: str) -> frozenset[str]:
    """The folded words that a question of this language always carries."""
    return frozenset(fold(word) for word in STOPWORDS.get(primary(language), ()))
