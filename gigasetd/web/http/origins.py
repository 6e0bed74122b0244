# -*- test-case-name: tests.web.http.test_origins -*-
"""
Where HTTP connections come from: the source of each, and what it may do.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from gigasetd.config.networks import Networks


class Origin(NamedTuple):
    """
    Where a connection comes from.
    """

    source: str  #: what limits count
    local: bool = False  #: a local network or a trusted proxy, by the peer's address
    proxy: bool = False  #: a trusted proxy, which connects for many clients
    exempt: bool = False  #: no allowance limits its requests


class Origins:
    """
    Tells the origin of an address.

    @ivar proxies: C{http.trusted_proxies}; a reload replaces them.
    """

    def __init__(
        self,
        source: Callable[[str], str],
        local: Networks,
        proxies: Networks,
        exempt: Networks,
    ) -> None:
        """
        @param source: returns the source of an address.
        @param local: C{server.local_networks}.
        @param exempt: C{guard.exempt}.
        """
        self._source = source
        self._local = local
        self.proxies = proxies
        self._exempt = exempt

    def of(self, host: str) -> Origin:
        """
        Tell where an address belongs.
        """
        proxy = self.proxies.contains(host)
        return Origin(
            self._source(host),
            proxy or self._local.contains(host),
            proxy,
            self._exempt.contains(host),
        )
