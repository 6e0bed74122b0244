# -*- test-case-name: tests.auth.test_logincode -*-
"""
One-time login codes, which a handset shows and its owner enters in a browser.

A code proves that the owner holds a handset of the device.  It is the only
log-in to the web pages for phones with an unknown factory password.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.registry.model import Account, Device
from gigasetd.registry.registry import Registry

DIGITS = 8
LIFETIME = 600.0  #: seconds that a code is valid
MOST = 10000  #: codes at one time; the oldest is dropped
TRIES = 20  #: draws at most, for a code that is not in use


class LoginCodes:
    """
    The last code of each device; in memory only.
    """

    def __init__(
        self,
        draw: Callable[[], int],
        lifetime: float = LIFETIME,
        most: int = MOST,
    ) -> None:
        """
        @param draw: draws a random number below ten to the L{DIGITS}th.
        @param lifetime: seconds.
        """
        self._draw = draw
        self._lifetime = lifetime
        self._most = most
        self._codes: dict[str, tuple[str, float]] = {}
        self._of: dict[str, str] = {}

    def make(self, mac: str, now: float) -> str:
        """
        Create a login code; invalidate the device's previous one.

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
        Redeem a code, which then is invalid.

        @return: the MAC of its device, C{""} where the code is unknown, used
            or expired.
        """
        mac, until = self._codes.pop(code, ("", 0.0))
        self._of.pop(mac, None)
        return mac if now < until else ""

    def forget(self, mac: str) -> None:
        """
        Invalidate the device's code.
        """
        code = self._of.pop(mac, None)
        if code is not None:
            self._codes.pop(code, None)

    def tidy(self, now: float) -> None:
        """
        Drop expired codes, and the oldest where there are too many.
        """
        # The dict is in the order of creation, so the first valid code ends it.
        for code, (mac, until) in list(self._codes.items()):
            if until > now and len(self._codes) < self._most:
                return
            del self._codes[code]
            self._of.pop(mac, None)

    def __len__(self) -> int:
        return len(self._codes)


def forgetWithDevice(registry: Registry, codes: LoginCodes) -> None:
    """
    Invalidate the code of a device that is removed, or whose account is.
    """

    def device(old: Device | None, new: Device | None) -> None:
        if old is not None and (new is None or new.number != old.number):
            codes.forget(old.mac)

    def account(old: Account | None, new: Account | None) -> None:
        # The erasure of an account's data clears its time of use.
        if old is not None and (new is None or (old.active and not new.active)):
            codes.forget(registry.macs.get(old.number, ""))

    registry.listen("device", device)
    registry.listen("account", account)
