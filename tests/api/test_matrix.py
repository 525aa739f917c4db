"""
Who may do what to whose things: every operation, with a key of every scope, at one's own, another's and nobody's.

The cells are made from the table of operations; one that is forgotten here has no request, and fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from quanyi.adapters.api import OPERATIONS, SCOPES, Operation
from quanyi.adapters.sql.verify import verify
from tests.api.conftest import USERS_SCOPES

if TYPE_CHECKING:
    from tests.api.conftest import There

OWN = {"deal": "of ann", "entitlement": "of ann", "user": "ann"}
BY_ID = {operation.id: operation for operation in OPERATIONS}
PERSONAL = [operation for operation in OPERATIONS if not SCOPES[operation.scope].host]
"""What a key that acts for one user can be given."""


class Things:
    """Ann's and bob's deals and entitlements, and ids that nobody has."""

    def __init__(self, there: There) -> None:
        mall = there.mall
        self.there = there
        self.of: dict[str, dict[str, str]] = {"nobody": {"user": "nobody", "deal": "x" * 16, "entitlement": "y" * 16}}
        for user in ("ann", "bob"):
            mall.desk.adjust(user, "points", 10_000, key=f"stake/{user}", reason="something to lose")
            deal = mall.claim("arena", item="phone", user=user, key=f"c/{user}").hold
            right = mall.exchange("coffee", user=user, key=f"x/{user}").entitlements[0]
            self.of[user] = {"user": user, "deal": deal, "entitlement": right}

    def ask(self, operation: Operation, whose: str, token: str, *, named: str | None = None) -> Any:
        """Send a right request of *operation* about *whose* things; *named* is the user that it says, if it says one."""
        ids = {"campaign": "flash", "item": "phone", "benefit": "coffee", "unit": "points", **self.of[whose]}
        path = operation.path.format(**{name: ids[name] for name in operation.names})
        named = named or (whose if needs_user(operation) else None)
        said = {**BODIES.get(operation.id, {}), **({"user": named} if named and takes_user(operation) else {})}
        if operation.method == "GET":
            return self.there.get(path + "?" + "&".join(f"{n}={v}" for n, v in said.items()), token=token)
        return self.there.post(path, said, token=token)


BODIES: dict[str, dict[str, Any]] = {
    "reportEvent": {"type": "check_in"},
    "exchange": {"offer": "coffee"},
    "claim": {"campaign": "flash", "item": "phone"},
    "settleDeal": {"paid": 569_900},
    "explain": {"type": "check_in"},
    "getReceipt": {"type": "order.place", "key": "c/ann"},
}


def takes_user(operation: Operation) -> bool:
    return "user" in operation.said.model_fields


def needs_user(operation: Operation) -> bool:
    return takes_user(operation) and operation.said.model_fields["user"].is_required()


@pytest.fixture
def things(there: There) -> Things:
    return Things(there)


def books(there: There) -> Any:
    """What everybody has, to see that nothing was moved."""
    mall = there.mall
    return [(mall.wallet(u), mall.deals(u), mall.entitlements(u)) for u in ("ann", "bob", "nobody")]


def test_only_the_one_scope_opens_an_operation(there: There, things: Things) -> None:
    """Every pair of scope and operation: 403 without looking at anything, or past the door."""
    cells, open_ = 0, []
    tokens = {scope: there.token(scope) for scope in SCOPES}
    before = books(there)
    for operation in OPERATIONS:
        for scope in SCOPES:
            if scope == operation.scope:
                continue
            cells += 1
            answer = things.ask(operation, "ann", tokens[scope], named="ann")
            if answer.status_code != 403 or answer.json["code"] != "scope-missing":
                open_.append((operation.id, scope, answer.status_code))

    assert cells == len(OPERATIONS) * (len(SCOPES) - 1)
    assert open_ == []
    assert books(there) == before


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.id)
def test_the_right_scope_is_enough(there: There, things: Things, operation: Operation) -> None:
    """A host's key with that scope alone is let through, so that the cells above are closed by the scope."""
    if operation.id == "refundDeal":
        there.mall.settle(things.of["ann"]["deal"], paid=569_900, key="paid")
    answer = things.ask(operation, "ann", there.token(operation.scope), named="ann")

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("operation", PERSONAL, ids=lambda one: one.id)
def test_anothers_is_as_nobodys(there: There, things: Things, operation: Operation) -> None:
    """A key that acts for ann meets bob's things, and things that nobody has, with the same answer, and moves nothing."""
    token, before = there.token(*USERS_SCOPES, user="ann"), books(there)
    if takes_user(operation):
        named = [things.ask(operation, "ann", token, named=user) for user in ("bob", "nobody")]
        assert [answer.status_code for answer in named] == [404, 404]
        assert unnumbered(named[0]) == unnumbered(named[1])
    if set(operation.names) & OWN.keys():
        met = [things.ask(operation, whose, token) for whose in ("bob", "nobody")]
        assert [answer.status_code for answer in met] == [404, 404]
        assert unnumbered(met[0]) == unnumbered(met[1])

    assert takes_user(operation) or set(operation.names) & OWN.keys(), "it is about nobody's things"
    assert books(there) == before


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.id)
def test_a_host_that_names_a_user_meets_only_theirs(there: There, things: Things, operation: Operation) -> None:
    """Ann named, and bob's deal or entitlement: as if there were none."""
    if not takes_user(operation) or not {"deal", "entitlement"} & set(operation.names):
        pytest.skip("names no deal or entitlement")
    before = books(there)
    met = [things.ask(operation, whose, there.host, named="ann") for whose in ("bob", "nobody")]

    assert [answer.status_code for answer in met] == [404, 404]
    assert unnumbered(met[0]) == unnumbered(met[1])
    assert books(there) == before


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.id)
@pytest.mark.parametrize("token", ["", "qyk_", "qyk_0123456789abcdef_" + "0" * 64])
def test_nobody_gets_in_without_a_key(there: There, things: Things, operation: Operation, token: str) -> None:
    before = books(there)
    answer = things.ask(operation, "ann", token or "none", named="ann")

    assert (answer.status_code, answer.json["code"]) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert books(there) == before


