"""Operators find people, see what they have and why, and help them: one by one, or many by a list."""

from __future__ import annotations

import re

import pytest


@pytest.fixture
def ann(there):
    """Ann has points, a coffee, an order that waits, and is known by the page of her holder."""
    mall = there.mall
    mall.desk.adjust("ann", "points", 1000, key="stake", reason="to begin with")
    mall.exchange("coffee", user="ann", key="x/1")
    mall.claim("arena", item="phone", user="ann", key="c/1", order="shop-7")
    return there


def page(there, **query):
    return there.get(f"/people/{there.holder('ann')}", **query).text


def points(there, user="ann"):
    return there.mall.wallet(user).units["points"].balance


# --- finding -------------------------------------------------------------------------------------


def test_a_person_is_found_by_every_number_of_theirs(ann):
    deal, right = ann.mall.deals("ann")[0], ann.mall.entitlements("ann")[0]
    spaced = f"{deal.id[:4]} {deal.id[4:]}"
    for wanted, by in (
        ("ann", "user id"),
        (spaced, "order number"),
        ("shop-7", "your order"),
        (right.id, "entitlement"),
    ):
        text = ann.get("/people", q=wanted).text

        assert f"/ops/people/{ann.holder('ann')}" in text, wanted
        assert by in text, wanted


@pytest.mark.parametrize("wanted", ["an", "ANN", "' or 1=1", "x" * 500, "<script>", "\x00", "？"])
def test_what_is_no_number_finds_nobody(ann, wanted):
    answer = ann.get("/people", q=wanted)

    assert (answer.status_code, ann.holder("ann") in answer.text) == (200, False)
    assert "<script>" not in answer.text.replace('<script type="module"', "")


def test_no_address_of_a_person_has_the_hosts_id(ann):
    for tab in ("wallet", "history", "entitlements", "deals", "promises", "eligible", "acts"):
        links = re.findall(r'(?:href|action)="([^"]*)"', page(ann, tab=tab))

        assert [link for link in links if re.search(r"\bann\b", link)] == []


def test_a_stranger_has_no_page(ann):
    assert ann.get("/people/nobody").status_code == 404


# --- seeing --------------------------------------------------------------------------------------


def test_the_wallet_has_lots_with_their_ends(ann):
    text = page(ann)

    assert f"{points(ann):,}" in text
    assert re.search(r"valid through 31 March 2027", text)


@pytest.mark.parametrize(("lang", "word"), [("en", "Used"), ("zh", "已使用")])
def test_a_used_entitlement_says_so_once(ann, lang, word):
    """Its state is one word; until when it would have been good has a column of its own."""
    (right,) = ann.mall.entitlements("ann")
    ann.mall.redeem(right.id, user="ann", key="used")

    assert re.sub(r"<[^>]+>", " ", page(ann, tab="entitlements", lang=lang)).count(word) == 1


def test_tabs_show_what_the_person_has(ann):
    assert "Coffee" in page(ann, tab="entitlements")
    assert "shop-7" in page(ann, tab="deals")
    assert "Awaiting payment" in page(ann, tab="deals")

    assert "1,000" in page(ann, tab="history")


def test_each_campaign_says_why(ann):
    ann.mall.desk.pause("arena")
    text = page(ann, tab="eligible")

    assert "Can’t take part" in text
    assert "paused" in text


def test_an_earlier_decision_is_explained(ann):
    ann.mall.report("check_in", user="ann", key="ci/1")
    text = page(ann, tab="eligible", type="check_in", key="ci/1")

    assert "Granted" in text
    assert "Nothing was booked" in page(ann, tab="eligible", type="check_in", key="ci/2")


def test_nothing_of_a_card_code_is_shown(ann):
    ann.mall.desk.import_codes("music", ["SECRET-1234"], key="codes")
    ann.mall.desk.grant("ann", "music", key="g", reason="by hand")

    assert "Music card" in page(ann, tab="entitlements")
    assert "SECRET" not in page(ann, tab="entitlements")


def test_history_goes_on_behind_its_first_page(ann):
    for n in range(40):
        ann.mall.desk.adjust("ann", "points", 1, key=f"more/{n}", reason="many")
    first = page(ann, tab="history")
    (after,) = re.findall(r"after=(\d+)", first)

    assert "to begin with" not in first
    assert "1,000" in page(ann, tab="history", after=after)


# --- helping -------------------------------------------------------------------------------------


def test_a_balance_is_corrected_with_a_reason(ann):
    before = points(ann)
    answer = ann.post(f"/people/{ann.holder('ann')}/adjust", unit="points", amount="−20")

    assert answer.status_code == 303
    assert points(ann) == before - 20
    entry = ann.mall.entries("ann", "points", limit=1)[0]
    assert (entry.by, entry.label) == ("ops/7", "adjust")
    assert ann.acts(user="ann")[0] == ("person.adjust", "done", "")


@pytest.mark.parametrize(("field", "said"), [("amount", "0"), ("amount", "1.5"), ("amount", "many"), ("unit", "gold")])
def test_what_is_mistyped_is_told_at_its_field(ann, field, said):
    before = points(ann)
    answer = ann.post(f"/people/{ann.holder('ann')}/adjust", {"unit": "points", "amount": "5", field: said})

    assert (answer.status_code, "qo-error" in answer.text or field == "unit") == (422, True)
    assert "a parcel came late" in answer.text
    assert points(ann) == before


def test_no_more_is_taken_than_there_is(ann):
    answer = ann.post(f"/people/{ann.holder('ann')}/adjust", unit="points", amount="-99999")

    assert (answer.status_code, "qo-notice is-bad" in answer.text) == (409, True)
    assert ann.acts(user="ann")[0][:2] == ("person.adjust", "refused")


