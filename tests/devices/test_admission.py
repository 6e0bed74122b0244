"""
Tests of L{gigasetd.devices.admission}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.networks import Networks
from gigasetd.devices.admission import ReportAdmission
from gigasetd.devices.checkin import GUESTS, Facts
from gigasetd.ratelimit.source import sourceOf
from gigasetd.registry.model import Device
from tests.registry.populated import MAC, empty

NEAR, FAR = "192.168.1.9", "203.0.113.9"


def mac(number: int) -> str:
    """
    A made-up MAC.
    """
    return f"7C2F81{number:06X}"


class ReportAdmissionTests(SynchronousTestCase):
    """
    L{ReportAdmission}.
    """

    def setUp(self) -> None:
        """
        One device, which has not reported yet.
        """
        self.registry = empty()
        self.registry.put(Device(MAC, "", "", "", "", "", 0.0))
        local = Networks(["192.168.0.0/16"])
        self.reports = ReportAdmission(self.registry, local, sourceOf)

    def report(self, facts: Facts, proven: bool = False, now: float = 1.0) -> None:
        """
        A report with a MAC.
        """
        self.assertTrue(self.reports.report(facts, proven, now))

    def test_noMac(self) -> None:
        """
        Without a MAC there is nothing to store.
        """
        self.assertFalse(self.reports.report(Facts("zz"), True, 1.0))

    def test_proven(self) -> None:
        """
        Only a proven report changes what was reported before.
        """
        self.report(Facts(MAC, name="Hall", private_ip="10.0.0.2", public_ip=FAR))
        self.report(Facts(MAC, name="Evil", private_ip="6.6.6.6", public_ip=FAR))
        checkin = self.registry.checkins[MAC]
        self.assertEqual((checkin.name, checkin.private_ip), ("Hall", "10.0.0.2"))
        self.report(Facts(MAC, name="Attic", public_ip=NEAR), True, 2.0)
        self.assertEqual(self.registry.checkins[MAC].name, "Attic")
        self.report(Facts(MAC, name="Evil", public_ip=FAR), False, 1e6)
        checkin = self.registry.checkins[MAC]
        self.assertEqual((checkin.name, checkin.public_ip), ("Attic", NEAR))
        self.assertEqual(self.reports.counts["unproven"], 2)

    def test_neverLocal(self) -> None:
        """
        An unproven report does not put a phone into the local network.
        """
        self.report(Facts(MAC, public_ip=NEAR))
        self.assertEqual(self.registry.checkins[MAC].public_ip, "")

    def test_quota(self) -> None:
        """
        One source reports so many guests and no more; others, and known devices,
        are not affected.
        """
        for number in range(1500):
            host = f"2001:db8:1:2::{number:x}"
            self.report(Facts(mac(number), public_ip=host))
        self.assertEqual(len(self.registry.checkins), 20)
        self.assertEqual(self.reports.counts["guests_limited"], 1480)
        self.report(Facts(MAC, public_ip="2001:db8:1:2::1"))
        self.report(Facts(mac(2000), public_ip=FAR))
        self.assertIn(MAC, self.registry.checkins)
        self.assertIn(mac(2000), self.registry.checkins)

    def test_full(self) -> None:
        """
        Strangers from many sources evict no guest; a guest of the local network
        takes the place of a stranger's, oldest first.
        """
        for number in range(GUESTS + 200):
            host = f"203.0.{number // 200}.{number % 200}"
            self.report(Facts(mac(number), public_ip=host), now=1.0 + number / 1e4)
        self.assertEqual(len(self.registry.checkins), GUESTS)
        self.assertIn(mac(0), self.registry.checkins)
        self.assertEqual(self.reports.counts["guests_full"], 200)
        for number in range(3000, 3010):
            self.report(Facts(mac(number), public_ip=NEAR), True, 2.0)
        self.assertEqual(len(self.registry.checkins), GUESTS)
        self.assertNotIn(mac(9), self.registry.checkins)
        self.assertIn(mac(10), self.registry.checkins)
        self.report(Facts(mac(5000), public_ip=FAR), now=3.0)
        self.assertNotIn(mac(5000), self.registry.checkins)

    def test_setting(self) -> None:
        """
        A quota of 0 keeps no guest of strangers.
        """
        self.reports.most = 0
        self.report(Facts(mac(1), public_ip=FAR))
        self.assertEqual(self.registry.checkins, {})
