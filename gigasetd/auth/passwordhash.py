# -*- test-case-name: tests.auth.test_passwordhash -*-
"""
Hashes of web passwords by Argon2id (RFC 9106).

A hash costs a tenth of a second and 64 MiB by design, so hashing runs in
threads, and in few of them.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from twisted.internet.defer import Deferred, DeferredSemaphore
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


class PasswordHashing:
    """
    Makes and verifies hashes in threads.

    @ivar counts: how often too many waited (C{busy}).
    """

    def __init__(
        self, call: CallInThread, most: int, hasher: PasswordHasher | None = None
    ) -> None:
        """
        @param call: calls a function in a thread.
        @param most: waiting calls at most.
        @param hasher: holds the cost parameters, L{None} for the library's
            defaults.
        """
        self.counts = {"busy": 0}
        self._call = call
        self._most = most
        self._turn = DeferredSemaphore(ATONCE)
        self._hasher = hasher or PasswordHasher()
        self._unknown = UNKNOWN.format(self._hasher)

    async def make(self, password: str) -> str:
        """
        Hash a password, with a fresh salt.

        @return: the encoded form of Argon2.
        @raise Busy: too many clients log in at once.
        """
        encoded: str = await self._run(self._hasher.hash, password)
        return encoded

    async def matches(self, stored: str, password: str) -> bool:
        """
        Verify a password.

        @param stored: a hash; C{""} matches no password, but takes as long.
        @return: whether the password is right.
        @raise Busy: too many clients log in at once.
        """
        right: bool = await self._run(self._verify, stored or self._unknown, password)
        return right and bool(stored)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        if len(self._turn.waiting) >= self._most:
            self.counts["busy"] += 1
            raise Busy("Too many log-ins at the moment. Try again in a minute.")
        return await self._turn.run(self._call, function, *arguments)
