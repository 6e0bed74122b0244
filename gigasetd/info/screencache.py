# -*- test-case-name: tests.info.test_screencache -*-
"""
Caches the encoded screens of idle handsets: each phone requests its own all
day, and it rarely changes.

A cached screen is sent only while everything that it was made from is
unchanged, and within the same minute.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from gigasetd.info.fetch.cache import Cache, CachedValue
from gigasetd.registry.boundeddict import BoundedDict
from gigasetd.registry.model import CheckIn, Profile
from gigasetd.registry.registry import Registry

MOST = 20000  #: screens
MINUTE = 60.0
HOUR = 60  #: minutes after which an unused screen is dropped
LONGEST = 1024  #: bytes of a key; phones need a quarter of it

Key = tuple[bytes, ...]
"""The parts of a request that make a phone's screen different from others."""


class Basis(NamedTuple):
    """
    The registry's values that a screen is made from.
    """

    device: Any
    account: Any
    profile: Profile | None
    held: tuple[int, str]  #: number of offline messages, and the last one's id
    notices: tuple[Any, ...]


class CachedScreen(NamedTuple):
    """
    A rendered screen, with the values that it was made from.
    """

    mac: str  #: as in the request
    handset: str
    seen: bool  #: whether the client may see the device's data
    minute: float
    checkin: CheckIn | None  #: the phone's check-in when it requested the screen
    basis: Basis
    used: Sequence[tuple[str, str, CachedValue]]
    body: bytes


def basisOf(registry: Registry, mac: str, handset: str) -> Basis:
    """
    Return the registry's values for a screen.
    """
    device = registry.devices.get(mac)
    number = device.number if device else ""
    held = registry.held.get(number)
    return Basis(
        device,
        registry.accounts.get(number),
        registry.profiles.get(mac, {}).get(handset),
        (len(held), next(reversed(held))) if held else (0, ""),
        tuple(registry.notices.values()),
    )


class ScreenCache:
    """
    The screens by request.

    @ivar counts: screens sent from the cache (C{screens_kept}) and made.
    """

    def __init__(self, registry: Registry, cache: Cache, most: int = MOST) -> None:
        self.registry = registry
        self.cache = cache
        self.counts = {"screens_kept": 0, "screens_made": 0}
        self._screens: BoundedDict[Key, CachedScreen] = BoundedDict(most)
        for kind in ("device", "account", "profile"):
            registry.listen(kind, self._changed)

    def __len__(self) -> int:
        return len(self._screens)

    def find(self, key: Key, now: float) -> CachedScreen | None:
        """
        Return the screen for a request, L{None} if it is missing or outdated.
        """
        screen = self._screens.get(key)
        if screen is None or now // MINUTE != screen.minute:
            return None
        if basisOf(self.registry, screen.mac, screen.handset) != screen.basis:
            return None
        for source, name, cached in screen.used:
            if self.cache.find(source, name, now) is not cached:
                return None
        self.counts["screens_kept"] += 1
        return screen

    def store(self, key: Key, screen: CachedScreen) -> None:
        """
        Store a screen. Requests longer than those of phones are not cached, so
        that a client cannot fill the memory.
        """
        self.counts["screens_made"] += 1
        if sum(map(len, key)) > LONGEST:
            return
        self._screens[key] = screen
        self._forgetBefore(screen.minute - HOUR)

    def expire(self, now: float) -> None:
        """
        Drop the screens that were made too long ago.
        """
        self._forgetBefore(now // MINUTE - HOUR)

    def _forgetBefore(self, minute: float) -> None:
        while self._screens and next(iter(self._screens.values())).minute < minute:
            self._screens.popitem(last=False)

    def _changed(self, old: Any, new: Any) -> None:
        # A deletion erases personal data, so no screen may keep it.
        if new is None:
            self._screens.clear()
