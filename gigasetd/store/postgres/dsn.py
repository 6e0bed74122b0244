# -*- test-case-name: tests.store.postgres.test_dsn -*-
"""
C{store.url} as connection parameters of libpq, with host names resolved.

libpq would resolve names with a call that blocks the reactor.  So it gets
addresses, beside the names, which it needs for certificates and C{~/.pgpass}.

Layer 3 (I/O).
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import psycopg2.extensions
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import (
    IAddress,
    IHostnameResolver,
    IHostResolution,
    IResolutionReceiver,
)
from zope.interface import implementer

from gigasetd.errors import StoreError

STATEMENT = 15.0
"""Seconds after which the server cancels a statement."""

DEFAULTS = {
    "application_name": "gigasetd",
    "client_encoding": "UTF8",
    "gssencmode": "disable",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
"""Parameters that the URL may override."""

OPTIONS = (
    f"-c statement_timeout={STATEMENT * 1000:.0f} "
    "-c idle_in_transaction_session_timeout=120000 "
    "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 "
    "-c tcp_keepalives_count=3"
)
"""
Server settings of the session.  The server must notice soon that the daemon is
gone, since the lock of a session that it takes for alive keeps the next daemon
out.
"""

Parameters = dict[str, str]


def parameters(url: str) -> Parameters:
    """
    Parse a connection URL, as libpq's manual describes it (34.1.1.2).

    @raise StoreError: the URL is invalid; the text does not repeat it, since
        it may hold a password.
    """
    try:
        parsed = psycopg2.extensions.parse_dsn(url)
    except psycopg2.Error:
        raise StoreError(
            "store.url: this is no URL of PostgreSQL; special characters in it "
            "must be percent-encoded"
        ) from None
    options = f"{OPTIONS} {parsed.get('options', '')}".strip()
    return {**DEFAULTS, **parsed, "options": options}


def placeOf(parameters: Parameters) -> str:
    """
    Name the database for log lines and errors, without a password.
    """
    host = parameters.get("host") or parameters.get("hostaddr") or "localhost"
    port = f":{parameters['port']}" if parameters.get("port") else ""
    return f"postgres {host}{port}/{parameters.get('dbname', '')}"


async def resolved(parameters: Parameters, resolver: IHostnameResolver) -> Parameters:
    """
    Add an address for each host name.

    @raise StoreError: a name has no address.
    """
    names = parameters.get("host", "").split(",")
    if parameters.get("hostaddr") or all(map(_needsNoLookup, names)):
        return parameters
    ports = parameters.get("port", "").split(",")
    ports = ports * len(names) if len(ports) == 1 else ports
    hosts: list[tuple[str, str, str]] = []
    for name, port in zip(names, ports):
        addresses = await _addresses(name, resolver)
        hosts.extend((name, address, port) for address in addresses)
    host, hostaddr, port = map(",".join, zip(*hosts))
    return {**parameters, "host": host, "hostaddr": hostaddr, "port": port}


def _needsNoLookup(name: str) -> bool:
    # A socket, an abstract socket, or an address.
    if not name or name[0] in "/@":
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


async def _addresses(name: str, resolver: IHostnameResolver) -> list[str]:
    if _needsNoLookup(name):
        return ["" if name[:1] in ("", "/", "@") else name]
    answer = AddressCollector()
    resolver.resolveHostName(answer, name)
    addresses = await answer.done
    if not addresses:
        raise StoreError(f"the name {name} cannot be resolved")
    return list(dict.fromkeys(addresses))


@implementer(IResolutionReceiver)
class AddressCollector:
    """
    Collects the addresses of one lookup.

    @ivar done: fires with them.
    """

    def __init__(self) -> None:
        self.done: Deferred[list[str]] = Deferred(lambda _: None)
        self._addresses: list[str] = []

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:
        """
        Do nothing.
        """

    def addressResolved(self, address: IAddress) -> None:
        """
        Add an address.
        """
        host: Any = address
        self._addresses.append(host.host)

    def resolutionComplete(self) -> None:
        """
        Fire L{done}.
        """
        if not self.done.called:
            self.done.callback(self._addresses)
