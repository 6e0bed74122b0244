# -*- test-case-name: tests.config.test_schema -*-
"""
Being found: names and multicast.

Layer 0 (values).
"""

from __future__ import annotations

from dataclasses import dataclass

from gigasetd.config.endpoint import Listen
from gigasetd.config.sections.option import key
from gigasetd.config.validators import (
    domain,
    listeners,
    listOf,
    matching,
    oneOf,
    resolvers,
    switch,
    whole,
)

_interface = matching(r"[^\s/]{1,15}", "the name of a network interface")

VENDOR = (
    "gigaset.net",
    *(f"{host}.gigaset.net" for host in "info profile prov sip stun www".split()),
    "gigaset-config.com",
    "www.gigaset-config.com",
)
"""The host names that phones, and their owners' browsers, have always asked for."""


@dataclass(frozen=True)
class Dns:
    """
    The override resolver, which leads the vendor's names here.
    """

    listen: tuple[Listen, ...] = key([], listeners(["udp", "tcp"]))
    upstream: tuple[tuple[str, int], ...] = key([], resolvers)
    names: tuple[str, ...] = key(list(VENDOR), listOf(domain, "host names", 1000))
    access: str = key("local", oneOf("local", "any"))
    queries_per_second: int = key(100, whole(1, 100000))
    cache_entries: int = key(10000, whole(0, 1000000))


@dataclass(frozen=True)
class Discovery:
    """
    Being found by phones and people on the same link.
    """

    enabled: bool = key(True, switch)
    interfaces: tuple[str, ...] = key([], listOf(_interface, "interfaces", 100))
    requests_per_second: int = key(20, whole(1, 1000))
    requests_in_all: int = key(100, whole(1, 10000))
