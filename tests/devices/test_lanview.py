"""
Tests of L{gigasetd.devices.lanview}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.networks import Networks
from gigasetd.devices.checkin import Facts, report
from gigasetd.devices.household import HouseholdIndex
from gigasetd.devices.lanview import LanDevice, lanDevices
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Account, Device
from gigasetd.registry.registry import Registry
from tests.devices.test_access import binding

LOCAL = Networks(["192.168.0.0/16"])
MAC, GUEST = "7C2F80012345", "7C2F80099999"


class NearbyTests(SynchronousTestCase):
    """
    L{lanDevices}.
    """

    def setUp(self) -> None:
        """
        One device with a number and a nickname.
        """
        self.registry = Registry(Journal())
        self.households = HouseholdIndex(self.registry, LOCAL)
        self.registry.put(Device(MAC, "30001", "", "", "C610", "", 0.0))
        self.registry.put(Account("30001", "digest", "", "", "Ina", "", 0.0, 0.0))

    def rows(self) -> list[LanDevice]:
        """
        What a local browser sees.
        """
        self.registry.notify()
        followed = self.households.local()
        fresh = HouseholdIndex(self.registry, LOCAL)
        fresh.rebuild()
        # What was heard change by change is what a rebuild finds.
        self.assertEqual(followed, fresh.local())
        return lanDevices(self.registry, LOCAL, followed)

    def test_reported(self) -> None:
        """
        A device that reported from here is listed with its own web page.
        """
        report(
            self.registry,
            Facts(MAC, private_ip="192.168.1.5", private_port="8080",
                  public_ip="192.168.1.5"),
            1.0,
        )  # fmt: skip
        (row,) = self.rows()
        self.assertEqual(
            row, LanDevice("Ina", "192.168.1.5", 8080, "30001", MAC, "C610")
        )
        self.assertEqual(row.url(), "http://192.168.1.5:8080/")

    def test_registered(self) -> None:
        """
        A device that only registered from here is listed too.
        """
        self.registry.bind("30001", (binding("192.168.1.6", 1.0),))
        (row,) = self.rows()
        self.assertEqual(row.url(), "http://192.168.1.6/")

    def test_elsewhere(self) -> None:
        """
        A device of somebody else's home is not listed here.
        """
        self.assertEqual(self.rows(), [])
        report(self.registry, Facts(MAC, public_ip="203.0.113.9"), 1.0)
        self.registry.bind("30001", (binding("203.0.113.9", 1.0),))
        self.assertEqual(self.rows(), [])

    def test_strangersAddress(self) -> None:
        """
        An address that somebody sent from elsewhere is never linked to.
        """
        self.registry.bind("30001", (binding("192.168.1.6", 1.0),))
        lie = Facts(MAC, private_ip="192.168.66.66", public_ip="203.0.113.9")
        report(self.registry, lie, 1.0)
        (row,) = self.rows()
        self.assertEqual(row.address, "192.168.1.6")

    def test_guest(self) -> None:
        """
        A guest of this network is listed by the name it gives itself.
        """
        told = Facts(GUEST, product="N510", public_ip="192.168.1.8", name="flur")
        report(self.registry, told, 1.0)
        (row,) = self.rows()
        self.assertEqual(row, LanDevice("flur", "192.168.1.8", 0, "", GUEST, "N510"))

    def test_version6(self) -> None:
        """
        An IPv6 address makes a link that a browser understands.
        """
        self.assertEqual(
            LanDevice("", "fd00::1", 80, "", MAC).url(), "http://[fd00::1]/"
        )
        self.assertEqual(LanDevice("", "", 80, "", MAC).url(), "")
