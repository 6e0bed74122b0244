# -*- test-case-name: tests.discovery.test_namespaces -*-
"""
What the responders of all links share.

Layer 3 (I/O).
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gigasetd.discovery import pnp, ssdp
from gigasetd.discovery.interface import NetworkLink
from gigasetd.discovery.mdnszone import ServiceInstance
from gigasetd.discovery.multicast import MulticastGroup
from gigasetd.ratelimit.bucket import RateLimiter

COUNTS = (
    "heard sent unsent foreign limited malformed postponed pnp ssdp mdns conflicts"
    " unplaced amplified crashes"
).split()


@dataclass
class LinkContext:
    """
    What the responders of all links share.

    @ivar device: our description for SSDP.
    @ivar root: the web server's URL as a link reaches it, C{""} for none.
    @ivar offers: our services, as a link reaches them.
    @ivar addresses: our addresses on a link that have a listener.
    @ivar isOurs: whether an address is one of this machine's.
    @ivar known: whether a MAC is one of our devices.
    @ivar note: stores what a phone reports: its request and its address.
    @ivar opened: opens a socket for a group on a link; L{None} where that
        fails, which it logs.
    @ivar each: limits the requests of one source.
    @ivar total: limits the requests of all together.
    @ivar now: epoch seconds.
    """

    device: ssdp.RootDevice
    root: Callable[[NetworkLink], str]
    offers: Callable[[NetworkLink], Sequence[ServiceInstance]]
    addresses: Callable[[NetworkLink], Sequence[str]]
    isOurs: Callable[[str], bool]
    known: Callable[[str], bool]
    note: Callable[[pnp.PnpRequest, str], None]
    opened: Callable[[MulticastGroup, NetworkLink], socket.socket | None]
    each: RateLimiter
    total: RateLimiter
    now: Callable[[], float]
    counts: dict[str, int]
    reactor: Any

    def admits(self, host: str) -> bool:
        """
        Return whether one more request of C{host} is handled.
        """
        now = self.now()
        if self.each.admits(host, now) and self.total.admits("", now):
            return True
        self.counts["limited"] += 1
        return False
