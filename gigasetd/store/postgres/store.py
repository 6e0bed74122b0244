# -*- test-case-name: tests.store.postgres.test_store -*-
"""
The PostgreSQL store: one database, used by one session.

The session that writes also holds the lock, so that only the owner writes.  A
lost session is replaced at the next write or heartbeat.  Where another daemon
has used the database meanwhile, the store writes nothing more, since memory and
database no longer match.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from secrets import token_hex
from typing import Any, TypeVar

from twisted.internet.defer import Deferred, DeferredLock
from twisted.internet.task import deferLater
from twisted.logger import Logger

from gigasetd.errors import StoreError
from gigasetd.registry.model import Change, Value
from gigasetd.store.postgres.connection import (
    PermanentError,
    PostgresSession,
    RowRejected,
)
from gigasetd.store.postgres.dsn import parameters, placeOf, resolved
from gigasetd.store.postgres.ownership import DatabaseTaken, Ownership
from gigasetd.store.postgres.statements import TABLES, newest
from gigasetd.store.postgres.writer import TransactionWriter

T = TypeVar("T")
log = Logger()

CONNECT = 5.0
"""Seconds for a connection attempt."""

BEAT = 5.0
"""Seconds between two heartbeats."""

TRANSACTION = 2000
"""Changes of one transaction, all of which are repeated for a rejected row."""

PAGE = 2000
"""Rows of one page of the load."""

READING = 600.0
"""Seconds for the first page of a table, which may have to be sorted."""

SHORTEST, LONGEST = 0.2, 2.0
"""Seconds between two attempts to connect at the start."""


class PostgresStore:
    """
    L{gigasetd.store.interface.Store} in PostgreSQL.

    @ivar detail: why the database cannot be used now, C{""} when it can.
    """

    kind = "postgres"

    def __init__(self, url: str, patience: float, reactor: Any) -> None:
        """
        @param patience: seconds that L{open} waits for a server that does
            not respond.
        @raise StoreError: the URL is invalid.
        """
        self.detail = "not open"
        self._parameters = parameters(url)
        self._place = placeOf(self._parameters)
        self._patience = patience
        self._reactor = reactor
        self._claim = Ownership(token_hex(16), reactor)
        self._lock = DeferredLock()
        self._session: PostgresSession | None = None
        self._open = False
        self._pulse: Any = None
        self._writer = TransactionWriter(self._place)

    @property
    def refused(self) -> int:
        """
        How many rows PostgreSQL has rejected.
        """
        return self._writer.refused

    # opening and closing

    def open(self) -> Deferred[None]:
        """
        Connect, lock the database and migrate its schema.

        @return: fails at once where no retry helps, else after the patience.
        """
        return Deferred.fromCoroutine(self._begin())

    async def _begin(self) -> None:
        self._session = await self._reached()
        self._open = True
        self.detail = ""
        self._rest()

    async def _reached(self) -> PostgresSession:
        until = self._reactor.seconds() + self._patience
        pause, logged = SHORTEST, False
        while True:
            try:
                return await self._connected()
            except (PermanentError, DatabaseTaken) as error:
                raise StoreError(f"{self._place}: {error}") from None
            except StoreError as error:
                if self._reactor.seconds() + pause > until:
                    raise StoreError(f"{self._place}: {error}") from None
                if not logged:
                    self._logWaiting(str(error))
            logged = True
            await deferLater(self._reactor, pause)
            pause = min(pause * 1.5, LONGEST)

    def _logWaiting(self, why: str) -> None:
        log.warn(
            "{place} does not respond, waiting up to {seconds:g} s for it: {why}",
            place=self._place,
            seconds=self._patience,
            why=why,
        )

    async def _connected(self) -> PostgresSession:
        session = PostgresSession(self._reactor)
        try:
            parameters = await resolved(self._parameters, self._reactor.nameResolver)
            await session.connect(parameters, CONNECT)
            await self._claim.take(session)
        except RowRejected as error:
            session.end("refused")
            raise StoreError(f"SQLSTATE {error.code}") from None
        except BaseException:
            session.end("cancelled")
            raise
        return session

    def close(self) -> Deferred[None]:
        """
        Close the session, which unlocks the database.

        @return: fires when no statement runs any more.
        """
        self._open = False
        self.detail = "not open"
        if self._pulse is not None and self._pulse.active():
            self._pulse.cancel()
        if self._session is not None:
            self._session.end("closed")
        return Deferred.fromCoroutine(self._idle())

    async def _idle(self) -> None:
        await self._lock.acquire()
        self._lock.release()

    # the session

    async def _alone(self, work: Callable[[PostgresSession], Awaitable[T]]) -> T:
        await self._lock.acquire()
        try:
            return await work(await self._use())
        except StoreError as error:
            self._away(str(error))
            raise StoreError(f"{self._place}: {error}") from None
        finally:
            self._lock.release()

    async def _use(self) -> PostgresSession:
        if not self._open:
            raise StoreError("the database is not open")
        if self._session is None or self._session.ended:
            self._away(self._session.ended if self._session else "")
            self._session = None
            self._session = session = await self._connected()
            if not self._open:
                session.end("closed")
                raise StoreError("the database is not open")
        self._back()
        return self._session

    def _away(self, why: str) -> None:
        if not self._open:
            return
        if self._claim.lost:
            why = str(DatabaseTaken())
        detail = f"{self._place}: {why or 'lost'}"
        if self._claim.lost and self.detail != detail:
            log.critical("{detail}", detail=detail)
        elif not self.detail:
            log.warn("lost the database: {detail}", detail=detail)
        self.detail = detail

    def _back(self) -> None:
        if self.detail:
            log.info("{place} responds again", place=self._place)
        self.detail = ""

    def _rest(self) -> None:
        if self._open:
            self._pulse = self._reactor.callLater(BEAT, self._beat)

    def _beat(self) -> None:
        if self._lock.locked:
            self._rest()
            return
        alive = Deferred.fromCoroutine(self._alone(_ping))
        alive.addErrback(lambda failure: failure.trap(StoreError) and None)
        alive.addErrback(lambda failure: log.failure("the heartbeat failed", failure))
        alive.addCallback(lambda _: self._rest())

    # reading

    def load(self, take: Callable[[Sequence[Value]], None]) -> Deferred[None]:
        """
        Read every stored value.

        @param take: called with each page of values.
        """

        async def reading(session: PostgresSession) -> None:
            await session.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            await session.query("SET LOCAL statement_timeout = 0")
            for name, table in TABLES.items():
                # A cursor in SQL: psycopg2 has no named cursors for asynchronous
                # connections.
                await session.query(f"DECLARE {name}_page CURSOR FOR {table.select}")
                fetch = f"FETCH {PAGE} FROM {name}_page"
                while rows := await session.query(fetch, patience=READING):
                    take(table.values(rows))
            await session.query("COMMIT")

        return Deferred.fromCoroutine(self._alone(reading))

    # writing

    def apply(self, changes: Sequence[Change]) -> Deferred[None]:
        """
        Write changes, in transactions of L{TRANSACTION} of them.

        @return: fires when all are committed.
        """

        async def writing(session: PostgresSession) -> None:
            last = newest(changes)
            for start in range(0, len(last), TRANSACTION):
                await self._writer.write(session, last[start : start + TRANSACTION])

        return Deferred.fromCoroutine(self._alone(writing))


async def _ping(session: PostgresSession) -> None:
    await session.query("SELECT 1")
