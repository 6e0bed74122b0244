"""
Tests of L{gigasetd.dns.cache} and L{gigasetd.dns.records}.
"""

from __future__ import annotations

from random import Random

from twisted.names import dns
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.dns.cache import AnswerCache
from gigasetd.dns.message import MalformedMessage, Question, parseQuestion
from gigasetd.dns.records import aged, lifetime, records, stripped
from tests.dns.test_message import query


def asked(name: str = "example.org") -> Question:
    """
    A question.
    """
    return parseQuestion(query(name))


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


class CacheTests(SynchronousTestCase):
    """
    What is kept of others' answers.
    """

    def read(self, data: bytes) -> dns.Message:
        """
        An answer as a client reads it.
        """
        message = dns.Message()
        message.fromStr(data)
        return message

    def test_ages(self) -> None:
        """
        An answer is told with the time that is left of it, in the spelling
        and under the number of whoever asks, and not when that is over.
        """
        cache = AnswerCache(10)
        cache.put(asked(), stripped(reply()), 1000.0)
        told = cache.get(asked("EXAMPLE.org"), 1020.0)
        assert told is not None
        message = self.read(told)
        self.assertEqual(message.answers[0].ttl, 40)
        self.assertEqual((message.id, message.additional), (4711, []))
        self.assertEqual(message.queries[0].name.name, b"EXAMPLE.org")
        self.assertIsNone(cache.get(asked(), 1060.0))
        self.assertEqual((len(cache), cache.size), (0, 0))

    def test_lifetimes(self) -> None:
        """
        No answer is kept for more than an hour, one that says no for less,
        and none whose owner forbids it.
        """
        self.assertEqual(lifetime(stripped(reply(ttl=100000))), 3600)
        self.assertEqual(lifetime(stripped(reply(ttl=0))), 0)
        self.assertEqual(lifetime(stripped(reply(ttl=0xFFFFFFFF))), 0)
        self.assertEqual(lifetime(stripped(reply(code=3))), 20)
        self.assertEqual(lifetime(stripped(reply(code=2))), 0)
        long = self.read(aged(stripped(reply(ttl=100000)), 0))
        self.assertEqual(long.answers[0].ttl, 3600)

    def test_bounded(self) -> None:
        """
        However many names are asked for, the cache stays small.
        """
        cache = AnswerCache(5, 300)
        for n in range(50):
            cache.put(asked(f"{n}.org"), stripped(reply(f"{n}.org")), 0.0)
            self.assertLessEqual(len(cache), 5)
            self.assertLessEqual(cache.size, 300)
        self.assertIsNotNone(cache.get(asked("49.org"), 1.0))
        off = AnswerCache(0)
        off.put(asked(), stripped(reply()), 0.0)
        self.assertEqual(len(off), 0)

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
