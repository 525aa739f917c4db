"""A slip of the keyboard is told, and reads as no answer."""

from __future__ import annotations

import pytest

from quanyi.adapters.wiring import OpenMall
from quanyi.entitlements.errors import InputError, NotFound, NotOpen


def test_pausing_what_is_not_there_is_not_found(mall: OpenMall) -> None:
    """Nobody believes that a campaign stands still because its name was mistyped."""
    epoch = mall.ports.store.release().epoch
    for act in (mall.desk.pause, mall.desk.resume):
        with pytest.raises(NotFound, match="flahs"):
            act("flahs")

    assert mall.ports.store.release().epoch == epoch


def test_pausing_what_is_there_stops_it(mall: OpenMall) -> None:
    mall.desk.pause("flash")

    with pytest.raises(NotOpen):
        mall.claim("flash", item="phone", user="ann", key="k")


def test_an_adjustment_in_no_unit_of_the_mall_is_a_mistake(mall: OpenMall) -> None:
    """Points of a mistyped unit would be in nobody's wallet; the error names the units there are."""
    with pytest.raises(InputError, match="points"):
        mall.desk.adjust("ann", "piont", 5, key="a1", reason="typo")

    assert mall.ask("a1", "wallet.adjust") is None


def test_a_history_in_no_unit_of_the_mall_is_a_mistake(mall: OpenMall) -> None:
    with pytest.raises(InputError, match="points"):
        mall.entries("ann", "piont")


def test_an_entitlement_to_what_nobody_ever_listed_is_a_mistake(mall: OpenMall) -> None:
    """A mere no would lock out whoever paid for it; what was listed once is still answered."""
    with pytest.raises(InputError, match="coffee"):
        mall.entitled("cofee", "ann")

    assert mall.entitled("coffee", "ann") is False


def test_explaining_a_campaign_that_is_not_in_force_is_not_found(mall: OpenMall) -> None:
    """No decision at all would read as "nobody says no"."""
    with pytest.raises(NotFound, match="flahs"):
        mall.explain("check_in", user="ann", campaign="flahs")
