# -*- test-case-name: tests.web.http.test_clientaddress -*-
"""
The client's address and protocol behind trusted proxies: C{Forwarded} (RFC
7239) and its older forms.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from gigasetd.config.networks import Networks, readAddress

MOST = 20  #: proxies in a row that are followed


def clientAddress(
    peer: str, forwarded: Sequence[str], legacy: Sequence[str], proxies: Networks
) -> str:
    """
    Return the address of the client.

    Hops are read from the nearest outwards, up to the first address that is
    not a trusted proxy: anything before it is that client's own claim.

    @return: C{""} where a trusted proxy hides it (C{unknown}, RFC 7239 section
        6.2): the proxy's own address would make such a client local.
    @param peer: the connection's address.
    @param forwarded: the values of C{Forwarded}.
    @param legacy: the values of C{X-Forwarded-For}, read only when there is
        no C{Forwarded}.
    """
    host = plainAddress(peer)
    hops = _forwardedFor(forwarded) if forwarded else _listElements(legacy)
    for hop in reversed(hops[-MOST:]):
        if not proxies.contains(host):
            break
        host = plainAddress(hop)
        if not host:
            break
    return host


def _listElements(values: Sequence[str]) -> list[str]:
    return [part.strip() for value in values for part in value.split(",")]


def _forwardedFor(values: Sequence[str]) -> list[str]:
    return [_parameter(hop, "for") for hop in _listElements(values)]


def _parameter(hop: str, wanted: str) -> str:
    for pair in hop.split(";"):
        name, _, value = pair.strip().partition("=")
        if name.lower() == wanted:
            return value.strip().strip('"')
    return ""


@lru_cache(1024)
def plainAddress(text: str) -> str:
    """
    Strip port, brackets and zone off an address; return an IPv4 address
    inside IPv6 as IPv4.

    @return: C{""} for anything that is not an address.
    """
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    address = readAddress(text.partition("%")[0])
    return "" if address is None else str(address)


def forwardedHosts(forwarded: Sequence[str], legacy: Sequence[str]) -> list[str]:
    """
    Return the hosts that clients asked proxies for.

    @param forwarded: the values of C{Forwarded}.
    @param legacy: the values of C{X-Forwarded-Host}.
    """
    hosts = [_parameter(hop, "host") for hop in _listElements(forwarded)]
    return [host for host in (*hosts, *_listElements(legacy)) if host]


def forwardedProtocols(values: Sequence[str]) -> set[str]:
    """
    Return the protocols that clients used with the proxies, in lower case.

    @param values: of C{X-Forwarded-Proto} or C{Forwarded}.
    """
    parts = [part for hop in _listElements(values) for part in hop.split(";")]
    return {part.strip().lower().removeprefix("proto=").strip('"') for part in parts}
