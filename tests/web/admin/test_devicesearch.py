"""
Tests of L{gigasetd.web.admin.devicesearch}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.model import Account, Binding, Device
from gigasetd.web.admin.devicesearch import PAGE, SLICE, DeviceQuery, searchDevices
from tests.registry.populated import MAC, NOW, NUMBER, OTHER, furnished, report


class SearchDevicesTests(SynchronousTestCase):
    """
    L{searchDevices}.
    """

    def setUp(self) -> None:
        """
        A device, a guest, and a number without a device.
        """
        self.registry = furnished()
        self.registry.put(report(OTHER)._replace(name="Attic"))
        self.registry.put(Account("30000000", "factory", "", "", "Zoë", "", 0.0, 0.0))

    def search(self, text: str = "", state: str = "all", page: int = 0) -> list[str]:
        """
        MAC, or number, of each match.
        """
        query = DeviceQuery(text, state, page)
        found = [each for each in searchDevices(self.registry, query, NOW) if each]
        return [each.mac or each.number for each in found]

    def test_text(self) -> None:
        """
        Any part of a MAC, with or without colons, of a number or a nickname
        matches, in any case.
        """
        for text in (MAC, "7c:2f:80", NUMBER[2:6], "ANNA", " anna "):
            self.assertIn(MAC, self.search(text), text)
        self.assertEqual(self.search("ZOË"), ["30000000"])
        self.assertEqual(self.search("no such text"), [])

    def test_states(self) -> None:
        """
        Each state selects its devices; guests are in no other one.
        """
        self.assertEqual(self.search(), [MAC, "30000000"])
        self.assertEqual(self.search(state="guests"), [OTHER])
        self.assertEqual(self.search("attic", "guests"), [OTHER])
        self.assertEqual(self.search(state="factory"), ["30000000"])

    def test_registered(self) -> None:
        """
        A registration counts until it expires.
        """
        self.registry.bind(NUMBER, ())
        self.assertEqual(self.search(state="registered"), [])
        binding = Binding(
            NUMBER, "k", "", "c", 1, NOW + 1, "udp", "", "h", 1, 0, "", 1.0, 1.0, 1
        )
        self.registry.bind(NUMBER, (binding,))
        self.assertEqual(self.search(state="registered"), [MAC])
        self.assertEqual(self.search(state="unregistered"), ["30000000"])
        self.registry.bind(NUMBER, (binding._replace(expires=NOW),))
        self.assertEqual(self.search(state="registered"), [])

    def test_pages(self) -> None:
        """
        A page is followed by one device of the next page, if there is one; no
        device is on two pages.
        """
        for n in range(2 * PAGE):
            self.registry.put(Device(f"7C2F81{n:06X}", "", "", "", "X", "", 0.0))
        pages = [self.search("7C2F81", page=page) for page in range(3)]
        self.assertEqual([len(page) for page in pages], [PAGE + 1, PAGE, 0])
        self.assertEqual(pages[0][PAGE], pages[1][0])
        self.assertEqual(len({*pages[0], *pages[1]}), 2 * PAGE)

    def test_pauses(self) -> None:
        """
        The reader is let pause after each slice, also while nothing matches;
        what changes meanwhile does no harm.
        """
        for n in range(3 * SLICE):
            self.registry.put(Device(f"7C2F81{n:06X}", "", "", "", "X", "", 0.0))
        steps = searchDevices(self.registry, DeviceQuery("no such text"), NOW)
        self.assertIsNone(next(steps))
        self.registry.drop(self.registry.devices["7C2F81000000"])
        self.assertEqual(list(steps), [None] * 3)
