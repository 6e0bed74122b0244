"""
Tests for L{gigasetd.xmpp.im.dispatch}.
"""

from __future__ import annotations

from gigasetd.xmpp.stanza.stanza import parse
from tests.xmpp.jar import ALICE, BOB, Client, JarCase, words

PING = "<iq type='get' id='1' {}><ping xmlns='urn:xmpp:ping'/></iq>"
BLOCK = (
    "<iq type='set' id='k'><block xmlns='urn:xmpp:blocking'>"
    "<item jid='{}'/></block></iq>"
)


class DispatchCase(JarCase):
    """
    Alice and Bob are online.
    """

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.jar.online(ALICE, "a")
        self.bob = self.jar.online(BOB, "b")
        for client in (self.alice, self.bob):
            client.take()

    def error(self, client: Client) -> str:
        """
        Take the one error that came, and name its condition.
        """
        (error,) = client.take()
        self.assertEqual(error.attributes["type"], "error")
        return next(iter(error.error.elements())).name


class ClientTests(DispatchCase):
    """
    Stanzas of clients.
    """

    def test_sender(self) -> None:
        """
        Whatever a client writes as the sender, its own address is sent.
        """
        self.alice.send("<message to='$bob' from='$carol/x'><body>x</body></message>")
        (message,) = self.bob.take()
        self.assertEqual(message.attributes["from"], words("$alice/a"))

    def test_malformed(self) -> None:
        """
        A malformed address is refused, and not repeated in the answer.
        """
        self.alice.send("<message to='a@b@c/'><body>x</body></message>")
        (error,) = self.alice.take()
        self.assertNotIn("from", error.attributes)
        self.assertEqual(next(iter(error.error.elements())).name, "jid-malformed")

    def test_blocked(self) -> None:
        """
        A client cannot write to an address that its account has blocked.
        """
        self.alice.send(BLOCK.format("$bob"))
        self.alice.take()
        for text in (
            "<message to='$bob'><body>x</body></message>",
            PING.format("to='$bob/b'"),
        ):
            self.alice.send(text)
            self.assertEqual(self.error(self.alice), "not-acceptable")
        self.assertGot(self.bob)

    def test_itself(self) -> None:
        """
        A message without a receiver is for the sender's own account.
        """
        self.alice.send("<message type='chat'><body>note</body></message>")
        self.assertEqual(self.alice.bodies(), ["note"])

    def test_refused(self) -> None:
        """
        What a rule refuses is answered by its error.
        """
        self.alice.send("<presence><priority>x</priority></presence>")
        self.assertEqual(self.error(self.alice), "bad-request")

    def test_unreachable(self) -> None:
        """
        A request to a domain that is not served is refused; one that is served
        gets it.
        """
        self.alice.send(PING.format("to='other.example'"))
        self.assertEqual(self.error(self.alice), "remote-server-not-found")
        self.jar.messaging.domains.add("other.example")
        self.alice.send(PING.format("to='other.example'"))
        self.assertGot(self.alice)
        (request,) = self.jar.forwarded
        self.assertEqual(request.attributes["to"], "other.example")


class ForeignTests(DispatchCase):
    """
    Stanzas from another domain.
    """

    def setUp(self) -> None:
        super().setUp()
        self.jar.messaging.domains.add("other.example")

    def arrive(self, text: str) -> None:
        """
        Hand in a stanza of C{x@other.example}.
        """
        element = parse(words(text))
        element.attributes["from"] = "x@other.example/r"
        routed = self.jar.messaging.routed("other.example", element, self.jar.now)
        self.jar.perform(routed)

    def test_kinds(self) -> None:
        """
        Messages, requests and presence reach the account or its client.
        """
        for text in (
            "<message to='$bob'><body>x</body></message>",
            PING.format("to='$bob/b'"),
            "<presence to='$bob/b'/>",
            "<presence to='$bob' type='subscribe'/>",
        ):
            self.arrive(text)
            (element,) = self.bob.take()
            self.assertEqual(element.attributes["from"], "x@other.example/r")

    def test_server(self) -> None:
        """
        The server answers a ping from another domain.
        """
        self.arrive(PING.format("to='$domain'"))
        (answer,) = self.jar.forwarded
        self.assertEqual(answer.attributes["type"], "result")

    def test_probe(self) -> None:
        """
        A probe without a subscription is answered as such.
        """
        self.arrive("<presence type='probe' to='$bob'/>")
        (answer,) = self.jar.forwarded
        self.assertEqual(answer.attributes["type"], "unsubscribed")

    def test_unknown(self) -> None:
        """
        Presence for an account that does not exist is dropped and counted.
        """
        self.arrive("<presence to='99@$domain'/>")
        self.arrive("<presence to='99@$domain' type='subscribe'/>")
        self.assertEqual(self.jar.forwarded, [])
        self.assertEqual(self.jar.messaging.counts["ignored"], 2)
