"""
Tests for L{gigasetd.xmpp.im.messaging}.
"""

from __future__ import annotations

from dataclasses import replace

from tests.xmpp.jar import ALICE, BOB, JarCase

SM = "<enable xmlns='urn:xmpp:sm:3' resume='true'/>"


class MessagingTests(JarCase):
    """
    The whole, where no part has a test of its own.
    """

    def test_closed(self) -> None:
        """
        When the daemon ends, every stream is told, and what nobody has
        confirmed is stored.
        """
        alice, bob = self.jar.online(ALICE, "a"), self.jar.online(BOB, "b")
        asleep = self.jar.online(BOB, "c")
        for client in (bob, asleep):
            client.send(SM)
        asleep.lose()
        alice.send("<message to='$bob' type='chat'><body>x</body></message>")
        self.jar.perform(self.jar.messaging.close(self.jar.now))
        self.assertEqual((alice.closed, bob.closed), ("system-shutdown",) * 2)
        self.jar.restart()
        self.assertEqual(self.jar.online(BOB, "d").bodies(), ["x"])

    def test_follows(self) -> None:
        """
        Limits and policies that are changed while it runs hold from then on.
        """
        alice, bob = self.jar.online(ALICE, "a"), self.jar.online(BOB, "b")
        for client in (alice, bob):
            client.take()
        section = replace(self.jar.section, shared_roster="household", approval="all")
        self.jar.messaging.follow(section)
        alice.send("<iq type='get' id='1'><query xmlns='jabber:iq:roster'/></iq>")
        self.assertEqual(len(list(alice.take()[0].query.elements())), 2)

    def test_counts(self) -> None:
        """
        What happened is counted.
        """
        alice, bob = self.jar.online(ALICE, "a"), self.jar.online(BOB, "b")
        alice.send("<message to='$bob'><body>x</body></message>")
        bob.lose()
        counts = self.jar.messaging.counts
        found = {name: counts[name] for name in "messages presences delivered".split()}
        self.assertEqual(found, {"messages": 1, "presences": 2, "delivered": 1})
