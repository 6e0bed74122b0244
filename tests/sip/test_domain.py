"""
Tests for L{gigasetd.sip.domain}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.errors import BadValue
from gigasetd.sip.domain import Domain
from gigasetd.sip.message.uri import parseURI


class DomainTests(SynchronousTestCase):
    """
    What belongs to this server.
    """

    def setUp(self) -> None:
        """
        A domain with an address.
        """
        self.domain = Domain("Gigaset.NET", frozenset(("192.0.2.1", "::1")))

    def test_owns(self) -> None:
        """
        Phones may call the server by its domain, in any case, or by any of
        its addresses; a tel URI is always meant for it.
        """
        for text, ours in (
            ("sip:gigaset.net", True),
            ("sip:1@GIGASET.net:5062;transport=tcp", True),
            ("sip:1@192.0.2.1", True),
            ("sip:1@[::1]:5060", True),
            ("tel:+4912345", True),
            ("sip:1@gigaset.net.example", False),
            ("sip:1@192.0.2.2", False),
            ("sip:gigaset.net@example.com", False),
        ):
            self.assertEqual(self.domain.owns(parseURI(text)), ours, text)

    def test_number(self) -> None:
        """
        A number is dialled in any of its spellings.
        """
        for user in ("20000001", "20000001#9", "20000001%239", "+20000001"):
            self.assertEqual(
                self.domain.target(f"sip:{user}@gigaset.net")[0], "20000001"
            )
        self.assertEqual(self.domain.target("tel:+2000-0001")[0], "20000001")
        for user in ("alice", "1234567890123456", "", "2000%30001x", "*21"):
            self.assertIsNone(self.domain.target(f"sip:{user}@gigaset.net")[0], user)

    def test_aor(self) -> None:
        """
        Who registers is told from To, bare or with name and brackets.
        """
        for text, aor in (
            ("<sip:20000001@gigaset.net>", ("20000001", True)),
            ("sip:20000001@gigaset.net;tag=x", ("20000001", True)),
            ('"A <b>" <sip:20000001@gigaset.net>', ("20000001", True)),
            ("<sip:20000001@GIGASET.NET:5060>", ("20000001", True)),
            ("<sip:20000001#9@gigaset.net>", ("20000001", True)),
            ("<sip:20000001@example.com>", ("20000001", False)),
            (
                '"<sip:20000002@gigaset.net>" <sip:20000001@example.com>',
                ("20000001", False),
            ),
            ("<sip:alice@gigaset.net>", (None, True)),
        ):
            self.assertEqual(self.domain.aor(text), aor, text)
        self.assertRaises(BadValue, self.domain.aor, "<mailto:x@gigaset.net>")

    def test_numberIn(self) -> None:
        """
        A From that is broken means nobody.
        """
        self.assertEqual(self.domain.numberIn("<sip:1@gigaset.net>;tag=x"), "1")
        for broken in ("", "<", '"', "<sip:", "nobody", "<sip:a b@c>"):
            self.assertIsNone(self.domain.numberIn(broken), broken)
