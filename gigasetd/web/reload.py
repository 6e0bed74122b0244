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
from gigasetd.web.http.limits import httpLimits
from gigasetd.web.http.origins import Origins

KEYS = (
    "http.max_request",
    "http.max_connections",
    "http.max_connections_per_address",
    "http.local_connections",
    "http.requests_per_second",
    "http.timeout",
    "http.first_timeout",
)
"""The keys that L{following} applies."""

CLIENTS = ("http.host_names", "http.trusted_proxies", "http.phone_access")
"""The keys that L{recognizing} applies."""


def recognizing(clients: Clients, origins: Origins) -> Callable[[Config], None]:
    """
    Return what applies new settings to how clients are recognized.
    """

    def apply(config: Config) -> None:
        clients.names = hostNames(config)
        clients.proxies = origins.proxies = config.http.trusted_proxies
        clients.phoneAccess = config.http.phone_access

    return apply


def following(site: HttpSite) -> Callable[[Config], None]:
    """
    Return what applies new limits to later connections.
    """
    return lambda config: site.limit(httpLimits(config.http))
