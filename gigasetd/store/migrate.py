# -*- test-case-name: tests.store.test_migrate -*-
"""
The schema's numbered steps: which there are, and which a database lacks.

A step is a file C{schema/NNNN-name.sql}, or C{schema/NNNN-name.DIALECT.sql}
where the databases differ.  The database holds the number of its last step in
the one row of the table C{schema}; the store runs what is missing, and writes
the number, in one transaction.

Written by hand: yoyo-migrations blocks, and Alembic brings SQLAlchemy along.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import NamedTuple

from gigasetd.errors import StoreError


class SchemaStep(NamedTuple):
    """
    One step of the schema.
    """

    number: int  #: the schema's version once it is done
    name: str  #: its file's name
    statements: tuple[str, ...]  #: its SQL


def steps(dialect: str) -> list[SchemaStep]:
    """
    All steps in order.

    @param dialect: C{"sqlite"} or C{"postgres"}.
    """
    found = []
    for file in files("gigasetd.store").joinpath("schema").iterdir():
        name, *of = file.name.removesuffix(".sql").split(".")
        if file.name.endswith(".sql") and of in ([], [dialect]):
            text = file.read_text(encoding="utf-8")
            found.append(
                SchemaStep(int(name.partition("-")[0]), file.name, split(text))
            )
    return sorted(found)


def split(text: str) -> tuple[str, ...]:
    """
    The statements of a step; each ends with a semicolon at a line's end.
    """
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    parts = "\n".join(lines).split(";\n")
    return tuple(part.strip().removesuffix(";") for part in parts if part.strip())


def due(version: int, known: Sequence[SchemaStep]) -> list[SchemaStep]:
    """
    What a database at C{version} lacks; C{0} stands for a fresh one.

    @raise StoreError: the database is newer than this program.
    """
    newest = known[-1].number
    if version > newest:
        raise StoreError(
            f"the database has schema version {version}, this gigasetd knows "
            f"versions up to {newest}: run the newer gigasetd or restore a backup"
        )
    return [step for step in known if step.number > version]


def statements(missing: Sequence[SchemaStep]) -> list[str]:
    """
    All that brings a database up to date, the version row included.
    """
    return [
        "CREATE TABLE IF NOT EXISTS schema (version INTEGER NOT NULL)",
        *(statement for step in missing for statement in step.statements),
        "DELETE FROM schema",
        f"INSERT INTO schema VALUES ({missing[-1].number})",
    ]
