# -*- test-case-name: tests.auth.test_logincode -*-
"""
Codes that a handset shows and its owner types into a browser, once.

A code shows that somebody holds a handset of the device; it is the only
log-in of owners whose phones came with a password that nobody knows.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.registry.model import Account, Device
from gigasetd.registry.registry import Registry

DIGITS = 8
LIFETIME = 600.0  #: seconds that a code is good for
MOST = 10000  #: codes at one time; the oldest gives way
TRIES = 20  #: draws until one is found that nobody has


class LoginCodes:
    """
    One code a device, the last that was made; held in memory only.
    """

    def __init__(
        self,
        draw: Callable[[], int],
        lifetime: float = LIFETIME,
        most: int = MOST,
    ) -> None:
        """
        @param draw: gives a fresh random number below ten to the
            L{DIGITS}th.
        """
        self._draw = draw
        self._lifetime = lifetime
        self._most = most
        self._codes: dict[str, tuple[str, float]] = {}
        self._of: dict[str, str] = {}

    def make(self, mac: str, now: float) -> str:
        """
        A fresh code for a device; its last one is worthless from now on.

        @return: eight digits.
        """
        self.forget(mac)
        self.tidy(now)
        for _ in range(TRIES):
            code = f"{self._draw():0{DIGITS}d}"
            if code not in self._codes:
                break
        self._of.pop(self._codes.get(code, ("", 0.0))[0], None)
        self._codes[code] = (mac, now + self._lifetime)
        self._of[mac] = code
        return code

    def redeem(self, code: str, now: float) -> str:
        """
        Use a code up.

        @return: the MAC of its device, C{""} where it is none, is used or
            too old.
        """
        mac, until = self._codes.pop(code, ("", 0.0))
        self._of.pop(mac, None)
        return mac if now < until else ""

    def forget(self, mac: str) -> None:
        """
        The device's code is worthless from now on.
        """
        code = self._of.pop(mac, None)
        if code is not None:
            self._codes.pop(code, None)

    def tidy(self, now: float) -> None:
        """
        Let go what is too old, and the oldest where there are too many: they
        stand in the order they were made in.
        """
        for code, (mac, until) in list(self._codes.items()):
            if until > now and len(self._codes) < self._most:
                return
            del self._codes[code]
            self._of.pop(mac, None)

    def __len__(self) -> int:
        return len(self._codes)


def forgetWithDevice(registry: Registry, codes: LoginCodes) -> None:
    """
    Have the code of a device that is removed or erased go with it.
    """

    def device(old: Device | None, new: Device | None) -> None:
        if old is not None and (new is None or new.number != old.number):
            codes.forget(old.mac)

    def account(old: Account | None, new: Account | None) -> None:
        # Erased, an account has no time of use.
        if old is not None and (new is None or (old.active and not new.active)):
            codes.forget(registry.macs.get(old.number, ""))

    registry.listen("device", device)
    registry.listen("account", account)
