# -*- test-case-name: tests.discovery.test_mdnszone -*-
"""
The names and records that are published by multicast DNS (RFC 6762, RFC 6763).

The codec is L{twisted.names.dns}.  The C{zeroconf} package was not taken: its
blocking form runs an event loop in a thread of its own, and its other form
needs the asyncio reactor, which would slow every SIP datagram.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any, NamedTuple

from twisted.names import dns

DOMAIN = b"local"
NAME = b"gigasetd"
BROWSE = b"_services._dns-sd._udp.local"
NSEC = 47
FLUSH = 0x8000  #: in the class of a unique record (RFC 6762 section 10.2)
SHORT, LONG = 120, 4500  #: seconds (RFC 6762 section 10)
LEGACY = 10  #: seconds, for queries from another port (section 6.7)
SIZE = 1400  #: bytes of a datagram that we send
_LINKED = (dns.PTR, dns.SRV)  #: whose content is, or holds, a name


class ServiceInstance(NamedTuple):
    """
    A service instance (RFC 6763 section 4.1).
    """

    kind: bytes  #: such as C{b"_sip._udp"}
    port: int
    text: tuple[bytes, ...] = ()  #: of its TXT record


class MdnsRecord(NamedTuple):
    """
    A resource record that this server announces.
    """

    name: bytes
    type: int
    ttl: int
    payload: Any
    unique: bool  #: whether only we may have one of that name and type

    def key(self) -> tuple[bytes, int, bytes]:
        """
        Return what two equal records have in common.
        """
        return self.name.lower(), self.type, content(self.type, self.payload)

    def header(self, ttl: int, flush: bool) -> dns.RRHeader:
        """
        Return the record as a message carries it.
        """
        cls = dns.IN | (FLUSH if flush and self.unique else 0)
        return dns.RRHeader(self.name, self.type, cls, ttl, self.payload)


def content(kind: int, payload: Any) -> bytes:
    """
    Return a record's data without compression, names in lower case.
    """
    stream = BytesIO()
    payload.encode(stream, None)
    data = stream.getvalue()
    return data.lower() if kind in _LINKED else data


class MdnsZone:
    """
    All records of one link.

    @ivar host: our name.
    @ivar entries: the records.
    @ivar unique: lower-case names that only we may have.
    """

    def __init__(
        self, number: int, offers: Sequence[ServiceInstance], addresses: Iterable[str]
    ) -> None:
        """
        @param number: 1, or more where other machines had the names before us.
        @param addresses: IPv4 and IPv6, without zones.
        """
        mark = b"" if number == 1 else b"-%d" % number
        self.host = NAME + mark + b"." + DOMAIN
        self.entries = [*self._addresses(addresses)]
        for offer in offers:
            self.entries += self._service(offer, NAME + mark)
        self.unique = {entry.name.lower() for entry in self.entries if entry.unique}
        for name in sorted(self.unique):
            types = {entry.type for entry in self.of(name)}
            self.entries.append(_absence(name, types))

    def _addresses(self, addresses: Iterable[str]) -> Iterator[MdnsRecord]:
        for address in addresses:
            if ":" in address:
                six = dns.Record_AAAA(address)
                yield MdnsRecord(self.host, dns.AAAA, SHORT, six, True)
            else:
                yield MdnsRecord(self.host, dns.A, SHORT, dns.Record_A(address), True)

    def _service(self, offer: ServiceInstance, label: bytes) -> Iterator[MdnsRecord]:
        kind = offer.kind + b"." + DOMAIN
        name = label + b"." + kind
        place = dns.Record_SRV(0, 0, offer.port, self.host)
        # A TXT record holds at least one text, which may be empty.
        text = dns.Record_TXT(*(offer.text or (b"",)))
        yield MdnsRecord(BROWSE, dns.PTR, LONG, dns.Record_PTR(kind), False)
        yield MdnsRecord(kind, dns.PTR, LONG, dns.Record_PTR(name), False)
        yield MdnsRecord(name, dns.SRV, SHORT, place, True)
        yield MdnsRecord(name, dns.TXT, LONG, text, True)

    def of(self, name: bytes, kind: int = dns.ALL_RECORDS) -> list[MdnsRecord]:
        """
        Return the records of a name; where it lacks that type, the NSEC record
        that says so (RFC 6762 section 6.1).
        """
        wanted = name.lower()
        named = [entry for entry in self.entries if entry.name.lower() == wanted]
        typed = [entry for entry in named if kind in (dns.ALL_RECORDS, entry.type)]
        return typed or [entry for entry in named if entry.type == NSEC]

    def beside(self, answers: Iterable[MdnsRecord]) -> list[MdnsRecord]:
        """
        Return the additional records: what a client will query next (RFC 6763
        section 12).
        """
        primary = list(answers)
        more: list[MdnsRecord] = []
        for entry in primary:
            if entry.type == dns.PTR and entry.name != BROWSE:
                more += self.of(entry.payload.name.name)
        if any(entry.type == dns.SRV for entry in (*primary, *more)):
            more += self.of(self.host)
        return [entry for entry in dict.fromkeys(more) if entry not in primary]


def _absence(name: bytes, types: set[int]) -> MdnsRecord:
    # One window of bits; the next name is the name itself (RFC 6762 section 6.1).
    bits = bytearray(max(types) // 8 + 1)
    for kind in types:
        bits[kind // 8] |= 0x80 >> kind % 8
    stream = BytesIO()
    dns.Name(name).encode(stream)
    data = stream.getvalue() + bytes([0, len(bits)]) + bytes(bits)
    return MdnsRecord(name, NSEC, SHORT, dns.UnknownRecord(data), True)
