"""
Tests for L{gigasetd.keys.sealing}.
"""

from __future__ import annotations

from base64 import b64decode, b64encode

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.keys.sealing import KEY, NONCE, Vault, VaultError, derived, sealed

ONE, OTHER = b"1" * KEY, b"2" * KEY


def nonce(turn: int = 0) -> bytes:
    """
    A nonce that a test knows.
    """
    return turn.to_bytes(NONCE, "big")


class VaultTests(SynchronousTestCase):
    """
    Passwords that a stolen database does not give away.
    """

    def setUp(self) -> None:
        """
        One key.
        """
        self.vault = Vault(ONE)

    def refused(self, text: str, number: str = "1", vault: Vault | None = None) -> str:
        """
        Check that C{text} cannot be opened, and return why.
        """
        return str(
            self.assertRaises(VaultError, (vault or self.vault).open, text, number)
        )

    @settings(max_examples=200, deadline=None)
    @given(
        st.text(min_size=1, max_size=128), st.from_regex("[0-9]{1,15}", fullmatch=True)
    )
    def test_opens(self, text: str, number: str) -> None:
        """
        Every password comes back as it was, and its sealed form is text that
        any database takes.
        """
        closed = self.vault.seal(text, number, nonce())
        self.assertTrue(closed.isascii() and closed.isprintable())
        self.assertTrue(sealed(closed))
        self.assertEqual(self.vault.open(closed, number), text)

    def test_surrogate(self) -> None:
        """
        Even text that is no Unicode comes back.
        """
        closed = self.vault.seal("a\ud800b", "1", nonce())
        self.assertEqual(self.vault.open(closed, "1"), "a\ud800b")

    def test_hides(self) -> None:
        """
        The same password looks different in every account.
        """
        one = self.vault.seal("correct horse", "1", nonce(1))
        other = self.vault.seal("correct horse", "2", nonce(2))
        self.assertNotEqual(one[12:], other[12:])
        self.assertNotIn(b"horse", b64decode(one[12:]))

    def test_anotherAccount(self) -> None:
        """
        A sealed password moved to another account is worth nothing there.
        """
        self.assertIn("damaged", self.refused(self.vault.seal("a", "1", nonce()), "2"))

    def test_damaged(self) -> None:
        """
        One changed bit anywhere is noticed.
        """
        closed = self.vault.seal("secret", "1", nonce())
        data = b64decode(closed[12:])
        for place in range(len(data)):
            spoilt = bytearray(data)
            spoilt[place] ^= 1
            self.refused(closed[:12] + b64encode(bytes(spoilt)).decode())

    def test_garbage(self) -> None:
        """
        What was never sealed is told from what was, and not opened.
        """
        closed = self.vault.seal("secret", "1", nonce())
        for text in (
            "",
            "secret",
            "g1:",
            closed[:30],
            closed + "\n",
            "g2" + closed[2:],
        ):
            self.assertFalse(sealed(text), text)
            self.assertEqual(self.refused(text), "this password is not encrypted")

    def test_badBase64(self) -> None:
        """
        A body that only looks like one is refused, not a crash.
        """
        closed = self.vault.seal("secret", "1", nonce())
        self.refused(closed[:12] + "A" * 41)

    def test_anotherKey(self) -> None:
        """
        Another key opens nothing, and says that it is another key.
        """
        closed = self.vault.seal("secret", "1", nonce())
        self.assertFalse(Vault(OTHER).knows(closed))
        self.assertIn("another key", self.refused(closed, vault=Vault(OTHER)))

    def test_severalKeys(self) -> None:
        """
        While a key is being changed both open, and the first one seals.
        """
        old = self.vault.seal("secret", "1", nonce())
        both = Vault(OTHER, ONE)
        new = both.seal("secret", "1", nonce())
        self.assertEqual([both.current(text) for text in (old, new)], [False, True])
        self.assertEqual([both.open(text, "1") for text in (old, new)], ["secret"] * 2)
        self.assertEqual(Vault(OTHER).open(new, "1"), "secret")


class DerivedTests(SynchronousTestCase):
    """
    Keys for other purposes.
    """

    def test_apart(self) -> None:
        """
        Each purpose and each key has its own, and always the same.
        """
        made = {derived(key, label) for key in (ONE, OTHER) for label in ("a", "b")}
        self.assertEqual(len(made | {ONE, OTHER}), 6)
        self.assertEqual(derived(ONE, "a"), derived(ONE, "a"))
        self.assertEqual({len(one) for one in made}, {32})
