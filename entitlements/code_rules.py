"""
Rules by which card codes are generated, and how likely it is that one is guessed.

A guess is lucky if it hits any code that is alive. With `live` codes alive, `guesses` tried in an hour and `space` texts
that a code may be, one expects ``live × guesses × 8760 / space`` lucky guesses in a year. A rule by which that is more
than `MOST_LUCKY` is too weak.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import attrs

from quanyi.entitlements.errors import InputError

__all__ = ["ALPHABETS", "GUESSES_AN_HOUR", "LIVE", "LONGEST_RULE", "MOST_LUCKY", "CodeRule"]

ALPHABETS: Mapping[str, str] = MappingProxyType(
    {
        "crockford": "0123456789ABCDEFGHJKMNPQRSTVWXYZ",
        "digits": "0123456789",
        "letters": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "letters_and_digits": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "hex": "0123456789ABCDEF",
    }
)
"""Alphabets by name. Crockford's has no I, L, O and U, which are misread."""

MOST_LUCKY = 1e-3
"""How many lucky guesses a year may be expected."""

LIVE = 100_000
"""How many codes of a pool may be alive, unless its rule says more."""

GUESSES_AN_HOUR = 600_000
"""How many guesses an hour the guess brake lets through in one process: ten in ten minutes for each of 10,000 callers."""

LONGEST_RULE = 64
"""The most random letters of a code."""

_HOURS_A_YEAR = 8_760
_BYTE = 256


@attrs.frozen(kw_only=True)
class CodeRule:
    """
    How a pool's card codes are generated: a prefix, random letters, a check letter, parted in groups.

    >>> rule = CodeRule(length=12, prefix="KQ-", check=True, group=4)
    >>> rule.codes(1, bytes)                       # of a source of zeros
    ['KQ-0000-0000-0000-0']
    >>> rule.needed_length, rule.too_weak
    (12, False)

    Attributes:
        alphabet: The letters, each once.
        length: How many random letters a code has.
        prefix: What all codes begin with; it counts for nothing against guessing.
        check: Whether a letter that is reckoned from the random ones follows them.
        group: After how many letters a dash stands; 0 for none.
        live: How many codes of the pool may be alive at the same time.
        guesses: How many guesses an hour are expected to get through.
    """

    alphabet: str = ALPHABETS["crockford"]
    length: int = 16
    prefix: str = ""
    check: bool = False
    group: int = 0
    live: int = LIVE
    guesses: int = GUESSES_AN_HOUR

    @property
    def bits(self) -> float:
        """The random bits of one code."""
        return self.length * math.log2(len(self.alphabet))

    @property
    def lucky(self) -> float:
        """How many lucky guesses are to be expected in a year."""
        return self.live * self.guesses * _HOURS_A_YEAR / float(len(self.alphabet) ** self.length)

    @property
    def too_weak(self) -> bool:
        """Whether that is more than `MOST_LUCKY`."""
        return self.lucky > MOST_LUCKY

    @property
    def needed_length(self) -> int:
        """The fewest random letters of this alphabet with which the rule is not too weak."""
        texts = self.live * self.guesses * _HOURS_A_YEAR / MOST_LUCKY
        shortest = max(1, math.ceil(math.log(texts, len(self.alphabet))))
        return next(n for n in range(max(1, shortest - 1), shortest + 2) if len(self.alphabet) ** n >= texts)

    def codes(self, count: int, chance: Callable[[int], bytes]) -> list[str]:
        """
        *count* codes, all different.

        Args:
            chance: So many random bytes. Each letter of the alphabet is as likely as any other: bytes beyond the last
                whole multiple of the alphabet's length are left out.

        Raises:
            InputError: There are not so many different ones.
        """
        if count > len(self.alphabet) ** self.length:
            raise InputError(f"this rule makes no more than {len(self.alphabet) ** self.length} different codes")
        found: dict[str, None] = {}
        while len(found) < count:
            letters = self._letters((count - len(found)) * self.length, chance)
            starts = range(0, len(letters), self.length)
            found.update(dict.fromkeys(letters[start : start + self.length] for start in starts))
        return [self.written(letters) for letters in found]

    def written(self, letters: str) -> str:
        """A code of these random letters: with prefix, check letter and dashes."""
        body = letters + self.check_of(letters) if self.check else letters
        if self.group:
            body = "-".join(body[start : start + self.group] for start in range(0, len(body), self.group))
        return self.prefix + body

    def check_of(self, letters: str) -> str:
        """
        The check letter: by the Luhn formula over the alphabet, with every second value doubled from the right.

        It tells every single wrong letter, and two neighbours that changed places unless they are the first and the last
        letter of the alphabet.
        """
        size, values = len(self.alphabet), [self.alphabet.index(letter) for letter in letters]
        doubled = [_doubled(value, size) for value in values[::-2]]
        return self.alphabet[-(sum(doubled) + sum(values[-2::-2])) % size]

    def _letters(self, count: int, chance: Callable[[int], bytes]) -> str:
        size = len(self.alphabet)
        whole = _BYTE - _BYTE % size
        table = bytes(ord(self.alphabet[byte % size]) for byte in range(_BYTE))
        left_out, found = bytes(range(whole, _BYTE)), b""
        while len(found) < count:
            found += chance((count - len(found)) * _BYTE // whole + 1).translate(table, left_out)
        return found[:count].decode("ascii")


def _doubled(value: int, size: int) -> int:
    """Twice *value*, its digits to the base *size* added up where that keeps different values different."""
    twice = 2 * value
    return twice - size + 1 if twice >= size and size % 2 == 0 else twice % size
