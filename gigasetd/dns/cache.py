# -*- test-case-name: tests.dns.test_cache -*-
"""
Answers of other resolvers, until they are old.

Layer 1 (state).
"""

from __future__ import annotations

from typing import NamedTuple

from gigasetd.dns.message import Question
from gigasetd.dns.records import addressed, aged, lifetime

Key = tuple[bytes, bool, bool]


class CachedAnswer(NamedTuple):
    """
    One answer.
    """

    reply: bytes
    since: float
    until: float


class AnswerCache:
    """
    Bounded in entries and in bytes; what came first gives way first.

    @ivar size: bytes of all answers.
    """

    def __init__(self, most: int, largest: int = 8 * 1024 * 1024) -> None:
        self.size = 0
        self._most = most
        self._largest = largest
        self._kept: dict[Key, CachedAnswer] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, question: Question, now: float) -> bytes | None:
        """
        The answer to C{question}, its times to live as they are by now.
        """
        kept = self._kept.get(question.key)
        if kept is None:
            return None
        if kept.until <= now:
            self._drop(question.key)
            return None
        return addressed(aged(kept.reply, int(now - kept.since)), question)

    def put(self, question: Question, reply: bytes, now: float) -> None:
        """
        Keep an answer, if it may be kept.

        @param reply: without OPT record, its records seen to be whole.
        """
        seconds = lifetime(reply)
        if not seconds or not self._most:
            return
        self._drop(question.key)
        self._kept[question.key] = CachedAnswer(reply, now, now + seconds)
        self.size += len(reply)
        while len(self._kept) > self._most or self.size > self._largest:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Key) -> None:
        """
        Forget one answer.
        """
        kept = self._kept.pop(key, None)
        if kept is not None:
            self.size -= len(kept.reply)
