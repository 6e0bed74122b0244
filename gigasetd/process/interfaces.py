# -*- test-case-name: tests.process.test_interfaces -*-
"""
This machine's network addresses.

Layer 3 (I/O).
"""

from __future__ import annotations

import socket

import ifaddr

LOOPBACK = "127.0.0.1"

# A documentation address (RFC 5737): routed as the internet is, used by no host.
_ELSEWHERE = ("192.0.2.1", 9)


def guessPublicAddress() -> str:
    """
    Guess the address of the interface with the default route.

    @return: loopback where there is no default route.
    """
    return addressTowards(_ELSEWHERE[0]) or LOOPBACK


def addressTowards(host: str) -> str:
    """
    Look up the local address from which C{host} is reached.

    @param host: an IP address.
    @return: C{""} where there is no route to it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        # Connecting a datagram socket sends nothing.
        try:
            probe.connect((host, _ELSEWHERE[1]))
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def localAddresses() -> frozenset[str]:
    """
    List the addresses of all interfaces, IPv6 ones without scope.
    """
    return frozenset(
        address.ip if isinstance(address.ip, str) else address.ip[0]
        for adapter in ifaddr.get_adapters()
        for address in adapter.ips
    )
