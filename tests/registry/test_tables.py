"""
Tests of L{gigasetd.registry.tables}.
"""

from __future__ import annotations

from typing import Any, get_type_hints

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.model import KINDS, HeldMessage
from gigasetd.registry.registry import Registry
from gigasetd.registry.tables import flowOf
from tests.registry.populated import MAC, NUMBER, OTHER, binding, empty, furnished

SAMPLES: dict[Any, Any] = {str: "a", int: 1, float: 1.0, bool: True}


class KindTests(SynchronousTestCase):
    """
    One table for each kind of value.
    """

    def test_everything(self) -> None:
        """
        All values are listed, and dropping them leaves every table and index
        empty.
        """
        registry = furnished()
        values = registry.everything()
        self.assertIn(registry.devices[MAC], values)
        self.assertIn(registry.bindings[NUMBER][0], values)
        self.assertEqual(len(values), len(set(values)))
        for value in values:
            registry.drop(value)
        self.assertEqual(registry.everything(), [])
        for name, table in vars(registry).items():
            if isinstance(table, dict | set) and not name.startswith("_"):
                self.assertFalse(table, name)

    def test_everyKind(self) -> None:
        """
        Each kind of value has a table: what is put in comes out again.
        """
        for kind in KINDS.values():
            registry, types = empty(), get_type_hints(kind.type)
            value = kind.type(*(SAMPLES[types[each]] for each in kind.type._fields))
            registry.load([value])
            self.assertEqual(registry.everything(), [value], kind)

    def test_nested(self) -> None:
        """
        The values of an account are by the account, then by their own key;
        dropping one leaves the others.
        """
        registry = empty()
        first, second = (HeldMessage(NUMBER, each, "a@b", 1.0, "") for each in "12")
        registry.load([first, second])
        self.assertEqual(registry.held, {NUMBER: {"1": first, "2": second}})
        registry.drop(first)
        self.assertEqual(registry.held, {NUMBER: {"2": second}})


class IndexTests(SynchronousTestCase):
    """
    What is found by another key.
    """

    def test_movedNumber(self) -> None:
        """
        A number that moves to another device leads there, in whichever order
        the two devices are changed.
        """
        for first, second in ((MAC, OTHER), (OTHER, MAC)):
            registry = self.withTwo()
            numbers = {MAC: "20000009", OTHER: NUMBER}
            for mac in (first, second):
                device = registry.devices[mac]
                registry.put(device._replace(number=numbers[mac]))
            self.assertEqual(registry.macs, {NUMBER: OTHER, "20000009": MAC})

    def test_swappedNicknames(self) -> None:
        """
        Two accounts that swap their nicknames are both found.
        """
        registry = empty()
        anna = furnished().accounts[NUMBER]
        ben = anna._replace(number="20000002", nickname="Ben")
        registry.load([anna, ben])
        registry.put(anna._replace(nickname="Ben"))
        registry.put(ben._replace(nickname="Anna"))
        self.assertEqual(registry.nicknames, {"anna": "20000002", "ben": NUMBER})

    def test_factory(self) -> None:
        """
        The accounts with a factory log-in are known, as long as they have it.
        """
        registry = furnished()
        account = registry.accounts[NUMBER]
        self.assertEqual(registry.factory, set())
        registry.put(account._replace(login="factory"))
        self.assertEqual(registry.factory, {NUMBER})
        registry.put(account)
        self.assertEqual(registry.factory, set())

    def withTwo(self) -> Registry:
        """
        A registry with a device that has a number, and one without.
        """
        registry = furnished()
        registry.put(registry.devices[MAC]._replace(mac=OTHER, number=""))
        return registry


class BindingTests(SynchronousTestCase):
    """
    L{Registry.binding} and the flows.
    """

    def test_byKey(self) -> None:
        """
        One binding is found by its number and key.
        """
        registry = empty()
        one, two = binding(NUMBER, key="a"), binding(NUMBER, key="b")
        registry.load([one, two])
        self.assertEqual(registry.binding(NUMBER, "b"), two)
        self.assertIsNone(registry.binding(NUMBER, "c"))
        self.assertIsNone(registry.binding("20000002", "a"))

    def test_flow(self) -> None:
        """
        A flow is transport, local address, peer and connection, and nothing
        of the registration.
        """
        usual = binding(NUMBER)
        self.assertEqual(
            flowOf(usual), ("udp", "0.0.0.0:5060", "192.168.1.20", 5060, 0)
        )
        again = usual._replace(key="other", expires=1.0, cseq=9)
        self.assertEqual(flowOf(again), flowOf(usual))


class WaitingTests(SynchronousTestCase):
    """
    L{Registry.waiting}.
    """

    def test_text(self) -> None:
        """
        Messages with a body or a subject wait; receipts and chat states do not.
        """
        registry = empty()
        for index, inside in enumerate(
            (
                "<body>Hi</body>",
                "<body xml:lang='de'>Hi</body>",
                "<subject>Hi</subject>",
                "<received xmlns='urn:xmpp:receipts' id='1'/>",
                "<bodyguard/>",
            )
        ):
            stanza = f"<message>{inside}</message>"
            registry.put(HeldMessage(NUMBER, str(index), "a@b", 1.0, stanza))
        waiting = [message.id for message in registry.waiting(NUMBER)]
        self.assertEqual(waiting, ["0", "1", "2"])
        self.assertEqual(registry.waiting("20000002"), [])
