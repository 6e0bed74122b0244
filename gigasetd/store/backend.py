# -*- test-case-name: tests.store.test_backend -*-
"""
Choose the database by C{store.url}.

Layer 4 (assembly).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gigasetd.config.sections.server import StoreSection as Section
from gigasetd.errors import StoreError
from gigasetd.store.interface import Store
from gigasetd.store.sqlite import SQLiteStore


def storeAt(section: Section, stateDir: Path, reactor: Any) -> Store:
    """
    Make the store that C{store.url} names; it is not open yet.

    @raise StoreError: the URL names no known database.
    """
    scheme, _, rest = section.url.partition(":")
    if scheme in ("postgres", "postgresql"):
        # Imported here: with SQLite, its libraries need not be in memory.
        from gigasetd.store.postgres.store import PostgresStore

        return PostgresStore(section.url, section.start_timeout, reactor)
    if scheme != "sqlite" or not rest:
        raise StoreError(
            f"store.url: found {scheme}:, allowed are sqlite:PATH and postgresql://..."
        )
    return SQLiteStore(stateDir / rest, reactor)
