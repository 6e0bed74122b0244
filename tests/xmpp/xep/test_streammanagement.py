"""
Tests for L{gigasetd.xmpp.xep.streammanagement}.
"""

from __future__ import annotations

from dataclasses import replace

from gigasetd.xmpp.im.session import MODULO
from tests.xmpp.jar import ALICE, BOB, Client, JarCase

SM = "xmlns='urn:xmpp:sm:3'"
ENABLE = f"<enable {SM} resume='true'/>"
TOLD = "<message from='$alice/a' to='$bob' type='chat'><body>{}</body></message>"
ASK = f"<r {SM}/>"


class ManagedCase(JarCase):
    """
    Bob's client counts, and may come back.
    """

    section = {"max_unacked": 12, "hibernation": 300}

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.jar.online(ALICE, "a")
        self.alice.take()
        self.bob = self.jar.online(BOB, "b")
        self.bob.take()
        self.bob.send(ENABLE)
        (enabled,) = self.bob.take()
        self.known = enabled.attributes["id"]

    def write(self, *texts: str, to: str = "$bob") -> None:
        """
        Alice writes to Bob.
        """
        for text in texts:
            self.alice.send(
                f"<message to='{to}' type='chat'><body>{text}</body></message>"
            )

    def confirm(self, count: int) -> None:
        """
        Bob has so many.
        """
        self.bob.send(f"<a {SM} h='{count}'/>")

    def resume(self, seen: int, id: str = "") -> Client:
        """
        Bob comes back.
        """
        bob = self.jar.connect(BOB)
        bob.send(f"<resume {SM} previd='{id or self.known}' h='{seen}'/>")
        return bob

    def waiting(self) -> int:
        """
        How many messages are stored for Bob.
        """
        return len(self.jar.registry.held.get(BOB, {}))


class CountTests(ManagedCase):
    """
    XEP-0198 sections 3 and 4.
    """

    def test_asked(self) -> None:
        """
        A client is asked to confirm, one question at a time.
        """
        self.write("one", "two")
        names = [one.name for one in self.bob.take()]
        self.assertEqual(names, ["message", "r", "message"])
        self.confirm(1)
        self.assertGot(self.bob, ASK)
        self.confirm(2)
        self.assertGot(self.bob)

    def test_counts(self) -> None:
        """
        Stanzas count, other elements do not; errors in them do not matter.
        """
        self.bob.send("<message to='@@'/>")
        self.bob.send("<iq type='get' id='1'><x xmlns='y'/></iq>")
        self.bob.send("<active xmlns='urn:xmpp:csi:0'/>")
        self.bob.send("<presence/>")
        self.bob.take()
        self.bob.send(ASK)
        self.assertGot(self.bob, f"<a {SM} h='3'/>")

    def test_wraps(self) -> None:
        """
        After 2^32-1 comes zero, both ways.
        """
        session = self.jar.messaging._sessions.streams[self.bob.stream]
        session.acks.seen = session.acks.acked = MODULO - 1
        self.bob.send("<presence/>")
        self.bob.take()
        self.bob.send(ASK)
        self.assertGot(self.bob, f"<a {SM} h='0'/>")
        self.confirm(0)
        self.assertEqual(len(session.acks.queue), 0)
        self.assertIsNone(self.bob.closed)

    def test_tooHigh(self) -> None:
        """
        Whoever confirms what was never sent, or nonsense, is cut off, and
        what was sent is kept.
        """
        self.write("one")
        for h in ("h='2'", "", "h='-1'", "h='x'"):
            self.bob.send(f"<a {SM} {h}/>")
            self.assertEqual(self.bob.closed, "undefined-condition")
            self.assertEqual(self.waiting(), 1)
            self.bob = self.jar.login(BOB, "b")
            self.bob.send(ENABLE)
            self.bob.send("<presence/>")
            self.bob.take()

    def test_twice(self) -> None:
        """
        It is switched on once.
        """
        self.bob.send(ENABLE)
        self.assertEqual(self.bob.closed, "policy-violation")

    def test_tooEarly(self) -> None:
        """
        Before a resource is bound, and before it is switched on, it is
        refused; the stream goes on.
        """
        carol = self.jar.connect(ALICE)
        carol.send(ENABLE)
        self.alice.send(ASK)
        self.alice.send(f"<a {SM} h='0'/>")
        for client in (carol, self.alice):
            (*_, failed) = client.take()
            self.assertSame(
                [failed],
                f"<failed {SM}><unexpected-request"
                " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>",
            )
            self.assertIsNone(client.closed)

    def test_overrun(self) -> None:
        """
        A client that asks on and on and confirms nothing is ended before it
        costs too much; nothing is lost.
        """
        self.write("m1", "m2")
        for number in range(23):
            self.bob.send(
                f"<iq type='get' id='{number}'><ping xmlns='urn:xmpp:ping'/></iq>"
            )
        self.assertEqual(self.bob.closed, "resource-constraint")
        self.assertEqual(self.waiting(), 2)

    def test_spoolDoesNotOverrun(self) -> None:
        """
        Whatever has waited can be delivered, however much it is.
        """
        self.bob.lose(clean=True)
        self.write(*(f"m{n}" for n in range(30)))
        bob = self.jar.login(BOB, "b")
        bob.send(ENABLE)
        bob.send("<presence/>")
        bodies = bob.bodies()
        self.assertEqual(len(bodies), 11)
        for _ in range(4):
            bob.send(f"<a {SM} h='{1 + len(bodies)}'/>")
            bodies += bob.bodies()
        self.assertEqual(bodies, [f"m{n}" for n in range(30)])
        self.assertIsNone(bob.closed)
        self.assertEqual(self.waiting(), 0)

    def test_withoutResumption(self) -> None:
        """
        A client may count without wanting to come back.
        """
        carol = self.jar.login(ALICE, "c")
        carol.send(f"<enable {SM}/>")
        self.assertGot(carol, f"<enabled {SM}/>")

    def test_wish(self) -> None:
        """
        A client may want less time than there is, never more.
        """
        for wish, granted in (("10", "10"), ("900", "300")):
            carol = self.jar.login(ALICE, "c")
            carol.send(f"<enable {SM} resume='1' max='{wish}'/>")
            self.assertEqual(carol.take()[0].attributes["max"], granted)


