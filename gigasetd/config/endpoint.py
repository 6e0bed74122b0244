# -*- test-case-name: tests.config.test_endpoint -*-
"""
An endpoint, as every C{*.listen} key writes it:
C{TRANSPORT:PORT[:interface=ADDR]}, with C{certificate=F:key=F} for TLS, or
C{systemd:NAME} for a socket that systemd passes.

Layer 0 (values).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import ip_address
from typing import NamedTuple

EVERYWHERE = "0.0.0.0"  # noqa: S104
TRANSPORTS = ("udp", "tcp", "tls")

# A colon inside brackets belongs to an IPv6 address.
_COLON = re.compile(r":(?![^\[\]]*\])")
_PORT = re.compile(r"[0-9]{1,5}")
_NAME = re.compile(r"[^\s:]{1,255}")


class Endpoint(NamedTuple):
    """
    The address to which one listener is bound.
    """

    transport: str  #: "udp", "tcp", "tls" or "systemd"
    port: int = 0  #: 0 for any free port
    interface: str = EVERYWHERE  #: an address, IPv6 without its brackets
    certificate: str = ""  #: file name, TLS only; "" for the server's own
    key: str = ""  #: file name, TLS only
    name: str = ""  #: FileDescriptorName of the socket, systemd only


def parseEndpoint(text: str) -> Endpoint:
    """
    Parse an endpoint.

    @raise ValueError: the text has another form; the message says what is
        wrong.
    """
    transport, *rest = _COLON.split(text)
    if transport == "systemd":
        return Endpoint(transport, name=_systemdName(rest))
    if transport not in TRANSPORTS:
        raise ValueError("the transport must be udp, tcp, tls or systemd")
    if not rest:
        raise ValueError("the port is missing")
    options = _options(rest[1:], transport)
    return Endpoint(
        transport,
        _port(rest[0]),
        _interface(options.get("interface", EVERYWHERE)),
        options.get("certificate", ""),
        options.get("key", ""),
    )


def _systemdName(rest: Sequence[str]) -> str:
    if len(rest) != 1 or not _NAME.fullmatch(rest[0]):
        raise ValueError("systemd: needs the name of one socket")
    return rest[0]


def _port(text: str) -> int:
    if not _PORT.fullmatch(text) or int(text) > 65535:
        raise ValueError("the port must be a number from 0 to 65535")
    return int(text)


def _options(parts: Sequence[str], transport: str) -> dict[str, str]:
    known = {"interface"} | ({"certificate", "key"} if transport == "tls" else set())
    options: dict[str, str] = {}
    for part in parts:
        name, _, value = part.partition("=")
        if name not in known or not value or name in options:
            raise ValueError(f"an option must be one of {', '.join(sorted(known))}")
        options[name] = value
    if ("certificate" in options) != ("key" in options):
        raise ValueError("certificate= and key= are needed together")
    return options


def _interface(text: str) -> str:
    bracketed = text.startswith("[") and text.endswith("]")
    bare = text[1:-1] if bracketed else text
    try:
        version = ip_address(bare).version
    except ValueError:
        raise ValueError("the interface must be an address") from None
    if bracketed != (version == 6):
        raise ValueError("an IPv6 address needs brackets, an IPv4 address none")
    return bare


def firstDuplicate(endpoints: Sequence[Endpoint]) -> Endpoint | None:
    """
    Find the first endpoint for the same socket as an earlier one.

    @return: L{None} where all differ.
    """
    seen: set[tuple[object, ...]] = set()
    for endpoint in endpoints:
        stream = "udp" if endpoint.transport == "udp" else "stream"
        socket = (stream, endpoint.port, endpoint.interface, endpoint.name)
        if socket in seen:
            return endpoint
        # Two endpoints with port 0 get two free ports.
        if endpoint.port or endpoint.name:
            seen.add(socket)
    return None
