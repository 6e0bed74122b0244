"""
The store's own statements over a connection that blocks: for histories in
which each step must be over when it returns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import psycopg2

from gigasetd.registry.model import Change, Kind, Value
from gigasetd.store.migrate import statements, steps
from gigasetd.store.postgres.statements import TABLES, newest, writes


class DirectPostgres:
    """
    As L{gigasetd.store.sqlitefile.SQLiteFile}, over Postgres.
    """

    def __init__(self, url: str) -> None:
        self._connection = psycopg2.connect(url)

    @staticmethod
    def migrate(url: str) -> None:
        """
        Make the tables.
        """
        with psycopg2.connect(url) as connection, connection.cursor() as cursor:
            for statement in statements(steps("postgres")):
                cursor.execute(statement)
        connection.close()

    def apply(self, changes: Sequence[Change]) -> None:
        """
        Write the changes in one transaction.
        """
        with self._connection, self._connection.cursor() as cursor:
            for write in writes(newest(changes)):
                cursor.execute(write.sql, (write.json,))

    def pages(self, kind: Kind) -> Iterator[list[Value]]:
        """
        Every stored value of C{kind}, in one page.
        """
        table = TABLES[kind.name]
        with self._connection, self._connection.cursor() as cursor:
            cursor.execute(table.select)
            yield table.values(cursor.fetchall())

    def close(self) -> None:
        """
        Hang up.
        """
        self._connection.close()
