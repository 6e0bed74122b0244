"""
Tests for L{gigasetd.auth.tokens}.
"""

from __future__ import annotations

from hashlib import sha256

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.auth.tokens import (
    SCOPES,
    addToken,
    mayManage,
    mayRead,
    mayRedirect,
    mayView,
)
from gigasetd.errors import BadValue, Conflict
from tests.registry.populated import NOW, empty


class TokenTests(SynchronousTestCase):
    """
    Tokens are known by their hash alone.
    """

    def test_add(self):
        """
        The token itself is nowhere in the registry.
        """
        registry = empty()
        addToken(registry, "Script 1 (Büro)", "s3cret", NOW)
        self.assertEqual(
            registry.tokens["Script 1 (Büro)"][1:],
            (sha256(b"s3cret").hexdigest(), NOW, "admin"),
        )

    def test_names(self):
        """
        A name must be usable as the user name of HTTP Basic.
        """
        for name in ("", " x", "x ", "a:b", "a\nb", "x" * 65, "\udcff", "\x1b[m"):
            self.assertRaises(BadValue, addToken, empty(), name, "s", NOW)

    def test_taken(self):
        """
        A token is not replaced unnoticed.
        """
        registry = empty()
        addToken(registry, "x", "1", NOW)
        self.assertRaises(Conflict, addToken, registry, "x", "2", NOW)

    def test_scope(self):
        """
        A token has the scope that it was added with; there are four.
        """
        registry = empty()
        for scope in SCOPES:
            addToken(registry, scope, "1", NOW, scope)
            self.assertEqual(registry.tokens[scope].scope, scope)
        for scope in ("", "Admin", "root"):
            error = self.assertRaises(
                BadValue, addToken, registry, "x", "1", NOW, scope
            )
            self.assertIn("admin, read, redirect, metrics", str(error))

    def test_rights(self):
        """
        Each scope allows what it says, and nothing else does; a scope of another
        version allows nothing.
        """
        rights = (mayManage, mayView, mayRead, mayRedirect)
        for scope, allowed in (
            ("admin", (True, True, True, True)),
            ("read", (False, True, True, False)),
            ("redirect", (False, False, False, True)),
            ("metrics", (False, False, True, False)),
            ("later", (False, False, False, False)),
        ):
            self.assertEqual(tuple(may(scope) for may in rights), allowed, scope)
