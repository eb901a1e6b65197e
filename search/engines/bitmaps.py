"""Sets of small numbers as Python's own big integers: `&`, `|` and `bit_count()` run in C."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import compress

_DIGITS_TO_FLAGS = bytes.maketrans(b"01", b"\x00\x01")


def of(numbers: Iterable[int], size: int, of_each: int = 1) -> int:
    """The bitmap of these numbers, all below `size`. By way of digits: `1 << n` for each would be slow.

    `of_each` numbers in a row stand for one: with 64, the numbers 64 to 127 all set the bit 1.
    """
    digits = bytearray(b"0") * max(size, 1)
    if of_each == 1:
        for number in numbers:
            digits[number] = 49
    else:
        for number in numbers:
            digits[number // of_each] = 49
    digits.reverse()
    return int(digits, 2)


def flags(bitmap: int, size: int) -> bytes:
    """One byte a number, 1 where it is in the set: for asking about numbers one by one."""
    return format(bitmap, "b").zfill(size)[::-1].encode().translate(_DIGITS_TO_FLAGS)


def members(bitmap: int, size: int) -> set[int]:
    """The numbers themselves."""
    return set(compress(range(size), flags(bitmap, size)))
