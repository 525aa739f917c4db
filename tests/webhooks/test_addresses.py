"""Addresses: a webhook reaches machines of the public internet, however a private one is written or resolved."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import pytest

from quanyi import InputError
from quanyi.adapters.webhooks.addresses import is_public, read_url, resolved, system_resolve

PUBLIC = "93.184.215.14"
PRIVATE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:0:127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2002:a9fe:a9fe::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456:789a::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("text", PRIVATE)
def test_a_private_address_is_refused(text: str) -> None:
    assert not is_public(ip_address(text))
    with pytest.raises(InputError, match="private network"):
        resolved("https://shop.example/hook", resolve=lambda *_: [text])


@pytest.mark.parametrize("text", [PUBLIC, "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", f"::ffff:{PUBLIC}"])
def test_a_public_address_is_taken(text: str) -> None:
    target = resolved("https://shop.example/hook?a=1", resolve=lambda *_: [text])

    assert (str(target.address), target.host, target.port) == (str(ip_address(text)), "shop.example", 443)
    assert (target.path, target.secure) == ("/hook?a=1", True)


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(InputError, match="private network"):
        resolved("https://shop.example/", resolve=lambda *_: [PUBLIC, "10.0.0.1"])


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "[::1]", "[::ffff:7f00:1]"]
)
def test_however_this_machine_is_written_it_is_refused(host: str) -> None:
    """By the machine's own resolver, which knows numbers of every kind."""
    with pytest.raises(InputError, match="private network"):
        resolved(f"https://{host}/")


def test_a_name_is_resolved_once() -> None:
    """A name server that answers otherwise the next time is not asked again."""
    answers = [[PUBLIC], ["127.0.0.1"]]
    target = resolved("https://shop.example/", resolve=lambda *_: answers.pop(0))

    assert str(target.address) == PUBLIC
    assert answers == [["127.0.0.1"]]


def test_loopback_is_taken_where_that_is_allowed_and_nothing_else() -> None:
    for text in ("127.0.0.1", "::1"):
        assert resolved("http://here:8000/", loopback=True, resolve=lambda *_, t=text: [t]).port == 8000
    for found in (["10.0.0.1"], ["127.0.0.1", "10.0.0.1"], ["169.254.169.254"]):
        with pytest.raises(InputError, match="private network"):
            resolved("http://here:8000/", loopback=True, resolve=lambda *_, f=found: f)
    with pytest.raises(InputError, match="https"):
        resolved("http://shop.example/", loopback=True, resolve=lambda *_: [PUBLIC])


def test_a_host_that_is_not_there_is_an_error_of_the_system() -> None:
    for host in ("nowhere.invalid", "x" * 64 + ".example"):
        with pytest.raises(OSError):  # noqa: PT011  (each system has words of its own)
            system_resolve(host, 443)
    with pytest.raises(OSError, match="no address"):
        resolved("https://shop.example/", resolve=lambda *_: [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "shop.example/hook",
        "//shop.example/hook",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "https://",
        "https:///hook",
        "https://shop.example:0/",
        "https://shop.example:99999/",
        "https://ann:secret@shop.example/",
        "https://shop.example@10.0.0.1/",
        "https://shop.example/#secret",
        "https://shop.example\\@10.0.0.1/",
        "https://shop.example/a b",
        "https://shop.example/\r\nHost: other",
        "https://shop.example/\n",
        "https://[::1/",
        "https://商店.example/",
        "https://shop.example/" + "x" * 2000,
        None,
    ],
)
def test_what_is_no_address_of_a_webhook_is_refused_without_repeating_it(text: Any) -> None:
    with pytest.raises(InputError) as met:
        read_url(text)

    assert "secret" not in str(met.value)
