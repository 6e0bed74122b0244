"""
Tests of L{gigasetd.registry.bindingexpiry}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.bindingexpiry import SPARE, ExpiryHeap
from gigasetd.registry.model import Binding
from tests.registry.test_registry import binding


class ExpiryHeapTests(SynchronousTestCase):
    """
    L{ExpiryHeap}.
    """

    def setUp(self) -> None:
        """
        A heap, and the bindings that it finds.
        """
        self.heap = ExpiryHeap()
        self.live: dict[str, Binding] = {}

    def register(self, key: str, expires: float, note: bool = True) -> Binding:
        """
        A phone registers; a refresh leaves the heap alone.
        """
        new = self.live[key] = binding(key, expires)
        if note:
            self.heap.note(new)
        return new

    def due(self, now: float) -> list[Binding]:
        """
        What has expired by then.
        """
        return self.heap.due(now, lambda number, key: self.live.get(key))

    def test_due(self) -> None:
        """
        A binding expires at its time and not before, and once.
        """
        first = self.register("sip:a", 100.0)
        self.register("sip:b", 200.0)
        self.assertEqual(self.due(99.9), [])
        self.assertEqual(self.due(100.0), [first])
        self.assertEqual(self.due(100.0), [])

    def test_refreshed(self) -> None:
        """
        A binding that was refreshed without a new entry lives until its new
        time.
        """
        self.register("sip:a", 100.0)
        later = self.register("sip:a", 300.0, note=False)
        self.assertEqual(self.due(200.0), [])
        self.assertEqual(self.due(300.0), [later])

    def test_removed(self) -> None:
        """
        The entry of a binding that is gone disappears.
        """
        self.register("sip:a", 100.0)
        self.live.clear()
        self.assertEqual(self.due(100.0), [])
        self.assertEqual(len(self.heap), 0)

    def test_twice(self) -> None:
        """
        A binding with several entries expires once.
        """
        self.register("sip:a", 100.0)
        last = self.register("sip:a", 90.0)
        self.assertEqual(self.due(100.0), [last])

    def test_tidy(self) -> None:
        """
        Phones that register and leave without end fill no memory.
        """
        live = self.register("sip:a", 1e9, note=False)
        for end in range(SPARE + 3):
            self.heap.note(binding(expires=1e6 + end))
        self.heap.tidy([(live,)], 1)
        self.assertEqual(len(self.heap), 1)
        self.assertEqual(self.due(2e9), [live])
