"""
What the rules want, carried out.
"""

from __future__ import annotations

from typing import Any

from twisted.words.xish.domish import Element

from gigasetd.errors import StoreError
from gigasetd.xmpp.actions import Action, CloseStream, ForwardStanza, SendStanza
from gigasetd.xmpp.stanza.stanza import parse, serialize
from tests.xmpp.streaming import ALICE, BOB, Client, StreamCase


class ExecutorCase(StreamCase):
    """
    One client that listens.
    """

    def setUp(self) -> None:
        super().setUp()
        self.slow = False
        self.alice = self.active(ALICE)
        self.alice.heard()

    def tell(self, *actions: Action) -> str:
        """
        Carry something out.

        @return: what Alice heard.
        """
        self.executor.perform(list(actions))
        return self.alice.heard()

    def send(
        self, text: str, after: int = 0, client: Client | None = None
    ) -> SendStanza:
        """
        A stanza to Alice, or somebody else.
        """
        return SendStanza((client or self.alice).stream.number, parse(text), after)


class HoldTests(ExecutorCase):
    """
    Nothing is said that a restart would not remember.
    """

    def test_order(self) -> None:
        """
        What must wait for the disk waits, and so does all that follows on
        that stream; others go on.
        """
        bob = self.active(BOB)
        bob.heard()
        self.slow = True
        heard = self.tell(
            self.send("<a/>"),
            self.send("<b/>", 1007),
            self.send("<c/>"),
            self.send("<d/>", client=bob),
        )
        self.assertEqual((heard, bob.heard()), ("<a/>", "<d/>"))
        self.waiting.pop(1007).callback(None)
        self.assertEqual(self.alice.heard(), "<b/><c/>")
        self.assertEqual(self.tell(self.send("<e/>", 1006)), "<e/>")

    def test_close(self) -> None:
        """
        An end waits too.
        """
        number = self.alice.stream.number
        self.slow = True
        self.assertEqual(self.tell(CloseStream(number, "conflict", after=1007)), "")
        self.waiting.pop(1007).callback(None)
        self.assertFails(self.alice.heard(), "conflict")

    def test_newest(self) -> None:
        """
        A later change on the disk stands for the earlier ones.
        """
        self.slow = True
        self.tell(self.send("<a/>", 1007), self.send("<b/>", 1009))
        self.waiting.pop(1009).callback(None)
        self.assertEqual(self.alice.heard(), "<a/><b/>")
        self.waiting.pop(1007).callback(None)
        self.assertEqual(self.alice.heard(), "")

    def test_never(self) -> None:
        """
        Who waits for what can never be stored is sent away, so that he does
        not take it for done.
        """
        self.slow = True
        self.tell(self.send("<a/>", 1007))
        self.waiting.pop(1007).errback(StoreError("full"))
        heard = self.alice.heard()
        self.assertFails(heard, "internal-server-error")
        self.assertNotIn("<a/>", heard)
        self.assertEqual(len(self.flushLoggedErrors()), 0)

    def test_unsettled(self) -> None:
        """
        While nothing can be stored, nothing is answered but that.
        """
        self.fault = StoreError("full")
        self.assertEqual(self.tell(self.send("<a/>")), "")
        self.assertEqual(self.executor.counts["unstored"], 1)
        told = self.alice.say("<iq type='get' id='7'><x xmlns='u'/></iq>")
        self.assertIn("internal-server-error", told)
        self.fault = None
        self.assertEqual(self.tell(self.send("<b/>")), "<b/>")


class ActionTests(ExecutorCase):
    """
    Sending, ending, handing on.
    """

    def test_gone(self) -> None:
        """
        What is for somebody who has gone is counted.
        """
        self.tell(SendStanza(999, parse("<a/>")), CloseStream(999))
        self.assertEqual(self.executor.counts["unsent"], 1)

    def test_plainEnd(self) -> None:
        """
        A stream can end without an error; it is cut off where its client
        does not answer.
        """
        heard = self.tell(CloseStream(self.alice.stream.number))
        self.assertEqual(heard, "</stream:stream>")
        self.assertFalse(self.alice.ended)
        self.advance(6)
        self.assertTrue(self.alice.transport.aborted)

    def test_route(self) -> None:
        """
        A stanza for another domain is handed on in a turn of its own, so that
        two parts that answer each other do not call each other for ever.
        """
        got: list[str] = []

        def bounce(element: Element) -> None:
            depth = len(got)
            got.append(serialize(element))
            if depth < 1000:
                self.executor.perform([ForwardStanza("b", element)])
            self.assertEqual(len(got), depth + 1)

        self.executor.routes["b"] = bounce
        self.tell(ForwardStanza("b", parse("<a/>")), ForwardStanza("c", parse("<a/>")))
        self.assertEqual(got, [])
        self.clock.advance(0)
        self.assertEqual(len(got), 1001)
        self.assertEqual(self.executor.counts["unrouted"], 1)

    def test_otherwise(self) -> None:
        """
        One route can take all other domains; what it cannot take costs
        nobody else anything.
        """

        def broken(element: Element) -> None:
            raise RuntimeError("ours")

        self.executor.routes[""] = broken
        self.tell(ForwardStanza("x", parse("<a/>")))
        self.clock.advance(0)
        self.assertEqual(self.executor.counts["crashes"], 1)
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)

    def test_once(self) -> None:
        """
        What goes to many is written down once.
        """
        bob = self.active(BOB)
        bob.heard()
        element = parse("<a>x</a>")
        sends = [SendStanza(one.stream.number, element) for one in (self.alice, bob)]
        self.assertEqual(self.tell(*sends), "<a>x</a>")
        self.assertEqual(bob.heard(), "<a>x</a>")

    def test_alarm(self) -> None:
        """
        The rules are woken when they want to be.
        """
        woken: list[float] = []

        class Rules:
            deadline: float | None = 30.0

            def wake(self, now: float) -> list[Action]:
                woken.append(now)
                self.deadline = None
                return []

            def __getattr__(self, name: str) -> Any:
                return lambda *facts: []

        self.executor.rules = Rules()  # type: ignore[assignment]
        self.tell()
        self.advance(29)
        self.assertEqual(woken, [])
        self.advance(2)
        self.assertEqual(woken, [30.0])
