"""
Tests for L{gigasetd.accounts.factorypairing}, and for what pins are part of.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.accounts.dataexport import erase, export
from gigasetd.accounts.enrolment import addDevice, removeDevice, setPassword
from gigasetd.accounts.factorypairing import forgetPin, pinOf, resetPin
from gigasetd.accounts.proposal import NewDevice
from gigasetd.control.documents import deviceDetails
from gigasetd.errors import BadValue, Refused
from gigasetd.privacy.retention import RetentionPeriods, due, perform
from gigasetd.registry.model import Account, Pin
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import subjectOf
from tests.registry.populated import (
    BOX,
    DAY,
    MAC,
    NOW,
    NUMBER,
    OTHER,
    binding,
    empty,
    inhabited,
    numbering,
)

PIN = Pin(NUMBER, "user", "ab" * 32, 3, "6abc.1.ff", 1, NOW)


def pinned(mac: str = MAC) -> Registry:
    """
    A registry with one device whose phone was pinned and is registered.
    """
    registry = empty()
    addDevice(registry, NewDevice(mac, NUMBER, factory=True), numbering(), NOW)
    registry.put(PIN)
    registry.bind(NUMBER, (binding(NUMBER),))
    return registry


class PinningTests(SynchronousTestCase):
    """
    What is kept, and what ends it.
    """

    def test_reset(self) -> None:
        """
        Resetting forgets the answer, asks anew, and ends the registrations;
        whether answers roll stays as it was.
        """
        registry = pinned()
        resetPin(registry, registry.accounts[NUMBER])
        self.assertEqual(registry.pins[NUMBER], Pin(NUMBER, "", "", 4, "", 1, 0.0))
        self.assertEqual(registry.bindings, {})

    def test_resetBeforeAnyAnswer(self) -> None:
        """
        It may be done before any phone has come.
        """
        registry = pinned()
        forgetPin(registry, NUMBER)
        self.assertEqual(resetPin(registry, registry.accounts[NUMBER]).generation, 1)

    def test_nothingToReset(self) -> None:
        """
        A number with a password has nothing pinned.
        """
        registry = inhabited()
        self.assertRaises(Refused, resetPin, registry, registry.accounts[NUMBER])
        self.assertEqual(registry.pins, {})

    def test_removed(self) -> None:
        """
        Removing the device takes everything along.
        """
        registry = pinned()
        removeDevice(registry, subjectOf(registry, NUMBER))
        self.assertEqual(registry.everything(), [])
        self.assertEqual(registry.factory, set())

    def test_erased(self) -> None:
        """
        Erasing forgets the answer with its user name, and when it came.
        """
        registry = pinned()
        erase(registry, subjectOf(registry, MAC))
        self.assertEqual(registry.pins[NUMBER], Pin(NUMBER, "", "", 4, "", 1, 0.0))

    def test_stays(self) -> None:
        """
        At the end of active use it stays with the account.
        """
        registry = pinned()
        perform(registry, due(registry, NOW + 500 * DAY, RetentionPeriods(2, 400)))
        self.assertEqual(registry.pins, {NUMBER: PIN})
        self.assertEqual(registry.bindings, {})

    def test_exported(self) -> None:
        """
        The owner gets to see it, with the reason.
        """
        told = export(subjectOf(pinned(), MAC), BOX.open)
        self.assertEqual(told["pin"], PIN._asdict())
        self.assertIn("pin", {reason["kind"] for reason in told["inventory"]})

    def test_password(self) -> None:
        """
        With a password nothing is pinned any more.
        """
        registry = pinned()
        setPassword(registry, registry.accounts[NUMBER], "correct 9 x", numbering())
        self.assertEqual(registry.pins, {})
        self.assertEqual(registry.factory, set())


class AddTests(SynchronousTestCase):
    """
    C{device add} and factory log-ins.
    """

    def test_rolling(self) -> None:
        """
        C{--rolling} is remembered before any phone has come.
        """
        registry = empty()
        new = NewDevice(MAC, NUMBER, factory=True, rolling=True)
        addDevice(registry, new, numbering(), NOW)
        self.assertEqual(pinOf(registry, NUMBER), Pin(NUMBER, "", "", 0, "", 1, 0.0))
        self.assertEqual(registry.factory, {NUMBER})

    def test_rollingNeedsFactory(self) -> None:
        """
        Without a factory login there is nothing to roll.
        """
        new = NewDevice(MAC, NUMBER, rolling=True)
        self.assertRaises(BadValue, addDevice, empty(), new, numbering(), NOW)

    def test_joined(self) -> None:
        """
        A number that enrolled by itself keeps its pin and its registration
        when it gets its device, unless it gets a password too.
        """
        for more in ({}, {"factory": True}, {"password": "correct 9 x"}):
            registry = empty()
            account = Account(NUMBER, "factory", "", "", "", "", NOW, 0.0)
            for value in (account, PIN):
                registry.put(value)
            registry.bind(NUMBER, (binding(NUMBER),))
            addDevice(registry, NewDevice(OTHER, NUMBER, **more), numbering(), NOW)
            kept = not more.get("password")
            self.assertEqual(NUMBER in registry.pins, kept)
            self.assertEqual(NUMBER in registry.bindings, kept)

    def test_shown(self) -> None:
        """
        C{device show} tells pinned from not pinned, and never the answer.
        """
        registry = pinned()
        view = deviceDetails(subjectOf(registry, MAC), NOW, lambda binding: True)
        told = [view[name] for name in ("login", "pinned", "generation", "rolling")]
        self.assertEqual(told, ["factory", True, 3, True])
        self.assertNotIn(PIN.answer, repr(view))
        resetPin(registry, registry.accounts[NUMBER])
        view = deviceDetails(subjectOf(registry, MAC), NOW, lambda binding: True)
        self.assertFalse(view["pinned"])
