# -*- test-case-name: tests.dns.test_check -*-
"""
What the network's resolver says of the vendor's names: C{gigasetctl check
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
"""Seconds for one resolver to answer."""

A = 1
"""The record type that phones ask for."""

Server = tuple[str, int]


def check(
    names: Sequence[str],
    here: Collection[str],
    target: str,
    resolvers: Sequence[Server],
) -> dict[str, Any]:
    """
    Ask for each name.

    @param here: the addresses of this server.
    @param target: the one of them that the names should lead to.
    @param resolvers: whom to ask; the next one where one is silent.
    @return: the document to tell, C{"ok"} where all is as it must be.
    """
    left = list(resolvers)
    found = [_one(name, here, target, left) for name in names]
    wrong = [each for each in found if not each["here"]]
    document: dict[str, Any] = {
        "ok": not wrong,
        "resolvers": [_shown(server) for server in resolvers],
        "server": target,
        "names": found,
    }
    if wrong:
        document["detail"] = _advice(len(wrong), len(found), bool(left))
    return document


def _advice(wrong: int, all_: int, answered: bool) -> str:
    """
    What to do, in one sentence.
    """
    if not answered:
        return "no resolver answers: see that this machine has one, and ask again"
    return (
        f"{wrong} of {all_} names do not lead here: change the resolver as "
        "docs/dns.md shows, or let phones ask gigasetd itself (dns.listen)"
    )


def _one(
    name: str, here: Collection[str], target: str, left: list[Server]
) -> dict[str, Any]:
    """
    What is known of one name; resolvers that are silent leave C{left}.
    """
    while left:
        try:
            found = ask(left[0], name)
        except (OSError, MalformedMessage):
            del left[0]
            continue
        good = bool(found) and set(found) <= set(here)
        told = {"name": name, "answers": found, "here": good}
        return {**told, "change": "" if good else _change(name, found, target)}
    return {"name": name, "answers": [], "here": False, "change": "no answer"}


def _change(name: str, found: Collection[str], target: str) -> str:
    """
    What to change, for one name.
    """
    loops = [text for text in found if _isLoopback(text)]
    if loops:
        return f"{loops[0]} is every phone itself: let it lead to {target}"
    verb = "add a record" if not found else "override it"
    return f"{verb}: {name} A {target}"


def _isLoopback(text: str) -> bool:
    """
    Whether an address is good on one machine only.
    """
    address = readAddress(text)
    return address is not None and address.is_loopback


def ask(server: Server, name: str) -> list[str]:
    """
    The IPv4 addresses that a resolver tells; none for a name that it does
    not have.

    @raise OSError: it is silent, or does not want to.
    @raise Malformed: its answer is none.
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
    Send a question and wait for its answer.

    @raise OSError: none comes.
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
    The addresses of a host; none where nobody knows.
    """
    for server in resolvers:
        with suppress(OSError, MalformedMessage):
            return ask(server, name)
    return []


def _shown(server: Server) -> str:
    """
    A resolver, without the usual port.
    """
    host, port = server
    if port == 53:
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
