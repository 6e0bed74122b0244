# -*- test-case-name: tests.web.http.test_clientaddress -*-
"""
From which address a request really came (RFC 7239).

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from gigasetd.config.networks import Networks, readAddress

MOST = 20  #: proxies in a row that are followed


def callerOf(
    peer: str, forwarded: Sequence[str], legacy: Sequence[str], proxies: Networks
) -> str:
    """
    The address of whoever asked.

    A trusted proxy's word counts, from the nearest hop outwards, up to the
    first address that is no trusted proxy: what stands before it is only what
    that one says of itself.

    @param peer: the connection's address.
    @param forwarded: the values of C{Forwarded}.
    @param legacy: the values of C{X-Forwarded-For}, looked at where there is
        no C{Forwarded}.
    """
    host = plainAddress(peer)
    hops = _forwarded(forwarded) if forwarded else _listed(legacy)
    for hop in reversed(hops[-MOST:]):
        if not proxies.contains(host):
            break
        address = plainAddress(hop)
        if not address:
            break
        host = address
    return host


def _listed(values: Sequence[str]) -> list[str]:
    """
    The elements of comma-separated header values.
    """
    return [part.strip() for value in values for part in value.split(",")]


def _forwarded(values: Sequence[str]) -> list[str]:
    """
    The C{for} of each hop; C{""} where a hop has none.
    """
    return [_forOf(hop) for hop in _listed(values)]


def _forOf(hop: str) -> str:
    """
    The C{for} of one hop.
    """
    for pair in hop.split(";"):
        name, _, value = pair.strip().partition("=")
        if name.lower() == "for":
            return value.strip().strip('"')
    return ""


@lru_cache(1024)
def plainAddress(text: str) -> str:
    """
    An address without port, brackets and zone; one of IPv4 inside IPv6 as
    IPv4.

    @return: C{""} where it is no address.
    """
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    address = readAddress(text.partition("%")[0])
    return "" if address is None else str(address)


def secureWords(values: Sequence[str]) -> set[str]:
    """
    The protocols that a proxy says were spoken with it, by
    C{X-Forwarded-Proto} or C{Forwarded}.
    """
    words = [word for hop in _listed(values) for word in hop.split(";")]
    return {word.strip().lower().removeprefix("proto=").strip('"') for word in words}
