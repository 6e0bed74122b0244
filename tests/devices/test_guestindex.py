"""
Tests of L{gigasetd.devices.guestindex}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.devices.checkin import Facts, report
from gigasetd.devices.guestindex import PERIOD, GuestIndex
from gigasetd.ratelimit.source import sourceOf
from gigasetd.registry.model import Device
from tests.registry.populated import MAC, OTHER, empty

HOME = "2001:db8:1:2::7"


class GuestIndexTests(SynchronousTestCase):
    """
    L{GuestIndex}.
    """

    def setUp(self) -> None:
        """
        Two guests of one home, in a registry that was loaded.
        """
        self.registry = empty()
        for mac, host in ((MAC, HOME), (OTHER, "2001:db8:1:2:ff::8")):
            report(self.registry, Facts(mac, public_ip=host), 1.0)
        self.index = GuestIndex(self.registry, sourceOf)

    def test_source(self) -> None:
        """
        A /64 is one source.
        """
        self.assertEqual(self.index.of("2001:db8:1:2:dead::1", 1.0), 2)
        self.assertEqual(self.index.of("2001:db8:1:3::7", 1.0), 0)
        self.assertEqual(self.index.total(1.0), 2)

    def test_gone(self) -> None:
        """
        Guests that went, were added as devices or reported from elsewhere count no
        more.
        """
        self.assertEqual(self.index.of(HOME, 1.0), 2)
        self.registry.drop(self.registry.checkins[MAC])
        self.assertEqual(self.index.of(HOME, 1.0), 1)
        self.registry.put(Device(OTHER, "", "", "", "", "", 0.0))
        self.assertEqual(self.index.of(HOME, 1.0), 0)
        self.assertEqual(self.index.of(HOME, 1.0), 0)

    def test_moved(self) -> None:
        """
        A guest counts for the source that it reported from last.
        """
        self.index.total(1.0)
        report(self.registry, Facts(MAC, public_ip="203.0.113.9"), 100.0)
        self.assertEqual(self.index.of(HOME, 1.0), 1)
        self.assertEqual(self.index.of("203.0.113.9", 1.0 + PERIOD), 1)

    def test_add(self) -> None:
        """
        A new guest counts at once.
        """
        self.index.total(1.0)
        report(self.registry, Facts("7C2F80AAAAAA", public_ip=HOME), 2.0)
        self.assertEqual(self.index.of(HOME, 2.0), 2)
        self.index.add("7C2F80AAAAAA")
        self.assertEqual(self.index.of(HOME, 2.0), 3)
