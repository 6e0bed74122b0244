"""
The table of a stream's states.
"""

from __future__ import annotations

from itertools import product

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.xmpp.stanza.parser import StreamClosed, StreamFault, StreamOpened
from gigasetd.xmpp.stanza.stanza import parse
from gigasetd.xmpp.stream.state import (
    IMPOSSIBLE,
    STEPS,
    Input,
    Pipelined,
    StreamState,
    inputOf,
)
from gigasetd.xmpp.stream.stream import ClientStream


class TableTests(SynchronousTestCase):
    """
    Nothing that a peer can send is forgotten.
    """

    def test_complete(self) -> None:
        """
        Each pair of state and input is either in the table, or known to be
        impossible, and never both.
        """
        pairs = set(product(StreamState, Input))
        self.assertEqual(pairs - STEPS.keys(), IMPOSSIBLE)
        self.assertEqual(IMPOSSIBLE & STEPS.keys(), set())

    def test_steps(self) -> None:
        """
        Each step of the table is one that a stream can take.
        """
        missing = [
            step for step in STEPS.values() if not hasattr(ClientStream, "_" + step)
        ]
        self.assertEqual(missing, [])

    def test_inputs(self) -> None:
        """
        Events are told apart by namespace and name.
        """
        sasl = "urn:ietf:params:xml:ns:xmpp-sasl"
        for text, input in (
            (
                "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
                Input.STARTTLS,
            ),
            ("<starttls/>", Input.STANZA),
            (f"<auth xmlns='{sasl}'/>", Input.BEGIN),
            ("<auth/>", Input.STANZA),
            (f"<response xmlns='{sasl}'/>", Input.RESPONSE),
            (f"<abort xmlns='{sasl}'/>", Input.ABORT),
            ("<iq type='set'><query xmlns='jabber:iq:auth'/></iq>", Input.OLD),
            (
                "<iq type='result'><query xmlns='jabber:iq:auth'/></iq>",
                Input.STANZA,
            ),
            ("<iq type='set'><query/></iq>", Input.STANZA),
            (
                "<iq xmlns='urn:x' type='set'><query xmlns='jabber:iq:auth'/></iq>",
                Input.STANZA,
            ),
            ("<message/>", Input.STANZA),
        ):
            self.assertIs(inputOf(parse(text)), input, text)
        self.assertIs(inputOf(StreamOpened(parse("<a/>"), "")), Input.HEADER)
        self.assertIs(inputOf(StreamClosed()), Input.END)
        self.assertIs(inputOf(StreamFault("x")), Input.FAULT)
        self.assertIs(inputOf(Pipelined()), Input.EARLY)
