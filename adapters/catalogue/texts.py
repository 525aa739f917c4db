"""
Saying what a thing costs, how many there are and when it is on sale; and why a line can't be done. In both languages.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import attrs

from quanyi.adapters.words import Words, money_text, number_text, read_texts, unit_word
from quanyi.campaigns.bulk.entries import Entry
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.plays.sale.terms import Price

if TYPE_CHECKING:
    from quanyi.adapters.bulk_editing import BulkLine
    from quanyi.campaigns.language.vocabulary import Vocabulary

__all__ = ["EntryTexts", "catalogue_words", "price_raw"]


@cache
def catalogue_words(locale: str) -> Words:
    """The console's texts about the catalogue, for who shows it without pages."""
    path = files("quanyi.adapters").joinpath("console", "texts", locale, "catalogue.toml")
    return Words(locale, read_texts(path.read_text(encoding="utf-8")))


def price_raw(entry: Entry | None, project: Vocabulary) -> str:
    """What a piece costs, as a list that is read again says it."""
    if entry is None:
        return ""
    units = entry.price.units.items()
    parts = [f"{Amount(amount, unit, project.scale_of(unit))} {unit}" for unit, amount in units]
    money, currency = entry.price.money, entry.currency
    parts += [str(Amount(money, currency, project.scale_of(currency)))] if money else []
    return " + ".join(parts)


@attrs.frozen(kw_only=True)
class EntryTexts:
    """
    How one language says entries.

    Attributes:
        words: The texts ``catalogue.*``.
        moment: An instant with its clock time.
        starts: From when on something is, given its instant; `ends` until when.
    """

    words: Words
    project: Vocabulary
    moment: Callable[[datetime], str]
    starts: Callable[[datetime], str]
    ends: Callable[[datetime], str]

    def price(self, entry: Entry | None) -> str:
        """What a piece costs, as people say it."""
        if entry is None:
            return ""
        said = self._one_price(entry.price, entry)
        return self.words("catalogue.by_quantity", price=said) if entry.price.steps else said

    def quota(self, entry: Entry) -> str:
        """How many pieces the campaign has."""
        return self.words("catalogue.unlimited") if entry.quota is None else number_text(entry.quota)

    def span(self, entry: Entry) -> str:
        """From when to when it is on sale."""
        begins, over = entry.span.start, entry.span.end
        starts, ends = begins and self.starts(begins), over and self.ends(over)
        if starts and ends:
            return self.words("catalogue.from_until", starts=starts, ends=ends)
        if starts or ends:
            return self.words("catalogue.from_on" if starts else "catalogue.until_then", at=starts or ends)
        return self.words("catalogue.whole_run")

    def both(self, before: str, after: str) -> str:
        """One thing and what becomes of it; nothing where it stays."""
        return "" if before == after else self.words("catalogue.becomes", before=before, after=after)

    def mistake(self, line: BulkLine) -> str:
        """Why a line can't be done, with the numbers in it."""
        if line.mistake is None:
            return ""
        shows = {name: self._shown(name, value) for name, value in line.mistake.shows.items()}
        return self.words(f"catalogue.no_{line.mistake.code}", **shows)

    def _one_price(self, price: Price, entry: Entry) -> str:
        scale = self.project.scale_of(entry.currency)
        parts = [self._amount(amount, unit) for unit, amount in price.units.items()]
        parts += [money_text(price.money, entry.currency, scale)] if price.money else []
        return " + ".join(parts) or self.words("catalogue.free")

    def _amount(self, number: int, unit: str) -> str:
        known, locale = self.project.units.get(unit), self.words.locale
        word = unit_word(known.title if known else {}, unit, number, locale)
        measure = known.measure if known and locale == "zh" else ""
        return f"{number_text(number, known.scale if known else 0)} {measure}{word}"

    def _shown(self, name: str, value: Any) -> str:
        if name == "unit":
            known = self.project.units.get(value)
            money = self.words("catalogue.money")
            return money if known is None else unit_word(known.title, value, 2, self.words.locale)
        if isinstance(value, datetime):
            return self.moment(value)
        return number_text(value) if isinstance(value, int) else str(value)
