"""
Tests for L{gigasetd.xmpp.im.session}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.xmpp.actions import Peer
from gigasetd.xmpp.im.session import (
    AckState,
    ClientSession,
    PendingMessage,
    SessionTable,
)
from gigasetd.xmpp.stanza.namespaces import stanza


def session(stream: int, resource: str = "a") -> ClientSession:
    """
    One of number 1.
    """
    return ClientSession(
        Peer("1", stream, False, "", True, "h"), resource, "d", False, 0.0
    )


class SessionsTests(SynchronousTestCase):
    """
    L{SessionTable}.
    """

    def setUp(self) -> None:
        self.sessions = SessionTable()

    def test_found(self) -> None:
        """
        A session is found by its stream and by its address.
        """
        one = session(7)
        self.sessions.add(one)
        self.assertIs(self.sessions.streams[7], one)
        self.assertIs(self.sessions.find("1", "a"), one)
        self.assertIsNone(self.sessions.find("1", "b"))
        self.assertIsNone(self.sessions.find("2", "a"))
        self.assertEqual((one.bare, one.full), ("1@d", "1@d/a"))

    def test_loser(self) -> None:
        """
        Dropping the older of two takes nothing from the newer.
        """
        older, newer = session(7), session(8)
        self.sessions.add(older)
        self.sessions.add(newer)
        self.sessions.drop(older)
        self.assertEqual(self.sessions.all(), [newer])
        self.assertEqual(list(self.sessions.streams), [8])
        self.sessions.drop(newer)
        self.assertEqual((self.sessions.numbers, self.sessions.streams), ({}, {}))

    def test_carried(self) -> None:
        """
        A session that lost its stream is found by its id, and goes on over
        another.
        """
        one = session(7)
        one.acks = AckState("id", 10, 300.0)
        self.sessions.ids["id"] = one
        self.sessions.add(one)
        self.sessions.release(one)
        self.assertEqual((self.sessions.streams, one.stream), ({}, 0))
        self.sessions.carry(one, Peer("1", 9, True, "", False, "other"))
        self.assertIs(self.sessions.streams[9], one)
        self.assertEqual((one.host, one.secure, one.legacy), ("other", False, True))
        self.sessions.drop(one)
        self.assertEqual(self.sessions.ids, {})

    def test_eligible(self) -> None:
        """
        Only those that want them get what is for the account.
        """
        one, other = session(7), session(8, "b")
        self.sessions.add(one)
        self.sessions.add(other)
        other.eligible = True
        self.assertEqual(self.sessions.eligible("1"), [other])
        self.assertEqual(self.sessions.eligible("2"), [])

    def test_unconfirmed(self) -> None:
        """
        What was sent and not confirmed is told in its order, with and without
        stream management.
        """
        one, message = session(7), stanza("message")
        pending = PendingMessage("1", message, 0.0)
        one.unflushed.append(pending)
        self.assertEqual(one.unconfirmed(), [(message, pending)])
        one.acks = AckState("", 10, 0.0)
        one.acks.queue.append((message, None))
        self.assertEqual(one.unconfirmed(), [(message, None)])
