# -*- test-case-name: tests.dns.test_check -*-
"""
Check how the network's resolver answers the vendor's names: C{gigasetctl check
dns}, which needs no daemon.

Layer 3 (I/O).
"""

from __future__ import annotations

import socket
from collections.abc import Collection, Sequence
from contextlib import suppress
from ipaddress import IPv4Address
from secrets import randbelow
from time import monotonic
from typing import Any

from gigasetd.config.networks import readAddress
from gigasetd.dns.message import HEADER, NXDOMAIN, WANTED, MalformedMessage
from gigasetd.dns.message import parseQuestion as parsed
from gigasetd.dns.records import answers, code, records

PATIENCE = 2.0
"""Seconds that one resolver has to answer."""

A = 1
"""The record type that phones query."""

Server = tuple[str, int]


def check(
    names: Sequence[str],
    here: Collection[str],
    target: str,
    resolvers: Sequence[Server],
) -> dict[str, Any]:
    """
    Query each name.

    @param here: the addresses of this server.
    @param target: the one of them that the names should resolve to.
    @param resolvers: queried in this order; a silent one is skipped from then
        on.
    @return: the result document; C{"ok"} where every name resolves to this
        server.
    """
    left = list(resolvers)
    results = [_result(name, here, target, left) for name in names]
    wrong = [result for result in results if not result["here"]]
    document: dict[str, Any] = {
        "ok": not wrong,
        "resolvers": [_shown(server) for server in resolvers],
        "server": target,
        "names": results,
    }
    if wrong:
        document["detail"] = _advice(len(wrong), len(results), bool(left))
    return document


def _advice(wrong: int, all_: int, answered: bool) -> str:
    if not answered:
        return (
            "no resolver answers: check the resolver's address (by default those of "
            "/etc/resolv.conf on this machine), and try again"
        )
    return (
        f"{wrong} of {all_} names do not resolve to this server: change the resolver "
        "as docs/dns.md shows, or let phones query gigasetd itself (dns.listen)"
    )


def _result(
    name: str, here: Collection[str], target: str, left: list[Server]
) -> dict[str, Any]:
    # Resolvers that do not answer are removed from C{left}.
    while left:
        try:
            addresses = ask(left[0], name)
        except (OSError, MalformedMessage):
            del left[0]
            continue
        good = bool(addresses) and set(addresses) <= set(here)
        result = {"name": name, "answers": addresses, "here": good}
        return {**result, "change": "" if good else _change(name, addresses, target)}
    return {"name": name, "answers": [], "here": False, "change": "no answer"}


def _change(name: str, addresses: Collection[str], target: str) -> str:
    loops = [text for text in addresses if _isLoopback(text)]
    if loops:
        return f"{loops[0]} means the phone itself: let it resolve to {target}"
    verb = "add a record" if not addresses else "override it"
    return f"{verb}: {name} A {target}"


def _isLoopback(text: str) -> bool:
    address = readAddress(text)
    return address is not None and address.is_loopback


def ask(server: Server, name: str) -> list[str]:
    """
    Query the IPv4 addresses of a name; none for a name that does not exist.

    @raise OSError: the resolver does not answer, or refuses.
    @raise MalformedMessage: its answer is malformed.
    """
    ident = randbelow(0x10000)
    labels = [label.encode("ascii") for label in name.split(".")]
    wire = b"".join(bytes((len(label),)) + label for label in labels)
    query = HEADER.pack(ident, WANTED, 1, 0, 0, 0) + wire + b"\0\0\1\0\1"
    reply = _exchange(server, query, ident)
    if code(reply) not in (0, NXDOMAIN):
        raise OSError(f"response code {code(reply)}")
    return [
        str(IPv4Address(reply[record.end - 4 : record.end]))
        for record in records(reply)
        if record.section == 0 and record.kind == A
    ]


def _exchange(server: Server, query: bytes, ident: int) -> bytes:
    """
    @raise OSError: no answer comes.
    """
    question, end = parsed(query), monotonic() + PATIENCE
    family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as peer:
        peer.connect(server)
        peer.send(query)
        while (left := end - monotonic()) > 0:
            peer.settimeout(left)
            reply = peer.recv(65535)
            if answers(reply, question, ident):
                return reply
    raise TimeoutError


def hostAddresses(name: str, resolvers: Sequence[Server]) -> list[str]:
    """
    Return the addresses of a host; none where no resolver knows it.
    """
    for server in resolvers:
        with suppress(OSError, MalformedMessage):
            return ask(server, name)
    return []


def _shown(server: Server) -> str:
    host, port = server
    if port == 53:
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