def test_a_benefit_is_given_by_hand(ann):
    answer = ann.post(f"/people/{ann.holder('ann')}/grant", benefit="coffee")

    assert answer.status_code == 303
    assert [right.benefit.id for right in ann.mall.entitlements("ann")] == ["coffee", "coffee"]
    assert ann.differences() == ()


def test_a_benefit_that_is_gone_is_refused_and_noted(ann):
    answer = ann.post(f"/people/{ann.holder('ann')}/grant", benefit="music")

    assert answer.status_code == 409
    assert ann.acts(user="ann")[0] == ("person.grant", "refused", "out-of-stock")


def test_an_order_is_given_up_or_taken_back(ann):
    deal = ann.mall.deals("ann", phase="placed")[0].id
    assert ann.post(f"/deals/{deal}/release").status_code == 303
    assert ann.mall.deal(deal).phase == "closed"

    assert ann.post(f"/deals/{deal}/refund").status_code == 409


# --- many ----------------------------------------------------------------------------------------

LIST = {"name": "late parcels", "thing": "points", "amount": "5", "list": "ann\nbob,7\nnobody\nann\n,3\ncat,-1"}


@pytest.fixture
def three(ann):
    for user in ("bob", "cat"):
        ann.mall.desk.adjust(user, "points", 100, key=f"stake/{user}", reason="to begin with")
    return ann


def test_a_list_is_shown_before_it_is_booked(three):
    before = points(three)
    answer = three.post("/people/bulk/give", LIST)

    assert answer.status_code == 200
    for said in ("12 points", "knows nobody", "Twice in the list", "No user id", "above 0"):
        assert said in answer.text
    assert (points(three), three.acts()) == (before, [])


def test_each_line_is_booked_by_itself_and_refusals_are_listed(three):
    before = points(three)
    answer = three.post("/people/bulk/give", LIST, confirmed="yes")

    assert (points(three), points(three, "bob"), points(three, "cat")) == (before + 5, 107, 100)
    assert answer.text.count('role="row"') == 1 + 4
    act = three.mall.desk.acts()[0]
    assert (act.name, act.phase, act.rows, act.refusals) == ("bulk.give", "done", 2, 4)
    assert three.differences() == ()


def test_a_list_of_the_same_name_books_nobody_twice(three):
    three.post("/people/bulk/give", LIST, confirmed="yes")
    before = points(three)
    answer = three.post("/people/bulk/give", {**LIST, "list": "ann\nbob,8\ncat"}, confirmed="yes")

    assert (points(three), points(three, "bob"), points(three, "cat")) == (before, 107, 105)
    assert "with another amount" in answer.text


def test_a_list_interrupted_in_the_middle_goes_on(three, monkeypatch):
    from quanyi.adapters.console.people import bulk

    monkeypatch.setattr(bulk, "_AT_ONCE", 1)
    real, calls = bulk._some, []

    def dies(*given):
        calls.append(given)
        if len(calls) == 2:
            raise RuntimeError("the process died")
        return real(*given)

    said = {**LIST, "list": "ann\nbob\ncat", "token": "one", "confirmed": "yes"}
    before = points(three)
    monkeypatch.setattr(bulk, "_some", dies)
    assert three.post("/people/bulk/give", said).status_code == 500
    assert three.acts() == [("bulk.give", "begun", "")]
    monkeypatch.setattr(bulk, "_some", real)
    three.post("/people/bulk/give", said)

    assert (points(three), points(three, "bob"), points(three, "cat")) == (before + 5, 105, 105)
    assert three.acts() == [("bulk.give", "done", "")]


def test_a_file_is_taken_as_a_list(three):
    from io import BytesIO

    file = (BytesIO("\ufeffuser;amount\nbob;9\n".encode()), "people.csv")
    answer = three.post("/people/bulk/give", {**LIST, "list": "", "file": file})

    assert (answer.status_code, "9 points" in answer.text) == (200, True)


# --- what is known of somebody -------------------------------------------------------------------


def test_a_copy_has_everything_of_one_person_and_nobody_else(three):
    three.mall.desk.adjust("bob", "points", 31_337, key="of bob", reason="bob's alone")
    answer = three.post(f"/people/{three.holder('ann')}/copy", form="json")
    data = answer.json

    assert (data["user"], answer.headers["Content-Disposition"][:10]) == ("ann", "attachment")
    assert [line["amount"] for line in data["history"]] == [e.amount for e in three.mall.entries("ann", "points")]
    assert {kind: len(some) for kind, some in data["records"].items()} == {"deal": 2, "entitlement": 1}
    assert "31337" not in answer.text
    assert three.holder("bob") not in answer.text
    assert three.acts(user="ann")[0] == ("person.copy", "done", "")


def test_a_copy_is_whole_however_long_the_history(ann, monkeypatch):
    from quanyi.campaigns import person_data

    monkeypatch.setattr(person_data, "_AT_ONCE", 3)
    for n in range(10):
        ann.mall.desk.adjust("ann", "points", n + 1, key=f"more/{n}", reason="many")
    amounts = [line["amount"] for line in ann.mall.desk.person_data("ann")["history"]]

    assert amounts == [entry.amount for entry in ann.mall.entries("ann", "points", limit=100)]


def test_a_copy_can_be_read_on_a_page(ann):
    text = ann.post(f"/people/{ann.holder('ann')}/copy", form="page").text

    assert "Personal data" in text
    assert "Entitlements" in text
    assert "shop-7" in text
