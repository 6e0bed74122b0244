# -*- test-case-name: tests.store.postgres.test_store -*-
"""
The store for larger places: one PostgreSQL database, by one session.

The session that writes also holds the lock, so that nobody writes who does not
hold it.  A session that is lost is replaced, by the next write or by the next
look whether it is alive; only where another daemon had the database in between
that ends, since memory and database then are two stories.

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
"""Seconds for a connection to come about."""

BEAT = 5.0
"""Seconds between two looks whether the database is there."""

TRANSACTION = 2000
"""Changes of one transaction: what a row that does not fit puts at stake."""

PAGE = 2000
"""Rows that the load hands over at once."""

READING = 600.0
"""Seconds for the first page of a table, which may have to be sorted."""

SHORTEST, LONGEST = 0.2, 2.0
"""Pauses between two attempts to connect at the start, in seconds."""


class PostgresStore:
    """
    L{gigasetd.store.interface.Store} over Postgres.

    @cvar kind: what the operator calls this store.
    @ivar detail: why the database cannot be used now, C{""} when it can.
    @ivar refused: rows that the database would not take.
    """

    kind = "postgres"

    def __init__(self, url: str, patience: float, reactor: Any) -> None:
        """
        @param patience: seconds that L{open} waits for a server that does
            not answer.
        """
        self.detail = "not open"
        self._given = parameters(url)
        self._place = placeOf(self._given)
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
        As the class says.
        """
        return self._writer.refused

    # opening and closing

    def open(self) -> Deferred[None]:
        """
        Reach the server, claim the database, bring its schema up to date.
        """
        return Deferred.fromCoroutine(self._begin())

    async def _begin(self) -> None:
        """
        As L{open}.
        """
        self._session = await self._reached()
        self._open = True
        self.detail = ""
        self._rest()

    async def _reached(self) -> PostgresSession:
        """
        A first session, waited for while the server does not answer.
        """
        until = self._reactor.seconds() + self._patience
        pause, said = SHORTEST, False
        while True:
            try:
                return await self._connected()
            except (PermanentError, DatabaseTaken) as error:
                raise StoreError(f"{self._place}: {error}") from None
            except StoreError as error:
                if self._reactor.seconds() + pause > until:
                    raise StoreError(f"{self._place}: {error}") from None
                if not said:
                    self._sayWaiting(str(error))
            said = True
            await deferLater(self._reactor, pause)
            pause = min(pause * 1.5, LONGEST)

    def _sayWaiting(self, why: str) -> None:
        """
        Say once that the start waits.
        """
        log.warn(
            "{place} does not answer, waiting up to {seconds:g} s for it: {why}",
            place=self._place,
            seconds=self._patience,
            why=why,
        )

    async def _connected(self) -> PostgresSession:
        """
        A session that holds the database.

        @raise StoreError: there is none to be had now.
        """
        session = PostgresSession(self._reactor)
        try:
            given = await resolved(self._given, self._reactor.nameResolver)
            await session.connect(given, CONNECT)
            await self._claim.take(session)
        except RowRejected as error:
            session.end("refused")
            raise StoreError(f"SQLSTATE {error.code}") from None
        except BaseException:
            session.end("given up")
            raise
        return session

    def close(self) -> Deferred[None]:
        """
        Let the database go.
        """
        self._open = False
        self.detail = "not open"
        if self._pulse is not None and self._pulse.active():
            self._pulse.cancel()
        if self._session is not None:
            self._session.end("closed")
        return Deferred.fromCoroutine(self._nobody())

    async def _nobody(self) -> None:
        """
        Wait until nobody uses the session.
        """
        await self._lock.acquire()
        self._lock.release()

    # the session

    async def _alone(self, work: Callable[[PostgresSession], Awaitable[T]]) -> T:
        """
        Do C{work} with a live session, one piece of work at a time.
        """
        await self._lock.acquire()
        try:
            return await work(await self._use())
        except StoreError as error:
            self._away(str(error))
            raise StoreError(f"{self._place}: {error}") from None
        finally:
            self._lock.release()

    async def _use(self) -> PostgresSession:
        """
        The session, made anew where it was lost.
        """
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
        """
        Note that the database cannot be used, said once; loud where it is
        another's.
        """
        if not self._open:
            return
        if self._claim.lost:
            why = str(DatabaseTaken())
        said = f"{self._place}: {why or 'lost'}"
        if self._claim.lost and self.detail != said:
            log.critical("{said}", said=said)
        elif not self.detail:
            log.warn("the database is away: {said}", said=said)
        self.detail = said

    def _back(self) -> None:
        """
        Note that the database can be used, said where it could not.
        """
        if self.detail:
            log.info("{place} is back", place=self._place)
        self.detail = ""

    def _rest(self) -> None:
        """
        Look after the session again in a while.
        """
        if self._open:
            self._pulse = self._reactor.callLater(BEAT, self._beat)

    def _beat(self) -> None:
        """
        See whether the session is alive, unless it is at work.
        """
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
        Hand every stored value to C{take}, in pages.
        """

        async def reading(session: PostgresSession) -> None:
            await session.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            await session.query("SET LOCAL statement_timeout = 0")
            for name, table in TABLES.items():
                # A cursor of SQL: psycopg2 has none of its own for
                # asynchronous connections.
                await session.query(f"DECLARE {name}_page CURSOR FOR {table.select}")
                fetch = f"FETCH {PAGE} FROM {name}_page"
                while rows := await session.query(fetch, patience=READING):
                    take(table.values(rows))
            await session.query("COMMIT")

        return Deferred.fromCoroutine(self._alone(reading))

    # writing

    def apply(self, changes: Sequence[Change]) -> Deferred[None]:
        """
        Write the changes, in transactions of L{TRANSACTION} of them; done
        means all are committed.
        """

        async def writing(session: PostgresSession) -> None:
            last = newest(changes)
            for start in range(0, len(last), TRANSACTION):
                await self._writer.write(session, last[start : start + TRANSACTION])

        return Deferred.fromCoroutine(self._alone(writing))


async def _ping(session: PostgresSession) -> None:
    """
    Have the server say something.
    """
    await session.query("SELECT 1")
