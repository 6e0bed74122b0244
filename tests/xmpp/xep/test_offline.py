"""
Tests for L{gigasetd.xmpp.xep.offline}.
"""

from __future__ import annotations

from dataclasses import replace

from gigasetd.xmpp.stanza.stanza import parse
from tests.xmpp.jar import ALICE, BOB, JarCase

TEXT = "<message to='$bob' type='{}' id='m{}'><body>{}</body></message>"


class OfflineTests(JarCase):
    """
    XEP-0160.
    """

    section = {"max_held": 5, "max_held_bytes": 2000}

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.jar.online(ALICE, "a")
        self.alice.take()

    def write(self, *texts: str) -> None:
        """
        Alice writes to Bob.
        """
        for place, text in enumerate(texts):
            self.alice.send(TEXT.format("chat", place, text))

    def waiting(self) -> int:
        """
        How many messages wait.
        """
        return len(self.jar.registry.held.get(BOB, {}))

    def test_delivered(self) -> None:
        """
        What came meanwhile comes in its order, with the time of its arrival
        from the server's own address, and is forgotten.
        """
        self.write("one")
        self.jar.now += 90
        self.write("two")
        bob = self.jar.online(BOB, "b")
        first, second = bob.take()[1:]
        self.assertSame(
            [first, second],
            "<message to='$bob' from='$alice/a' type='chat' id='m0'><body>one</body>"
            "<delay xmlns='urn:xmpp:delay' from='$domain'"
            " stamp='2023-11-14T22:13:20.000Z'/>"
            "<stanza-id xmlns='urn:xmpp:sid:0' by='$bob' id='*'/></message>",
            "<message to='$bob' from='$alice/a' type='chat' id='m0'><body>two</body>"
            "<delay xmlns='urn:xmpp:delay' from='$domain'"
            " stamp='2023-11-14T22:14:50.000Z'/>"
            "<stanza-id xmlns='urn:xmpp:sid:0' by='$bob' id='*'/></message>",
        )
        self.assertEqual(self.waiting(), 2)
        bob.flush()
        self.assertEqual(self.waiting(), 0)
        self.assertEqual(self.jar.online(BOB, "c").bodies(), [])

    def test_legacy(self) -> None:
        """
        An old client gets the time in the form that it knows as well.
        """
        self.write("one")
        bob = self.jar.online(BOB, "phone", legacy=True)
        self.assertGot(
            bob,
            "<message to='$bob' from='$alice/a' type='chat' id='m0'><body>one</body>"
            "<delay xmlns='urn:xmpp:delay' from='$domain'"
            " stamp='2023-11-14T22:13:20.000Z'/>"
            "<x xmlns='jabber:x:delay' from='$domain' stamp='20231114T22:13:20'/>"
            "</message>",
        )

    def test_restart(self) -> None:
        """
        A message outlives the daemon, in its order.
        """
        self.write("one", "two")
        self.jar.restart()
        self.alice = self.jar.online(ALICE, "a")
        self.jar.now -= 3600
        self.write("three")
        self.assertEqual(self.jar.online(BOB, "b").bodies(), ["one", "two", "three"])

    def test_firstOnly(self) -> None:
        """
        The first client that may have them gets them, others do not.
        """
        self.write("one")
        got = [
            self.jar.online(BOB, name, priority).bodies()
            for name, priority in (("n", -1), ("b", 0), ("c", 5))
        ]
        self.assertEqual(got, [[], ["one"], []])

    def test_raised(self) -> None:
        """
        A client whose priority is no longer negative gets what waits, once.
        """
        self.write("one")
        bob = self.jar.online(BOB, "n", -1)
        bob.take()
        for _ in range(2):
            bob.send("<presence/>")
        self.assertEqual(bob.bodies(), ["one"])

    def test_brokenBefore(self) -> None:
        """
        What the system had not taken when a connection broke comes again.
        """
        self.write("one")
        bob = self.jar.online(BOB, "b")
        bob.lose()
        self.assertEqual(self.jar.online(BOB, "b").bodies(), ["one"])

    def test_brokenWhileOther(self) -> None:
        """
        It goes to the account's other client where there is one.
        """
        self.write("one")
        first, second = self.jar.online(BOB, "b"), self.jar.online(BOB, "c")
        first.lose()
        self.assertEqual(second.bodies(), ["one"])
        second.flush()
        self.assertEqual(self.waiting(), 0)

    def test_kinds(self) -> None:
        """
        What means nothing later is not kept: headlines, groupchats, errors,
        states of a chat, and what its sender does not want kept.
        """
        for kind in ("headline", "groupchat", "error"):
            self.alice.send(TEXT.format(kind, 1, "x"))
        states = "http://jabber.org/protocol/chatstates"
        for inside in (
            "",
            "<thread>t</thread>",
            f"<thread>t</thread><composing xmlns='{states}'/>",
            "<body>x</body><no-store xmlns='urn:xmpp:hints'/>",
        ):
            self.alice.send(f"<message to='$bob' type='chat'>{inside}</message>")
        self.assertEqual(self.waiting(), 0)

    def test_receipt(self) -> None:
        """
        A receipt waits: its receiver would never learn otherwise.
        """
        self.alice.send(
            "<message to='$bob'><received xmlns='urn:xmpp:receipts' id='1'/></message>"
        )
        self.assertEqual(self.waiting(), 1)

    def test_count(self) -> None:
        """
        Of more messages than wait for one account the sender is told.
        """
        self.write(*"abcdef")
        (error,) = self.alice.take()
        self.assertIn(
            "service-unavailable", [one.name for one in error.error.elements()]
        )
        self.assertEqual(self.jar.online(BOB, "b").bodies(), list("abcde"))

    def test_bytes(self) -> None:
        """
        The same of more bytes.
        """
        self.write("\u00e4" * 700, "y" * 700)
        self.assertEqual(len(self.alice.take()), 1)
        self.assertEqual(self.waiting(), 1)

    def test_foreignId(self) -> None:
        """
        A message stored under an id of another form is in nobody's way.
        """
        self.write("one")
        (row,) = self.jar.registry.held[BOB].values()
        self.jar.registry.put(row._replace(id="imported"))
        self.write("two")
        self.assertEqual(len(self.jar.online(BOB, "b").bodies()), 3)

    def test_written(self) -> None:
        """
        Whoever counts what the server has taken over is told only when it is
        on the disk.
        """
        self.alice.send("<enable xmlns='urn:xmpp:sm:3'/>")
        self.write("one")
        self.alice.got.clear()
        self.alice.send("<r xmlns='urn:xmpp:sm:3'/>")
        (sent,) = self.alice.got
        self.assertEqual(sent.element.attributes["h"], "1")
        self.assertEqual(sent.after, self.jar.registry.journal.number)

    def test_quarantine(self) -> None:
        """
        A stored message that cannot be read breaks no log-in: it is counted
        and dropped, and the others come.
        """
        self.write("one", "two")
        first, _ = self.jar.registry.held[BOB].values()
        for stanza in ("<message><body>", "<a/><b/>", "", "<p:x/>", "\x01"):
            self.jar.registry.put(first._replace(stanza=stanza))
            bob = self.jar.online(BOB, "b")
            self.assertEqual(bob.bodies()[-1], "two")
            bob.lose()
        self.assertEqual(self.jar.messaging.counts["quarantined"], 5)
        self.assertEqual(self.waiting(), 1)

    def test_forgedDelay(self) -> None:
        """
        Nobody makes a message look older in the server's name.
        """
        self.alice.send(
            "<message to='$bob' type='chat'><body>x</body>"
            "<delay xmlns='urn:xmpp:delay' from='$domain' stamp='1999-01-01T00:00Z'/>"
            "<delay xmlns='urn:xmpp:delay' from='$alice' stamp='1999-01-01T00:00Z'/>"
            "<stanza-id xmlns='urn:xmpp:sid:0' by='$bob' id='forged'/></message>"
        )
        message = self.jar.online(BOB, "b").take()[-1]
        told = [one.attributes for one in message.elements()][1:]
        self.assertEqual(
            [one.get("from") for one in told][:2],
            [f"{ALICE}@gigaset.net", "gigaset.net"],
        )
        self.assertEqual(len(told), 3)
        self.assertNotEqual(told[2]["id"], "forged")

    def test_wide(self) -> None:
        """
        What was let in is let out again, though escaping has made it longer.
        """
        self.jar.section = replace(self.jar.section, max_held_bytes=10000000)
        self.jar.restart()
        alice = self.jar.online(ALICE, "a")
        message = parse(f"<message to='{BOB}@gigaset.net'><body/></message>")
        message.body.children.append("&" * 200000)
        self.jar.perform(
            self.jar.messaging.received(alice.stream, message, self.jar.now)
        )
        self.assertEqual(self.jar.online(BOB, "b").bodies(), ["&" * 200000])
