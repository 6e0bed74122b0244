"""
Tests for L{gigasetd.xmpp.im.sessionend}.
"""

from __future__ import annotations

from tests.xmpp.jar import ALICE, BOB
from tests.xmpp.xep.test_streammanagement import ManagedCase


class TimeTests(ManagedCase):
    """
    Sessions without a stream end some time later.
    """

    def test_deadline(self) -> None:
        """
        There is a deadline as long as a session waits for its client, even if
        that came back; it ends none too early.
        """
        self.assertIsNone(self.jar.messaging.deadline)
        self.bob.lose()
        deadline = self.jar.now + 300
        self.assertEqual(self.jar.messaging.deadline, deadline)
        self.jar.advance(100)
        self.resume(0)
        self.assertEqual(self.jar.messaging.deadline, deadline)
        self.jar.advance(200)
        self.assertIsNone(self.jar.messaging.deadline)
        self.assertEqual(self.jar.messaging.counts["timed_out"], 0)

    def test_queue(self) -> None:
        """
        A session is in the queue once, however often its client comes back:
        reconnecting costs no memory.
        """
        bob = self.bob
        for _ in range(5):
            bob.lose()
            bob = self.resume(0)
        self.assertEqual(len(self.jar.messaging._rules.ending._ends), 1)

    def test_timedOut(self) -> None:
        """
        Whoever does not come back in time is gone: messages wait for the next
        log-in, once, with the time of their arrival.
        """
        self.write("one")
        self.bob.lose()
        self.write("two")
        self.jar.advance(301)
        self.assertEqual(self.jar.messaging.deadline, None)
        self.assertEqual(self.resume(0).take()[0].name, "failed")
        bob = self.jar.online(BOB, "c")
        got = [one for one in bob.take() if one.name == "message"]
        self.assertEqual([str(one.body) for one in got], ["one", "two"])
        self.assertTrue(all(one.delay for one in got))
        bob.flush()
        self.assertEqual(self.waiting(), 0)

    def test_again(self) -> None:
        """
        Whoever comes back and breaks off again has the whole time again.
        """
        bob = self.bob
        for _ in range(3):
            bob.lose()
            self.jar.advance(200)
            bob = self.resume(0)
            self.assertEqual(bob.take()[0].name, "resumed")
        bob.lose()
        self.jar.advance(299)
        self.assertEqual(self.jar.messaging.counts["timed_out"], 0)
        self.jar.advance(2)
        self.assertEqual(self.jar.messaging.counts["timed_out"], 1)

    def test_iqTimesOut(self) -> None:
        """
        A question that never arrived is answered in the end.
        """
        self.alice.send("<iq type='get' id='q' to='$bob/b'><x xmlns='y'/></iq>")
        self.bob.lose()
        self.jar.advance(301)
        (error,) = self.alice.take()
        self.assertEqual(error.attributes["id"], "q")


class EndTests(ManagedCase):
    """
    Sessions that end at once.
    """

    def test_clean(self) -> None:
        """
        A stream that was closed in good order leaves no session.
        """
        self.bob.lose(clean=True)
        self.assertIsNone(self.jar.messaging.deadline)
        self.assertEqual(self.jar.messaging.counts["hibernated"], 0)

    def test_unmanaged(self) -> None:
        """
        Without stream management a lost stream ends the session: what the
        system has not taken waits, and contacts see it leave.
        """
        carol = self.jar.online(BOB, "c")
        self.jar.befriend(self.alice, carol)
        self.bob.lose(clean=True)
        self.alice.take()
        self.write("one")
        carol.lose()
        self.assertEqual(self.waiting(), 1)
        (gone,) = self.alice.take()
        self.assertEqual(gone.attributes["type"], "unavailable")

    def test_unbound(self) -> None:
        """
        A client that is lost before it has a resource leaves nothing.
        """
        client = self.jar.connect(ALICE)
        client.lose()
        self.assertNotIn(client.stream, self.jar.messaging._sessions.unbound)
