"""Pages: each follows the one before, and together they are the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from quanyi.campaigns.offers import OffersInForce

if TYPE_CHECKING:
    from tests.api.conftest import There


@pytest.fixture
def rich(there: There) -> There:
    """Ann has five entitlements and deals, and six lines in her history."""
    there.mall.desk.adjust("ann", "points", 10_000, key="stake", reason="to have a list")
    for n in range(3):
        there.mall.exchange("coffee", user="ann", key=f"x{n}")
    for n, sale in enumerate(("flash", "arena")):
        there.mall.claim(sale, item="phone", user="ann", key=f"c{n}")
    return there


def pages(there: There, path: str, limit: int) -> list[Any]:
    found, cursor = [], None
    while True:
        sign = "&" if "?" in path else "?"
        page = there.get(f"{path}{sign}limit={limit}" + (f"&cursor={cursor}" if cursor else "")).json
        found.append(page["items"])
        cursor = page["next"]
        if cursor is None:
            return found


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/users/ann/deals", 5),
        ("/users/ann/entitlements", 3),
        ("/users/ann/wallet/points/entries", 4),
        ("/offers?user=ann", 5),
    ],
)
@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_the_pages_together_are_the_list(rich: There, path: str, count: int, limit: int) -> None:
    whole, cut = pages(rich, path, 100)[0], pages(rich, path, limit)

    assert len(whole) == count
    assert [item for page in cut for item in page] == whole
    assert [len(page) for page in cut[:-1]] == [limit] * (len(cut) - 1)
    assert 0 < len(cut[-1]) <= limit


def test_a_cursor_goes_on_behind_what_has_left_its_list(rich: There) -> None:
    path = "/users/ann/entitlements?phase=usable"
    ids = [item["id"] for item in rich.get(path).json["items"]]
    first = rich.get(f"{path}&limit=1").json
    rich.mall.redeem(first["items"][0]["id"], user="ann", key="u")
    behind = rich.get(f"{path}&cursor={first['next']}")

    assert (behind.status_code, [item["id"] for item in behind.json["items"]]) == (200, ids[1:])


def test_a_cursor_of_another_list_is_none(rich: There) -> None:
    cursor = rich.get("/users/ann/deals?limit=1").json["next"]

    assert rich.get(f"/users/ann/entitlements?cursor={cursor}").status_code == 422
    assert rich.get(f"/users/ann/wallet/points/entries?cursor={cursor}").status_code == 422
    assert rich.get(f"/offers?user=ann&cursor={cursor}").status_code == 422


def test_a_cursor_of_all_offers_is_none_among_those_of_one_kind(rich: There) -> None:
    cursor = rich.get("/offers?limit=1").json["next"]

    assert rich.get(f"/offers?cursor={cursor}").status_code == 200
    assert rich.get(f"/offers?kind=flash_sale&cursor={cursor}").status_code == 422


def test_only_the_offers_on_a_page_are_looked_up(rich: There, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, looked_up = OffersInForce._shown, []

    def noted(offers: OffersInForce, things: Any, user: str | None) -> Any:
        looked_up.append(len(things))
        return shown(offers, things, user)

    monkeypatch.setattr(OffersInForce, "_shown", noted)
    cursor = rich.get("/offers?user=ann&limit=2").json["next"]
    rich.get(f"/offers?user=ann&limit=2&cursor={cursor}")

    assert set(looked_up) == {2}
