# -*- test-case-name: tests.store.postgres.test_store -*-
"""
Ownership of the PostgreSQL database: one daemon at a time.

The owner holds an advisory lock, which ends with its session.  A row names the
last owner: a daemon that lost its session and then reads another name there
must not write any more.  The owner also migrates the schema.

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import Any

from twisted.internet.task import deferLater

from gigasetd.errors import StoreError
from gigasetd.store.migrate import due, statements, steps
from gigasetd.store.postgres.connection import PermanentError, PostgresSession

LOCK = (0x67696761, 1)
"""The number of our advisory lock: "giga", 1."""

HELD = 3.0
"""
Seconds to wait for the lock: the session of a daemon that was killed ends with
the statement that it executes.
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
    Another daemon has used the database while this one had no connection.
    """

    def __init__(self) -> None:
        super().__init__(
            "another gigasetd has taken over this database; this one writes "
            "nothing more: stop one of the two"
        )


class Ownership:
    """
    The daemon's claim to the database.

    @ivar token: names this run of the daemon.
    @ivar lost: whether another daemon has used the database meanwhile.
    """

    def __init__(self, token: str, reactor: Any) -> None:
        self.token = token
        self.lost = False
        self._reactor = reactor
        self._held = False

    async def take(self, session: PostgresSession) -> None:
        """
        Lock the database for as long as the session lasts; migrate its schema
        at the first time.

        @raise DatabaseTaken: another daemon has used it meanwhile.
        @raise PermanentError: another daemon uses it, its schema is too new, or
            its encoding is wrong.
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
        until = self._reactor.seconds() + HELD
        while not (await session.query(f"SELECT pg_try_advisory_lock{LOCK}"))[0][0]:
            if self._held:
                await self._compare(session)
                # Our own last session holds it: the server takes it for alive.
                await session.query(ZOMBIE, *LOCK)
            if self._reactor.seconds() > until:
                raise PermanentError("another gigasetd has this database open")
            await deferLater(self._reactor, PAUSE)

    async def _compare(self, session: PostgresSession) -> None:
        if await session.query("SELECT token FROM daemon") != [(self.token,)]:
            self.lost = True
            raise DatabaseTaken


async def _checkEncoding(session: PostgresSession) -> None:
    # Names need Unicode.
    ((encoding,),) = await session.query("SHOW server_encoding")
    if encoding != "UTF8":
        raise PermanentError(
            f"the database has the encoding {encoding}, allowed is UTF8"
        )


async def _migrate(session: PostgresSession) -> None:
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
    ((there,),) = await session.query("SELECT to_regclass('schema') IS NOT NULL")
    rows = await session.query("SELECT version FROM schema") if there else []
    return int(rows[0][0]) if rows else 0