@pytest.mark.parametrize("scope", [name for name, scope in SCOPES.items() if scope.host])
def test_no_key_of_one_user_has_a_scope_of_the_host(there: There, scope: str) -> None:
    from quanyi import InputError

    with pytest.raises(InputError, match=scope):
        there.token(scope, user="ann")


def test_every_scope_has_an_operation_and_every_operation_a_known_scope() -> None:
    assert {operation.scope for operation in OPERATIONS} == set(SCOPES)
    assert len(BY_ID) == len(OPERATIONS)


def test_the_commands_of_kinds_are_no_events(there: There, things: Things) -> None:
    """Else a key that may report facts could say that money has come in."""
    deal = things.of["ann"]["deal"]
    commands = [name for name, event in there.mall.project.events.items() if event.command and event.built_in]
    token, before = there.token("events:write"), books(there)
    said = {"deal": deal, "paid": 569_900, "offer": "coffee", "item": "phone"}
    answers = [there.post("/events", {"type": name, "user": "ann", "data": said}, token=token) for name in commands]

    assert {"order.pay", "order.refund", "exchange", "order.place"} <= set(commands)
    assert {answer.status_code for answer in answers} == {422}
    assert {answer.json["errors"][0]["pointer"] for answer in answers} == {"#/type"}
    assert books(there) == before
    assert verify(there.mall.ports.store.engine, "engine").differences == ()


def test_a_user_says_nothing_about_the_request(there: There, ann: str) -> None:
    """Nor who acted: limits by address and the journal are the host's to fill."""
    for field, value in (("by", "clerk"), ("context", {"ip": "10.0.0.1"})):
        answer = there.post("/exchanges", {"offer": "coffee", "user": "ann", field: value}, token=ann)
        assert (answer.status_code, answer.json["code"]) == (403, "host-only")
        assert answer.json["errors"][0]["pointer"] == f"#/{field}"


def unnumbered(answer: Any) -> Any:
    """An answer without the number of its error."""
    return {name: value for name, value in answer.json.items() if name != "instance"}
