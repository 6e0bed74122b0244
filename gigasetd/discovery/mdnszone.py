# -*- test-case-name: tests.discovery.test_mdns -*-
"""
What is published by multicast DNS: names and records (RFC 6762, RFC 6763).

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
LEGACY = 10  #: seconds, for those who ask from another port (section 6.7)
SIZE = 1400  #: bytes of what we send
_LINKED = (dns.PTR, dns.SRV)  #: whose content is, or holds, a name


class ServiceInstance(NamedTuple):
    """
    One service.
    """

    kind: bytes  #: such as C{b"_sip._udp"}
    port: int
    text: tuple[bytes, ...] = ()  #: of its TXT record


class MdnsRecord(NamedTuple):
    """
    One record.
    """

    name: bytes
    type: int
    ttl: int
    payload: Any
    unique: bool  #: whether nobody else may have one of that name and type

    def key(self) -> tuple[bytes, int, bytes]:
        """
        What makes it the same record as another one.
        """
        return self.name.lower(), self.type, content(self.type, self.payload)

    def header(self, ttl: int, flush: bool) -> dns.RRHeader:
        """
        As it goes into a message.
        """
        cls = dns.IN | (FLUSH if flush and self.unique else 0)
        return dns.RRHeader(self.name, self.type, cls, ttl, self.payload)


def content(kind: int, payload: Any) -> bytes:
    """
    A record's data without compression, names in lower case.
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
        @param number: 1, or more where others had the names before us.
        @param addresses: IPv4 and IPv6, without zones.
        """
        mark = b"" if number == 1 else b"-%d" % number
        self.host = NAME + mark + b"." + DOMAIN
        self.entries = [*self._addresses(addresses)]
        for offer in offers:
            self.entries += self._service(offer, NAME + mark)
        self.unique = {one.name.lower() for one in self.entries if one.unique}
        for name in sorted(self.unique):
            types = {one.type for one in self.of(name)}
            self.entries.append(_absence(name, types))

    def _addresses(self, addresses: Iterable[str]) -> Iterator[MdnsRecord]:
        """
        The records of our name.
        """
        for address in addresses:
            if ":" in address:
                six = dns.Record_AAAA(address)
                yield MdnsRecord(self.host, dns.AAAA, SHORT, six, True)
            else:
                yield MdnsRecord(self.host, dns.A, SHORT, dns.Record_A(address), True)

    def _service(self, offer: ServiceInstance, label: bytes) -> Iterator[MdnsRecord]:
        """
        The records of a service.
        """
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
        The records of a name; of one that is ours and lacks that type, the
        record that says so (RFC 6762 section 6.1).
        """
        named = [one for one in self.entries if one.name.lower() == name.lower()]
        fit = [one for one in named if kind in (dns.ALL_RECORDS, one.type)]
        return fit or [one for one in named if one.type == NSEC]

    def beside(self, answers: Iterable[MdnsRecord]) -> list[MdnsRecord]:
        """
        What whoever gets these answers will ask for next (RFC 6763 section
        12).
        """
        told = list(answers)
        found: list[MdnsRecord] = []
        for one in told:
            if one.type == dns.PTR and one.name != BROWSE:
                found += self.of(one.payload.name.name)
        if any(one.type == dns.SRV for one in (*told, *found)):
            found += self.of(self.host)
        return [one for one in dict.fromkeys(found) if one not in told]


def _absence(name: bytes, types: set[int]) -> MdnsRecord:
    """
    The record that says which types a name has (RFC 6762 section 6.1: one
    window of bits, the name itself as the next one).
    """
    bits = bytearray(max(types) // 8 + 1)
    for kind in types:
        bits[kind // 8] |= 0x80 >> kind % 8
    stream = BytesIO()
    dns.Name(name).encode(stream)
    data = stream.getvalue() + bytes([0, len(bits)]) + bytes(bits)
    return MdnsRecord(name, NSEC, SHORT, dns.UnknownRecord(data), True)
