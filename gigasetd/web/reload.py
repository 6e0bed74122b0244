# -*- test-case-name: tests.process.test_lifecycle -*-
"""
The limits of HTTP connections that a reload applies.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.config.schema import Config
from gigasetd.web.context import hostNames
from gigasetd.web.http.channel import HttpSite
from gigasetd.web.http.clients import Clients

KEYS = ("http.max_request", "http.max_connections", "http.timeout")
"""The keys that L{following} applies."""

CLIENTS = ("http.host_names", "http.trusted_proxies", "http.phone_access")
"""The keys that L{recognizing} applies."""


def recognizing(clients: Clients) -> Callable[[Config], None]:
    """
    Return what applies new settings to how clients are recognized.
    """

    def apply(config: Config) -> None:
        clients.names = hostNames(config)
        clients.proxies = config.http.trusted_proxies
        clients.phoneAccess = config.http.phone_access

    return apply


def following(site: HttpSite) -> Callable[[Config], None]:
    """
    Return what applies new limits to later connections.
    """

    def apply(config: Config) -> None:
        http = config.http
        site.longest, site.most = http.max_request, http.max_connections
        site.timeOut = http.timeout

    return apply
