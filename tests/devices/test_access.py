"""
Tests of L{gigasetd.devices.access}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.networks import Networks
from gigasetd.devices.access import mayFetch
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Binding, CheckIn, Device
from gigasetd.registry.registry import Registry

MAC = "7C2F80012345"
HOME = "203.0.113.7"


def binding(host: str, registered: float, proven: int = 1, key: str = "a") -> Binding:
    """
    A registration of the device's number.
    """
    return Binding(
        "30001", key, "<sip:30001@h>", "c", 1, 9e9, "udp", "", host, 5060, 0, "", 1.0,
        registered, proven,
    )  # fmt: skip


class MayFetchTests(SynchronousTestCase):
    """
    L{mayFetch}.
    """

    def setUp(self) -> None:
        """
        One device, whose phone reported from somewhere.
        """
        self.registry = Registry(Journal())
        self.registry.put(Device(MAC, "30001", "", "", "", "", 0.0))
        self.local = Networks(["192.168.0.0/16"])

    def mayFetch(self, host: str, access: str = "known", mac: str = MAC) -> bool:
        """
        Whether C{host} may.
        """
        return mayFetch(self.registry, self.local, access, mac, host)

    def test_local(self) -> None:
        """
        The local network may, unless nobody asked for that to be otherwise.
        """
        for access in ("known", "lan", "any"):
            self.assertTrue(self.mayFetch("192.168.1.9", access))

    def test_elsewhere(self) -> None:
        """
        A stranger may not see a device's pages by knowing its MAC.
        """
        self.assertFalse(self.mayFetch(HOME))
        self.assertFalse(self.mayFetch(HOME, "lan"))
        self.assertTrue(self.mayFetch(HOME, "any"))

    def test_proven(self) -> None:
        """
        Where the phone has registered with its password, its pages come too;
        with C{lan} not even then.
        """
        self.registry.bind("30001", (binding(HOME, 1.0),))
        self.assertTrue(self.mayFetch(HOME))
        self.assertFalse(self.mayFetch("203.0.113.8"))
        self.assertFalse(self.mayFetch(HOME, "lan"))
        self.assertFalse(self.mayFetch(HOME, mac="7C2F80999999"))

    def test_last(self) -> None:
        """
        Only the last proven registration counts: a home that the phone has
        left sees nothing any more.
        """
        old, new = binding("203.0.113.1", 1.0), binding(HOME, 2.0, key="b")
        self.registry.bind("30001", (new, old))
        self.assertTrue(self.mayFetch(HOME))
        self.assertFalse(self.mayFetch("203.0.113.1"))

    def test_unproven(self) -> None:
        """
        A registration without proof, or a mere check-in, opens nothing.
        """
        self.registry.bind("30001", (binding(HOME, 1.0, proven=0),))
        self.registry.put(CheckIn(MAC, 1.0, "", "", "", "", "", 0, HOME, ""))
        self.assertFalse(self.mayFetch(HOME))

    def test_verified(self) -> None:
        """
        An address from which the device has proven itself other than by SIP
        counts, unless only the local network may.
        """
        local, registry = self.local, self.registry
        self.assertTrue(mayFetch(registry, local, "known", MAC, HOME, HOME))
        self.assertFalse(mayFetch(registry, local, "known", MAC, HOME, "203.0.113.8"))
        self.assertFalse(mayFetch(registry, local, "lan", MAC, HOME, HOME))
