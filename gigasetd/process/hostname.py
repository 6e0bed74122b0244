# -*- test-case-name: tests.process.test_hostname -*-
"""
The names by which the local network knows this machine.

Layer 3 (I/O).
"""

from __future__ import annotations

import socket
from pathlib import Path

RESOLV = Path("/etc/resolv.conf")
LONGEST = 65536


def machineNames(resolv: Path = RESOLV) -> frozenset[str]:
    """
    Return the host name, alone and in each search domain of resolv.conf(5), as
    routers name their clients (C{box.fritz.box}).

    Not L{socket.getfqdn}, which may wait for a name server.
    """
    name = socket.gethostname().rstrip(".").lower()
    if not name:
        return frozenset()
    short = name.partition(".")[0]
    return frozenset((name, *(f"{short}.{each}" for each in _searchDomains(resolv))))


def _searchDomains(resolv: Path) -> list[str]:
    try:
        with resolv.open(encoding="utf-8", errors="replace") as file:
            lines = file.read(LONGEST).splitlines()
    except OSError:
        return []
    words = [line.split() for line in lines]
    domains = [
        domain.strip(".").lower()
        for each in words
        if each and each[0] in ("search", "domain")
        for domain in each[1:]
    ]
    return [domain for domain in domains if domain]
