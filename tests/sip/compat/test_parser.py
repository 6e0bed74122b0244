"""
Tests of L{gigasetd.sip.compat.parser}.
"""

from __future__ import annotations

from twisted.protocols import sip as stock
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.compat import sip as txsip
from gigasetd.sip.compat.parser import MessagesParser, fromOurs, toBytes, toOurs
from gigasetd.sip.message import message as ours
from tests.sip.message.torture import VALID
from tests.sip.wire import Patience, octets, wire

INVITE = wire("INVITE sip:foo SIP/2.0\nf: mo\nto: joe\nContent-Length: 4\n\nabcd")
EXPECTED = {"from": ["mo"], "to": ["joe"], "content-length": ["4"]}


class ParserTests(SynchronousTestCase):
    """
    What the stock parser promises, and what it should have.
    """

    def setUp(self) -> None:
        self.found: list[txsip.Message] = []
        self.parser = MessagesParser(self.found.append)

    def feed(self, text: str | bytes) -> None:
        """
        One datagram.
        """
        self.parser.dataReceived(text)
        self.parser.dataDone()

    def assertInvite(self, message: txsip.Message, uri: str, body: str) -> None:
        """
        C{message} is an INVITE to C{uri}.
        """
        assert isinstance(message, txsip.Request)
        self.assertEqual((message.method, message.uri.toString()), ("INVITE", uri))
        self.assertEqual((message.body, message.finished), (body, 1))
        self.assertIsInstance(message, stock.Request)

    def test_simple(self) -> None:
        """
        A message behind some line ends, with compact names.
        """
        self.feed("\n\r\n\n\r" + INVITE)
        (message,) = self.found
        self.assertInvite(message, "sip:foo", "abcd")
        self.assertEqual(message.headers, EXPECTED)

    def test_noLength(self) -> None:
        """
        A datagram without a length is body to its end.
        """
        self.feed(wire("INVITE sip:foo SIP/2.0\nTo: joe\n\n12") + "34")
        self.assertInvite(self.found[0], "sip:foo", "1234")

    def test_three(self) -> None:
        """
        Three in one, at once and octet by octet.
        """
        text = INVITE.replace("4\r", "0\r")[:-4] + INVITE + INVITE
        self.feed(text)
        for character in text:
            self.parser.dataReceived(character)
        self.parser.dataDone()
        self.assertEqual(
            [message.body for message in self.found], ["", "abcd", "abcd"] * 2
        )

    def test_garbageBehind(self) -> None:
        """
        What follows the body is dropped with the datagram.
        """
        self.feed(INVITE + "\r\n\r\nlalala")
        self.feed(INVITE)
        self.assertEqual([message.body for message in self.found], ["abcd", "abcd"])

    def test_splice(self) -> None:
        """
        A body too short takes nothing from the next datagram.
        """
        self.feed(INVITE[:-2])
        self.feed(INVITE)
        self.assertEqual([message.body for message in self.found], ["abcd"])

    def test_broken(self) -> None:
        """
        What is broken is dropped without a word, and no more than that.
        """
        for text in (
            "INVITE sip:foo SIP/2.0\nno colon\n\n",
            "INVITE sip:foo SIP/3.0\n\n",
            "INVITE\n\n",
            "SIP/2.0 1000 x\n\n",
            "INVITE foo:bar SIP/2.0\n\n",
            "INVITE sip:foo SIP/2.0\nl: -1\n\n",
            "INVITE sip:foo SIP/2.0\nl: 1\nl: 2\n\nab",
            "INVITE sip:foo SIP/2.0\nl: 999999999\n\nab",
        ):
            self.feed(wire(text))
        self.assertEqual(self.found, [])
        self.feed(INVITE)
        self.assertEqual(len(self.found), 1)

    def test_response(self) -> None:
        """
        A response, with and without a phrase.
        """
        self.feed(wire("SIP/2.0 200 OK\nFrom:  foo\nTo:bar\nContent-Length: 0\n\n"))
        self.feed(wire("SIP/2.0 299\nContent-Length: 0\n\n"))
        one, other = self.found
        assert isinstance(one, txsip.Response)
        assert isinstance(other, txsip.Response)
        self.assertEqual((one.code, one.phrase, one.body), (200, "OK", ""))
        self.assertEqual(one.headers["from"], ["foo"])
        self.assertEqual((other.code, other.phrase), (299, ""))

    def test_folds(self) -> None:
        """
        A fold is one blank.
        """
        self.feed(wire("SIP/2.0 200 OK\nVia: SIP/2.0/UDP a\n   ;branch=b\n\n"))
        (value,) = self.found[0].headers["via"]
        self.assertEqual(value, "SIP/2.0/UDP a ;branch=b")
        self.assertEqual(txsip.parseViaHeader(value).branch, "b")

    def test_refused(self) -> None:
        """
        Who wants no requests gets none.
        """
        self.parser.acceptRequests = False
        self.feed(INVITE)
        self.assertEqual(self.found, [])

    def test_bounded(self) -> None:
        """
        A stream without end is dropped, in time and memory.
        """
        with Patience():
            for _ in range(400):
                self.parser.dataReceived(b"a" * 1000)
        self.assertLess(len(self.parser._buffer), 100000)

    def test_manyAtOnce(self) -> None:
        """
        Thousands of tiny messages in one read.
        """
        with Patience():
            self.feed("A sip:b SIP/2.0\r\nl: 0\r\n\r\n" * 2000)
        self.assertEqual(len(self.found), 2000)


class ConversionTests(SynchronousTestCase):
    """
    The same message in both shapes.
    """

    def test_there(self) -> None:
        """
        Ours becomes theirs, with all values.
        """
        found = fromOurs(ours.parse(VALID["semiuri"]))
        assert isinstance(found, txsip.Request)
        self.assertEqual(found.uri.username, "user;par=u%40example.net")
        self.assertEqual(found.headers["cseq"], ["8 OPTIONS"])
        self.assertRaises(ValueError, fromOurs, ours.parse(VALID["unkscm"]))

    def test_andBack(self) -> None:
        """
        Values and bodies survive both ways, octets that are no text too.
        """
        for name in ("mpart01", "unreason", "noreason", "dblreq", "regaut01"):
            one = ours.parse(VALID[name])
            other = toOurs(fromOurs(one))
            self.assertEqual((other.start, other.body), (one.start, one.body), name)
            self.assertEqual(other.first, one.first, name)

    def test_text(self) -> None:
        """
        UTF-8 is letters in the stock shape.
        """
        data = octets("SIP/2.0 200 OK\nSubject: \xc3\xbc\xff\n")
        found: list[txsip.Message] = []
        parser = MessagesParser(found.append)
        parser.dataReceived(data)
        parser.dataDone()
        self.assertTrue(found[0].headers["subject"][0].startswith("\xfc"))
        self.assertEqual(toBytes(found[0]), data)

    def test_noVia(self) -> None:
        """
        What we could not answer does not become ours.
        """
        self.assertRaises(ours.MalformedSIP, toOurs, txsip.Request("INVITE", "sip:foo"))
