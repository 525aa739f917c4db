"""
How Chinese is read in Latin letters: by pypinyin, where the host has installed it (`quanyi[pinyin]`).

Its tables take 60 MB and a sixth of a second of processor time, so they are loaded with the first search in Latin
letters, and what was read once is remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec

__all__ = ["is_read", "spoken"]

_REMEMBERED = 50_000


@cache
def is_read() -> bool:
    """Whether things are found by pinyin here; nothing is loaded to find that out."""
    return find_spec("pypinyin") is not None


@lru_cache(maxsize=_REMEMBERED)
def spoken(run: str) -> tuple[str, ...]:
    """
    How a run of Chinese letters is typed from each of them on: in full, and by initials; nothing without pypinyin.

    ``电影卡`` is ``dianyingka``, ``dyk``, ``yingka``, ``yk``, ``ka`` and ``k``.
    """
    syllables = [syllable for syllable in _reader()(run) if syllable]
    ends = [syllables[first:] for first in range(len(syllables))]
    return tuple(text for end in ends for text in ("".join(end), "".join(syllable[0] for syllable in end)))


@cache
def _reader() -> Callable[[str], Sequence[str]]:
    try:
        from pypinyin import lazy_pinyin
    except ModuleNotFoundError:
        return lambda _: ()
    return lambda run: lazy_pinyin(run, errors="ignore")
