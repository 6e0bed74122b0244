# -*- test-case-name: tests.discovery.test_namespaces -*-
"""
What this server's presences on all links share.

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
    " unplaced crashes"
).split()


@dataclass
class LinkContext:
    """
    What all links share.

    @ivar device: what we are.
    @ivar root: the web server's URL as a link reaches it, C{""} for not.
    @ivar offers: our services, as a link reaches them.
    @ivar addresses: ours on a link, where any of them is listened at.
    @ivar isOurs: whether an address is one of this machine's.
    @ivar known: whether a MAC is one of our devices.
    @ivar note: keeps what a phone told: its question and its address.
    @ivar opened: makes a socket for a group on a link, or tells that it
        cannot, and returns L{None}.
    @ivar each: what one address may ask.
    @ivar total: what all may ask together.
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
        Whether one more question of C{host} is looked at.
        """
        now = self.now()
        if self.each.admits(host, now) and self.total.admits("", now):
            return True
        self.counts["limited"] += 1
        return False
