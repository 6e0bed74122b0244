# -*- test-case-name: tests.config.test_schema -*-
"""
The C{[discovery]} section: SIP PnP, SSDP, mDNS and DHCP on the local link.

Layer 0 (values).
"""

from __future__ import annotations

from dataclasses import dataclass

from gigasetd.config.sections.option import key
from gigasetd.config.validators import listOf, matching, switch, whole

_interface = matching(r"[^\s/]{1,15}", "the name of a network interface")


@dataclass(frozen=True)
class DiscoverySection:
    """
    Discovery by phones and people on the same link.
    """

    enabled: bool = key(True, switch)
    interfaces: tuple[str, ...] = key([], listOf(_interface, "interfaces", 100))
    requests_per_second: int = key(20, whole(1, 1000))
    requests_in_all: int = key(100, whole(1, 10000))
