# -*- test-case-name: tests.auth.test_passwordhash -*-
"""
Hashes of web passwords by Argon2id (RFC 9106).

A hash costs a tenth of a second and 64 MiB by design, so hashing runs in
threads, and in few of them.  Waiting log-ins take turns by source, so that many of
one source keep no other source out.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThreadPool

from gigasetd.errors import Refused

ATONCE = 2  #: threads that hash
UNKNOWN = (
    "$argon2id$v=19$m={0.memory_cost},t={0.time_cost},p={0.parallelism}"
    "$ZmZmZmZmZmZmZmZmZmZmZg$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)
"""Verified for an account without a password, so that it takes as long."""

CallInThread = Callable[..., Deferred[Any]]


class Busy(Refused):
    """
    Too many clients log in at once.
    """

    http = 503


def threads(reactor: Any) -> CallInThread:
    """
    Make the function that calls another one in a thread of the reactor's pool.
    """

    def call(function: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        pool = reactor.getThreadPool()
        return deferToThreadPool(reactor, pool, function, *arguments)

    return call


class WaitingRoom(Protocol):
    """
    L{gigasetd.ratelimit.fairqueue.FairQueue}, as far as hashing needs it.
    """

    def push(self, source: str, entry: Deferred[None]) -> Deferred[None] | None:
        """
        Add an entry; return the one that has to give way, if any.
        """

    def pop(self) -> Deferred[None] | None:
        """
        Remove the entry whose turn it is; return it, if any.
        """


class PasswordHashing:
    """
    Makes and verifies hashes in threads.

    @ivar counts: how often one had to give way since too many waited (C{busy}).
    """

    def __init__(
        self,
        call: CallInThread,
        waiting: WaitingRoom,
        hasher: PasswordHasher | None = None,
    ) -> None:
        """
        @param call: calls a function in a thread.
        @param waiting: decides who waits, and whose turn it is.
        @param hasher: holds the cost parameters, L{None} for the library's
            defaults.
        """
        self.counts = {"busy": 0}
        self._call = call
        self._waiting = waiting
        self._running = 0
        self._hasher = hasher or PasswordHasher()
        self._unknown = UNKNOWN.format(self._hasher)

    async def make(self, password: str, source: str = "") -> str:
        """
        Hash a password, with a fresh salt.

        @param source: takes turns with other sources.
        @return: the encoded form of Argon2.
        @raise Busy: too many clients log in at once.
        """
        encoded: str = await self._run(source, self._hasher.hash, password)
        return encoded

    async def matches(self, stored: str, password: str, source: str = "") -> bool:
        """
        Verify a password.

        @param stored: a hash; C{""} matches no password, but takes as long.
        @param source: takes turns with other sources.
        @return: whether the password is right.
        @raise Busy: too many clients log in at once.
        """
        stored = stored or self._unknown
        right: bool = await self._run(source, self._verify, stored, password)
        return right and stored != self._unknown

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(
        self, source: str, function: Callable[..., Any], *arguments: Any
    ) -> Any:
        if self._running < ATONCE:
            self._running += 1
        else:
            await self._turn(source)
        result: Deferred[Any] = Deferred()
        self._call(function, *arguments).addBoth(self._finished, result)
        return await result

    def _finished(self, outcome: Any, result: Deferred[Any]) -> None:
        # A thread cannot be cancelled: it has its turn to the end, also when its
        # client hangs up, or clients that do so would have more threads than ATONCE.
        self._passOn()
        result.callback(outcome)

    def _turn(self, source: str) -> Deferred[None]:
        turn: Deferred[None] = Deferred()
        displaced = self._waiting.push(source, turn)
        if displaced is not None and not displaced.called:
            self.counts["busy"] += 1
            displaced.errback(Busy("Too many log-ins at the moment. Try again soon."))
        return turn

    def _passOn(self) -> None:
        turn = self._waiting.pop()
        while turn is not None and turn.called:
            # Cancelled: its client has hung up.
            turn = self._waiting.pop()
        if turn is None:
            self._running -= 1
        else:
            turn.callback(None)
