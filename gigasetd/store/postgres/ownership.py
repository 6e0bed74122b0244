# -*- test-case-name: tests.store.postgres.test_store -*-
"""
Whose a Postgres database is: one daemon's at a time.

The lock is an advisory one of the session, which ends with it.  A row names
the daemon that had it last: a daemon that lost its session and finds another
name there must not write any more.  This module also brings the schema up to
date, as only the owner may.

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import Any

from twisted.internet.task import deferLater

from gigasetd.errors import StoreError
from gigasetd.store.migrate import due, statements, steps
from gigasetd.store.postgres.connection import PermanentError, PostgresSession

LOCK = (0x67696761, 1)
"""Names our lock among those of the database: "giga"."""

HELD = 3.0
"""
Seconds that a lock may be held by somebody: the session of a daemon that was
killed ends with the statement that it is at.
"""

PAUSE = 0.1
MIGRATING = 3600.0

ZOMBIE = (
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
    "AND classid = %s AND objid = %s AND objsubid = 2 AND granted AND database = "
    "(SELECT oid FROM pg_database WHERE datname = current_database())"
)


class DatabaseTaken(StoreError):
    """
    Another daemon had the database while we were cut off from it.
    """

    def __init__(self) -> None:
        super().__init__(
            "another gigasetd has taken this database over; nothing more is "
            "written, end one of the two"
        )


class Ownership:
    """
    @ivar token: names this run of the daemon.
    @ivar lost: whether another daemon has had the database meanwhile.
    """

    def __init__(self, token: str, reactor: Any) -> None:
        self.token = token
        self.lost = False
        self._reactor = reactor
        self._held = False

    async def take(self, session: PostgresSession) -> None:
        """
        Make the database ours, for as long as the session lasts.

        @raise Taken: it was another's meanwhile.
        @raise Hopeless: another daemon has it, or its schema is not for us.
        """
        if self.lost:
            raise DatabaseTaken
        await self._lock(session)
        if self._held:
            await self._compare(session)
            return
        await _checkEncoding(session)
        await _migrate(session)
        await session.query("DELETE FROM daemon")
        await session.query("INSERT INTO daemon VALUES (%s)", self.token)
        self._held = True

    async def _lock(self, session: PostgresSession) -> None:
        """
        Have the lock.
        """
        until = self._reactor.seconds() + HELD
        while not (await session.query(f"SELECT pg_try_advisory_lock{LOCK}"))[0][0]:
            if self._held:
                await self._compare(session)
                # It is our own former session, which the server believes in.
                await session.query(ZOMBIE, *LOCK)
            if self._reactor.seconds() > until:
                raise PermanentError("another gigasetd has this database open")
            await deferLater(self._reactor, PAUSE)

    async def _compare(self, session: PostgresSession) -> None:
        """
        See who had the database last.
        """
        if await session.query("SELECT token FROM daemon") != [(self.token,)]:
            self.lost = True
            raise DatabaseTaken


async def _checkEncoding(session: PostgresSession) -> None:
    """
    Names of people need Unicode.
    """
    ((encoding,),) = await session.query("SHOW server_encoding")
    if encoding != "UTF8":
        raise PermanentError(f"the database's encoding is {encoding}, it must be UTF8")


async def _migrate(session: PostgresSession) -> None:
    """
    Run the steps that the database lacks, all or none.
    """
    try:
        missing = due(await _version(session), steps("postgres"))
    except StoreError as error:
        raise PermanentError(str(error)) from None
    await session.query("BEGIN")
    await session.query("SET LOCAL statement_timeout = 0")
    await session.query("CREATE TABLE IF NOT EXISTS daemon (token TEXT NOT NULL)")
    for statement in statements(missing) if missing else ():
        await session.query(statement, patience=MIGRATING)
    await session.query("COMMIT")


async def _version(session: PostgresSession) -> int:
    """
    The number of the schema's last step, 0 for a fresh database.
    """
    ((there,),) = await session.query("SELECT to_regclass('schema') IS NOT NULL")
    rows = await session.query("SELECT version FROM schema") if there else []
    return int(rows[0][0]) if rows else 0