class ResumeTests(ManagedCase):
    """
    XEP-0198 section 5.
    """

    def test_replayed(self) -> None:
        """
        Exactly what did not arrive comes again, as it was, with what came
        meanwhile; contacts saw nothing of it.
        """
        self.write("one", "two")
        self.bob.send("<presence/>")
        self.bob.lose()
        self.write("three")
        self.jar.advance(100)
        bob = self.resume(1)
        resumed, second, _, third, ask = bob.take()
        self.assertSame(
            [resumed, second, third, ask],
            f"<resumed {SM} previd='{self.known}' h='1'/>",
            TOLD.format("two"),
            TOLD.format("three"),
            ASK,
        )
        self.assertEqual(self.waiting(), 2)
        bob.send(f"<a {SM} h='4'/>")
        self.assertEqual(self.waiting(), 0)
        self.write("four")
        self.assertEqual(bob.bodies(), ["four"])

    def test_inPieces(self) -> None:
        """
        What has come together is not sent all at once, lest the connection be
        cut for it; it goes on as it is confirmed, and keeps its order.
        """
        self.jar.messaging._context.section = replace(self.jar.section, max_unread=4000)
        self.bob.lose()
        self.write(*(f"m{n}" for n in range(10)))
        bob = self.resume(0)
        got: list[str] = []
        for seen in range(1, 11):
            got += bob.bodies()
            self.assertLess(len(got), seen + 5)
            if seen == 2:
                self.write("live")
            bob.send(f"<a {SM} h='{seen}'/>")
        got += bob.bodies()
        self.assertEqual(got, [*(f"m{n}" for n in range(10)), "live"])
        bob.send(f"<a {SM} h='11'/>")
        self.assertEqual(self.waiting(), 0)

    def test_stored(self) -> None:
        """
        What was under way when the connection broke, and what comes until it
        is resumed, outlives a kill of the daemon.
        """
        self.write("one")
        self.bob.lose()
        self.write("two")
        self.jar.restart()
        self.assertEqual(self.jar.online(BOB, "b").bodies(), ["one", "two"])

    def test_unnoticed(self) -> None:
        """
        A client may come back before the server knows that it was gone.
        """
        self.write("one")
        bob = self.resume(0)
        self.assertEqual(self.bob.closed, "conflict")
        self.assertEqual(bob.bodies(), ["one"])
        self.bob.lose()
        self.write("two")
        self.assertEqual(bob.bodies(), ["two"])

    def test_toOthers(self) -> None:
        """
        The account's other client gets what was for the lost one alone; what
        it has itself does not come twice.
        """
        other = self.jar.online(BOB, "c")
        other.take()
        self.write("both")
        self.write("mine", to="$bob/b")
        other.flush()
        self.bob.lose()
        self.assertEqual(other.bodies(), ["both"])
        self.jar.advance(301)
        self.assertEqual(other.bodies(), ["mine"])
        other.flush()
        self.assertEqual(self.waiting(), 0)

    def test_wrongNumber(self) -> None:
        """
        Nobody resumes with a count that cannot be; the session stays for
        whoever knows better.
        """
        self.write("one")
        self.bob.lose()
        bob = self.resume(7)
        self.assertEqual(bob.closed, "undefined-condition")
        assert bob.detail is not None
        told = f"<handled-count-too-high {SM} h='7' send-count='1'/>"
        self.assertSame([bob.detail], told)
        self.assertEqual(self.resume(0).bodies(), ["one"])

    def test_strangers(self) -> None:
        """
        Nobody resumes somebody else's session, though knowing its id.
        """
        self.bob.lose()
        mallory = self.jar.connect(ALICE)
        mallory.send(f"<resume {SM} previd='{self.known}' h='0'/>")
        self.assertEqual(mallory.take()[0].name, "failed")
        self.assertEqual(self.resume(0).take()[0].name, "resumed")

    def test_boundAnew(self) -> None:
        """
        A client that binds its old resource anew instead gets what waits.
        """
        self.write("one")
        self.bob.lose()
        self.write("two")
        bob = self.jar.online(BOB, "b")
        self.assertEqual(bob.bodies(), ["one", "two"])

    def test_goodBye(self) -> None:
        """
        Whoever says good-bye is gone at once.
        """
        self.bob.lose(clean=True)
        self.assertEqual(self.resume(0).take()[0].name, "failed")
