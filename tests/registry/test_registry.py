"""
The registry: one truth, with its indexes, its journal and its listeners.
"""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Account, Binding, Device, Token
from gigasetd.registry.registry import DAY, Registry

NUMBER = "20000001"
ACCOUNT = Account(NUMBER, "digest", "sealed", "ha1", "Küche", "", 1.0, 0.0)
DEVICE = Device("7C2F80000001", NUMBER, "", "", "", "", 1.0)


def binding(key: str = "sip:a", expires: float = 100.0, **fields: Any) -> Binding:
    """
    A binding of L{NUMBER}.
    """
    usual = Binding(
        NUMBER,
        key,
        f"<{key}>",
        "call",
        1,
        expires,
        "udp",
        "127.0.0.1:5060",
        "127.0.0.1",
        5062,
        0,
        "C610",
        1.0,
        10.0,
        1,
    )
    return usual._replace(**fields)


class RegistryTests(SynchronousTestCase):
    """
    L{Registry}.
    """

    def setUp(self) -> None:
        """
        An empty registry.
        """
        self.journal = Journal()
        self.registry = Registry(self.journal)

    def test_putAndDrop(self) -> None:
        """
        What is put is there and is journalled; what is dropped is gone, and
        the journal says so.
        """
        token = Token("laptop", "hash", 1.0)
        first = self.registry.put(token)
        self.assertEqual(self.registry.tokens, {"laptop": token})
        self.assertEqual(self.registry.drop(token), first + 1)
        self.assertEqual(self.registry.tokens, {})
        [last] = self.journal.waiting()
        self.assertEqual(
            (last.kind, last.key, last.value), ("token", ("laptop",), None)
        )

    def test_sameAgain(self) -> None:
        """
        Putting what is there already costs no change.
        """
        first = self.registry.put(ACCOUNT)
        self.assertEqual(self.registry.put(ACCOUNT), first)
        self.assertEqual(len(self.journal.take()), 1)

    def test_nicknames(self) -> None:
        """
        A nickname is found without regard to case, moves with a change, and
        is free again when its account is gone.
        """
        self.registry.put(ACCOUNT)
        self.assertEqual(self.registry.nicknames, {"küche": NUMBER})
        self.registry.put(ACCOUNT._replace(nickname="Flur"))
        self.assertEqual(self.registry.nicknames, {"flur": NUMBER})
        self.registry.drop(ACCOUNT)
        self.assertEqual(self.registry.nicknames, {})

    def test_macs(self) -> None:
        """
        A number leads to the device that it belongs to.
        """
        self.registry.put(DEVICE)
        self.assertEqual(self.registry.macs, {NUMBER: DEVICE.mac})
        self.registry.put(DEVICE._replace(number=""))
        self.assertEqual(self.registry.macs, {})

    def test_bindInOneStep(self) -> None:
        """
        A registration with several contacts changes just what differs.
        """
        one, two = binding("sip:a"), binding("sip:b")
        self.registry.bind(NUMBER, (one, two))
        self.journal.take()
        three = binding("sip:c")
        self.registry.bind(NUMBER, (two, three))
        changed = {change.key[1]: change.value for change in self.journal.take()}
        self.assertEqual(changed, {"sip:c": three, "sip:a": None})
        self.assertEqual(self.registry.bindings[NUMBER], (two, three))

    def test_lastOneGone(self) -> None:
        """
        A number without bindings takes no room.
        """
        self.registry.bind(NUMBER, (binding(),))
        self.registry.unbind(binding())
        self.assertEqual(self.registry.bindings, {})

    def test_flows(self) -> None:
        """
        A flow knows the numbers that are bound over it, as long as they are,
        however the bindings come and go.
        """
        one, two = binding("sip:a"), binding("sip:b")
        away = binding("sip:c", host="192.0.2.7", port=9)
        self.registry.bind(NUMBER, (one, two))
        self.registry.load([away])
        flow = ("udp", "127.0.0.1:5060", "127.0.0.1", 5062, 0)
        other = ("udp", "127.0.0.1:5060", "192.0.2.7", 9, 0)
        self.assertEqual(
            self.registry.flows, {flow: (NUMBER, NUMBER), other: (NUMBER,)}
        )
        self.assertEqual(self.registry.hosts, {"127.0.0.1": 2, "192.0.2.7": 1})
        moved = two._replace(host="192.0.2.7", port=9)
        self.registry.bind(NUMBER, (one._replace(expires=200.0), moved))
        self.assertEqual(self.registry.flows, {flow: (NUMBER,), other: (NUMBER,)})
        self.registry.replay("binding", (NUMBER, "sip:b"), None)
        self.registry.expire(300.0)
        self.assertEqual((self.registry.flows, self.registry.hosts), ({}, {}))

    def test_gateway(self) -> None:
        """
        A flow with many numbers is known number by number as well.
        """
        bindings = [binding("sip:a")._replace(number=str(30000 + i)) for i in range(50)]
        for each in bindings:
            self.registry.bind(each.number, (each,))
        (numbers,) = self.registry.flows.values()
        self.assertEqual(set(numbers), {each.number for each in bindings})
        self.registry.unbind(bindings[0])
        self.assertNotIn(bindings[0].number, numbers)
        for each in bindings[1:]:
            self.registry.unbind(each)
        self.assertEqual((self.registry.flows, self.registry.hosts), ({}, {}))

    def test_expire(self) -> None:
        """
        A binding ends at its time; one that was refreshed lives on.
        """
        self.registry.bind(NUMBER, (binding("sip:a", 50.0), binding("sip:b", 60.0)))
        refreshed = binding("sip:a", 90.0, cseq=2)
        self.registry.bind(NUMBER, (refreshed, binding("sip:b", 60.0)))
        self.assertEqual(self.registry.expire(70.0), 1)
        self.assertEqual(self.registry.bindings[NUMBER], (refreshed,))
        self.assertEqual(self.registry.expire(90.0), 1)
        self.assertEqual(self.registry.bindings, {})

    def test_shortened(self) -> None:
        """
        A phone that asks for less than before is gone at the earlier time,
        and counted once.
        """
        self.registry.bind(NUMBER, (binding(expires=90.0),))
        self.registry.bind(NUMBER, (binding(expires=50.0, cseq=2),))
        self.assertEqual(self.registry.expire(95.0), 1)
        self.assertEqual(self.registry.bindings, {})

    def test_use(self) -> None:
        """
        When a binding ends, its account remembers until when it was in use,
        to the day.
        """
        self.registry.put(ACCOUNT)
        used = 3 * DAY
        self.registry.bind(NUMBER, (binding(registered=used),))
        self.assertEqual(self.registry.accounts[NUMBER].active, 0.0)
        self.registry.bind(NUMBER, ())
        self.assertEqual(self.registry.accounts[NUMBER].active, used)

    def test_listeners(self) -> None:
        """
        Who listens to a kind hears of each change, after the rule and in
        order, also of what another listener changed meanwhile.
        """
        heard: list[tuple[Any, Any]] = []

        def unbound(old: Any, new: Any) -> None:
            heard.append((old, new))
            if new is not None and new.off:
                self.registry.bind(NUMBER, ())

        self.registry.listen("account", unbound)
        self.registry.listen("binding", lambda old, new: heard.append((old, new)))
        self.registry.put(ACCOUNT)
        self.registry.bind(NUMBER, (binding(),))
        off = ACCOUNT._replace(off="voip")
        self.registry.put(off)
        self.assertEqual(heard, [])
        self.registry.notify()
        self.assertEqual(
            heard,
            [(None, ACCOUNT), (None, binding()), (ACCOUNT, off), (binding(), None)],
        )

    def test_unknownKind(self) -> None:
        """
        A listener for a kind that does not exist is our own mistake.
        """
        self.assertRaises(KeyError, self.registry.listen, "thing", print)

    def test_load(self) -> None:
        """
        What the database had is there with its indexes and its end, and needs
        no journal.
        """
        self.registry.load([DEVICE, ACCOUNT, binding(expires=50.0)])
        self.assertEqual(self.journal.waiting(), [])
        self.assertEqual(self.registry.macs, {NUMBER: DEVICE.mac})
        self.assertEqual(self.registry.expire(50.0), 1)

    def test_replay(self) -> None:
        """
        What the spool repeats is there, also when it is there already, and
        goes to the database again.
        """
        kept = binding()
        self.registry.load([kept])
        self.registry.replay("binding", (NUMBER, kept.key), kept)
        self.registry.replay("account", (NUMBER,), ACCOUNT)
        self.registry.replay("binding", (NUMBER, "sip:gone"), None)
        self.assertEqual(self.registry.bindings, {NUMBER: (kept,)})
        self.assertEqual(self.registry.accounts, {NUMBER: ACCOUNT})
        self.assertEqual(len(self.journal.waiting()), 3)
