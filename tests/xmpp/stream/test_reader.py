"""
Tests for L{gigasetd.xmpp.stream.reader}.
"""

from __future__ import annotations

import re
from typing import Any

from gigasetd.xmpp.stream.reader import DRAIN, TURN
from tests.xmpp.streaming import ALICE, AWAY, BOB, HEADER, SASL, StreamCase, plain

PING = "<iq type='get' to='gigaset.net' id='{}'><ping xmlns='urn:xmpp:ping'/></iq>"
AUTH = f"<auth xmlns='{SASL}' mechanism='PLAIN'/>"
STARTTLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
ROSTER = "<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>"
CONTACT = (
    "<iq type='set' id='c'><query xmlns='jabber:iq:roster'><item jid='{}@x'"
    " name='A contact of that name'/></query></iq>"
)


class TurnTests(StreamCase):
    """
    Alice asks for more than is fair.
    """

    section = {"max_rate": 20000}

    def setUp(self) -> None:
        """
        Every look at the clock takes as long as a third of a turn.
        """
        super().setUp()
        self.alice, self.bob = self.active(ALICE), self.active(BOB)

        def slow() -> float:
            self.clock.rightNow += TURN / 3
            return self.clock.rightNow

        self.context.now = slow

    def ids(self, told: str) -> list[str]:
        """
        Which questions were answered.
        """
        return re.findall(" id='([0-9]+)'", told)

    def state(self) -> Any:
        """
        Whether anything is read from Alice.
        """
        return self.alice.transport.producerState

    def test_between(self) -> None:
        """
        Whoever asks much at once is answered bit by bit, in order, and others
        between; nothing more is read meanwhile.
        """
        asked = [str(number) for number in range(20)]
        told = self.ids(self.alice.say("".join(map(PING.format, asked))))
        self.assertTrue(0 < len(told) < 20, told)
        self.assertEqual(self.state(), "paused")
        told += self.ids(self.alice.say(PING.format(20)))
        heard = self.ids(self.bob.say(PING.format(1)))
        for _ in range(2):
            # At most the turn of his neighbour comes before his own.
            self.clock.advance(0)
            told += self.ids(self.alice.heard())
            heard += self.ids(self.bob.heard())
        self.assertEqual(heard, ["1"])
        while len(told) < 21:
            self.clock.advance(0)
            more = self.ids(self.alice.heard())
            self.assertTrue(more, told)
            told += more
        self.clock.advance(0)
        self.assertEqual(told, [*asked, "20"])
        self.assertEqual(self.state(), "producing")

    def test_strangers(self) -> None:
        """
        A burst on many streams that are not logged in costs no more than a turn of
        the reactor may; the rest waits, and nothing more is read meanwhile.
        """
        strangers = [self.connect(AWAY, secure=False) for _ in range(30)]
        for stranger in strangers:
            stranger.say(HEADER)
            self.clock.advance(0)
        for stranger in strangers:
            stranger.say(AUTH * 50)
        answers = "".join(stranger.heard() for stranger in strangers)
        self.assertLess(answers.count("encryption-required"), 30)
        states = {stranger.transport.producerState for stranger in strangers}
        self.assertEqual(states, {"paused"})

    def test_pipelinedWhileWaiting(self) -> None:
        """
        What was sent before TLS began is no part of the stream inside TLS, also
        where its turn comes later.
        """
        client = self.connect(AWAY, secure=False)
        client.say(HEADER)
        self.context.turns.spend(1.0)
        told = client.say(STARTTLS + HEADER + plain())
        self.assertEqual(told, "")
        self.clock.advance(0)
        told = client.heard()
        self.assertIn("<proceed", told)
        self.assertIn("policy-violation", told)
        self.assertEqual(client.stream.account, "")
        self.assertTrue(client.ended)

    def test_unread(self) -> None:
        """
        Whoever asks much and reads slowly gets its answers when it has read
        the last ones, rather than being cut off.
        """
        told = self.ids(self.alice.say("".join(map(PING.format, range(20)))))
        writer = self.alice.stream.writer
        writer.most, most = -1, writer.most
        self.clock.pump([0, DRAIN, DRAIN])
        self.assertEqual(self.alice.heard(), "")
        writer.most = most
        self.clock.pump([DRAIN] + [0] * 20)
        told += self.ids(self.alice.heard())
        self.assertEqual(told, [str(number) for number in range(20)])
        self.assertFalse(self.alice.ended)

    def test_gone(self) -> None:
        """
        What somebody left unanswered who has gone leads to nothing.
        """
        self.alice.say("".join(PING.format(number) for number in range(20)))
        self.alice.lose()
        self.clock.advance(0)
        self.assertEqual(self.executor.counts["crashes"], 0)
        self.assertEqual(self.ids(self.alice.heard()), [])

    def test_expensive(self) -> None:
        """
        Long answers count against what is read in a second: the rest waits
        for the next ones, and everything is answered in the end.
        """
        self.context.now = self.clock.seconds
        for number in range(60):
            self.alice.say(CONTACT.format(number))
        self.clock.advance(2)
        self.alice.heard()
        told = self.alice.say(ROSTER * 10)
        self.assertEqual(self.executor.counts["throttled"], 1)
        self.assertEqual(self.state(), "paused")
        self.clock.advance(2)
        self.assertEqual(self.state(), "producing")
        self.assertEqual((told + self.alice.heard()).count("id='r'"), 10)

    def test_heldUp(self) -> None:
        """
        Nothing of a turn goes on while its stream is held up.
        """
        for number in range(60):
            self.alice.say(CONTACT.format(number))
            self.clock.advance(1)
        self.alice.heard()
        told = self.alice.say(ROSTER * 40)
        for _ in range(40):
            self.clock.advance(0)
            told += self.alice.heard()
        self.assertLess(told.count("id='r'"), 12)
        for _ in range(40):
            self.clock.advance(1)
            told += self.alice.heard()
        self.assertEqual(told.count("id='r'"), 40)
        self.assertEqual(self.state(), "producing")

    def test_login(self) -> None:
        """
        A log-in knows no turns: each of its answers is awaited.
        """
        client = self.connect()
        told = client.say(HEADER, plain(), HEADER)
        self.assertIn("urn:ietf:params:xml:ns:xmpp-bind", told)
