"""A first integration: events in, offers, an exchange, a claim with its money, and what the user has then."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.api.conftest import There


def test_somebody_earns_exchanges_claims_and_pays(there: There) -> None:
    earned = there.post("/events", {"type": "order.paid", "user": "ann", "data": {"order": "o1", "amount": "3000.00"}})
    offers = there.get("/offers?user=ann").json["items"]
    bought = there.post("/exchanges", {"offer": "coffee", "user": "ann"}).json["answer"]
    deal = there.post("/claims", {"campaign": "flash", "item": "phone", "user": "ann", "order": "o7"}).json["answer"]
    paid = there.post(f"/deals/{deal['deal']}/settle", {"paid": deal["pay"]})
    used = there.post(f"/entitlements/{bought['entitlements'][0]}/redeem", {"user": "ann"})

    assert earned.json["given"] == {"points": 300}
    assert {"coffee", "phone"} <= {offer["item"] for offer in offers}
    assert paid.status_code == used.status_code == 200
    assert there.get(f"/deals/{deal['deal']}").json["phase"] == "paid"
    assert there.get("/users/ann/wallet").json["units"]["points"]["balance"] == 0
    assert there.get("/users/ann/checks/coffee").json == {"user": "ann", "benefit": "coffee", "entitled": False}
    assert [one["phase"] for one in there.get("/users/ann/entitlements").json["items"]] == ["used"]


def test_what_was_claimed_is_given_up_or_taken_back(there: There) -> None:
    claim = {"campaign": "flash", "item": "phone", "user": "ann"}
    first = there.post("/claims", claim).json["answer"]["deal"]
    there.post(f"/deals/{first}/release", {})
    second = there.post("/claims", claim).json["answer"]["deal"]
    there.post(f"/deals/{second}/settle", {"paid": 569_900})
    back = there.post(f"/deals/{second}/refund", {})

    assert there.get(f"/deals/{first}").json["ended"] == "released"
    assert back.json["answer"]["refund"] == 569_900
    assert [deal["phase"] for deal in there.get("/users/ann/deals").json["items"]] == ["refunded", "closed"]


def test_why_is_told_beforehand_and_for_every_campaign(there: There) -> None:
    asked = {"type": "order.paid", "user": "ann", "data": {"order": "o1", "amount": 1000}}
    decisions = {one["campaign"]: one for one in there.post("/decisions", asked).json["decisions"]}
    campaigns = {one["campaign"]: one for one in there.get("/users/ann/campaigns").json["items"]}

    assert decisions["first-order-coffee"]["reason"] == "amount-min"
    assert decisions["first-order-coffee"]["shows"]["missing"] == {"amount": 1000, "unit": "CNY", "scale": 2}
    assert decisions["order-points"]["given"] == [{"thing": "points", "amount": 1}]
    assert campaigns["coffee-for-points"]["why_not"]["code"] == "insufficient-points"
    assert campaigns["arena"]["eligible"]
    assert there.get("/users/ann/wallet").json["units"]["points"]["balance"] == 0  # nothing was written


def test_a_paused_campaign_says_so(there: There) -> None:
    there.mall.desk.pause("check-in")
    found = {one["campaign"]: one for one in there.get("/users/ann/campaigns").json["items"]}

    assert found["check-in"]["why_not"]["reason"] == "paused"


def test_a_receipt_is_found_by_its_key(there: There) -> None:
    there.post("/events", {"type": "check_in", "user": "ann"}, key="ci/1")

    assert there.get("/receipts?type=check_in&key=ci/1").json["given"] == {"points": 10}
    assert there.get("/receipts?type=check_in&key=ci/2").status_code == 404
    assert there.get("/receipts?type=no.such&key=ci/1").status_code == 404


def test_an_amount_is_a_decimal_as_text_or_a_whole_number_of_the_smallest_part(there: There) -> None:
    """A JSON number with a point is neither: 19.9 would be a decimal, and 19, from the same program, the smallest part."""
    paid = {"type": "order.paid", "user": "ann"}
    told = [there.post("/events", {**paid, "data": {"order": "o1", "amount": n}}, key="d") for n in ("19.90", 1990)]
    wrong = there.post("/events", {**paid, "data": {"order": "o2", "amount": 19.90}})

    assert [answer.json["given"] for answer in told] == [{"points": 1}] * 2
    assert wrong.status_code == 422


def test_who_acted_is_kept(there: There) -> None:
    """The key's id where nobody else is named."""
    there.post("/events", {"type": "check_in", "user": "ann"})
    there.post("/events", {"type": "check_in", "user": "bob", "by": "clerk/7"})
    (key,) = there.keys.all()

    assert there.mall.entries("ann", "points")[0].by == f"api/{key.id}"
    assert there.mall.entries("bob", "points")[0].by == "clerk/7"


def test_somebody_is_told_once_when_it_is_back(there: There) -> None:
    """Set, listed and answered by a worker; taken back, it waits no more; and of nothing that isn't on offer."""
    there.mall.desk.pause("arena")
    asked = [there.post("/offers/arena/phone/remind", {"user": user}) for user in ("ann", "bob", "ann")]
    taken_back = there.post("/offers/arena/phone/cancel-reminder", {"user": "bob"})
    waits = {user: there.get(f"/users/{user}/reminders").json["items"] for user in ("ann", "bob")}
    there.mall.desk.resume("arena")
    told = there.mall.answer_reminders()

    assert [answer.status_code for answer in (*asked, taken_back)] == [200] * 4
    assert [answer.json["answer"]["waits"] for answer in (*asked, taken_back)] == [True, True, True, False]
    assert [(one["campaign"], one["item"], one["awaits"]) for one in waits["ann"]] == [("arena", "phone", "stock")]
    assert waits["bob"] == []
    assert told == 1
    assert there.get("/users/ann/reminders").json == {"items": []}
    assert there.post("/offers/arena/nothing/remind", {"user": "ann"}).status_code == 404
    assert there.post("/offers/arena/phone/remind", {}).status_code == 422
