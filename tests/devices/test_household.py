"""
Tests of L{gigasetd.devices.household}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.networks import Networks
from gigasetd.devices.checkin import Facts, report
from gigasetd.devices.household import HouseholdIndex, prefixOf
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Binding, Device
from gigasetd.registry.registry import Registry
from tests.devices.test_access import binding

LOCAL = Networks(["192.168.0.0/16", "2001:db8:1::/48"])
MAC = "7C2F80012345"
HOME, SAME, OTHER = "2001:db8:2:3::5", "2001:db8:2:3::9", "2001:db8:2:4::5"


def bound(number: str, host: str, proven: int = 1) -> Binding:
    """
    A contact of a number.
    """
    return binding(host, 1.0)._replace(number=number, proven=proven)


class HouseholdIndexTests(SynchronousTestCase):
    """
    L{HouseholdIndex}.
    """

    def setUp(self) -> None:
        """
        An empty index.
        """
        self.registry = Registry(Journal())
        self.households = HouseholdIndex(self.registry, LOCAL)

    def bind(self, number: str, *bindings: Binding) -> None:
        """
        Register a number.
        """
        self.registry.bind(number, bindings)
        self.registry.notify()

    def test_sharedPrefix(self) -> None:
        """
        Numbers that registered from one IPv6 /64 are one household.
        """
        self.bind("1", bound("1", HOME))
        self.bind("2", bound("2", SAME))
        self.bind("3", bound("3", OTHER))
        self.assertEqual(self.households.members("1"), ["1", "2"])
        self.assertEqual(self.households.members("3"), ["3"])

    def test_unproven(self) -> None:
        """
        A registration without the password proves no home.
        """
        self.bind("1", bound("1", HOME))
        self.bind("2", bound("2", SAME, proven=0))
        self.assertEqual(self.households.members("1"), ["1"])

    def test_version4(self) -> None:
        """
        Many homes share one IPv4 address: it makes no household.
        """
        self.bind("1", bound("1", "203.0.113.9"))
        self.bind("2", bound("2", "203.0.113.9"))
        self.assertEqual(self.households.members("1"), ["1"])

    def test_moved(self) -> None:
        """
        A phone that moves leaves its home; the last one leaves nothing behind.
        """
        self.bind("1", bound("1", HOME))
        self.bind("2", bound("2", SAME))
        self.bind("2", bound("2", OTHER))
        self.assertEqual(self.households.members("1"), ["1"])
        self.bind("1")
        self.bind("2")
        self.assertEqual(dict(self.households.homes), {})

    def test_together(self) -> None:
        """
        Phones in the local network are together, whether they registered or
        reported from there; a phone elsewhere is not with them.
        """
        self.registry.put(Device(MAC, "2", "", "", "", "", 0.0))
        report(self.registry, Facts(MAC, public_ip="192.168.1.7"), 1.0)
        self.bind("1", bound("1", "192.168.1.5"))
        self.bind("3", bound("3", "203.0.113.9"))
        self.assertTrue(self.households.together("1", "2"))
        self.assertFalse(self.households.together("1", "3"))

    def test_twoContacts(self) -> None:
        """
        A number is local until the last of its local contacts is gone.
        """
        one, two = bound("1", "192.168.1.5"), bound("1", "192.168.1.6")
        two = two._replace(key="two")
        self.bind("1", one, two)
        self.bind("1", two)
        self.assertTrue(self.households.together("1", "1"))
        self.bind("1")
        self.assertFalse(self.households.together("1", "1"))

    def test_rebuild(self) -> None:
        """
        A rebuilt index equals one that followed every change.
        """
        report(self.registry, Facts(MAC, public_ip="192.168.1.7"), 1.0)
        self.bind("1", bound("1", HOME))
        self.bind("2", bound("2", "192.168.1.5"))
        fresh = HouseholdIndex(self.registry, LOCAL)
        fresh.rebuild()
        fresh.rebuild()
        for name in ("macs", "numbers", "homes"):
            followed = getattr(self.households, name)
            self.assertEqual(getattr(fresh, name), followed)
            self.assertTrue(followed)


class PrefixTests(SynchronousTestCase):
    """
    L{prefixOf}.
    """

    def test_prefix(self) -> None:
        """
        An IPv6 address has a /64, with or without a zone; nothing else has.
        """
        self.assertEqual(prefixOf("2001:db8::1"), "2001:0db8:0000:0000")
        self.assertEqual(prefixOf("fe80::1%eth0"), "fe80:0000:0000:0000")
        self.assertEqual(prefixOf("192.0.2.1"), "")
        self.assertEqual(prefixOf("home"), "")
