"""
Tests of L{gigasetd.xmpp.xep.offlinestore}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.model import HeldMessage
from gigasetd.xmpp.im.session import PendingMessage
from gigasetd.xmpp.stanza.stanza import parse
from gigasetd.xmpp.xep.offlinestore import OfflineStore, heldId, storable
from tests.registry.populated import NUMBER, empty
from tests.xmpp.jar import BOB, JarCase

SENDER = "20000009@gigaset.net/a"


def pending(inside: str = "<body>x</body>", **attributes: str) -> PendingMessage:
    """
    A message for Bob.
    """
    message = parse(f"<message from='{SENDER}'>{inside}</message>")
    message.attributes.update(attributes)
    return PendingMessage(BOB, message, 5.0)


class StorableTests(SynchronousTestCase):
    """
    L{storable}.
    """

    def test_types(self) -> None:
        """
        Chats and normal messages are stored; what means nothing later is not.
        """
        for kind, stored in (
            ("chat", True),
            ("normal", True),
            ("headline", False),
            ("groupchat", False),
            ("error", False),
        ):
            self.assertEqual(storable(pending(type=kind).element), stored, kind)

    def test_contents(self) -> None:
        """
        A chat state alone is not stored, nor what its sender does not want
        stored.
        """
        state = "<composing xmlns='http://jabber.org/protocol/chatstates'/>"
        for inside, stored in (
            ("", False),
            (state, False),
            (f"<thread>t</thread>{state}", False),
            (f"<body>x</body>{state}", True),
            ("<received xmlns='urn:xmpp:receipts' id='1'/>", True),
            ("<body>x</body><no-store xmlns='urn:xmpp:hints'/>", False),
        ):
            self.assertEqual(storable(pending(inside).element), stored, inside)


class HeldIdTests(SynchronousTestCase):
    """
    L{heldId}.
    """

    def test_order(self) -> None:
        """
        An id sorts behind those that are there, also where the clock was set
        back, and an id of another form is in the way of none.
        """
        registry, ids = empty(), []
        registry.put(HeldMessage(NUMBER, "imported", SENDER, 1.0, ""))
        for now in (1000.0, 2000.0, 500.0, 500.0):
            ids.append(heldId(registry, NUMBER, now, "token"))
            registry.put(HeldMessage(NUMBER, ids[-1], SENDER, now, ""))
        self.assertEqual(ids, sorted(ids))
        self.assertEqual(len(set(ids)), 4)


class OfflineStoreTests(JarCase):
    """
    L{OfflineStore}.
    """

    section = {"max_held": 2, "max_held_bytes": 400, "max_unacked": 3}

    def setUp(self) -> None:
        super().setUp()
        self.context = self.jar.messaging._context
        self.context.turn(7.0)
        self.store = OfflineStore(self.context)

    def held(self) -> list[HeldMessage]:
        """
        What is stored for Bob.
        """
        return list(self.jar.registry.held.get(BOB, {}).values())

    def test_accept(self) -> None:
        """
        A message is stored with its sender and its time of arrival, once.
        """
        message = pending()
        for _ in range(2):
            self.assertTrue(self.store.accept(message))
        (row,) = self.held()
        self.assertEqual((row.id, row.sender, row.arrived), (message.held, SENDER, 5.0))

    def test_needless(self) -> None:
        """
        What need not be stored finds room in a full store.
        """
        for message in (pending(), pending(), pending(type="headline")):
            self.assertTrue(self.store.accept(message))
        taken = pending()
        taken.taken = True
        self.assertTrue(self.store.accept(taken))
        self.assertEqual(len(self.held()), 2)

    def test_limits(self) -> None:
        """
        New messages find room for as many as the configuration says; those that
        were accepted before, for as many more as a session may leave unconfirmed.
        """
        stored = [self.store.accept(pending()) for _ in range(3)]
        self.assertEqual(stored, [True, True, False])
        self.assertTrue(self.store.full(BOB))
        stored = [self.store.save(pending()) for _ in range(4)]
        self.assertEqual(stored, [True, True, True, False])
        self.assertEqual(self.context.counts["over_quota"], 2)

    def test_bytes(self) -> None:
        """
        The same holds for bytes, as they are on the disk.
        """
        large = f"<body>{chr(0xE4) * 170}</body>"
        self.assertFalse(self.store.accept(pending(large)))
        self.assertTrue(self.store.save(pending(large)))
        self.assertFalse(self.store.full("20000077"))

    def test_onTheWay(self) -> None:
        """
        A message that a session still holds is noted, so that it is not sent to
        another session meanwhile.
        """
        message = pending()
        message.holders = 1
        self.store.save(message)
        self.assertIs(self.context.sessions.pending[BOB, message.held], message)
