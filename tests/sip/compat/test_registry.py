"""
Tests of L{gigasetd.sip.compat.registry}.
"""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.protocols import sip as stock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Account, Binding
from gigasetd.registry.registry import Registry
from gigasetd.sip.compat import sip as txsip
from gigasetd.sip.compat.parser import toBytes
from gigasetd.sip.compat.registry import ContactAvatar, Locator


class RegistryTests(SynchronousTestCase):
    """
    Our registry behind the stock interfaces.
    """

    def setUp(self) -> None:
        self.clock = Clock()
        self.registry = Registry(Journal())
        self.registry.put(Account("1234", "digest", "", "", "", "", 0.0, 0.0))
        self.locator = Locator(self.registry, "Example.com", self.clock.seconds, "a:1")
        self.domain = txsip.URL("example.com")
        self.logical = txsip.URL("example.com", "1234")
        self.physical = txsip.parseURL("sip:1234@192.0.2.1:5070;line=1")

    def register(self, url: stock.URL | None = None) -> Deferred[stock.Registration]:
        """
        Register an address for the number.
        """
        return self.locator.registerAddress(
            self.domain, self.logical, url or self.physical
        )

    def test_interfaces(self) -> None:
        """
        The stock interfaces are provided, with their signatures.
        """
        self.assertTrue(verifyObject(stock.IRegistry, self.locator))
        self.assertTrue(verifyObject(stock.ILocator, self.locator))
        self.assertTrue(
            verifyObject(stock.IContact, ContactAvatar(self.locator, self.logical))
        )

    def test_register(self) -> None:
        """
        A registered address is in our registry and found again.
        """
        registration = self.successResultOf(self.register())
        self.assertEqual(registration.secondsToExpiry, 3600)
        (binding,) = self.registry.bindings["1234"]
        self.assertEqual(
            (binding.host, binding.port, binding.proven), ("192.0.2.1", 5070, 0)
        )
        self.assertEqual((binding.local, binding.transport), ("a:1", "udp"))
        url = self.successResultOf(self.locator.getAddress(self.logical))
        self.assertEqual(str(url), str(self.physical))

    def test_again(self) -> None:
        """
        The same address again prolongs, and another is kept beside it.
        """
        self.register()
        self.clock.advance(100)
        self.register()
        self.register(txsip.parseURL("sip:1234@192.0.2.2"))
        self.assertEqual(len(self.registry.bindings["1234"]), 2)
        info = self.successResultOf(self.locator.getRegistrationInfo(self.logical))
        self.assertEqual(info.secondsToExpiry, 3600)

    def test_expired(self) -> None:
        """
        What is over is not found.
        """
        self.register()
        self.clock.advance(3600)
        self.failureResultOf(self.locator.getAddress(self.logical), LookupError)

    def test_unregister(self) -> None:
        """
        One address goes, or all of them.
        """
        self.register()
        self.register(txsip.parseURL("sip:1234@192.0.2.2"))
        found = self.locator.unregisterAddress(self.domain, self.logical, self.physical)
        registration = self.successResultOf(found)
        self.assertEqual(registration.secondsToExpiry, 0)
        self.assertEqual(str(registration.contactURL), str(self.physical))
        self.locator.unregisterAddress(self.domain, self.logical, "*")
        self.assertNotIn("1234", self.registry.bindings)
        found = self.locator.unregisterAddress(self.domain, self.logical, "*")
        self.failureResultOf(found, stock.RegistrationError)

    def test_strangers(self) -> None:
        """
        Other domains and unknown numbers are refused by the stock errors.
        """
        other = txsip.URL("other.com", "1234")
        unknown = txsip.URL("example.com", "99")
        for domain, logical in (
            (other, self.logical),
            (self.domain, other),
            (self.domain, unknown),
        ):
            found = self.locator.registerAddress(domain, logical, self.physical)
            error = self.failureResultOf(found, stock.RegistrationError).value
            self.assertEqual(error.code, 404)
        for logical in (other, unknown, txsip.URL("example.com")):
            self.failureResultOf(self.locator.getAddress(logical), LookupError)

    def test_phone(self) -> None:
        """
        A phone behind a NAT is found where it really is, the best one first.
        """
        contact = "<sip:1234@10.0.0.1:5060;line=x>"
        binding = Binding(
            "1234",
            "k",
            contact,
            "c",
            1,
            99.0,
            "udp",
            "a:1",
            "192.0.2.9",
            7,
            0,
            "",
            0.5,
            1.0,
            1,
        )
        better = binding._replace(key="m", host="192.0.2.8", q=0.9)
        self.registry.bind("1234", (binding, better, binding._replace(key="l")))
        url = self.successResultOf(self.locator.getAddress(self.logical))
        self.assertEqual(str(url), "sip:1234@192.0.2.8:7;line=x")

    def test_contact(self) -> None:
        """
        An avatar does the same for its own number.
        """
        contact = ContactAvatar(self.locator, self.logical)
        self.successResultOf(contact.registerAddress(self.physical))
        info = self.successResultOf(contact.getRegistrationInfo())
        self.assertEqual(str(info.contactURL), str(self.physical))
        self.successResultOf(contact.unregisterAddress("*"))

    def test_stockProxy(self) -> None:
        """
        The stock registrar works with our registry.
        """
        proxy = stock.RegisterProxy(host="127.0.0.1")
        proxy.registry = proxy.locator = self.locator
        sent: list[stock.Message] = []
        proxy.sendMessage = lambda url, message: sent.append(message)
        request = txsip.Request("REGISTER", "sip:example.com")
        for line in (
            "to: sip:1234@example.com",
            "contact: sip:1234@10.0.0.1",
            "via: SIP/2.0/UDP c",
        ):
            request.addHeader(*line.split(": "))
        proxy.datagramReceived(toBytes(request), ("192.0.2.1", 5060))
        self.assertEqual(sent[0].code, 200)
        self.assertEqual(sent[0].headers["expires"], ["3600"])
        self.assertEqual(self.registry.bindings["1234"][0].host, "192.0.2.1")
