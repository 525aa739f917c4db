"""The demo's world: its clock, its story, its commands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import event

from quanyi.adapters.sql.verify import verify
from quanyi.demo_app.cli import demo
from quanyi.demo_app.clock import DemoClock
from quanyi.demo_app.seed import START, seed
from tests.demo.conftest import opened


def told(world) -> dict[str, object]:
    """What the story led to, without random ids."""
    people = ("lin", "zhou", "chen", "mo")
    return {
        "balances": [{u: p.balance for u, p in world.mall.wallet(person).units.items()} for person in people],
        "rights": [[(r.benefit.id, r.phase) for r in world.mall.entitlements(person)] for person in people],
        "left": [(o.campaign, o.item, o.state, o.left) for o in world.mall.offers()],
    }


def test_every_seeding_tells_the_same_story(world, tmp_path):
    """Chance is seeded and the clock is the demo's own."""
    with opened(tmp_path / "again") as again:
        seed(again)
        second = told(again)

    assert told(world) == second


def test_seeding_says_how_far_it_is_and_shares_commits(tmp_path):
    """The steps of the crowd and of ordinary days share commits, of which each costs as much as ten decisions."""
    far, commits = [], []
    with opened(tmp_path / "new") as new:
        event.listen(new.engine, "commit", commits.append)
        seed(new, lambda done, steps: far.append((done, steps)))

    steps = far[-1][1]
    assert far[-1] == (steps, steps)
    assert [done for done, _ in far] == sorted({done for done, _ in far})
    assert len(commits) < steps  # one by one it is nearly twice as many


def test_what_was_seeded_adds_up(world):
    """Steps that share a commit are journaled like all others."""
    assert list(verify(world.engine, "lumen").differences) == []


def test_no_page_is_empty_at_first(world):
    """Entitlements in each phase, sales on, coming and over, one sold out, somebody owing."""
    states = {offer.state for offer in world.mall.offers(kind="flash_sale")}
    phases = {right.phase for right in world.mall.entitlements("lin")}

    assert {"open", "not_started", "ended", "sold_out"} <= states
    assert {"usable", "used", "expired"} <= phases
    assert world.mall.wallet("chen").units["points"].owed > 0
    assert world.mall.wallet("lin").units["points"].ending
    assert len(world.mall.project.benefits) >= 12


def test_the_world_stands_still_while_nobody_serves_it(world):
    """Serving goes on from the last moment seen, not from the real world's time."""
    world.clock.mark()
    before = world.clock.now()

    again = DemoClock(world.engine)
    again.resume()

    assert abs(again.now() - before) < timedelta(seconds=5)
    assert timedelta() <= again.now() - START < timedelta(minutes=5)


def test_time_moves_only_forward(world):
    """Nothing that was decided may lie in the future."""
    with pytest.raises(ValueError, match="forward"):
        world.clock.advance(timedelta(days=-1))


def test_three_days_bring_the_invited_friends_points(world):
    """A promise that falls due is in the wallet, whether or not a sweep came by."""
    before = world.mall.wallet("lin").units["points"].balance

    world.clock.advance(timedelta(days=3))
    world.mall.sweep()

    assert world.mall.wallet("lin").units["points"].balance == before + 200


def test_the_commands_seed_move_and_start_again(tmp_path):
    """The commands seed, advance and reset: each says what time it is in the demo."""
    run = CliRunner()

    seeded = run.invoke(demo, ["--dir", str(tmp_path), "seed"])
    assert seeded.stdout == "seeded; it is Friday 20 March 2026, 19:36 in the demo\n"
    assert seeded.stderr.splitlines()[-1] == "living ten weeks in advance"  # a bar only where somebody watches
    moved = run.invoke(demo, ["--dir", str(tmp_path), "advance", "3d"])
    assert "Monday 23 March 2026" in moved.output
    for wrong in ("soon", "0d", "367d", "9" * 30 + "d", "٣d"):
        assert run.invoke(demo, ["--dir", str(tmp_path), "advance", wrong]).exit_code == 2, wrong
    again = run.invoke(demo, ["--dir", str(tmp_path), "reset"])

    assert "Friday 20 March 2026, 19:36" in again.output
