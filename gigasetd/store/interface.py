# -*- test-case-name: tests.store.test_sqlite -*-
"""
What a database must be able to do for us.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from twisted.internet.defer import Deferred

from gigasetd.registry.model import Change, Value


class Store(Protocol):
    """
    One database, owned by one daemon.

    @ivar kind: what the operator calls it, C{"sqlite"} or C{"postgres"}.

    Each method returns a Deferred that fails with
    L{gigasetd.errors.StoreError} and one line for the operator.
    """

    kind: str

    @property
    def detail(self) -> str:
        """
        Why it cannot be used now, C{""} when it can.
        """

    @property
    def refused(self) -> int:
        """
        How many rows it would not take at all.
        """

    def open(self) -> Deferred[None]:
        """
        Claim the database, bring its schema up to date.
        """

    def load(self, take: Callable[[Sequence[Value]], None]) -> Deferred[None]:
        """
        Hand every stored value to C{take}, in pages.
        """

    def apply(self, changes: Sequence[Change]) -> Deferred[None]:
        """
        Write the changes, in one transaction or a few; done means committed.
        Where it fails some may be written, which does no harm when they are
        written again.
        """

    def close(self) -> Deferred[None]:
        """
        Let the database go.
        """
