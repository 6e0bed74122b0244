"""
Each message is shown once or comes back, whatever happens to the devices, the
connections and the daemon.
"""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from tests.xmpp.couriers import CHANCES, Courier

EVENTS = st.tuples(
    st.sampled_from([*CHANCES, "write", "write", "come"]),
    st.integers(0, 5),
    st.floats(0, 0.999),
)


class ExactlyOnceTests(SynchronousTestCase):
    """
    Devices with and without stream management.
    """

    def check(self, courier: Courier) -> None:
        """
        In the end every message is accounted for, once.
        """
        courier.finish()
        self.assertEqual(courier.lost(), set())
        self.assertEqual(courier.doubled(), set())
        self.assertEqual(courier.left(), 0)
        self.assertEqual(courier.jar.messaging._sessions.pending, {})

    @settings(max_examples=150, deadline=None)
    @given(st.lists(EVENTS, max_size=120))
    def test_anyOrder(self, events: list[tuple[str, int, float]]) -> None:
        """
        Any order of things that can happen.
        """
        courier = Courier(max_held=5, max_unacked=10)
        for what, which, chance in events:
            courier.happen(what, courier.readers[which], chance)
        self.check(courier)

    def test_storms(self) -> None:
        """
        Long runs, with room for all that waits and without.
        """
        returned = 0
        for seed in range(20):
            courier = Courier(max_held=15, max_unacked=20, hibernation=100)
            courier.storm(Random(seed), 500)
            self.check(courier)
            returned += len(courier.returned)
        self.assertGreater(returned, 0)

    def test_slowly(self) -> None:
        """
        Where little goes in one go, all comes nevertheless, in its order.
        """
        for seed in range(10):
            courier = Courier(max_unread=2000, hibernation=100)
            courier.storm(Random(seed), 500)
            self.check(courier)
            self.assertEqual(len(courier.returned), 0)

    def test_room(self) -> None:
        """
        Where there is room, nothing comes back.
        """
        courier = Courier()
        courier.storm(Random(4), 5000)
        self.check(courier)
        self.assertEqual(len(courier.returned), 0)

    def test_order(self) -> None:
        """
        Messages that waited come in the order in which they were written.
        """
        for device in range(3):
            courier = Courier(max_unread=4000)
            device = courier.readers[device]
            for _ in range(30):
                courier.write(device, full=True)
            device.come()
            self.assertLess(len(device.line), 15)
            while device.line:
                device.read()
            self.assertEqual(list(device.seen), [f"m{n}" for n in range(30)])
