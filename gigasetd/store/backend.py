# -*- test-case-name: tests.store.test_service -*-
"""
Which database: what C{store.url} names.

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
    The database that C{store.url} names.

    @raise StoreError: it names none that we know.
    """
    scheme, _, rest = section.url.partition(":")
    if scheme in ("postgres", "postgresql"):
        # Whoever stays with SQLite need not carry it in memory.
        from gigasetd.store.postgres.store import PostgresStore

        return PostgresStore(section.url, section.start_timeout, reactor)
    if scheme != "sqlite" or not rest:
        known = "sqlite:PATH and postgresql://... are"
        raise StoreError(f"store.url: {scheme} is not known, {known}")
    return SQLiteStore(stateDir / rest, reactor)
