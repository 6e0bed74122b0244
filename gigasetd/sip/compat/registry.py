# -*- test-case-name: tests.sip.compat.test_registry -*-
"""
Our registry behind the stock interfaces C{IRegistry}, C{ILocator} and
C{IContact}.

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
    One domain's numbers and where their phones are.

    @ivar lifetime: seconds that an address stays registered.
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
        @param now: tells epoch seconds.
        @param local: the listener that new bindings are reached from,
            "address:port".
        """
        self._registry = registry
        self._domain = domain.lower()
        self._now = now
        self._local = local

    def getAddress(self, logicalURL: stock.URL) -> Deferred[URL]:
        """
        Where to send what is for a number: the address it is reached at, not
        the one that it believes to have.

        @return: fires with the URL of the contact liked best, or fails with
            C{LookupError}.
        """
        return execute(lambda: _physical(self._best(logicalURL)))

    def getRegistrationInfo(self, logicalURL: stock.URL) -> Deferred[Registration]:
        """
        As L{getAddress}, with how long it holds.
        """
        return execute(lambda: self._registration(self._best(logicalURL)))

    def registerAddress(
        self, domainURL: stock.URL, logicalURL: stock.URL, physicalURL: stock.URL
    ) -> Deferred[Registration]:
        """
        Bind an address to a number beside those it has.

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

        @return: as L{registerAddress}; it fails too where nothing was bound.
        """
        return execute(self._unregister, domainURL, logicalURL, physicalURL)

    def _register(
        self, domain: stock.URL, logical: stock.URL, physical: stock.URL
    ) -> Registration:
        """
        As L{registerAddress}, at once.
        """
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
        """
        As L{unregisterAddress}, at once.
        """
        number = self._known(domain, logical)
        old = self._registry.bindings.get(number, NOTHING)
        gone = [one for one in old if physical == "*" or one.key == str(physical)]
        if not gone:
            raise RegistrationError(404)
        self._registry.bind(number, tuple(one for one in old if one not in gone))
        self._registry.notify()
        return Registration(0, _physical(gone[0]))

    def _known(self, domain: stock.URL, logical: stock.URL) -> str:
        """
        The number that a logical URL names.

        @raise RegistrationError: the domain or the number is not ours.
        """
        ours = self._ours(domain) and self._ours(logical)
        number = numberOf(logical.username or "")
        if not ours or number is None or number not in self._registry.accounts:
            raise RegistrationError(404)
        return number

    def _ours(self, url: stock.URL) -> bool:
        """
        Whether a URL is in our domain.
        """
        return str(url.host).lower() == self._domain

    def _best(self, logical: stock.URL) -> Binding:
        """
        The binding liked best, of several the newest.

        @raise LookupError: there is none.
        """
        if not self._ours(logical):
            raise LookupError("unknown domain")
        now = self._now()
        bindings = self._registry.bindings.get(numberOf(logical.username or "") or "")
        live = [one for one in bindings or NOTHING if one.expires > now]
        if not live:
            raise LookupError("no such user")
        return max(live, key=lambda one: (one.q, one.registered))

    def _binding(self, number: str, physical: stock.URL) -> Binding:
        """
        A binding that lasts from now on; no password was seen for it.
        """
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
        """
        The stock shape of a binding.
        """
        seconds = max(0, int(binding.expires - self._now()))
        return Registration(seconds, _physical(binding))


def _physical(binding: Binding) -> URL:
    """
    A binding's contact, with the address that it is reached at.
    """
    return parseAddress(binding.contact, binding.host, binding.port)[1]


@implementer(IContact)
class Contact:
    """
    One number as an avatar: what its owner may do with its addresses.
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
