"""
Tests of L{gigasetd.dns.query}.
"""

from __future__ import annotations

from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.dns.message import parseQuestion
from gigasetd.dns.query import TcpQuery, UpstreamQuery
from tests.dns.test_message import query
from tests.dns.test_records import reply

QUESTION = parseQuestion(query("example.org"))


class UpstreamQueryTests(SynchronousTestCase):
    """
    L{UpstreamQuery}.
    """

    def setUp(self) -> None:
        """
        A query that was sent under the number 1.
        """
        self.query = UpstreamQuery(QUESTION, 1)

    def test_answer(self) -> None:
        """
        The answer to the question fires the Deferred, once.
        """
        self.query.give(reply())
        self.query.give(reply())
        self.assertEqual(self.successResultOf(self.query.answer), reply())

    def test_forged(self) -> None:
        """
        A message with another number, question or opcode is ignored.
        """
        opcode = reply()
        opcode = opcode[:2] + bytes((opcode[2] | 0x28,)) + opcode[3:]
        for data in (b"", b"\0\2" + reply()[2:], reply("example.com"), opcode):
            self.query.give(data)
        self.assertNoResult(self.query.answer)

    def test_givenUp(self) -> None:
        """
        Nothing more can come: there is no answer.
        """
        self.query.give(None)
        self.assertIsNone(self.successResultOf(self.query.answer))


class TcpQueryTests(SynchronousTestCase):
    """
    L{TcpQuery}.
    """

    def test_exchange(self) -> None:
        """
        The query goes out with its length before it, the answer comes back.
        """
        stream, transport = TcpQuery(b"query", QUESTION, 1), StringTransport()
        stream.makeConnection(transport)
        self.assertEqual(transport.value(), b"\0\5query")
        data = reply()
        stream.dataReceived(len(data).to_bytes(2, "big") + data)
        self.assertEqual(self.successResultOf(stream.answer), data)

    def test_lost(self) -> None:
        """
        A connection that ends brings no answer.
        """
        stream = TcpQuery(b"query", QUESTION, 1)
        stream.makeConnection(StringTransport())
        stream.connectionLost()
        self.assertIsNone(self.successResultOf(stream.answer))
