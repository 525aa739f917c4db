"""
Addresses to which requests go out: which are taken, and to which machine a request really goes.

Whoever may name an address could make this machine call what only this machine reaches: a database, a cloud's metadata, a
page for operators. So a name is resolved once, every address that it has is checked, and the connection goes to one of
those that were checked: nothing is resolved a second time.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

import attrs

from quanyi.entitlements.errors import InputError

__all__ = ["Address", "Resolve", "Target", "is_public", "read_url", "resolved", "system_resolve"]

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], list[str]]
"""From host and port to the texts of its IP addresses."""

_LONGEST = 2_000
_PORTS = {"https": 443, "http": 80}

_NAT64 = IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_INSIDE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
"""Networks of a host's own."""
_METADATA = IPv6Network("fd00:ec2::/32")
"""Where a cloud keeps what it knows of its machines, inside one of those."""
_NOBODYS = (IPv6Network("2001::/23"), IPv6Network("3fff::/20"))
"""Set aside by the IETF; not every Python knows all of them."""


@attrs.frozen(kw_only=True)
class Target:
    """
    Where a request goes.

    Attributes:
        host: The name that the certificate must have, and the header ``Host`` says.
        path: With the query.
        address: The checked IP address to connect to.
    """

    secure: bool
    host: str
    port: int
    path: str
    address: Address


def read_url(text: str, whose: str = "a webhook") -> SplitResult:
    """
    The parts of a webhook's URL, or of a supplier's.

    Args:
        whose: As a message calls whose address it is.

    Raises:
        InputError: It is no absolute URL of http or https, is longer than 2,000 characters, or has blanks, control characters,
            a user, or a fragment. The text is not repeated, since it may hold a secret.
    """
    if not isinstance(text, str) or len(text) > _LONGEST or not text.isascii() or not text.isprintable() or " " in text:
        raise InputError(f"{whose}'s address is an https URL of at most 2,000 visible characters of ASCII")
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise InputError(f"{whose}'s address is no URL") from None
    if url.scheme not in _PORTS or not url.hostname or port == 0 or "\\" in text:
        raise InputError(f"{whose}'s address begins with https:// and a host")
    if url.username is not None or url.password is not None or url.fragment:
        raise InputError(f"{whose}'s address has no user, no password and no fragment")
    return url


def resolved(
    text: str,
    *,
    loopback: bool = False,
    private: bool = False,
    resolve: Resolve | None = None,
    whose: str = "a webhook",
) -> Target:
    """
    Where a request to a webhook's URL goes, or to a supplier's: its host resolved once, and checked.

    Args:
        loopback: Whether this machine itself may be called, also without TLS: for development and tests.
        private: Whether a machine of a private network may be called (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16,
            fc00::/7), also without TLS. Link-local addresses, where clouds keep their metadata, never are.
        whose: As a message calls whose address it is.

    Raises:
        InputError: The URL is none; it is not https; or one of the host's addresses is not of the public internet.
        OSError: The host can't be resolved.
    """
    url = read_url(text, whose)
    host, port = url.hostname or "", url.port or _PORTS[url.scheme]
    found = [ip_address(each.partition("%")[0]) for each in (resolve or system_resolve)(host, port)]
    if not found:
        raise OSError(f"the host of {whose} has no address")
    local = loopback and all(address.is_loopback for address in found)
    local = local or (private and all(_is_inside(address) for address in found))
    if not local and not all(is_public(address) for address in found):
        raise InputError(f"{whose}'s address leads to a private network")
    if url.scheme != "https" and not local:
        raise InputError(f"{whose}'s address begins with https://")
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    return Target(secure=url.scheme == "https", host=host, port=port, path=path, address=found[0])


def is_public(address: Address) -> bool:
    """
    Whether an IP address is a machine's of the public internet, with every address inside it as well.

    >>> [is_public(ip_address(text)) for text in ("93.184.215.14", "10.0.0.1", "::ffff:127.0.0.1", "2002:a00:1::1")]
    [True, False, False, False]
    """
    return all(_is_public(each) for each in _with_inner(address))


def system_resolve(host: str, port: int) -> list[str]:
    """The host's addresses, as this machine's resolver knows them."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise OSError("the host of a webhook is no name") from None
    return list(dict.fromkeys(str(place[4][0]) for place in found))


def _is_inside(address: Address) -> bool:
    inside = any(address in network for network in _INSIDE if network.version == address.version)
    return inside and not (isinstance(address, IPv6Address) and address in _METADATA)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and (
        address not in _GLOBAL_UNICAST or any(address in network for network in _NOBODYS)
    ):
        return False
    hidden = address.is_private or address.is_reserved or address.is_loopback or address.is_link_local
    return address.is_global and not hidden and not address.is_multicast and not address.is_unspecified


def _with_inner(address: Address) -> Iterator[Address]:
    """An address, or the IPv4 addresses that a way of writing or tunnelling puts into IPv6: they lead there, too."""
    if isinstance(address, IPv4Address):
        yield address
        return
    inner = _inner(address)
    if not inner or address in _GLOBAL_UNICAST:
        yield address
    yield from inner


def _inner(address: IPv6Address) -> list[IPv4Address]:
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address.sixtofour is not None:
        return [address.sixtofour]
    if address.teredo is not None:
        return list(address.teredo)
    return [IPv4Address(int(address) & 0xFFFFFFFF)] if address in _NAT64 else []
