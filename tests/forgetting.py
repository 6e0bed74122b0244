"""
Watches that lost connections wait for no garbage collection.
"""

from __future__ import annotations

import gc
import weakref
from typing import Any

from twisted.trial.unittest import SynchronousTestCase


class Forgotten:
    """
    Objects that nothing may hold any more.
    """

    def __init__(self, case: SynchronousTestCase) -> None:
        gc.collect()
        gc.disable()
        case.addCleanup(gc.enable)
        self._case = case
        self._references: list[Any] = []

    def add(self, *values: Any) -> None:
        """
        Watch these.
        """
        self._references += map(weakref.ref, values)

    def check(self) -> None:
        """
        Insist that all are gone, without the collector.
        """
        left = [type(each()).__name__ for each in self._references if each()]
        self._case.assertTrue(self._references)
        self._case.assertEqual(left, [])
