"""Words typed with the keyboard set to another language: `yfcbkmcndj` is насильство.

Each layout is its keys in their order, row by row, so that a word is carried over key by key.
The row of digits is among them: in French it writes letters (é, è, ç, à).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_DIGITS = "1 2 3 4 5 6 7 8 9 0 "
_LATIN = _DIGITS + "q w e r t y u i o p [ ] a s d f g h j k l ; ' z x c v b n m , . /"
_OF_LANGUAGE = {
    "ar": _DIGITS + "ض ص ث ق ف غ ع ه خ ح ج د ش س ي ب ل ا ت ن م ك ط ئ ء ؤ ر لا ى ة و ز ظ",
    "de": _DIGITS + "q w e r t z u i o p ü + a s d f g h j k l ö ä y x c v b n m , . -",
    "fr": "& é \" ' ( - è _ ç à a z e r t y u i o p ^ $ q s d f g h j k l m ù w x c v b n , ; : !",
    "ru": _DIGITS + "й ц у к е н г ш щ з х ъ ф ы в а п р о л д ж э я ч с м и т ь б ю .",
    "uk": _DIGITS + "й ц у к е н г ш щ з х ї ф і в а п р о л д ж є я ч с м и т ь б ю .",
}
LAYOUTS: dict[str, tuple[str, ...]] = {
    "": tuple(_LATIN.split()),
    **{code: tuple(keys.split()) for code, keys in _OF_LANGUAGE.items()},
}


def readings(typed: str, languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(language, word) for each language on whose keyboard the same keys write something else."""
    typed = typed.casefold()
    for language in languages:
        own = LAYOUTS[language if language in LAYOUTS else ""]
        seen = {typed}
        for keys in LAYOUTS.values():
            word = _carried(typed, keys, own)
            if word and word not in seen:
                seen.add(word)
                yield language, word


def _carried(typed: str, keys: tuple[str, ...], own: tuple[str, ...]) -> str:
    """The word of the same keys on the other keyboard; "" when this keyboard cannot have written it."""
    if keys == own:
        return ""
    pieces = re.findall("لا|.", typed, re.DOTALL) if "لا" in keys else list(typed)
    if not all(piece in keys for piece in pieces):
        return ""
    return "".join(own[keys.index(piece)] for piece in pieces)
