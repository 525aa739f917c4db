"""What is looked for in a play's terms is found wherever it stands, although most of them are not looked into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

from quanyi.campaigns.kinds.builtin import KINDS
from quanyi.campaigns.kinds.terms import benefits_in, limits_in
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.clauses import Limit

ROOT = Path(__file__).parents[2]
MALLS = [ROOT / "demo_app/mall", *sorted(path.parent for path in (ROOT / "tests").rglob("mall.yaml"))]


def everything(value: Any) -> Iterator[Any]:
    """All values inside of one, whatever they are."""
    yield value
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple | frozenset) else ()
    if attrs.has(type(value)):
        parts = [getattr(value, field.name) for field in attrs.fields(type(value))]
    for part in parts:
        yield from everything(part)


def plays() -> list[Any]:
    found = []
    for folder in MALLS:
        try:
            found += load_project(folder).plays()
        except Exception:  # malls that are wrong, for other tests
            continue
    return found


def test_every_limit_and_benefit_of_every_play_is_found() -> None:
    known = plays()
    assert {kind.play for kind in KINDS} == {type(play) for play in known}
    for play in known:
        inside = list(everything(play))
        assert {limit.id for limit in inside if type(limit) is Limit} == {limit.id for limit in limits_in(play)}
        assert {one.id for one in inside if type(one) is Benefit} == benefits_in(play).keys()


@attrs.frozen(kw_only=True)
class Named:
    name: str = ""
    next: Named | None = None


@attrs.frozen(kw_only=True)
class Anything:
    inside: Any = None


@attrs.frozen(kw_only=True)
class Nested:
    named: Named = Named()
    by_name: Mapping[str, tuple[Anything, ...]] = attrs.field(factory=dict)


@pytest.mark.parametrize("inside", [Limit(id="a", count=1), (Limit(id="a", count=1),), {"b": Limit(id="a", count=1)}])
def test_what_may_hold_anything_is_looked_into(inside: Any) -> None:
    nested = Nested(by_name={"one": (Anything(inside=inside),)})

    assert [limit.id for limit in limits_in(nested)] == ["a"]
