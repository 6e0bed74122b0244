# -*- test-case-name: tests.info.test_screencache -*-
"""
The screens of idle handsets, kept as they went out: each phone asks for its
own again all day, and it rarely differs.

A kept screen is sent again only while all that it was made from is as it was,
and never after its minute is over.

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
HOUR = 60  #: minutes that a screen stays in memory whose phone asks no more
LONGEST = 1024  #: bytes of a request's key; phones need a quarter of it

Key = tuple[bytes, ...]
"""What tells one phone's request from all others."""


class Basis(NamedTuple):
    """
    What of the registry a screen is made from; changed values are others.
    """

    device: Any
    account: Any
    profile: Profile | None
    held: tuple[int, str]  #: how many messages wait, and the last one's id
    notices: tuple[Any, ...]


class CachedScreen(NamedTuple):
    """
    One kept screen.
    """

    mac: str  #: as the request tells it
    handset: str
    seen: bool  #: whether the caller could see what belongs to the device
    minute: float
    checkin: CheckIn | None  #: what the request said of its phone
    basis: Basis
    used: Sequence[tuple[str, str, CachedValue]]
    body: bytes


def basisOf(registry: Registry, mac: str, handset: str) -> Basis:
    """
    What there is for a screen of a device's handset.
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
    @ivar counts: how often one was sent again, and how often not.
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
        The screen that this request got last, if it is still true.
        """
        screen = self._screens.get(key)
        if screen is None or now // MINUTE != screen.minute:
            return None
        if basisOf(self.registry, screen.mac, screen.handset) != screen.basis:
            return None
        for source, name, found in screen.used:
            if self.cache.find(source, name, now) is not found:
                return None
        self.counts["screens_kept"] += 1
        return screen

    def store(self, key: Key, screen: CachedScreen) -> None:
        """
        Remember a screen, unless its request is longer than those of phones:
        anybody can send a great many.
        """
        self.counts["screens_made"] += 1
        if sum(map(len, key)) > LONGEST:
            return
        self._screens[key] = screen
        self._forgetBefore(screen.minute - HOUR)

    def expire(self, now: float) -> None:
        """
        Let those go that were made too long ago.
        """
        self._forgetBefore(now // MINUTE - HOUR)

    def _forgetBefore(self, minute: float) -> None:
        while self._screens and next(iter(self._screens.values())).minute < minute:
            self._screens.popitem(last=False)

    def _changed(self, old: Any, new: Any) -> None:
        """
        Something is gone: no screen may show it any longer, and none may keep
        it in memory.
        """
        if new is None:
            self._screens.clear()
