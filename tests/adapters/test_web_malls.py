"""Every page of every mall that the tests have can be shown, whatever its campaigns use."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine

import quanyi
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.entitlements.plays.referral import Referral
from quanyi.entitlements.plays.streak import Streak

MALLS = Path(__file__).parents[1] / "malls"


@pytest.fixture(params=["agree", "boxes", "checkins", "errands", "friends", "invitations", "zoo"])
def there(request, tmp_path):
    """A mall, and a client for its pages; ann has of every unit."""
    engine = quanyi.prepare_engine(create_engine(f"sqlite:///{tmp_path / 'host.db'}"))
    quanyi.upgrade(engine)
    mall = quanyi.open_mall(MALLS / request.param, engine, vault=SealingVault(KeyRing.for_development()))
    mall.desk.apply()
    for unit in mall.project.units:
        mall.desk.adjust("ann", unit, 10_000, key=f"gift/{unit}", reason="gift")
    app = Flask("host")
    quanyi.init_app(app, mall, current_user=lambda: "ann", csrf=None, pay=lambda deal: f"/till/{deal.id}")
    yield mall, app.test_client()
    engine.dispose()


def test_every_page_of_a_mall_can_be_shown(there):
    mall, client = there
    items = {f"items/{offer.campaign}/{offer.item}" for offer in mall.offers("ann")}
    streaks = {f"streaks/{play.head.campaign}" for play in mall.project.plays() if isinstance(play, Streak)}
    lists = {"", "sales", "sales?tab=soon", "sales?tab=past", "tasks", "entitlements", "deals", "points"}
    invites = {"invites"} if any(isinstance(play, Referral) for play in mall.project.plays()) else set()
    wallets = {f"points?unit={unit}" for unit in mall.project.units}

    shown = {
        (path, lang): client.get(f"/mall/{path}", headers={"Accept-Language": lang}).status_code
        for path in items | streaks | invites | wallets | lists - (set() if mall.project.units else {"points"})
        for lang in ("zh", "en")
    }

    assert {what: code for what, code in shown.items() if code != 200} == {}
