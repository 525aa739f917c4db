"""Several campaigns that hear one input answer it together."""

from __future__ import annotations

from quanyi.campaigns.engine.decisions import Decisions
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.clauses import Fixed, Gift, Head
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import View
from quanyi.entitlements.plays.reward import Reward
from tests.entitlements.stage import Stage, moment

COFFEE = (Gift(thing="coffee", how_much=Fixed(value=1), benefit=Benefit(id="coffee")),)
PLAYS = [Reward(head=Head(campaign=name), when=("visit",), give=COFFEE) for name in "ab"]


class Live:
    """Two campaigns in force that hear everything."""

    def match(self, _ask, _view):
        return PLAYS

    def paused(self, _campaign):
        return False

    def hears(self, _type):
        return False

    def left_out(self, _ask, _play):
        return False


def test_lists_are_joined_and_what_was_given_is_all_of_it():
    ask = Input(type="visit", key="k", at=moment("2026-03-01T10:00"), user="ann", holder="h-ann")
    sheet = Decisions(Live(), View(Stage().picture({need for play in PLAYS for need in play.needs(ask)})), {}, ())
    sheet.take(ask)
    (receipt,) = sheet.verdicts

    assert len(set(receipt.entitlements)) == 2
    assert receipt.answer["given"] == receipt.given == {"coffee": 2}
