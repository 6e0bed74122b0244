# -*- test-case-name: tests.config.test_schema -*-
"""
The C{[dns]} section: the override resolver.

Layer 0 (values).
"""

from __future__ import annotations

from dataclasses import dataclass

from gigasetd.config.endpoint import Endpoint
from gigasetd.config.sections.option import key
from gigasetd.config.validators import (
    domain,
    listeners,
    listOf,
    oneOf,
    resolvers,
    whole,
)

VENDOR = (
    "gigaset.net",
    *(f"{host}.gigaset.net" for host in "info profile prov sip stun www".split()),
    "gigaset-config.com",
    "www.gigaset-config.com",
)
"""The vendor's host names that phones and browsers look up."""


@dataclass(frozen=True)
class DnsSection:
    """
    The override resolver, which answers the vendor's host names with this
    server's address.
    """

    listen: tuple[Endpoint, ...] = key([], listeners(["udp", "tcp"]))
    upstream: tuple[tuple[str, int], ...] = key([], resolvers)
    names: tuple[str, ...] = key(list(VENDOR), listOf(domain, "host names", 1000))
    access: str = key("local", oneOf("local", "any"))
    queries_per_second: int = key(100, whole(1, 100000))
    cache_entries: int = key(10000, whole(0, 1000000))
