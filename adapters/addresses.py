"""
The network of an address: what is counted where somebody tries keys or codes.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

__all__ = ["network_of"]

_NETWORK = 64
"""Bits of an address of IPv6 that name one home or office; the rest is chosen by whoever is there."""


def network_of(address: str) -> str:
    """
    An address of IPv4 as it is, and one of IPv6 as its network: who has one has all of its 2**64 addresses.

    A text that is no address stays as it is.

    >>> network_of("192.0.2.7"), network_of("::ffff:192.0.2.7"), network_of("2001:db8:1:2::7"), network_of("unix:")
    ('192.0.2.7', '192.0.2.7', '2001:db8:1:2::/64', 'unix:')
    """
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if isinstance(read, IPv4Address):
        return str(read)
    if read.ipv4_mapped is not None:
        return str(read.ipv4_mapped)
    first = IPv6Address(int(read) >> _NETWORK << _NETWORK)
    return f"{first}/{_NETWORK}"
