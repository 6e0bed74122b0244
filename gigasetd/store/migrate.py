# -*- test-case-name: tests.store.test_migrate -*-
"""
Schema migration: the numbered steps, and which of them a database lacks.

A step is a file C{schema/NNNN-name.sql}, or C{schema/NNNN-name.DIALECT.sql}
where the databases differ.  The table C{schema} has one row with the number of
the database's last step.  The store runs the missing steps, and updates the
number, in one transaction.

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

    number: int  #: the schema's version after it
    name: str  #: of its file
    statements: tuple[str, ...]  #: of SQL


def steps(dialect: str) -> list[SchemaStep]:
    """
    Read all steps, in order.

    @param dialect: C{"sqlite"} or C{"postgres"}.
    """
    known = []
    for file in files("gigasetd.store").joinpath("schema").iterdir():
        name, *of = file.name.removesuffix(".sql").split(".")
        if file.name.endswith(".sql") and of in ([], [dialect]):
            text = file.read_text(encoding="utf-8")
            known.append(
                SchemaStep(int(name.partition("-")[0]), file.name, split(text))
            )
    return sorted(known)


def split(text: str) -> tuple[str, ...]:
    """
    Split a step into statements; each ends with a semicolon at a line's end.
    """
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    parts = "\n".join(lines).split(";\n")
    return tuple(part.strip().removesuffix(";") for part in parts if part.strip())


def due(version: int, known: Sequence[SchemaStep]) -> list[SchemaStep]:
    """
    Select the steps that a database lacks.

    @param version: the database's, C{0} for a new one.
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
    List the statements of a migration, the update of the version included.
    """
    return [
        "CREATE TABLE IF NOT EXISTS schema (version INTEGER NOT NULL)",
        *(statement for step in missing for statement in step.statements),
        "DELETE FROM schema",
        f"INSERT INTO schema VALUES ({missing[-1].number})",
    ]
