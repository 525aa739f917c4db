"""
The check of what a campaign of any kind shows to a user: fields of its view, as plain values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from quanyi.campaigns.kinds.expectation import Expectation
from quanyi.campaigns.kinds.reader import Reader
from quanyi.campaigns.kinds.stories import Scene
from quanyi.campaigns.language.formatting import said
from quanyi.campaigns.language.places import Place
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.plain import plain

__all__ = ["fits_view", "read_view", "view"]

_AMOUNT = {"amount", "unit", "scale"}


def read_view(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    """`{raffle.ann: {tickets: 2, goals.0.done: 30}}`; `{ann: …}` where the story has one campaign."""
    for whose, fields, at in reader.map(value, place):
        campaign, user = reader.campaign_and_user(whose, name, at)
        for field, wanted, spot in reader.map(fields, at) if campaign else ():
            text = said(wanted, reader.zone) if isinstance(wanted, str) else wanted
            yield Expectation(what=name, about=(campaign, user, field), wanted=text, place=spot)


def view(scene: Scene, campaign: str, user: str, field: str) -> Any:
    """A field of what a campaign shows to a user, by its path; a text that says so if there is none."""
    try:
        value = plain(scene.stage.mall.view(campaign, user))
    except NotFound:
        return "nothing"
    for name in field.split("."):
        fields = _fields(value)
        if name not in fields:
            return f"no field {name!r}; there are: {', '.join(fields) or 'none'}"
        value = fields[name]
    return _readable(value, scene.zone)


def fits_view(expectation: Expectation, found: Any, _scene: Scene) -> bool:
    """Numbers are compared by value, texts as written; an instant may leave out its seconds if they are zero."""
    return _alike(expectation.wanted, found)


def _fields(value: Any) -> dict[str, Any]:
    """What can be named in a plain value: the keys of a map, the numbers of a list."""
    if isinstance(value, Mapping):
        return {str(name): part for name, part in value.items()}
    return {str(n): part for n, part in enumerate(value)} if isinstance(value, list) else {}


def _readable(value: Any, zone: str) -> Any:
    """A plain value as a story writes it: amounts are decimals of their unit, instants are local."""
    if isinstance(value, Mapping):
        if set(value) == _AMOUNT:
            return Decimal(value["amount"]).scaleb(-value["scale"])
        return {name: _readable(part, zone) for name, part in value.items()}
    if isinstance(value, list):
        return [_readable(part, zone) for part in value]
    return said(value, zone) if isinstance(value, str) else value


def _alike(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(_alike, wanted, found))
    if isinstance(found, str):
        text = str(wanted)
        return wanted is not None and found in (text, f"{text}:00", f"{text} 00:00:00")
    return bool(wanted == found)
