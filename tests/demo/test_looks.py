"""The demo's pages: few statements each, and the same answers in one look as one by one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.adapters.test_web_statements import counting
from tests.engine.looking import in_one_look, one_by_one, questions

PEOPLE = ("lin", "zhou", "chen", "mo", None)

MOST = {
    "/mall/": 25,
    "/": 16,  # one round more, for what others hold of a sale
    "/me": 15,
    "/mall/sales": 15,
    "/mall/tasks": 17,  # the product's own question for the film that one can rent is a look of its own
    "/mall/streaks/daily-check-in": 15,
    "/mall/invites": 15,
    "/mall/points": 15,
    "/mall/entitlements": 15,
    "/mall/deals": 15,
    "/mall/items/long-evenings/audiobook": 15,
}
"""How many statements a page may cost, the product's own and every BEGIN included."""


def test_pages_cost_few_statements(client_of, world):
    """Signed in, the second time: who one is, and what is in force, is known by then."""
    world.clock.stand(world.clock.now())
    client, found = client_of("lin"), {}
    for path in MOST:
        assert client.get(path).status_code == 200, path
        with counting(world.engine) as said:
            client.get(path)
        found[path] = len(said)

    assert {path: n for path, n in found.items() if n > MOST[path]} == {}


@pytest.mark.parametrize("later", [{}, {"minutes": 20}, {"days": 1}, {"days": 8}, {"days": 45}])
def test_a_look_answers_as_each_question_does(world, later):
    """Of everybody, for all kinds, at instants at which much or nothing is due that nobody has booked."""
    if later:
        world.clock.advance(timedelta(**later))
    world.clock.stand(world.clock.now())
    asked = questions(PEOPLE, kinds=("task", "streak", "referral", "bundle"))

    assert in_one_look(world.mall, asked) == one_by_one(world.mall, asked)
