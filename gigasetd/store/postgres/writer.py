# -*- test-case-name: tests.store.postgres.test_store -*-
"""
Write a transaction to PostgreSQL; leave out rows that it rejects.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Sequence

from twisted.logger import Logger

from gigasetd.registry.model import Change
from gigasetd.store.postgres.connection import PostgresSession, RowRejected
from gigasetd.store.postgres.statements import RowsStatement, writes

log = Logger()


class TransactionWriter:
    """
    Writes transactions; logs the first rejected row of each kind.

    @ivar refused: how many rows PostgreSQL has rejected.
    """

    def __init__(self, place: str) -> None:
        self.refused = 0
        self._place = place
        self._logged: set[str] = set()

    async def write(self, session: PostgresSession, changes: Sequence[Change]) -> None:
        """
        Write changes in one transaction.

        Where the server rejects a row, the transaction is repeated in halves
        and quarters until only that row is left out.
        """
        try:
            await session.query("BEGIN")
            for write in writes(changes):
                await session.query(write.sql, write.json)
        except RowRejected:
            await session.query("ROLLBACK")
            await session.query("BEGIN")
            for write in writes(changes):
                await self._bisect(session, write)
        await session.query("COMMIT")

    async def _bisect(self, session: PostgresSession, write: RowsStatement) -> None:
        await session.query("SAVEPOINT part")
        try:
            await session.query(write.sql, write.json)
        except RowRejected as error:
            await session.query("ROLLBACK TO part")
            await self._halve(session, write, error.code)
        await session.query("RELEASE part")

    async def _halve(
        self, session: PostgresSession, write: RowsStatement, code: str
    ) -> None:
        half = len(write.rows) // 2
        if not half:
            self._rejected(write.kind, code)
            return
        await self._bisect(session, write._replace(rows=write.rows[:half]))
        await self._bisect(session, write._replace(rows=write.rows[half:]))

    def _rejected(self, kind: str, code: str) -> None:
        self.refused += 1
        if kind not in self._logged:
            self._logged.add(kind)
            log.error(
                "{place}: the database rejected a {kind} (SQLSTATE {code}); it is "
                "left out, and further ones are only counted",
                place=self._place,
                kind=kind,
                code=code,
            )
