# -*- test-case-name: tests.store.postgres.test_store -*-
"""
Writing to Postgres: a transaction, and what happens to a row that does not
fit into it.

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
    @ivar refused: rows that the database would not take.
    """

    def __init__(self, place: str) -> None:
        self.refused = 0
        self._place = place
        self._blamed: set[str] = set()

    async def write(self, session: PostgresSession, changes: Sequence[Change]) -> None:
        """
        One transaction; once more, with care, where a row does not fit.
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
        """
        Write what fits; halve until the row is found that does not.
        """
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
        """
        Write both halves; of a single row, note that it stays out.
        """
        half = len(write.rows) // 2
        if not half:
            self._blame(write.kind, code)
            return
        await self._bisect(session, write._replace(rows=write.rows[:half]))
        await self._bisect(session, write._replace(rows=write.rows[half:]))

    def _blame(self, kind: str, code: str) -> None:
        """
        Count a row that stays out, said once a kind.
        """
        self.refused += 1
        if kind not in self._blamed:
            self._blamed.add(kind)
            log.error(
                "{place}: a {kind} does not fit into the database (SQLSTATE {code}) "
                "and stays out; further ones are only counted",
                place=self._place,
                kind=kind,
                code=code,
            )
