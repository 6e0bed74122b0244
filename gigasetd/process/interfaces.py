# -*- test-case-name: tests.process.test_interfaces -*-
"""
Which addresses this machine has.

Layer 3 (I/O).
"""

from __future__ import annotations

import socket

import ifaddr

LOOPBACK = "127.0.0.1"

# A documentation address (RFC 5737): routed like the world, never answered.
_ELSEWHERE = ("192.0.2.1", 9)


def guessPublicAddress() -> str:
    """
    The address by which the default route leaves this machine; loopback when
    there is none.  Connecting a datagram socket sends nothing.
    """
    return addressTowards(_ELSEWHERE[0]) or LOOPBACK


def addressTowards(host: str) -> str:
    """
    The address of ours that C{host}, an address, is reached from; C{""} where
    there is no way to it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((host, _ELSEWHERE[1]))
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def localAddresses() -> frozenset[str]:
    """
    Every address of every interface, IPv6 without its scope.
    """
    return frozenset(
        address.ip if isinstance(address.ip, str) else address.ip[0]
        for adapter in ifaddr.get_adapters()
        for address in adapter.ips
    )
