"""The form of an offer: a code that lowers the price, points that pay for part of it."""

from __future__ import annotations

import re

import pytest

MALL = {
    "mall.yaml": "mall: tiny\nzone: Asia/Shanghai\ncurrency: CNY\nunits: {points: {title: {zh: 积分, en: points}}}\n",
    "catalogue/all.yaml": (
        "benefits:\n"
        "  tea: {is: voucher, title: {zh: 茶, en: Tea}, lasts: 7d, face: 20.00}\n"
        "  cake: {is: voucher, title: {zh: 蛋糕, en: Cake}, lasts: 7d, face: 30.00}\n"
    ),
    "campaigns/all.yaml": """\
campaign: tea-house
kind: sale
sells: {tea: 10.00}
at_most: [3 pieces per user]
codes: {SAVE6: {off: 6.00, at_most: [1 per user]}}
offset: {worth: {points: 100, money: 1.00}, up_to: 50%}
---
campaign: bakery
kind: sale
sells: {cake: 25.00}
at_most: [1 piece per user]
""",
}
TEA = "/mall/items/tea-house/tea"


@pytest.fixture
def there(open_host):
    """The mall, and a client for its pages; ann has 700 points."""
    mall, client = open_host(MALL, pay=lambda deal: f"/till/{deal.id}")
    mall.desk.adjust("ann", "points", 700, key="gift", reason="gift")
    return mall, client


def order(client, **typed):
    token = re.search(r'name="token" value="([^"]+)"', client.get(TEA).text).group(1)
    return client.post(TEA, data={"token": token, "qty": "1", **typed})


def test_fields_are_there_where_the_sale_has_a_use_for_them(there):
    """A code and points for tea, neither for cake."""
    tea, cake = (there[1].get(path).text for path in (f"{TEA}?lang=en", "/mall/items/bakery/cake"))

    assert 'name="code"' in tea
    assert "Use points" in tea
    assert "100 points take off ¥1, up to 50% of the price" in tea
    assert 'name="code"' not in cake
    assert 'name="offset"' not in cake


def test_a_code_and_points_lower_what_is_to_pay(there):
    """Two pieces are 20.00; the code takes 6.00 off, and 700 points pay the half of 14.00."""
    mall, client = there

    answer = order(client, qty="2", code="save6", offset="700")

    assert answer.status_code == 303
    assert [deal.pay for deal in mall.deals("ann")] == [700]
    assert mall.wallet("ann").units["points"].balance == 0


def test_an_unknown_code_is_said_and_what_was_typed_is_kept(there):
    """Nothing is ordered."""
    mall, client = there

    answer = order(client, code="NOPE", offset="100")

    assert answer.status_code == 409
    assert 'value="NOPE"' in answer.text
    assert 'value="100"' in answer.text
    assert not mall.deals("ann")


@pytest.mark.parametrize("typed", ["many", "-1", "1.5", "9" * 20])
def test_points_that_are_no_number_are_said_at_their_field(there, typed):
    """The quantity beside it is fine, and stays."""
    answer = order(there[1], offset=typed)

    assert answer.status_code == 422
    assert "请填写要用的数量" in answer.text
    assert answer.text.count('aria-invalid="true"') == 1
