"""
Tests for L{gigasetd.xmpp.xep.ping}, L{version}, L{entitytime} and L{lastactivity}.
"""

from __future__ import annotations

from tests.xmpp.jar import ALICE, BOB, JarCase

PING = "<iq type='get' id='1'{}><ping xmlns='urn:xmpp:ping'/></iq>"
LAST = "<iq type='get' id='1' to='{}'><query xmlns='jabber:iq:last'/></iq>"
RESULT = "<iq type='result' id='1' to='$alice/a' from='{}'>{}</iq>"


class SmallTests(JarCase):
    """
    The extensions with one question each.
    """

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.jar.online(ALICE, "a")
        self.alice.take()

    def error(self) -> str:
        """
        The condition of the one error that came.
        """
        (error,) = self.alice.take()
        return next(iter(error.error.elements())).name

    def test_ping(self) -> None:
        """
        Server and own account are there (XEP-0199).
        """
        for to in ("$domain", "$alice"):
            self.alice.send(PING.format(f" to='{to}'"))
            self.assertGot(self.alice, RESULT.format(to, ""))
        self.alice.send(PING.format(""))
        self.assertGot(self.alice, "<iq type='result' id='1' to='$alice/a'/>")

    def test_pingOthers(self) -> None:
        """
        Another account does not tell whether it is there; its client is asked
        itself.
        """
        bob = self.jar.online(BOB, "b")
        bob.take()
        self.alice.send(PING.format(" to='$bob'"))
        self.assertEqual(self.error(), "service-unavailable")
        self.alice.send(PING.format(" to='$bob/b'"))
        self.assertEqual(len(bob.take()), 1)

    def test_version(self) -> None:
        """
        Name and version, not the system (XEP-0092).
        """
        self.alice.send(
            "<iq type='get' id='1' to='$domain'><query xmlns='jabber:iq:version'/></iq>"
        )
        query = (
            "<query xmlns='jabber:iq:version'><name>gigasetd</name>"
            "<version>1.2</version></query>"
        )
        self.assertGot(self.alice, RESULT.format("$domain", query))

    def test_time(self) -> None:
        """
        The time, in UTC (XEP-0202).
        """
        self.alice.send(
            "<iq type='get' id='1' to='$domain'><time xmlns='urn:xmpp:time'/></iq>"
        )
        time = (
            "<time xmlns='urn:xmpp:time'><tzo>+00:00</tzo>"
            "<utc>2023-11-14T22:13:20.000Z</utc></time>"
        )
        self.assertGot(self.alice, RESULT.format("$domain", time))

    def test_uptime(self) -> None:
        """
        How long the server runs (XEP-0012).
        """
        self.jar.now += 77
        self.alice.send(LAST.format("$domain"))
        query = "<query xmlns='jabber:iq:last' seconds='77'/>"
        self.assertGot(self.alice, RESULT.format("$domain", query))

    def test_last(self) -> None:
        """
        A contact learns that somebody is here, never since when not.
        """
        bob = self.jar.online(BOB, "b")
        query = "<query xmlns='jabber:iq:last' seconds='0'/>"
        self.alice.send(LAST.format("$bob"))
        self.assertEqual(self.error(), "forbidden")
        self.jar.befriend(self.alice, bob)
        for to in ("$bob", "$alice"):
            self.alice.send(LAST.format(to))
            self.assertGot(self.alice, RESULT.format(to, query))
        bob.lose()
        self.alice.take()
        self.alice.send(LAST.format("$bob"))
        self.assertEqual(self.error(), "service-unavailable")
