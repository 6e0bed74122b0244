"""
Tests of L{gigasetd.store.backend}.
"""

from __future__ import annotations

from pathlib import Path

from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.sections.server import StoreSection
from gigasetd.errors import StoreError
from gigasetd.store.backend import storeAt
from gigasetd.store.interface import Store


class StoreAtTests(SynchronousTestCase):
    """
    L{storeAt}.
    """

    def store(self, url: str) -> Store:
        """
        The store of this URL; it is not opened.
        """
        section = StoreSection(url=url)
        return storeAt(section, Path("/state"), MemoryReactorClock())

    def test_sqlite(self) -> None:
        """
        A relative file lies in the state directory, an absolute one where it
        says.
        """
        for url, path in (
            ("sqlite:a.db", "/state/a.db"),
            ("sqlite:/srv/a.db", "/srv/a.db"),
        ):
            store = self.store(url)
            self.assertEqual(store.kind, "sqlite")
            self.assertEqual(str(getattr(store, "path", "")), path)

    def test_postgres(self) -> None:
        """
        Both spellings of the scheme are PostgreSQL.
        """
        for url in ("postgres://h/d", "postgresql://me@h/d"):
            self.assertEqual(self.store(url).kind, "postgres")

    def test_unknown(self) -> None:
        """
        Any other URL is refused with those that are allowed.
        """
        for url in ("mysql://h/d", "sqlite:", "", "a.db"):
            error = self.assertRaises(StoreError, self.store, url)
            self.assertIn("allowed are sqlite:PATH and postgresql://", str(error))
