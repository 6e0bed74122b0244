"""
Tests of L{gigasetd.dns.cache}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.dns.cache import AnswerCache
from gigasetd.dns.message import Question, parseQuestion
from gigasetd.dns.records import stripped
from tests.dns.test_message import query
from tests.dns.test_records import read, reply


def asked(name: str = "example.org") -> Question:
    """
    A question.
    """
    return parseQuestion(query(name))


class CacheTests(SynchronousTestCase):
    """
    What is kept of others' answers.
    """

    def test_ages(self) -> None:
        """
        An answer is told with the time that is left of it, in the spelling
        and under the number of whoever asks, and not when that is over.
        """
        cache = AnswerCache(10)
        cache.put(asked(), stripped(reply()), 1000.0)
        told = cache.get(asked("EXAMPLE.org"), 1020.0)
        assert told is not None
        message = read(told)
        self.assertEqual(message.answers[0].ttl, 40)
        self.assertEqual((message.id, message.additional), (4711, []))
        self.assertEqual(message.queries[0].name.name, b"EXAMPLE.org")
        self.assertIsNone(cache.get(asked(), 1060.0))
        self.assertEqual((len(cache), cache.size), (0, 0))

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
