# -*- test-case-name: tests.process.test_lifecycle -*-
"""
The limits of HTTP connections that a reload applies.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.config.schema import Config
from gigasetd.web.http.channel import HttpSite

KEYS = ("http.max_request", "http.max_connections", "http.timeout")
"""The keys that L{following} applies."""


def following(site: HttpSite) -> Callable[[Config], None]:
    """
    Return what applies new limits to later connections.
    """

    def apply(config: Config) -> None:
        http = config.http
        site.longest, site.most = http.max_request, http.max_connections
        site.timeOut = http.timeout

    return apply
