"""
Bring about what is given, and what the host or an operator changes on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import attrs

from quanyi.campaigns.project.release import set_paused
from quanyi.campaigns.tools.sandbox import Sandbox, load_pieces
from quanyi.campaigns.tools.stories.model import Midway, Problem
from quanyi.campaigns.tools.stories.scene import Scene
from quanyi.entitlements.errors import QuanyiError
from quanyi.entitlements.records import Loaded
from quanyi.entitlements.stocks import loaded_key

__all__ = ["SaidOfUsers", "change", "prepare"]


@attrs.frozen
class SaidOfUsers:
    """What a story says about its users so far, as the facts port."""

    users: dict[str, Mapping[str, Any]]

    def facts(self, user: str) -> Mapping[str, Any]:
        """What was said last of each value."""
        return self.users.get(user, {})


def prepare(scene: Scene) -> Iterator[Problem]:
    """Bring about what is given, each thing by itself; what can't be is said."""
    for bring in _given(scene):
        try:
            bring()
        except QuanyiError as no:
            yield Problem(where=scene.story.place.where, message=f"what is given can't be brought about: {no}")


def change(scene: Scene, midway: Midway, key: str, users: SaidOfUsers) -> None:
    """
    Change what a step says: campaigns, then stock, codes and facts.

    Args:
        key: What the idempotency keys of this step begin with.
        users: What was said about users, which is added to.

    Raises:
        QuanyiError: It can't be changed; what stands before it is done.
    """
    stage = scene.stage
    if midway.project is not None:
        stage = stage.over(midway.project)
        stage.apply()
        scene.stage = stage
    for campaigns, paused in ((midway.pauses, True), (midway.resumes, False)):
        for campaign in campaigns:
            set_paused(campaign, stage.transactions, stage.store, stage.mall.now(), paused=paused)
    for benefit, pieces in midway.stock.items():
        total = _ever_loaded(stage, benefit) + pieces - scene.stock(benefit)
        load_pieces(stage, campaign="", thing=benefit, total=total, splits=1, key=f"{key}/{benefit}")
    for benefit, codes in midway.codes.items():
        _bring_in(scene, benefit, codes, key)
    users.users.update({user: {**users.facts(user), **facts} for user, facts in midway.facts.items()})


def _given(scene: Scene) -> Iterator[Callable[[], object]]:
    stage, given = scene.stage, scene.story.given
    for benefit, total in given.stock.items():
        yield partial(load_pieces, stage, campaign="", thing=benefit, total=total, splits=1, key=f"given/{benefit}")
    for (campaign, thing), sold in given.sold.items():
        yield partial(_sell, stage, campaign, thing, sold)
    for benefit, codes in given.codes.items():
        yield partial(_bring_in, scene, benefit, codes, "given")
    for (user, unit), amount in given.balances.items():
        if amount:
            yield partial(stage.mall.desk.adjust, user, unit, amount, key=f"given/{unit}/{user}", reason="given")


def _sell(stage: Sandbox, campaign: str, thing: str, sold: int) -> None:
    """Take *sold* pieces off a quota, as if they were sold before."""
    found, key = stage.project.campaign(campaign), f"given/{campaign}/{thing}"
    for name, pieces, splits in found.kind.quotas(found.play):
        if name == thing:
            load_pieces(stage, campaign=campaign, thing=thing, total=pieces - sold, splits=splits, key=key)


def _bring_in(scene: Scene, benefit: str, codes: Sequence[str], key: str) -> None:
    scene.stage.mall.desk.import_codes(benefit, codes, key=f"{key}/{benefit}")
    scene.codes_in[benefit] = (*scene.codes_in.get(benefit, ()), *codes)


def _ever_loaded(stage: Sandbox, benefit: str) -> int:
    """How many pieces were ever put on sale of a benefit."""
    key = loaded_key(("stock", benefit))
    record, _ = stage.transactions.look([key], stage.mall.now(), stage.store).stored(key)
    return record.total if isinstance(record, Loaded) else 0
