# -*- test-case-name: tests.sip.compat.test_registry -*-
"""
Implements the stock interfaces C{IRegistry}, C{ILocator} and C{IContact} over
our registry.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.defer import Deferred, execute
from twisted.protocols import sip as stock
from zope.interface import implementer

from gigasetd.registry.model import Binding
from gigasetd.registry.registry import Registry
from gigasetd.registry.tables import NOTHING
from gigasetd.sip.compat.sip import (
    URL,
    IContact,
    ILocator,
    IRegistry,
    Registration,
    RegistrationError,
    parseAddress,
)
from gigasetd.sip.message.uri import numberOf


@implementer(IRegistry, ILocator)
class Locator:
    """
    Finds, adds and removes the contacts of one domain's numbers.

    @ivar lifetime: seconds for which an address stays registered.
    """

    lifetime = 3600

    def __init__(
        self,
        registry: Registry,
        domain: str,
        now: Callable[[], float],
        local: str = "",
    ) -> None:
        """
        @param now: returns epoch seconds.
        @param local: the listener that new bindings are reached from,
            "address:port".
        """
        self._registry = registry
        self._domain = domain.lower()
        self._now = now
        self._local = local

    def getAddress(self, logicalURL: stock.URL) -> Deferred[URL]:
        """
        Return where a request for a number is sent: the address that the phone
        came from, not the one in its contact.

        @return: fires with the URL of the contact with the highest q, or fails
            with C{LookupError}.
        """
        return execute(lambda: _physical(self._best(logicalURL)))

    def getRegistrationInfo(self, logicalURL: stock.URL) -> Deferred[Registration]:
        """
        As L{getAddress}, with the seconds that are left.
        """
        return execute(lambda: self._registration(self._best(logicalURL)))

    def registerAddress(
        self, domainURL: stock.URL, logicalURL: stock.URL, physicalURL: stock.URL
    ) -> Deferred[Registration]:
        """
        Bind an address to a number, beside those it has.

        @return: fires with the registration, or fails with
            L{RegistrationError}: the domain or the number is not ours.
        """
        return execute(self._register, domainURL, logicalURL, physicalURL)

    def unregisterAddress(
        self,
        domainURL: stock.URL,
        logicalURL: stock.URL,
        physicalURL: stock.URL | str,
    ) -> Deferred[Registration]:
        """
        Unbind one address of a number, or all of them ("*").

        @return: as L{registerAddress}; fails too where nothing was bound.
        """
        return execute(self._unregister, domainURL, logicalURL, physicalURL)

    def _register(
        self, domain: stock.URL, logical: stock.URL, physical: stock.URL
    ) -> Registration:
        number = self._known(domain, logical)
        binding = self._binding(number, physical)
        others = self._registry.bindings.get(number, NOTHING)
        rest = tuple(other for other in others if other.key != binding.key)
        self._registry.bind(number, (*rest, binding))
        self._registry.notify()
        return self._registration(binding)

    def _unregister(
        self, domain: stock.URL, logical: stock.URL, physical: stock.URL | str
    ) -> Registration:
        number = self._known(domain, logical)
        old = self._registry.bindings.get(number, NOTHING)
        gone = [each for each in old if physical == "*" or each.key == str(physical)]
        if not gone:
            raise RegistrationError(404)
        self._registry.bind(number, tuple(each for each in old if each not in gone))
        self._registry.notify()
        return Registration(0, _physical(gone[0]))

    def _known(self, domain: stock.URL, logical: stock.URL) -> str:
        ours = self._ours(domain) and self._ours(logical)
        number = numberOf(logical.username or "")
        if not ours or number is None or number not in self._registry.accounts:
            raise RegistrationError(404)
        return number

    def _ours(self, url: stock.URL) -> bool:
        return str(url.host).lower() == self._domain

    def _best(self, logical: stock.URL) -> Binding:
        # Of several with the same q the newest.
        if not self._ours(logical):
            raise LookupError("unknown domain")
        now = self._now()
        bindings = self._registry.bindings.get(numberOf(logical.username or "") or "")
        live = [each for each in bindings or NOTHING if each.expires > now]
        if not live:
            raise LookupError("no such user")
        return max(live, key=lambda each: (each.q, each.registered))

    def _binding(self, number: str, physical: stock.URL) -> Binding:
        # Without a proof: no password was seen for it.
        url, now = str(physical), self._now()
        return Binding(
            number=number,
            key=url,
            contact=f"<{url}>",
            call_id="",
            cseq=0,
            expires=now + self.lifetime,
            transport=(physical.transport or "udp").lower(),
            local=self._local,
            host=physical.host,
            port=physical.port or stock.PORT,
            connection=0,
            user_agent="",
            q=1.0,
            registered=now,
            proven=0,
        )

    def _registration(self, binding: Binding) -> Registration:
        seconds = max(0, int(binding.expires - self._now()))
        return Registration(seconds, _physical(binding))


def _physical(binding: Binding) -> URL:
    return parseAddress(binding.contact, binding.host, binding.port)[1]


@implementer(IContact)
class ContactAvatar:
    """
    One number as an avatar of C{twisted.cred}: registers its own addresses.
    """

    def __init__(self, locator: Locator, logicalURL: stock.URL) -> None:
        self._locator = locator
        self._logical = logicalURL

    def registerAddress(self, physicalURL: stock.URL) -> Deferred[Registration]:
        """
        As L{Locator.registerAddress}.
        """
        return self._locator.registerAddress(self._logical, self._logical, physicalURL)

    def unregisterAddress(self, physicalURL: stock.URL | str) -> Deferred[Registration]:
        """
        As L{Locator.unregisterAddress}.
        """
        return self._locator.unregisterAddress(
            self._logical, self._logical, physicalURL
        )

    def getRegistrationInfo(self) -> Deferred[Registration]:
        """
        As L{Locator.getRegistrationInfo}.
        """
        return self._locator.getRegistrationInfo(self._logical)
