"""
Tests for L{gigasetd.xmpp.im.bind}.
"""

from __future__ import annotations

from tests.xmpp.jar import ALICE, BOB, NOW, JarCase

BIND = "urn:ietf:params:xml:ns:xmpp-bind"


def bind(resource: str = "") -> str:
    """
    A request to bind.
    """
    inside = f"<resource>{resource}</resource>" if resource else ""
    return f"<iq type='set' id='b'><bind xmlns='{BIND}'>{inside}</bind></iq>"


class BindTests(JarCase):
    """
    RFC 6120 section 7.
    """

    section = {"max_sessions": 2, "phone_resources": ("phone",)}

    def test_bound(self) -> None:
        """
        A client gets the resource that it asks for.
        """
        client = self.jar.connect(ALICE)
        client.send(bind("desk"))
        self.assertGot(
            client,
            f"<iq type='result' id='b'><bind xmlns='{BIND}'>"
            "<jid>$alice/desk</jid></bind></iq>",
        )

    def test_chosen(self) -> None:
        """
        A client that asks for none gets one that nobody can guess.
        """
        client = self.jar.connect(ALICE)
        client.send(bind())
        (result,) = client.take()
        self.assertRegex(str(result.bind.jid), r"/t\d+$")

    def test_bad(self) -> None:
        """
        A resource that cannot be is refused, and another may be tried.
        """
        client = self.jar.connect(ALICE)
        client.send(bind("x" * 2000))
        self.assertEqual(client.take()[0].attributes["type"], "error")
        client.send(bind("x"))
        self.assertEqual(client.take()[0].attributes["type"], "result")

    def test_once(self) -> None:
        """
        A stream has one resource.
        """
        client = self.jar.login(ALICE, "a")
        client.send(bind("b"))
        self.assertEqual(client.take()[0].attributes["type"], "error")

    def test_first(self) -> None:
        """
        Before it is bound, a stream gets nothing through.
        """
        bob = self.jar.online(BOB, "b")
        bob.take()
        for stanza in (
            "<message to='$bob'><body>x</body></message>",
            "<presence/>",
            "<iq type='get' id='1'><query xmlns='jabber:iq:roster'/></iq>",
        ):
            client = self.jar.connect(ALICE)
            client.send(stanza)
            self.assertEqual(client.closed, "not-authorized")
        self.assertGot(bob)

    def test_conflict(self) -> None:
        """
        Whoever takes the resource of an older stream ends that; its late end
        takes nothing from the winner.
        """
        bob = self.jar.online(BOB, "b")
        self.jar.befriend(self.jar.online(ALICE, "z"), bob)
        older = self.jar.online(ALICE, "a")
        bob.take()
        newer = self.jar.login(ALICE, "a")
        self.assertEqual(older.closed, "conflict")
        newer.send("<presence/>")
        self.assertEqual(
            [one.attributes.get("type") for one in bob.take()], ["unavailable", None]
        )
        self.jar.perform(self.jar.messaging.lost(older.stream, NOW, False))
        self.assertGot(bob)
        bob.send("<message to='$alice/a' type='chat'><body>x</body></message>")
        self.assertEqual(newer.bodies(), ["x"])

    def test_many(self) -> None:
        """
        An account has so many streams and no more; one that waits for its
        client gives way.
        """
        first, second = self.jar.login(ALICE, "1"), self.jar.login(ALICE, "2")
        third = self.jar.connect(ALICE)
        third.send(bind("3"))
        (error,) = third.take()
        self.assertEqual(error.attributes["type"], "error")
        first.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
        first.lose()
        third.send(bind("3"))
        self.assertEqual(third.take()[0].attributes["type"], "result")
        self.assertIsNone(second.closed)

    def test_legacy(self) -> None:
        """
        A phone that logs in by XEP-0078 is bound with that.
        """
        phone = self.jar.connect(ALICE, True, "Phone")
        phone.send("<iq type='get' id='1'><query xmlns='jabber:iq:roster'/></iq>")
        self.assertEqual(phone.take()[0].attributes["type"], "result")
        self.jar.login(ALICE, "2")
        self.assertEqual(
            self.jar.connect(ALICE, True, "3").closed, "resource-constraint"
        )

    def test_session(self) -> None:
        """
        RFC 3921's session is granted.
        """
        client = self.jar.login(ALICE, "a")
        for to in ("", "to='$domain'"):
            client.send(
                f"<iq type='set' id='s' {to}>"
                "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>"
            )
            self.assertEqual(client.take()[0].attributes["type"], "result")

    def test_features(self) -> None:
        """
        Features are named while they can be had.
        """
        client = self.jar.connect(ALICE)
        names = [one.name for one in self.jar.messaging.features(client.stream)]
        self.assertEqual(names, ["bind", "session", "ver", "sub", "sm"])
        client.send(bind("a"))
        self.assertEqual(self.jar.messaging.features(client.stream), [])

    def test_off(self) -> None:
        """
        Whoever has messaging switched off is not let in.
        """
        account = self.jar.registry.accounts[ALICE]
        self.jar.registry.put(account._replace(off="messaging"))
        self.assertEqual(self.jar.connect(ALICE).closed, "not-authorized")
        self.assertEqual(self.jar.connect("99").closed, "not-authorized")

    def test_use(self) -> None:
        """
        A log-in counts as use of the account, to the day.
        """
        self.jar.now += 3 * 86400
        self.jar.login(ALICE, "a")
        self.assertEqual(self.jar.registry.accounts[ALICE].active, self.jar.now)
        number = self.jar.registry.journal.number
        self.jar.login(ALICE, "a")
        self.assertEqual(self.jar.registry.journal.number, number)
