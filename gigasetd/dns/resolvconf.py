# -*- test-case-name: tests.dns.test_resolvconf -*-
"""
Read the resolvers that this machine uses (resolv.conf(5)).

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gigasetd.config.networks import readAddress

PORT = 53
MOST = 3
"""As many as the C library uses."""

AGE = 30.0
"""Seconds after which the file is read again."""

LONGEST = 65536

Server = tuple[str, int]


def systemResolvers(path: Path, now: Callable[[], float]) -> Callable[[], list[Server]]:
    """
    Make a function that returns the resolvers of a file, read again every L{AGE}
    seconds, since networks change.
    """
    known: list[Server] = []
    due = float("-inf")

    def resolvers() -> list[Server]:
        nonlocal known, due
        moment = now()
        if not due - AGE <= moment < due:
            known, due = readResolvers(path), moment + AGE
        return known

    return resolvers


def readResolvers(path: Path) -> list[Server]:
    """
    Return the resolvers in a file; none where it cannot be read.
    """
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            lines = file.read(LONGEST).splitlines()
    except OSError:
        return []
    words = [line.split() for line in lines]
    hosts = [each[1] for each in words if len(each) > 1 and each[0] == "nameserver"]
    good = [host for host in hosts if readAddress(host.partition("%")[0])]
    return [(host, PORT) for host in good[:MOST]]
