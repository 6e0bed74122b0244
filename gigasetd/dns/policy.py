# -*- test-case-name: tests.dns.test_policy -*-
"""
Which DNS question is answered here, which is passed on, which is refused.

The vendor's names lead to this server; all else belongs to the resolvers
that the network had before, and only the network itself may ask for it.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Union

from twisted.names import dns

from gigasetd.dns.message import (
    ANY,
    AUTHORITY,
    AVAILABLE,
    IN,
    NOERROR,
    NOTIMP,
    RECORD,
    REFUSED,
    Question,
    plain,
)

TTL = 300
"""Seconds that our own answers are good for."""

TRANSFERS = (251, 252)
"""IXFR and AXFR, which are for name servers."""

NAPTRS = (("_sip._udp", b"SIP+D2U"), ("_sip._tcp", b"SIP+D2T"))
"""RFC 3263 section 4.1."""

LocalAddress = Callable[[], str]
"""Tells the address of ours that a question came to."""

OWNER = b"\xc0\x0c"
"""The name that was asked for, as a pointer to it."""

MINIMAL = b"\x07RFC8482\x00"
"""An HINFO record of that processor and no system."""

Decision = Union[bytes, Question]
"""An answer without OPT record, or what to ask upstream."""


@dataclass
class Resolver:
    """
    @ivar names: the names that lead here, in lower case.
    @ivar ports: service label -> its port, such as C{"_sip._udp": 5060}.
    @ivar address: C{(asked, version)} -> the address that phones reach this
        server at, C{""} for none; C{asked()} is where the question came to.
    @ivar near: whether an address lies in the local networks.
    @ivar open: whether others, too, are told the names that lead here.
    @ivar heard: is told who asked for a name that leads here.
    """

    names: Collection[str]
    ports: Mapping[str, int]
    address: Callable[[LocalAddress, int], str]
    near: Callable[[str], bool]
    open: bool = False
    heard: Callable[[str], None] = lambda host: None

    def __post_init__(self) -> None:
        self.counts = {"overridden": 0, "refused": 0, "unsupported": 0, "any": 0}

    def decide(self, question: Question, host: str, asked: LocalAddress) -> Decision:
        """
        What becomes of a question.

        @param host: who asks.
        @param asked: the address of ours that it came to.
        """
        base, service = split(question.name)
        ours = base in self.names
        if not self.near(host) and not (ours and self.open):
            return self._refuse(question)
        if question.family != IN or question.kind in TRANSFERS:
            self.counts["unsupported"] += 1
            return plain(question, REFUSED if question.family == IN else NOTIMP)
        if question.kind == ANY:
            self.counts["any"] += 1
            return self._minimal(question)
        if ours:
            self.counts["overridden"] += 1
            self.heard(host)
            return self._answer(question, base, service, asked)
        return question if question.recursion else self._refuse(question)

    def _refuse(self, question: Question) -> bytes:
        """
        Not for this one; never longer than the question.
        """
        self.counts["refused"] += 1
        return plain(question, REFUSED, 0)

    def _minimal(self, question: Question) -> bytes:
        """
        The smallest true answer to "all you have" (RFC 8482 section 4.2).
        """
        head = plain(question, NOERROR)
        record = OWNER + RECORD.pack(dns.HINFO, IN, TTL, len(MINIMAL)) + MINIMAL
        return head[:6] + b"\0\1" + head[8:] + record

    def _answer(
        self, question: Question, base: str, service: str, asked: LocalAddress
    ) -> bytes:
        """
        What we have of that kind; where there is nothing, an SOA record says
        for how long.
        """
        found: list[tuple[str, Any]] = []
        more: list[tuple[str, Any]] = []
        if service:
            found = self._service(question, base, service)
            more = self._addresses(base, asked) if found else []
        elif question.kind in (dns.A, dns.AAAA):
            addresses = self._addresses(base, asked)
            found = [one for one in addresses if question.kind == one[1].TYPE]
        elif question.kind == dns.NAPTR:
            found = self._pointers(base)
        return _message(question, found, more, () if found else (_nothing(base),))

    def _addresses(self, base: str, asked: LocalAddress) -> list[tuple[str, Any]]:
        """
        The address records of this server.
        """
        four, six = self.address(asked, 4), self.address(asked, 6)
        found: list[tuple[str, Any]] = []
        if four:
            found.append((base, dns.Record_A(four)))
        if six:
            found.append((base, dns.Record_AAAA(ip_address(six).exploded)))
        return found

    def _service(
        self, question: Question, base: str, service: str
    ) -> list[tuple[str, Any]]:
        """
        The SRV record of a service that runs here (RFC 2782).
        """
        port = self.ports.get(service)
        if not port or question.kind != dns.SRV:
            return []
        return [(question.name, dns.Record_SRV(0, 0, port, base))]

    def _pointers(self, base: str) -> list[tuple[str, Any]]:
        """
        Which transports of SIP run here, and under which SRV names.
        """
        running = [pair for pair in NAPTRS if self.ports.get(pair[0])]
        return [
            (
                base,
                dns.Record_NAPTR(
                    10 * (place + 1), 10, b"s", service, b"", f"{label}.{base}"
                ),
            )
            for place, (label, service) in enumerate(running)
        ]


def split(name: str) -> tuple[str, str]:
    """
    The host name in a name, and the service labels before it.
    """
    labels = name.split(".")
    count = 0
    while count < len(labels) and labels[count].startswith("_"):
        count += 1
    return ".".join(labels[count:]), ".".join(labels[:count])


def _nothing(base: str) -> tuple[str, Any]:
    """
    What says that there is no such record, for a while (RFC 2308).
    """
    return base, dns.Record_SOA(base, f"nobody.{base}", 1, 3600, 600, 86400, TTL)


def _message(
    question: Question,
    found: Collection[tuple[str, Any]],
    more: Collection[tuple[str, Any]] = (),
    authority: Collection[tuple[str, Any]] = (),
) -> bytes:
    """
    An answer of our own, the question repeated to the letter.
    """
    message = dns.Message(maxSize=0)
    name = question.name.encode("latin-1")
    message.queries = [dns.Query(name, question.kind, question.family)]
    message.answers = [_header(*one) for one in found]
    message.authority = [_header(*one) for one in authority]
    message.additional = [_header(*one) for one in more]
    body = message.toStr()
    head = plain(question, NOERROR, AUTHORITY | AVAILABLE)
    return head[:4] + body[4:12] + head[12:] + body[len(head) :]


def _header(name: str, record: Any) -> dns.RRHeader:
    """
    A record under its name.
    """
    return dns.RRHeader(name, record.TYPE, IN, TTL, record, auth=True)
