# -*- test-case-name: tests.devices.test_verifiedaddress -*-
"""
Addresses from which devices have proven their identity other than by SIP; held
in memory only.

Layer 1 (state).
"""

from __future__ import annotations

from gigasetd.registry.boundeddict import BoundedDict

MOST = 100000
LASTING = 2 * 86400.0
"""Seconds that a proof counts; phones ask once a day."""


class VerifiedAddresses:
    """
    The address of each device's last proof.
    """

    def __init__(self, most: int = MOST) -> None:
        self._hosts: BoundedDict[str, tuple[str, float]] = BoundedDict(most)

    def __len__(self) -> int:
        return len(self._hosts)

    def note(self, mac: str, host: str, now: float) -> None:
        """
        Remember that device C{mac} has proven itself from C{host}.

        @param now: epoch seconds.
        """
        self._hosts[mac] = (host, now)

    def forget(self, mac: str) -> None:
        """
        Forget device C{mac}: it was removed, or has a new secret.
        """
        self._hosts.pop(mac, None)

    def host(self, mac: str, now: float) -> str | None:
        """
        Return the address of the device's last proof; C{None} where that is too
        old.
        """
        host, since = self._hosts.get(mac, ("", 0.0))
        if not host:
            return None
        if now - since > LASTING:
            self.forget(mac)
            return None
        return host
