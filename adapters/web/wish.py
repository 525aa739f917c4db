"""
Which things on offer a visitor asks to see, and in which order: all of it stands in the page's address.
"""

from __future__ import annotations

from typing import Any

import attrs
from flask import url_for

from quanyi.adapters.web.fields import asked, asked_mark, asked_words
from quanyi.adapters.web.manners import SALES
from quanyi.adapters.web.visit import Visit
from quanyi.campaigns.catalogue.query import FORMS, SORTS, OfferQuery

__all__ = ["ALL_BUT_SALES", "Wish"]

ALL_BUT_SALES = (SALES,)
_YES = "1"


@attrs.frozen(kw_only=True)
class Wish:
    """
    A view of the things on offer. What the address says wrongly is passed over.

    Attributes:
        text: The words that are looked for.
        mine: Whether only what the visitor's points pay for is wanted; never for somebody who is not signed in.
        mark: Where in the list; empty for the beginning.
    """

    text: str = ""
    sort: str = SORTS[0]
    category: str = ""
    form: str = ""
    mine: bool = False
    mark: str = ""

    @classmethod
    def of(cls, to: Visit) -> Wish:
        """What the address of this request says."""
        sort, form = asked("sort"), asked("form")
        return cls(
            text=asked_words("q"),
            sort=sort if sort in SORTS else SORTS[0],
            category=asked("category"),
            form=form if form in FORMS else "",
            mine=asked("mine") == _YES and to.user is not None,
            mark=asked_mark("at"),
        )

    @property
    def narrowed(self) -> bool:
        """Whether it is anything but the beginning of everything."""
        return self != Wish()

    @property
    def query(self) -> OfferQuery:
        """The things that are wanted. Sales have pages of their own, and are found here by words."""
        return OfferQuery(
            text=self.text,
            sort=self.sort,
            category=self.category,
            form=self.form,
            affordable=self.mine,
            but=() if self.text else ALL_BUT_SALES,
        )

    @property
    def fields(self) -> dict[str, Any]:
        """What of it stands in an address, by the names there."""
        said = {
            "q": self.text,
            "category": self.category,
            "form": self.form,
            "sort": "" if self.sort == SORTS[0] else self.sort,
            "mine": _YES if self.mine else "",
            "at": self.mark,
        }
        return {name: value for name, value in said.items() if value}

    def address(self, **changes: Any) -> str:
        """The address of this view with *changes*, from its beginning."""
        return url_for("quanyi.things", **attrs.evolve(self, **{"mark": "", **changes}).fields)
