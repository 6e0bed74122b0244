# -*- test-case-name: tests.sip.test_domain -*-
"""
The SIP domain: which host names are ours, and which number a URI holds.

Layer 0 (values).
"""

from __future__ import annotations

import re

from gigasetd.errors import BadValue
from gigasetd.sip.message.uri import URI, numberOf, parseAddress, parseURI

_USUAL = re.compile(r'[^<>"]*<sip:([0-9]{1,15})@([a-z0-9.-]+)>')
_TARGET = re.compile(r"sip:([0-9]{1,15})@([a-z0-9.-]+)(?::[0-9]{1,4})?\Z")
"""What most phones send, read by one regular expression."""


class Domain:
    """
    Tells our URIs from those of other servers.

    @ivar name: the SIP domain, and digest realm.
    @ivar hosts: every name and address that peers use for this server.
    """

    def __init__(self, name: str, hosts: frozenset[str]) -> None:
        self.name = name
        self.hosts = hosts | {name.lower()}

    def owns(self, uri: URI) -> bool:
        """
        Whether a URI is in our domain; a tel URI always is.
        """
        return uri.scheme == "tel" or uri.host.strip("[]") in self.hosts

    def aor(self, value: str) -> tuple[str | None, bool]:
        """
        Read a To value.

        @return: its number, C{None} where there is none, and whether its
            domain is ours.
        @raise BadValue: it is no address.
        """
        usual = _USUAL.match(value)
        if usual is not None:
            return usual[1], usual[2] in self.hosts
        uri = parseURI(parseAddress(value).uri)
        return numberOf(uri.user), self.owns(uri)

    def target(self, text: str) -> tuple[str | None, bool]:
        """
        Read a Request-URI.

        @return: its number, C{None} where there is none, and whether its
            domain is ours.
        @raise BadValue: it is no SIP or tel URI, or a sips URI, which must not
            be forwarded without TLS.
        """
        usual = _TARGET.match(text)
        if usual is not None:
            return usual[1], usual[2] in self.hosts
        uri = parseURI(text)
        if uri.scheme == "sips":
            raise BadValue("a sips URI needs TLS on all its way")
        return numberOf(uri.user) if uri.user else None, self.owns(uri)

    def numberIn(self, address: str) -> str | None:
        """
        Return the number in a From or To value, C{None} where there is none
        or the value is broken.
        """
        try:
            return self.aor(address)[0]
        except BadValue:
            return None
