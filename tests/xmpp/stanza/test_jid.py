"""
Addresses, in every broken form.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis.strategies import text
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.xmpp.stanza import jid
from gigasetd.xmpp.stanza.jid import LONGEST, Jid, parseJid


class ParseJidTests(SynchronousTestCase):
    """
    The one gate.
    """

    def test_parts(self) -> None:
        """
        An account, a stream of it, a server.
        """
        for given_, parts in (
            ("20000001@gigaset.net", ("20000001", "gigaset.net", "")),
            ("20000001@gigaset.net/phone", ("20000001", "gigaset.net", "phone")),
            ("gigaset.net", ("", "gigaset.net", "")),
            ("gigaset.net/a@b/c", ("", "gigaset.net", "a@b/c")),
            ("a@[2001:DB8::1]/x", ("a", "[2001:db8::1]", "x")),
        ):
            found = parseJid(given_)
            self.assertEqual(found, Jid(*parts))

    def test_whole(self) -> None:
        """
        An address is written as it was read.
        """
        found = parseJid("A@B.c/D e")
        assert found is not None
        self.assertEqual((found.bare, found.full), ("a@b.c", "a@b.c/D e"))

    def test_same(self) -> None:
        """
        What means the same is the same.
        """
        for one, other in (
            ("U@H", "u@h"),
            ("u@h.", "u@h"),
            ("stra\u00dfe@h", "strasse@h"),
            ("\u212a@h", "k@h"),
            ("u@h/a\u0308", "u@h/\u00e4"),
        ):
            self.assertEqual(parseJid(one), parseJid(other), ascii(one))
        self.assertNotEqual(parseJid("u@h/R"), parseJid("u@h/r"))

    def test_newCharacters(self) -> None:
        """
        A resource may hold an emoji, as clients' names do.
        """
        self.assertIsNotNone(parseJid("u@h/\U0001f600"))

    def test_broken(self) -> None:
        """
        What is no address is none, and raises nothing.
        """
        long = "x" * (LONGEST + 1)
        for broken in (
            "", "@", "/", "@h", "u@", "u@/r", "u@h/", "@h/r", "a@b@c", "a..b", "u@.h",
            "u@h..", ".", "u@-h", "u@h-", "u@a_b", "a b@h", "a\"b@h", "a&b@h", "<@h",
            "u@h\n", "u@h/\n", "u@h/\x00", "u@h/\ud800", "\ud800@h", "u@\ud800",
            f"{long}@h", f"u@{long}", f"u@h/{long}", "u@h/" + "\u00e9" * 512,
            "u@" + "l" * 64, "u@[::1", "u@[x]", "u@h/\ue000", "u@h/\u202e\ufffe",
            "\u00ad@h", "x" * 100004,
        ):  # fmt: skip
            self.assertIsNone(parseJid(broken), ascii(broken[:40]))
        for other in (None, b"u@h", 7):
            self.assertIsNone(parseJid(other))

    def test_longest(self) -> None:
        """
        Each part may have 1023 bytes.
        """
        part = "x" * LONGEST
        self.assertIsNotNone(parseJid(f"{part}@h/{part}"))

    def test_bounded(self) -> None:
        """
        Addresses that somebody makes up cost no memory in the long run.
        """
        for one in range(2 * jid.REMEMBERED):
            parseJid(f"u{one}@h")
        self.assertLessEqual(len(jid._known), jid.REMEMBERED)

    @settings(max_examples=400, deadline=None)
    @given(text(max_size=30), text(max_size=10), text(max_size=30))
    def test_stable(self, local: str, domain: str, resource: str) -> None:
        """
        An address that was prepared stays what it is.
        """
        for whole in (f"{local}@h/{resource}", f"u@{domain}", local):
            found = parseJid(whole)
            if found is not None:
                self.assertEqual(parseJid(found.full), found)
