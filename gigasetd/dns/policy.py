# -*- test-case-name: tests.dns.test_policy -*-
"""
Decide which DNS query is answered here, which is forwarded, which is refused.

The vendor's names resolve to this server; all others are forwarded to the
upstream resolvers, for clients in the local networks only.

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
"""Seconds that our own answers are valid."""

TRANSFERS = (251, 252)
"""IXFR and AXFR, which are for name servers."""

NAPTRS = (("_sip._udp", b"SIP+D2U"), ("_sip._tcp", b"SIP+D2T"))
"""RFC 3263 section 4.1."""

LocalAddress = Callable[[], str]
"""Returns our address that was queried; looked up only when needed."""

OWNER = b"\xc0\x0c"
"""A pointer to the name in the question."""

MINIMAL = b"\x07RFC8482\x00"
"""An HINFO record of that processor and no system."""

Decision = Union[bytes, Question]
"""An answer without OPT record, or the question to forward."""


@dataclass
class Resolver:
    """
    @ivar names: the overridden names, in lower case.
    @ivar ports: service label -> its port, such as C{"_sip._udp": 5060}.
    @ivar address: C{(local, version)} -> the address at which phones reach this
        server, C{""} for none; C{local()} is the address that was queried.
    @ivar near: whether an address lies in the local networks.
    @ivar open: whether other clients, too, may query the overridden names.
    @ivar heard: called with each client that queries an overridden name.
    """

    names: Collection[str]
    ports: Mapping[str, int]
    address: Callable[[LocalAddress, int], str]
    near: Callable[[str], bool]
    open: bool = False
    heard: Callable[[str], None] = lambda host: None

    def __post_init__(self) -> None:
        self.counts = {"overridden": 0, "refused": 0, "unsupported": 0, "any": 0}

    def decide(self, question: Question, host: str, local: LocalAddress) -> Decision:
        """
        Decide one query.

        @param host: the client's address.
        @param local: our address that was queried.
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
            return self._answer(question, base, service, local)
        return question if question.recursion else self._refuse(question)

    def _refuse(self, question: Question) -> bytes:
        # Never longer than the query: no amplification.
        self.counts["refused"] += 1
        return plain(question, REFUSED, 0)

    def _minimal(self, question: Question) -> bytes:
        # The smallest true answer to ANY (RFC 8482 section 4.2).
        head = plain(question, NOERROR)
        record = OWNER + RECORD.pack(dns.HINFO, IN, TTL, len(MINIMAL)) + MINIMAL
        return head[:6] + b"\0\1" + head[8:] + record

    def _answer(
        self, question: Question, base: str, service: str, local: LocalAddress
    ) -> bytes:
        # Where there is no such record, an SOA says for how long (RFC 2308).
        answers: list[tuple[str, Any]] = []
        more: list[tuple[str, Any]] = []
        if service:
            answers = self._service(question, base, service)
            more = self._addresses(base, local) if answers else []
        elif question.kind in (dns.A, dns.AAAA):
            addresses = self._addresses(base, local)
            answers = [each for each in addresses if question.kind == each[1].TYPE]
        elif question.kind == dns.NAPTR:
            answers = self._pointers(base)
        negative = () if answers else (_negative(base),)
        return _message(question, answers, more, negative)

    def _addresses(self, base: str, local: LocalAddress) -> list[tuple[str, Any]]:
        four, six = self.address(local, 4), self.address(local, 6)
        records: list[tuple[str, Any]] = []
        if four:
            records.append((base, dns.Record_A(four)))
        if six:
            records.append((base, dns.Record_AAAA(ip_address(six).exploded)))
        return records

    def _service(
        self, question: Question, base: str, service: str
    ) -> list[tuple[str, Any]]:
        # RFC 2782.
        port = self.ports.get(service)
        if not port or question.kind != dns.SRV:
            return []
        return [(question.name, dns.Record_SRV(0, 0, port, base))]

    def _pointers(self, base: str) -> list[tuple[str, Any]]:
        # Which SIP transports run here, and under which SRV names.
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
    Split a name into its host name and the service labels before it.
    """
    labels = name.split(".")
    count = 0
    while count < len(labels) and labels[count].startswith("_"):
        count += 1
    return ".".join(labels[count:]), ".".join(labels[:count])


def _negative(base: str) -> tuple[str, Any]:
    return base, dns.Record_SOA(base, f"nobody.{base}", 1, 3600, 600, 86400, TTL)


def _message(
    question: Question,
    answers: Collection[tuple[str, Any]],
    more: Collection[tuple[str, Any]] = (),
    authority: Collection[tuple[str, Any]] = (),
) -> bytes:
    # The question is repeated byte for byte: clients compare its spelling.
    message = dns.Message(maxSize=0)
    name = question.name.encode("latin-1")
    message.queries = [dns.Query(name, question.kind, question.family)]
    message.answers = [_header(*record) for record in answers]
    message.authority = [_header(*record) for record in authority]
    message.additional = [_header(*record) for record in more]
    body = message.toStr()
    head = plain(question, NOERROR, AUTHORITY | AVAILABLE)
    return head[:4] + body[4:12] + head[12:] + body[len(head) :]


def _header(name: str, record: Any) -> dns.RRHeader:
    return dns.RRHeader(name, record.TYPE, IN, TTL, record, auth=True)
