"""
Tests for L{gigasetd.keys.keyring}.
"""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.errors import StoreError
from gigasetd.keys.keyfile import KeyFile
from gigasetd.keys.keyring import Keyring
from gigasetd.keys.sealing import sealed
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from tests.registry.populated import NOW, empty


def account(number: str, password: str) -> Account:
    """
    Somebody.
    """
    return Account(number, "digest", password, "", "", "", NOW, NOW)


class KeyringTests(SynchronousTestCase):
    """
    A store and its key belong together.
    """

    def setUp(self) -> None:
        """
        Nobody yet.
        """
        folder = Path(self.mktemp())
        folder.mkdir()
        self.path = folder / "secret.key"
        self.settled = 0

    def settle(self) -> None:
        """
        Count.
        """
        self.settled += 1

    def ring(self, registry: Registry, path: Path | None = None) -> Keyring:
        """
        A start of the daemon.
        """
        ring = Keyring(KeyFile(path or self.path), registry, self.settle)
        ring.startService()
        return ring

    def test_firstStart(self) -> None:
        """
        The first start makes the key, the second finds it.
        """
        ring = self.ring(empty())
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o600)
        closed = account("1", ring.seal("a", "1"))
        again = self.ring(empty())
        self.assertEqual(again.open(closed), "a")
        self.assertEqual(ring.derive("x"), again.derive("x"))

    def test_notBeforeTheStore(self) -> None:
        """
        As long as it is not known what the store holds, no file is made.
        """
        Keyring(KeyFile(self.path), empty(), self.settle)
        self.assertFalse(self.path.exists())

    def test_nonces(self) -> None:
        """
        Nothing is sealed twice in the same way.
        """
        ring = self.ring(empty())
        self.assertEqual(len({ring.seal("a", "1") for _ in range(100)}), 100)

    def test_lost(self) -> None:
        """
        A lost key file ends the start, in a line that says so; no new one is
        written over the question.
        """
        registry = empty()
        registry.put(account("1", self.ring(registry).seal("a", "1")))
        self.path.unlink()
        error = self.assertRaises(StoreError, self.ring, registry)
        self.assertIn(f"{self.path}: the file is missing", str(error))
        self.assertFalse(self.path.exists())

    def test_wrong(self) -> None:
        """
        Another store's key ends the start, and says how many passwords it
        does not open; the store and the file are left as they are.
        """
        registry = empty()
        ring = self.ring(registry)
        for number in ("1", "2"):
            registry.put(account(number, ring.seal("a", number)))
        registry.put(account("3", "clear"))
        other = self.path.with_name("other.key")
        self.ring(empty(), other)
        before = other.read_bytes()
        error = self.assertRaises(StoreError, self.ring, registry, other)
        self.assertIn("has another key, but 2 of the", str(error))
        self.assertNotIn("\n", str(error))
        self.assertEqual(registry.accounts["3"].password, "clear")
        self.assertEqual(other.read_bytes(), before)

    def test_earlierStore(self) -> None:
        """
        Passwords of a store from before there was a key are sealed at the
        first start; a factory login has none.
        """
        registry = empty()
        registry.load([account("1", "clear"), account("2", "")])
        ring = self.ring(registry)
        self.assertTrue(sealed(registry.accounts["1"].password))
        self.assertEqual(ring.open(registry.accounts["1"]), "clear")
        self.assertEqual(registry.accounts["2"].password, "")
        self.assertEqual((self.settled, len(registry.journal)), (1, 1))
        self.ring(registry)
        self.assertEqual(self.settled, 1)

    def test_renewed(self) -> None:
        """
        What was sealed before a new key came is sealed anew when asked, even
        after the old key has left the file; what nobody can open stays.
        """
        ring = self.ring(empty())
        old = account("1", ring.seal("a", "1"))
        broken = account("2", ring.seal("a", "1"))
        (was,) = ring.keys
        ring.take((ring.fresh(), was))
        ring.take(ring.keys[:1])
        new = ring.renewed(old)
        self.assertEqual(ring.open(new), "a")
        self.assertTrue(ring.vault.current(new.password))
        self.assertIs(ring.renewed(new), new)
        self.assertIs(ring.renewed(broken), broken)
