# -*- test-case-name: tests.web.http.test_channel -*-
"""
The limits of HTTP connections and requests.

Layer 0 (values).
"""

from __future__ import annotations

from typing import NamedTuple

from gigasetd.config.sections.http import HttpSection


class ConnectionLimits(NamedTuple):
    """
    How many connections there may be.
    """

    most: int = 1024  #: of all sources
    share: int = 64  #: of one source; a trusted proxy has no share
    reserve: int = 256  #: of C{most}, for local sources only


class HttpLimits(NamedTuple):
    """
    What a reload may change.
    """

    longest: int = 16384  #: bytes of a request's head, and of its body
    idle: int = 30  #: seconds from a response to the end of the next request
    silent: int = 10  #: seconds from the connection to the end of a first request
    rate: int = 50  #: requests a second of one source, in the long run
    connections: ConnectionLimits = ConnectionLimits()


def httpLimits(http: HttpSection) -> HttpLimits:
    """
    Read the limits from the configuration.
    """
    connections = ConnectionLimits(
        http.max_connections, http.max_connections_per_address, http.local_connections
    )
    return HttpLimits(
        http.max_request,
        http.timeout,
        http.first_timeout,
        http.requests_per_second,
        connections,
    )
