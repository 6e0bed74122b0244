"""
Tests for L{gigasetd.xmpp.im.iq}.
"""

from __future__ import annotations

from gigasetd.xmpp.stanza.stanza import parse
from tests.xmpp.jar import ALICE, BOB, MALLORY, NOW, JarCase, words

ASK = "<iq type='{}' id='q' to='{}'>{}</iq>"
PING = "<ping xmlns='urn:xmpp:ping'/>"


class IqTests(JarCase):
    """
    One question, one answer.
    """

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.jar.online(ALICE, "a")
        self.alice.take()

    def condition(self, text: str) -> str:
        """
        What the one answer to a stanza says, C{""} for a result.
        """
        self.alice.send(text)
        (answer,) = self.alice.take()
        if answer.attributes["type"] == "result":
            return ""
        return next(iter(answer.error.elements())).name

    def test_unknown(self) -> None:
        """
        What nobody knows is answered, wherever it goes.
        """
        for to in (
            "$domain",
            "$alice",
            "$bob",
            "$bob/gone",
            "99@$domain",
            "99@$domain/x",
        ):
            for kind in ("get", "set"):
                found = self.condition(ASK.format(kind, to, "<x xmlns='y'/>"))
                self.assertEqual(found, "service-unavailable", to)

    def test_broken(self) -> None:
        """
        A question has a type, an id and one thing in it.
        """
        for text in (
            f"<iq id='q'>{PING}</iq>",
            f"<iq type='x' id='q'>{PING}</iq>",
            f"<iq type='get'>{PING}</iq>",
            "<iq type='get' id='q'/>",
            f"<iq type='get' id='q'>{PING}{PING}</iq>",
        ):
            self.assertEqual(self.condition(text), "bad-request", text)

    def test_neverAnswered(self) -> None:
        """
        An answer is not answered, whatever is wrong with it.
        """
        for kind in ("result", "error"):
            for to in ("$domain", "$alice", "$bob", "$bob/gone", "99@$domain", "@@"):
                self.alice.send(ASK.format(kind, to, "<x xmlns='y'/>"))
        self.alice.send("<iq type='result'/>")
        self.assertGot(self.alice)

    def test_wrongType(self) -> None:
        """
        A question of the wrong type is none that we know.
        """
        found = self.condition(ASK.format("set", "$domain", PING))
        self.assertEqual(found, "service-unavailable")

    def test_wrongNamespace(self) -> None:
        """
        Names count with their namespaces.
        """
        found = self.condition(ASK.format("get", "$domain", "<ping xmlns='x'/>"))
        self.assertEqual(found, "service-unavailable")

    def test_between(self) -> None:
        """
        Question and answer of two clients pass through untouched.
        """
        bob = self.jar.online(BOB, "b")
        bob.take()
        inside = "<x xmlns='y'>&lt;</x>"
        self.alice.send(ASK.format("get", "$bob/b", inside))
        head = "<iq type='get' id='q' from='$alice/a' to='$bob/b'>"
        self.assertGot(bob, f"{head}{inside}</iq>")
        bob.send("<iq type='result' id='q' to='$alice/a'/>")
        self.assertGot(
            self.alice, "<iq type='result' id='q' from='$bob/b' to='$alice/a'/>"
        )

    def test_neverElsewhere(self) -> None:
        """
        A question for a client that is gone does not go to another.
        """
        bob = self.jar.online(BOB, "b")
        bob.take()
        found = self.condition(ASK.format("get", "$bob/gone", "<x xmlns='y'/>"))
        self.assertEqual(found, "service-unavailable")
        self.assertGot(bob)

    def test_foreign(self) -> None:
        """
        A component's question is answered to the component, and no other
        domain is reached.
        """
        self.jar.messaging.domains.add("bot.example")
        text = ASK.format("get", "$domain", PING).replace(
            "id=", "from='bot.example' id="
        )
        iq = parse(words(text))
        self.jar.perform(self.jar.messaging.routed("bot.example", iq, NOW))
        (answer,) = self.jar.forwarded
        self.assertEqual(answer.attributes["to"], "bot.example")
        found = self.condition(ASK.format("get", "x.example", PING))
        self.assertEqual(found, "remote-server-not-found")

    def test_foreignOwn(self) -> None:
        """
        A component cannot ask as one of our accounts' clients would.
        """
        self.jar.messaging.domains.add("bot.example")
        iq = parse(
            words(
                "<iq type='get' id='1' from='bot.example' to='$alice'>"
                "<query xmlns='jabber:iq:roster'/></iq>"
            )
        )
        self.jar.perform(self.jar.messaging.routed("bot.example", iq, NOW))
        (answer,) = self.jar.forwarded
        self.assertEqual(answer.attributes["type"], "error")

    def test_closed(self) -> None:
        """
        Whoever has messaging switched off is asked nothing.
        """
        account = self.jar.registry.accounts[MALLORY]
        self.jar.registry.put(account._replace(off="messaging"))
        for to in ("$mallory", "$mallory/x"):
            found = self.condition(ASK.format("get", to, "<vCard xmlns='vcard-temp'/>"))
            self.assertEqual(found, "service-unavailable")
