"""
Who may see and do what: every screen and action of the table, with every role alone.

The cells are made from the table; a screen or an action that has no sample fails.
"""

from __future__ import annotations

import pytest

from quanyi.adapters.console import ROLES, SCREENS
from tests.console.samples import ADDRESSES, FORMS

ACTIONS = [(screen, action) for screen in SCREENS for action in screen.actions]


@pytest.fixture
def lived(there):
    """A mall in which ann has something."""
    there.mall.desk.adjust("ann", "points", 1000, key="stake", reason="something to lose")
    for sample in ADDRESSES.values():
        sample(there)
    return there


def books(there):
    mall = there.mall
    return mall.wallet("ann"), mall.deals("ann"), mall.entitlements("ann")


def test_every_screen_and_action_has_a_sample():
    assert [screen.name for screen in SCREENS if screen.name not in ADDRESSES] == []
    assert [f"{s.name}.{a.name}" for s, a in ACTIONS if f"{s.name}.{a.name}" not in FORMS] == []


@pytest.mark.parametrize("role", ROLES)
def test_a_screen_opens_for_its_roles_alone_and_writes_nothing(lived, role):
    there, cells = lived.as_(role), {}
    before = len(there.mall.desk.acts()), books(there)
    for screen in SCREENS:
        cells[screen.name] = there.get(ADDRESSES[screen.name](there)).status_code

    assert cells == {screen.name: 200 if role in screen.roles else 403 for screen in SCREENS}
    assert (len(there.mall.desk.acts()), books(there)) == before


@pytest.mark.parametrize("role", ROLES)
def test_an_action_is_done_by_its_roles_alone(lived, role):
    """Without the role it is noted as refused, and moves nothing."""
    there, before = lived.as_(role), books(lived)
    for screen, action in ACTIONS:
        if role in action.roles:
            continue
        name = f"{screen.name}.{action.name}"
        answer = there.post(f"{ADDRESSES[screen.name](there)}/{action.name}", FORMS[name])

        assert (name, answer.status_code) == (name, 403)
        assert there.acts(limit=1) == [(name, "refused", "role-missing")]
    assert books(there) == before


@pytest.mark.parametrize(("screen", "action"), [(s, a) for s, a in ACTIONS if a.noted], ids=lambda one: one.name)
def test_no_action_is_done_without_a_reason(lived, screen, action):
    name, before = f"{screen.name}.{action.name}", books(lived)
    there = lived.as_(min(action.roles))
    answer = there.post(f"{ADDRESSES[screen.name](there)}/{action.name}", FORMS[name], reason=" ")

    assert answer.status_code in (403, 422)
    assert (there.acts(limit=1), books(there)) == ([(name, "refused", "reason-missing")], before)


@pytest.mark.parametrize(("screen", "action"), ACTIONS, ids=lambda one: one.name)
def test_the_right_role_is_enough(lived, screen, action):
    """It is let through: done, or refused by the mall; and the books come out."""
    there = lived.as_(*action.roles, *screen.roles)
    answer = there.post(f"{ADDRESSES[screen.name](there)}/{action.name}", FORMS[f"{screen.name}.{action.name}"])

    assert answer.status_code in (200, 303, 409) or (not action.noted and answer.status_code == 422), answer.text
    assert not action.noted or there.acts(limit=1)[0][0] == f"{screen.name}.{action.name}"
    assert there.differences() == ()


def test_nobody_reaches_anything(lived):
    there, addresses = lived, {name: sample(lived) for name, sample in ADDRESSES.items()}
    there.as_()
    cells = {name: there.get(path).status_code for name, path in addresses.items()}

    assert set(cells.values()) == {403}
