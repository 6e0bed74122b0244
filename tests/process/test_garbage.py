"""
Tests for L{gigasetd.process.garbage}.
"""

from __future__ import annotations

import gc
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.process.garbage import FRESH, FrozenRegistry
from tests.registry.populated import NUMBER, binding, inhabited


class YoungTests(SynchronousTestCase):
    """
    Registrations that take each other's place leave nobody waiting.
    """

    def setUp(self) -> None:
        """
        Count how often the collector looks.
        """
        self.looks: list[int] = []
        gc.callbacks.append(self.note)
        self.addCleanup(gc.callbacks.remove, self.note)
        self.addCleanup(gc.enable)
        gc.disable()
        self.registry = inhabited()
        self.frozen = FrozenRegistry(self.registry)
        self.frozen.collectYoung()
        self.looks.clear()

    def note(self, phase: str, info: dict[str, Any]) -> None:
        """
        It begins to look, or ends.
        """
        if phase == "start":
            self.looks.append(info["generation"])

    def test_many(self) -> None:
        """
        After some hundreds of changes the collector looks, and does not look
        again for the same.
        """
        for turn in range(FRESH):
            self.registry.bind(NUMBER, (binding(NUMBER, expires=9e9 + turn),))
        self.frozen.collectYoung()
        self.frozen.collectYoung()
        self.assertEqual(self.looks, [1])

    def test_few(self) -> None:
        """
        Where little happens, it is left to itself.
        """
        self.registry.bind(NUMBER, ())
        self.frozen.collectYoung()
        self.assertEqual(self.looks, [])
