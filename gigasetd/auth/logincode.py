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
        self._reserved: set[str] = set()

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
        self._remove(code)
        self._codes[code] = (mac, now + self._lifetime)
        self._of[mac] = code
        return code

    def reserve(self, code: str, now: float) -> str:
        """
        Begin to use a code; L{use} or L{release} must follow.

        @return: the MAC of its device, C{""} where there is no such code, or it
            is used, reserved or too old.
        """
        mac, until = self._codes.get(code, ("", 0.0))
        if now >= until or code in self._reserved:
            return ""
        self._reserved.add(code)
        return mac

    def release(self, code: str) -> None:
        """
        End a reservation: the code is good still.
        """
        self._reserved.discard(code)

    def use(self, code: str) -> None:
        """
        Use a reserved code up.
        """
        self._remove(code)

    def _remove(self, code: str) -> None:
        mac, _ = self._codes.pop(code, ("", 0.0))
        self._reserved.discard(code)
        # The device may have a newer one by now.
        if self._of.get(mac) == code:
            del self._of[mac]

    def forget(self, mac: str) -> None:
        """
        Invalidate the device's code.
        """
        self._remove(self._of.get(mac, ""))

    def tidy(self, now: float) -> None:
        """
        Drop expired codes, and the oldest where there are too many.
        """
        # The dict is in the order of creation, so the first valid code ends it.
        for code, (_, until) in list(self._codes.items()):
            if until > now and len(self._codes) < self._most:
                return
            self._remove(code)

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
