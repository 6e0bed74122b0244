# -*- test-case-name: tests.auth.test_passwordhash -*-
"""
Passwords for the web, hashed by Argon2id (RFC 9106): it takes a tenth of a
second and 64 MiB on purpose, so it runs in threads, and few of them.

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

ATONCE = 2  #: threads that hash; more would only share the processor
NOBODY = (
    "$argon2id$v=19$m={0.memory_cost},t={0.time_cost},p={0.parallelism}"
    "$ZmZmZmZmZmZmZmZmZmZmZg$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)
"""What is verified where there is nothing to verify, for it to take as long."""

CallInThread = Callable[..., Deferred[Any]]


class Busy(Refused):
    """
    Too many want to log in at once.
    """

    http = 503


def threads(reactor: Any) -> CallInThread:
    """
    What calls a function in a thread: C{(function, *arguments) -> Deferred}.
    """

    def call(function: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        pool = reactor.getThreadPool()
        return deferToThreadPool(reactor, pool, function, *arguments)

    return call


class PasswordHashing:
    """
    @ivar counts: how often there was no room.
    """

    def __init__(
        self, call: CallInThread, most: int, hasher: PasswordHasher | None = None
    ) -> None:
        """
        @param call: calls a function in a thread.
        @param most: how many may wait.
        @param hasher: knows what a hash costs, C{None} for what the library
            holds good.
        """
        self.counts = {"busy": 0}
        self._call = call
        self._most = most
        self._turn = DeferredSemaphore(ATONCE)
        self._hasher = hasher or PasswordHasher()
        self._nobody = NOBODY.format(self._hasher)

    async def make(self, password: str) -> str:
        """
        A password's hash, with a salt of its own.
        """
        made: str = await self._run(self._hasher.hash, password)
        return made

    async def matches(self, stored: str, password: str) -> bool:
        """
        Whether it is the password.

        @param stored: a hash, C{""} where there is none, which takes as long
            and matches nothing.
        """
        right: bool = await self._run(self._verify, stored or self._nobody, password)
        return right and bool(stored)

    def _verify(self, stored: str, password: str) -> bool:
        """
        As L{matches}, in the thread.
        """
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """
        Call a function in a thread when it is its turn.

        @raise Busy: too many wait.
        """
        if len(self._turn.waiting) >= self._most:
            self.counts["busy"] += 1
            raise Busy("Too many people log in at this moment. Try again in a minute.")
        return await self._turn.run(self._call, function, *arguments)
