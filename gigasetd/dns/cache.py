# -*- test-case-name: tests.dns.test_cache -*-
"""
Cache of upstream resolvers' answers, until their times to live end.

Layer 1 (state).
"""

from __future__ import annotations

from typing import NamedTuple

from gigasetd.dns.message import Question
from gigasetd.dns.records import addressed, aged, lifetime

Key = tuple[bytes, bool, bool]


class CachedAnswer(NamedTuple):
    """
    One answer, with the times in epoch seconds.
    """

    reply: bytes
    since: float
    until: float


class AnswerCache:
    """
    Bounded in entries and in bytes; the oldest entry is evicted first.

    @ivar size: bytes of all answers.
    """

    def __init__(self, most: int, largest: int = 8 * 1024 * 1024) -> None:
        self.size = 0
        self._most = most
        self._largest = largest
        self._answers: dict[Key, CachedAnswer] = {}

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, question: Question, now: float) -> bytes | None:
        """
        Return the answer to C{question}, with its remaining times to live.
        """
        cached = self._answers.get(question.key)
        if cached is None:
            return None
        if cached.until <= now:
            self._drop(question.key)
            return None
        return addressed(aged(cached.reply, int(now - cached.since)), question)

    def put(self, question: Question, reply: bytes, now: float) -> None:
        """
        Store an answer, if it may be cached.

        @param reply: without OPT record, its records checked to be whole.
        """
        seconds = lifetime(reply)
        if not seconds or not self._most:
            return
        self._drop(question.key)
        self._answers[question.key] = CachedAnswer(reply, now, now + seconds)
        self.size += len(reply)
        while len(self._answers) > self._most or self.size > self._largest:
            self._drop(next(iter(self._answers)))

    def _drop(self, key: Key) -> None:
        cached = self._answers.pop(key, None)
        if cached is not None:
            self.size -= len(cached.reply)
