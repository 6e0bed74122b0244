"""
Tests of L{gigasetd.dns.message}.
"""

from __future__ import annotations

from random import Random

from twisted.names import dns
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.dns.message import (
    BADVERS,
    FORMERR,
    HEADER,
    LARGEST,
    NOERROR,
    NOTIMP,
    PLAIN,
    MalformedMessage,
    finished,
    parseQuestion,
    plain,
)


def query(name: str = "Info.Gigaset.net", kind: int = dns.A, **flags: int) -> bytes:
    """
    A query as twisted.names writes it.
    """
    message = dns.Message(id=4711, recDes=1, **flags)
    message.addQuery(name.encode(), kind, dns.IN)
    return message.toStr()


def extended(size: int = 4096, version: int = 0, signed: bool = False) -> bytes:
    """
    A query with an OPT record.
    """
    message = dns._EDNSMessage(
        4711, ednsVersion=version, maxSize=size, dnssecOK=signed, recDes=True
    )
    message.queries.append(dns.Query(b"Info.Gigaset.net", dns.A, dns.IN))
    return message.toStr()


class QuestionTests(SynchronousTestCase):
    """
    What a resolver must know of a question.
    """

    def refused(self, data: bytes) -> int | None:
        """
        The response code for a message, C{None} for silence.
        """
        answer = self.assertRaises(MalformedMessage, parseQuestion, data).answer
        return None if answer is None else answer[3] & 0x0F

    def test_plain(self) -> None:
        """
        A question's name is the same however it is spelt, and it is answered
        in its own spelling.
        """
        question = parseQuestion(query())
        self.assertEqual(question.name, "info.gigaset.net")
        self.assertEqual((question.ident, question.kind), (4711, dns.A))
        self.assertEqual((question.limit, question.extended), (PLAIN, False))
        self.assertIn(b"\x04Info\x07Gigaset", plain(question, NOERROR))
        self.assertEqual(question.key, parseQuestion(query("INFO.gigaset.NET")).key)

    def test_kindsStayApart(self) -> None:
        """
        HTTPS records (type 65, an "A" in ASCII) are not taken for type 97.
        """
        one, other = parseQuestion(query(kind=65)), parseQuestion(query(kind=97))
        self.assertNotEqual(one.key, other.key)

    def test_extended(self) -> None:
        """
        An OPT record tells how much the sender takes, within our bounds.
        """
        self.assertEqual(parseQuestion(extended()).limit, LARGEST)
        self.assertEqual(parseQuestion(extended(100)).limit, PLAIN)
        self.assertTrue(parseQuestion(extended(signed=True)).signed)

    def test_version(self) -> None:
        """
        A later EDNS version is told which one we know (RFC 6891 section
        6.1.3).
        """
        wrong = self.assertRaises(MalformedMessage, parseQuestion, extended(version=1))
        message = dns._EDNSMessage()
        message.fromStr(wrong.answer)
        self.assertEqual((message.rCode, message.ednsVersion), (BADVERS, 0))

    def test_errors(self) -> None:
        """
        What is no question gets an error; what is an answer gets nothing, so
        that two servers never talk to each other for ever.
        """
        good = query()
        self.assertIsNone(self.refused(b""))
        self.assertIsNone(self.refused(good[:11]))
        self.assertIsNone(self.refused(good[:2] + b"\x81\x80" + good[4:]))
        self.assertEqual(self.refused(query(opCode=4)), NOTIMP)
        self.assertEqual(self.refused(good[:-1]), FORMERR)
        for counts in ((0, 0, 0, 0), (2, 0, 0, 0), (1, 1, 0, 0), (1, 0, 0, 5)):
            self.assertEqual(
                self.refused(HEADER.pack(1, 0, *counts) + good[12:]), FORMERR
            )
        huge = HEADER.pack(1, 0, 1, 0xFFFF, 0xFFFF, 0xFFFF) + good[12:]
        self.assertEqual(self.refused(huge), FORMERR)

    def test_pointers(self) -> None:
        """
        Names that point at themselves, or at each other, end at once.
        """
        head = HEADER.pack(1, 0x100, 1, 0, 0, 0)
        for name in (b"\xc0\x0c", b"\x01a\xc0\x0c", b"\x01a\xc0\x0e", b"\xc0"):
            self.assertEqual(self.refused(head + name + b"\0\1\0\1"), FORMERR)
        long = b"\x3f" + b"a" * 63
        self.assertEqual(self.refused(head + long * 4 + b"\0\0\1\0\1"), FORMERR)
        self.assertEqual(self.refused(head + b"\x40" + b"a" * 64 + b"\0" * 5), FORMERR)

    def test_dotInLabel(self) -> None:
        """
        A dot inside a label makes no other name out of it.
        """
        head = HEADER.pack(1, 0x100, 1, 0, 0, 0)
        forged = head + b"\x0c_x.gigaset.a\x03net\0" + b"\0\1\0\1"
        self.assertNotIn(".", parseQuestion(forged).name.partition(".net")[0])

    def test_truncated(self) -> None:
        """
        An answer that is too long for the way back loses its records, and
        says so.
        """
        for data in (query(), extended()):
            question = parseQuestion(data)
            long = plain(question, NOERROR)[:6] + b"\0\1" + b"x" * 2000
            message = dns.Message()
            message.fromStr(finished(long, question, limit=question.limit))
            self.assertEqual((message.trunc, message.answers), (1, []))
            self.assertEqual(message.queries[0].name.name, b"Info.Gigaset.net")

    def test_anything(self) -> None:
        """
        Whatever comes is a question or it is not; nothing else happens.
        """
        random = Random(53)
        good = extended()
        for _ in range(5000):
            data = bytearray(good)
            for _ in range(random.randrange(1, 6)):
                data[random.randrange(len(data))] = random.randrange(256)
            try:
                question = parseQuestion(bytes(data[: random.randrange(len(data) + 1)]))
            except MalformedMessage as wrong:
                self.assertTrue(wrong.answer is None or len(wrong.answer) <= 80)
            else:
                self.assertLessEqual(question.limit, LARGEST)
