# -*- test-case-name: tests.keys.test_keyring -*-
"""
The key ring, as a part of the daemon: checked before any listener is bound.

Layer 4 (assembly).
"""

from __future__ import annotations

from gigasetd.site.part import Part
from gigasetd.site.site import Site


def part(site: Site) -> Part:
    """
    Contribute the service that opens the key ring.
    """
    return Part(services=(site.keys,))
