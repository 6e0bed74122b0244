# -*- test-case-name: tests.accounts.test_factorypairing -*-
"""
The pin of a phone that uses its factory login: the digest response that it
gave first, which all later ones must equal.

Layer 1 (state).
"""

from __future__ import annotations

from gigasetd.errors import Refused
from gigasetd.privacy.erasure import erased
from gigasetd.registry.model import Account, Pin
from gigasetd.registry.registry import Registry


def pinOf(registry: Registry, number: str) -> Pin:
    """
    Return a number's pin; an empty one where none is stored.
    """
    return registry.pins.get(number) or Pin(number, "", "", 0, "", 0, 0.0)


def unpinned(pin: Pin) -> Pin:
    """
    Return C{pin} without its response, and with another nonce: a response that
    was recorded before is then worthless.
    """
    return erased(pin)._replace(generation=pin.generation + 1)


def resetPin(registry: Registry, account: Account) -> Pin:
    """
    Pin the next phone that registers; ends the present bindings.

    @raise Refused: the account logs in with a password that we know.
    """
    if account.login != "factory":
        raise Refused(
            f"{account.number} logs in with a password, not with its factory login"
        )
    pin = unpinned(pinOf(registry, account.number))
    registry.put(pin)
    registry.bind(account.number, ())
    return pin


def forgetPin(registry: Registry, number: str) -> None:
    """
    Drop a number's pin, if one is stored.
    """
    pin = registry.pins.get(number)
    if pin is not None:
        registry.drop(pin)
