"""
Tests for L{gigasetd.xmpp.im.delivery}.
"""

from __future__ import annotations

from gigasetd.xmpp.im.session import PendingMessage
from gigasetd.xmpp.stanza.namespaces import stanza
from tests.xmpp.jar import ALICE, BOB, JarCase, words


class DeliveryTests(JarCase):
    """
    The last step to a client.
    """

    def setUp(self) -> None:
        super().setUp()
        self.delivery = self.jar.messaging._rules.delivery
        self.context = self.jar.messaging._context
        self.bob = self.jar.online(BOB, "b")
        self.bob.take()
        self.context.turn(self.jar.now)
        self.session = self.context.sessions.streams[self.bob.stream]

    def perform(self) -> None:
        """
        Carry out what there is.
        """
        actions = list(self.context.actions)
        self.context.turn(self.jar.now)
        self.jar.perform(actions)

    def test_shared(self) -> None:
        """
        What goes to many is one element, not as many copies.
        """
        second = self.jar.online(BOB, "c")
        alice = self.jar.online(ALICE, "a")
        self.bob.take()
        alice.send("<message to='$bob'><body>x</body></message>")
        (one,), (other,) = self.bob.take(), second.take()[-1:]
        self.assertIs(one, other)

    def test_letter(self) -> None:
        """
        A letter knows how many may still bring it.
        """
        pending = PendingMessage(BOB, stanza("message"), self.jar.now)
        self.delivery.send(self.session, pending.element, pending)
        self.perform()
        self.assertEqual((pending.holders, pending.taken), (1, False))
        self.bob.flush()
        self.assertEqual((pending.holders, pending.taken), (0, True))

    def test_post(self) -> None:
        """
        What the server says reaches the one stream that it names, or nobody.
        """
        for to in ("$bob/b", "$bob/gone", "$bob", "x.example", "@@"):
            self.delivery.route(stanza("message", to=words(to)))
        self.perform()
        self.assertEqual(len(self.bob.take()), 1)
        self.assertEqual(self.jar.forwarded, [])

    def test_abroad(self) -> None:
        """
        Another domain is reached where there is one.
        """
        self.context.domains.add("bot.example")
        self.delivery.route(stanza("message", to="x@bot.example/y"))
        self.perform()
        self.assertEqual(len(self.jar.forwarded), 1)

    def test_refuse(self) -> None:
        """
        An error is refused to nobody.
        """
        for kind in ("error", "result"):
            told = stanza("iq", type=kind, from_=self.bob.full, to="x", id="1")
            self.delivery.refuse(told, "item-not-found")
        self.perform()
        self.assertGot(self.bob)
