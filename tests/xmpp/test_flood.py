"""
Nobody can have another's client cut off by sending more than it reads.
"""

from __future__ import annotations

from tests.xmpp.jar import ALICE, BOB, DOMAIN, MALLORY, Client, JarCase

SM = "xmlns='urn:xmpp:sm:3'"
WRITE = "<message to='{}' id='{}' type='chat'><body>{}</body></message>"
PING = "<iq type='get' id='p' to='$bob/b'><ping xmlns='urn:xmpp:ping'/></iq>"


class FloodCase(JarCase):
    """
    Mallory writes, Bob's client reads nothing.
    """

    section = {"max_unacked": 12, "max_held": 5}

    def setUp(self) -> None:
        super().setUp()
        self.mallory = self.jar.online(MALLORY, "m")
        self.bob = self.jar.online(BOB, "b")
        self.mallory.take()
        self.bob.take()

    def write(self, count: int, to: str = "$bob") -> list[str]:
        """
        Mallory writes so often.

        @return: the conditions of what came back.
        """
        for number in range(count):
            self.mallory.send(WRITE.format(to, number, f"m{number}"))
        return self.refused()

    def refused(self) -> list[str]:
        """
        The conditions of the errors that Mallory has got.
        """
        return [
            str(inner.name)
            for one in self.mallory.take()
            if one.attributes.get("type") == "error"
            for error in one.elements()
            if error.name == "error"
            for inner in error.elements()
        ]

    def waiting(self) -> int:
        """
        How many messages are stored for Bob.
        """
        return len(self.jar.registry.held.get(BOB, {}))


class UnconfirmedTests(FloodCase):
    """
    Bob's client counts (XEP-0198), and confirms nothing.
    """

    def setUp(self) -> None:
        super().setUp()
        self.bob.send(f"<enable {SM} resume='true'/>")
        self.bob.take()

    def confirm(self, client: Client, count: int) -> None:
        """
        It has so many.
        """
        client.send(f"<a {SM} h='{count}'/>")

    def test_messages(self) -> None:
        """
        What goes beyond the limit waits; what does not fit there either comes
        back.  All that was accepted arrives in order, once there is room.
        """
        self.assertEqual(self.write(20), ["service-unavailable"] * 3)
        self.assertIsNone(self.bob.closed)
        self.assertEqual(self.waiting(), 5)
        bodies = self.bob.bodies()
        self.assertEqual(len(bodies), 12)
        self.confirm(self.bob, 12)
        bodies += self.bob.bodies()
        self.assertEqual(bodies, [f"m{number}" for number in range(17)])
        self.confirm(self.bob, 17)
        self.assertEqual(self.waiting(), 0)
        self.assertEqual(self.jar.messaging.counts["overrun"], 0)

    def test_others(self) -> None:
        """
        Nor can it be done by questions, presence, requests or headlines.
        """
        self.write(12)
        for _ in range(30):
            self.mallory.send(PING)
            self.mallory.send("<presence to='$bob'/>")
            self.mallory.send("<presence to='$bob' type='subscribe'/>")
            self.mallory.send("<presence to='$bob' type='unsubscribe'/>")
            self.mallory.send("<message to='$bob' type='headline'/>")
        self.assertEqual(set(self.refused()), {"resource-constraint"})
        self.assertIsNone(self.bob.closed)
        self.assertEqual(len(self.bob.bodies()), 12)

    def test_copies(self) -> None:
        """
        Nor by messages to another client, of which this one wants copies.
        """
        self.bob.send("<iq type='set' id='c'><enable xmlns='urn:xmpp:carbons:2'/></iq>")
        self.jar.login(BOB, "other")
        self.write(100, "$bob/other")
        self.assertIsNone(self.bob.closed)

    def test_other(self) -> None:
        """
        Whoever reads gets everything meanwhile.
        """
        other = self.jar.online(BOB, "other")
        self.assertEqual(self.write(20), [])
        self.assertEqual(len(other.bodies()), 20)
        # The other's presence is the first of the twelve.
        self.assertEqual(len(self.bob.bodies()), 11)
        self.assertIsNone(self.bob.closed)

    def test_fallen(self) -> None:
        """
        What another client of Bob's has not confirmed does not end this one
        either, and is not lost.
        """
        other = self.jar.login(BOB, "other")
        other.send(f"<enable {SM}/>")
        self.write(10)
        self.write(12, "$bob/other")
        other.lose()
        self.assertIsNone(self.bob.closed)
        self.assertEqual(self.waiting(), 10)


class UnreadTests(FloodCase):
    """
    Bob's client does not count; how much it has not read is known.
    """

    def setUp(self) -> None:
        super().setUp()
        self.full = False
        self.jar.messaging.measure(
            lambda stream: self.full and stream == self.bob.stream
        )

    def test_messages(self) -> None:
        """
        Nothing is added to what is unread; it comes when that was read.
        """
        self.write(2)
        self.full = True
        self.assertEqual(self.write(6), ["service-unavailable"])
        self.assertEqual(self.bob.bodies(), ["m0", "m1"])
        self.full = False
        self.bob.flush()
        self.assertEqual(self.bob.bodies(), [f"m{number}" for number in range(5)])
        self.bob.flush()
        self.assertEqual(self.waiting(), 0)

    def test_nothingElse(self) -> None:
        """
        It comes also where nothing but questions was unread.
        """
        self.full = True
        alice = self.jar.online(ALICE, "a")
        alice.send(WRITE.format(f"{BOB}@{DOMAIN}", 1, "x"))
        self.assertEqual(self.bob.bodies(), [])
        self.full = False
        self.bob.flush()
        self.assertEqual(self.bob.bodies(), ["x"])
