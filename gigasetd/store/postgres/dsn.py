# -*- test-case-name: tests.store.postgres.test_dsn -*-
"""
Where Postgres is: the operator's URL as parameters of libpq, names resolved.

libpq would resolve names with a call that blocks the reactor; it is given
addresses instead, beside the names, which it needs for certificates and
C{~/.pgpass}.

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
"""Seconds after which the server itself ends a statement."""

DEFAULTS = {
    "application_name": "gigasetd",
    "client_encoding": "UTF8",
    "gssencmode": "disable",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
"""What holds unless the URL says otherwise."""

OPTIONS = (
    f"-c statement_timeout={STATEMENT * 1000:.0f} "
    "-c idle_in_transaction_session_timeout=120000 "
    "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 "
    "-c tcp_keepalives_count=3"
)
"""
Settings of the server for our session.  It must notice soon that we are gone,
since the lock of a session that it believes in keeps the next daemon out.
"""

Parameters = dict[str, str]


def parameters(url: str) -> Parameters:
    """
    The parameters that a URL (RFC 3986, as libpq's manual describes it)
    stands for.

    @raise StoreError: it is none; the text does not repeat it, as a password
        may stand in it.
    """
    try:
        given = psycopg2.extensions.parse_dsn(url)
    except psycopg2.Error:
        raise StoreError(
            "store.url: not a URL that Postgres understands; special characters "
            "in it must be percent-encoded"
        ) from None
    options = f"{OPTIONS} {given.get('options', '')}".strip()
    return {**DEFAULTS, **given, "options": options}


def placeOf(given: Parameters) -> str:
    """
    How the operator is told which database is meant, without a password.
    """
    host = given.get("host") or given.get("hostaddr") or "localhost"
    port = f":{given['port']}" if given.get("port") else ""
    return f"postgres {host}{port}/{given.get('dbname', '')}"


async def resolved(given: Parameters, resolver: IHostnameResolver) -> Parameters:
    """
    The same with an address for each host name.

    @raise StoreError: a name has no address.
    """
    names = given.get("host", "").split(",")
    if given.get("hostaddr") or all(map(_ready, names)):
        return given
    ports = given.get("port", "").split(",")
    ports = ports * len(names) if len(ports) == 1 else ports
    found: list[tuple[str, str, str]] = []
    for name, port in zip(names, ports):
        addresses = await _addresses(name, resolver)
        found.extend((name, address, port) for address in addresses)
    host, hostaddr, port = map(",".join, zip(*found))
    return {**given, "host": host, "hostaddr": hostaddr, "port": port}


def _ready(name: str) -> bool:
    """
    Whether libpq needs nobody to find this host: a socket or an address.
    """
    if not name or name[0] in "/@":
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


async def _addresses(name: str, resolver: IHostnameResolver) -> list[str]:
    """
    What one host is reached by; C{""} for a socket.
    """
    if _ready(name):
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
    Collects a resolver's answer.

    @ivar done: fires with the addresses.
    """

    def __init__(self) -> None:
        self.done: Deferred[list[str]] = Deferred(lambda _: None)
        self._found: list[str] = []

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:
        """
        Nothing is to be kept of that.
        """

    def addressResolved(self, address: IAddress) -> None:
        """
        One more.
        """
        host: Any = address
        self._found.append(host.host)

    def resolutionComplete(self) -> None:
        """
        That was all.
        """
        if not self.done.called:
            self.done.callback(self._found)
