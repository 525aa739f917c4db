"""What a host says of a request reaches limits, conditions and every write of the stock pages."""

from __future__ import annotations

import re

import pytest
from flask import request

MALL = {
    "mall.yaml": (
        "mall: tiny\nzone: Asia/Shanghai\ncurrency: CNY\nunits: {points: {title: {zh: 积分, en: points}}}\n"
        "context: {ip: text, device: text}\n"
    ),
    "catalogue/all.yaml": (
        "benefits:\n"
        "  tea: {is: voucher, title: {zh: 茶, en: Tea}, lasts: 7d, face: 20.00}\n"
        "  cake: {is: voucher, title: {zh: 蛋糕, en: Cake}, lasts: 7d, face: 30.00}\n"
    ),
    "campaigns/all.yaml": """\
campaign: tea-house
kind: points_exchange
sells: {tea: {points: 10}}
quota: {tea: 9}
at_most: [1 piece per ip]
---
campaign: bakery
kind: sale
sells: {cake: 25.00}
quota: {cake: 9}
at_most: [1 piece per device]
hold: {pay_within: 15m}
""",
}
TEA = ("tea-house", "tea")
CAKE = ("bakery", "cake")


def said() -> dict[str, str | None]:
    return {"ip": request.remote_addr, "device": request.headers.get("X-Device")}


@pytest.fixture
def there(open_host):
    """The mall, and a client for its pages; ann has 100 points."""
    mall, client = open_host(MALL, pay=lambda deal: f"/till/{deal.id}", context=said)
    mall.desk.adjust("ann", "points", 100, key="gift", reason="gift")
    return mall, client


def order(client, thing, *, ip="203.0.113.7", device="one"):
    page = f"/mall/items/{'/'.join(thing)}"
    token = re.search(r'name="token" value="([^"]+)"', client.get(page).text).group(1)
    sent = {"token": token, "qty": "1"}
    return client.post(
        page, data=sent, headers={"X-Device": device}, environ_base={"REMOTE_ADDR": ip}
    ).status_code, sent


def test_one_piece_goes_to_an_address(there):
    """The second of the same address is told no, one of another address is served."""
    _, client = there
    codes = [order(client, TEA, ip=ip)[0] for ip in ("203.0.113.7", "203.0.113.7", "198.51.100.2")]

    assert codes == [303, 409, 303]


def test_one_piece_goes_to_a_device(there):
    """What is bought with money as what is bought with points."""
    _, client = there
    codes = [order(client, CAKE, device=device)[0] for device in ("one", "one", "two")]

    assert codes == [303, 409, 303]


def test_a_form_that_comes_again_over_another_network_is_the_same_request(there):
    """The context is no part of what is asked: nothing is booked twice, nothing refused."""
    mall, client = there
    _, sent = order(client, TEA)
    again = client.post("/mall/items/tea-house/tea", data=sent, environ_base={"REMOTE_ADDR": "198.51.100.2"})

    assert again.status_code == 303
    assert mall.wallet("ann").units["points"].balance == 90


def test_without_the_hosts_word_such_a_limit_refuses_in_words(open_host):
    """A host that forgot ``context=`` sells nothing past a limit that it can't count."""
    mall, client = open_host(MALL)
    mall.desk.adjust("ann", "points", 100, key="gift", reason="gift")

    assert order(client, TEA)[0] == 409
