# -*- test-case-name: tests.web.http.test_hostnames -*-
"""
The names under which this server is reached as local.

A web page can make its own name lead to a private address (DNS rebinding), and
so read what a browser in the local network may read. It cannot do that with an
address, nor with a name that only the local network or the operator assigns.

Layer 0 (values).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gigasetd.config.networks import readAddress

SUFFIXES = (".local", ".lan", ".internal", ".home.arpa", ".localhost")
"""Domains that do not exist on the internet (RFC 6761, 6762, 8375)."""

DIRECTORY_HOSTS = ("tel.search.ch",)
"""Hosts of online directories that phones have built in; operators point them
here by DNS."""

REMEMBERED = 1024
"""Values whose result is cached; bounds the memory that a scan costs."""

_HOST = re.compile(
    r"(?:\[([0-9a-f:.]+)(?:%[^\]]*)?\]|([a-z0-9_-][a-z0-9_.-]*))(?::\d*)?"
)


class HostNames:
    """
    @ivar names: this server's own names, in lower case.
    @ivar domains: domains that are its own, with all names below them.
    """

    def __init__(self, names: Iterable[str] = (), domains: Iterable[str] = ()) -> None:
        self.domains = tuple(f".{each.lower().rstrip('.')}" for each in domains)
        roots = (domain[1:] for domain in self.domains)
        self.names = frozenset(
            (*(each.lower().rstrip(".") for each in names), *DIRECTORY_HOSTS, *roots)
        )
        self._known: dict[str, bool] = {}

    def covers(self, host: str) -> bool:
        """
        Tell whether the value of a C{Host} header is an address, a local name or
        one of this server's own.
        """
        # Phones send the same few values with every request.
        known = self._known.get(host)
        if known is None:
            known = self._covers(host)
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            if len(host) <= 64:
                self._known[host] = known
        return known

    def _covers(self, host: str) -> bool:
        name = hostOf(host)
        if not name:
            return False
        if "." not in name or name in self.names or readAddress(name):
            return True
        return name.endswith(SUFFIXES) or name.endswith(self.domains)


def hostOf(host: str) -> str:
    """
    Return the name or address in a C{Host} header, in lower case, without port
    and final dot; C{""} where it is neither.
    """
    match = _HOST.fullmatch(host.strip().lower()[:300])
    if match is None:
        return ""
    literal, name = match[1], match[2]
    if literal:
        return literal if readAddress(literal) else ""
    return name.removesuffix(".")
