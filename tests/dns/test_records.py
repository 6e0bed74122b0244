"""
Tests of L{gigasetd.dns.records}.
"""

from __future__ import annotations

from random import Random

from twisted.names import dns
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.dns.message import MalformedMessage, parseQuestion
from gigasetd.dns.records import (
    addressed,
    aged,
    answers,
    code,
    cut,
    lifetime,
    records,
    stripped,
)
from tests.dns.test_message import query


def reply(name: str = "example.org", ttl: int = 60, code: int = 0) -> bytes:
    """
    An answer, with an OPT record at its end.
    """
    message = dns._EDNSMessage(1, answer=True, rCode=code)
    message.queries.append(dns.Query(name.encode(), dns.A, dns.IN))
    if not code:
        record = dns.Record_A("192.0.2.7", ttl=ttl)
        message.answers.append(dns.RRHeader(name, dns.A, dns.IN, ttl, record))
    soa = dns.Record_SOA("ns.org", "x.org", 1, 2, 3, 4, 20)
    message.authority.append(dns.RRHeader("org", dns.SOA, dns.IN, 900, soa))
    return message.toStr()


def read(data: bytes) -> dns.Message:
    """
    An answer as a client parses it.
    """
    message = dns.Message()
    message.fromStr(data)
    return message


class RecordsTests(SynchronousTestCase):
    """
    The records of an upstream answer.
    """

    def test_lifetimes(self) -> None:
        """
        No answer is cached for more than an hour, a negative one for less,
        and none whose time to live is zero or out of range.
        """
        self.assertEqual(lifetime(stripped(reply(ttl=100000))), 3600)
        self.assertEqual(lifetime(stripped(reply(ttl=0))), 0)
        self.assertEqual(lifetime(stripped(reply(ttl=0xFFFFFFFF))), 0)
        self.assertEqual(lifetime(stripped(reply(code=3))), 20)
        self.assertEqual(lifetime(stripped(reply(code=2))), 0)
        long = read(aged(stripped(reply(ttl=100000)), 0))
        self.assertEqual(long.answers[0].ttl, 3600)

    def test_hostile(self) -> None:
        """
        Counts that lie, loops and cut records end at once.
        """
        good = reply()
        lying = good[:6] + b"\xff\xff" * 3 + good[12:]
        self.assertRaises(MalformedMessage, stripped, lying)
        random = Random(5)
        for _ in range(3000):
            data = bytearray(good)
            for _ in range(random.randrange(1, 8)):
                data[random.randrange(12, len(data))] = random.randrange(256)
            try:
                whole = stripped(bytes(data[: random.randrange(12, len(data) + 1)]))
            except MalformedMessage:
                continue
            self.assertLess(len(list(records(whole))), 40)
            lifetime(whole)

    def test_stripped(self) -> None:
        """
        The OPT record, which concerns two neighbours only, is removed.
        """
        whole = read(stripped(reply()))
        self.assertEqual(len(whole.answers), 1)
        self.assertEqual(len(whole.authority), 1)
        self.assertEqual(whole.additional, [])

    def test_answers(self) -> None:
        """
        Only an answer to our question under our number counts.
        """
        question = parseQuestion(query("example.org"))
        self.assertTrue(answers(reply(), question, 1))
        self.assertTrue(answers(reply("EXAMPLE.org"), question, 1))
        self.assertFalse(answers(reply(), question, 2))
        self.assertFalse(answers(reply("example.com"), question, 1))
        self.assertFalse(answers(query("example.org"), question, 4711))
        self.assertFalse(answers(b"", question, 1))

    def test_addressed(self) -> None:
        """
        An answer takes on the number and the spelling of a question.
        """
        question = parseQuestion(query("Example.ORG"))
        message = read(addressed(stripped(reply()), question))
        self.assertEqual(message.id, question.ident)
        self.assertEqual(message.queries[0].name.name, b"Example.ORG")
        self.assertEqual(message.answers[0].payload.dottedQuad(), "192.0.2.7")

    def test_header(self) -> None:
        """
        The response code and the mark of a truncated answer.
        """
        self.assertEqual(code(reply(code=3)), 3)
        self.assertFalse(cut(reply()))
        data = reply()
        self.assertTrue(cut(data[:2] + bytes((data[2] | 2,)) + data[3:]))
