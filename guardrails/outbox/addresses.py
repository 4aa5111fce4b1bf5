"""Addresses: to which a webhook may be sent. Nobody reaches our own network by naming it as a receiver.

A name is resolved once for each delivery, every address that it has must be a public one, and the connection is made
to an address that was checked: a name that means something else a moment later gains nothing.
"""

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from django.conf import settings

from guardrails.outbox.look_ups import LookUps

_TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))
"""IPv6 networks whose last 32 bits are an IPv4 address."""
_NEVER = (IPv4Network("192.0.0.0/24"), IPv6Network("64:ff9b:1::/48"), IPv6Network("fec0::/10"))
"""Local ones, which the standard library of one of the supported Pythons counts as public."""
_METADATA = (IPv4Address("100.100.100.200"), IPv6Address("fd00:ec2::254"))
"""Where clouds tell a machine its secrets, beside the link-local 169.254.169.254."""
DEFAULT_PORTS = {"https": 443, "http": 80}
LOOK_UP_SECONDS = 10.0
"""How long somebody who enters an address waits for the name server."""
look_ups = LookUps(most=8)


class RefusedAddressError(Exception):
    """No webhook may be sent there; the text says why."""


class SlowNameError(RefusedAddressError):
    """Where it is was not found out in time."""

    def __init__(self, host: str) -> None:
        super().__init__(f"The name server did not say in time where {host} is.")


def check_url(url: str) -> None:
    """Raise RefusedAddressError unless a webhook may be sent there; its name is resolved for that."""
    host, port = host_of(url)
    public_addresses(host, port, seconds=LOOK_UP_SECONDS)


def host_of(url: str) -> tuple[str, int]:
    """Give host and port of an address as it is written. Raises RefusedAddressError."""
    if not url.isascii() or any(character <= " " or character == "\\" for character in url):
        raise RefusedAddressError("Write the address without spaces, backslashes and letters beyond ASCII.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise RefusedAddressError("This is no web address.") from None
    schemes = ("https", "http") if settings.WEBHOOK_ALLOW_HTTP else ("https",)
    if parts.scheme not in schemes:
        raise RefusedAddressError(f"The address must start with {' or '.join(f'{each}://' for each in schemes)}.")
    if not parts.hostname or port == 0:
        raise RefusedAddressError("The address names no host.")
    if parts.username is not None or parts.password is not None:
        raise RefusedAddressError("Leave out user name and password: the signature says who sends.")
    if parts.fragment:
        raise RefusedAddressError("Leave out what follows #: it is never sent.")
    return parts.hostname, port or DEFAULT_PORTS[parts.scheme]


def public_addresses(host: str, port: int, *, seconds: float) -> list[str]:
    """Give the addresses of a host, in the system's order. Raises RefusedAddressError where one is not public.

    Raises SlowNameError after so many seconds.
    """
    try:
        found = look_ups.within(seconds, lambda: resolve(host, port))
    except TimeoutError:
        raise SlowNameError(host) from None
    if not found:
        raise RefusedAddressError(f"There is no host {host}.")
    for address in found:
        if not settings.WEBHOOK_ALLOW_PRIVATE and not is_public(address):
            raise RefusedAddressError(f"{host} is at {address}, which is not a public address.")
        if never_a_receiver(address):
            raise RefusedAddressError(f"{host} is at {address}, where no receiver can be.")
    return found


def resolve(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a host; empty where it has none."""
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def never_a_receiver(address: str) -> bool:
    """Tell whether it leads to no one host of a network, or to a cloud's metadata: refused whatever is allowed."""
    written = ip_address(address)
    return any(
        each.is_link_local or each.is_multicast or each.is_unspecified or each in _METADATA
        for each in (written, *_unwrapped(written))
    )


def is_public(address: str) -> bool:
    """Tell whether an IP address, and every IPv4 address that is wrapped in it, is on the public internet."""
    return all(_is_public(each) for each in _unwrapped(ip_address(address)))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if any(address in network for network in _NEVER):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _unwrapped(address: IPv4Address | IPv6Address) -> Iterable[IPv4Address | IPv6Address]:
    """Give the address, or the IPv4 addresses to which an IPv6 address leads."""
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    if address.sixtofour:
        return [address.sixtofour]
    if address.teredo:
        return address.teredo
    if any(address in network for network in _TRANSLATED):
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    return [address]
