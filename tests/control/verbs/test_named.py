"""
Tests of L{gigasetd.control.verbs.named}.
"""

from __future__ import annotations

from typing import Literal

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.control.messages import VerbRequest
from gigasetd.control.verbs.named import removeNamed
from gigasetd.errors import Unknown
from gigasetd.registry.model import Notice, Token
from tests.registry.populated import NOW, empty

KINDS: tuple[Literal["token", "notice"], ...] = ("token", "notice")


class RemoveNamedTests(SynchronousTestCase):
    """
    L{removeNamed}.
    """

    def setUp(self) -> None:
        """
        A token and a notice of the same name.
        """
        self.registry = empty()
        self.registry.put(Token("a", "hash", NOW))
        self.registry.put(Notice("a", "text", 0.0, NOW))

    def test_removes(self) -> None:
        """
        The value of that kind and name is removed, and no other.
        """
        left = {"token": "notices", "notice": "tokens"}
        for kind in KINDS:
            self.setUp()
            request = VerbRequest({"name": "a"}, NOW)
            done = removeNamed(self.registry, kind, request)
            self.assertEqual(done.document, {"name": "a"})
            (value,) = self.registry.everything()
            self.assertEqual(getattr(self.registry, left[kind]), {"a": value})

    def test_unknown(self) -> None:
        """
        An unknown name is refused, and the list named where the right ones are.
        """
        for kind in KINDS:
            for name in ("b", "A", ""):
                request = VerbRequest({"name": name}, NOW)
                error = self.assertRaises(
                    Unknown, removeNamed, self.registry, kind, request
                )
                self.assertIn(f"`{kind} list`", str(error))
        self.assertEqual(len(self.registry.everything()), 2)
