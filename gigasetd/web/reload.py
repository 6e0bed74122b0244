# -*- test-case-name: tests.process.test_lifecycle -*-
"""
The limits of HTTP that change while it runs.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.config.schema import Config
from gigasetd.web.http.channel import HttpSite

KEYS = ("http.max_request", "http.max_connections", "http.timeout")
"""What L{following} takes over."""


def following(site: HttpSite) -> Callable[[Config], None]:
    """
    Hand the new limits to the connections to come.
    """

    def take(config: Config) -> None:
        """
        As the new configuration has them.
        """
        http = config.http
        site.longest, site.most = http.max_request, http.max_connections
        site.timeOut = http.timeout

    return take
