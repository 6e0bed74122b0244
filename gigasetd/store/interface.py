# -*- test-case-name: tests.store.test_sqlite -*-
"""
The interface of a database.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from twisted.internet.defer import Deferred

from gigasetd.registry.model import Change, Value


class Store(Protocol):
    """
    A database, used by one daemon at a time.

    Each method returns a Deferred that fails with
    L{gigasetd.errors.StoreError} and one line for the operator.

    @ivar kind: C{"sqlite"} or C{"postgres"}.
    """

    kind: str

    @property
    def detail(self) -> str:
        """
        Why the database cannot be used now, C{""} when it can.
        """

    @property
    def refused(self) -> int:
        """
        How many rows the database has rejected for good.
        """

    def open(self) -> Deferred[None]:
        """
        Lock the database and migrate its schema.
        """

    def load(self, take: Callable[[Sequence[Value]], None]) -> Deferred[None]:
        """
        Read every stored value.

        @param take: called with each page of values.
        """

    def apply(self, changes: Sequence[Change]) -> Deferred[None]:
        """
        Write changes, in one transaction or a few.

        @return: fires when all are committed.  Where it fails some may be
            written; writing them again does no harm.
        """

    def close(self) -> Deferred[None]:
        """
        Close and unlock the database.
        """
