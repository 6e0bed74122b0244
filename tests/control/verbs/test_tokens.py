"""
Tests for L{gigasetd.control.verbs.tokens}.
"""

from __future__ import annotations

from tests.control.case import ControlCase
from tests.registry.populated import NOW


class TokenVerbsTests(ControlCase):
    """
    Tokens, as the control socket has them.
    """

    async def test_tokens(self):
        """
        A token is told once; afterwards there is only its name.
        """
        done = (await self.ask("token add", name="ci"))["done"]
        self.assertGreaterEqual(len(done["token"]), 43)
        self.assertNotIn(done["token"], repr(self.registry.tokens))
        self.assertEqual(
            (await self.ask("token list"))["parts"],
            [{"name": "ci", "scope": "admin", "added": NOW}],
        )
        await self.ask("token remove", name="ci")
        self.assertIn("refused", await self.ask("token remove", name="ci"))

    async def test_scope(self):
        """
        A token has the scope that is asked for; an unknown one makes none.
        """
        done = (await self.ask("token add", name="m", scope="metrics"))["done"]
        self.assertEqual(done["scope"], "metrics")
        self.assertEqual(self.registry.tokens["m"].scope, "metrics")
        answer = await self.ask("token add", name="x", scope="root")
        self.assertIn("admin, read, redirect, metrics", answer["refused"])
        self.assertNotIn("x", self.registry.tokens)
