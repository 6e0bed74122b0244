"""
Tests of L{gigasetd.discovery.mdnszone}.
"""

from __future__ import annotations

from twisted.names import dns
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.discovery.mdnszone import (
    BROWSE,
    FLUSH,
    NSEC,
    MdnsZone,
    ServiceInstance,
    content,
)

OFFERS = (
    ServiceInstance(b"_http._tcp", 80, (b"path=/",)),
    ServiceInstance(b"_sip._udp", 5060),
)


class ZoneTests(SynchronousTestCase):
    """
    L{MdnsZone}.
    """

    def setUp(self) -> None:
        """
        The zone of a link with both families.
        """
        self.zone = MdnsZone(1, OFFERS, ["192.168.1.5", "fd00::5"])

    def types(self, name: bytes, kind: int = dns.ALL_RECORDS) -> list[int]:
        """
        The types of a name's records.
        """
        return [record.type for record in self.zone.of(name, kind)]

    def test_host(self) -> None:
        """
        The host has an address record of each family.
        """
        types = [dns.A, dns.AAAA, NSEC]
        self.assertEqual(self.types(b"gigasetd.local"), types)
        self.assertEqual(self.types(b"GIGASETD.local", dns.A), [dns.A])

    def test_service(self) -> None:
        """
        A service has a pointer to its instance, which has SRV and TXT.
        """
        (pointer,) = self.zone.of(b"_sip._udp.local")
        name = pointer.payload.name.name
        self.assertEqual(name, b"gigasetd._sip._udp.local")
        self.assertEqual(self.types(name), [dns.SRV, dns.TXT, NSEC])
        (place,) = self.zone.of(name, dns.SRV)
        self.assertEqual(place.payload.port, 5060)

    def test_browse(self) -> None:
        """
        All kinds of services are listed under one name, which is shared.
        """
        pointers = self.zone.of(BROWSE)
        self.assertEqual(len(pointers), 2)
        self.assertFalse(any(record.unique for record in pointers))

    def test_emptyText(self) -> None:
        """
        A TXT record holds one empty text where there is none to tell.
        """
        (text,) = self.zone.of(b"gigasetd._sip._udp.local", dns.TXT)
        self.assertEqual(text.payload.data, [b""])

    def test_absent(self) -> None:
        """
        A type that a name of ours lacks is answered by NSEC, an unknown name
        by nothing.
        """
        self.assertEqual(self.types(b"gigasetd.local", dns.SRV), [NSEC])
        self.assertEqual(self.types(b"other.local"), [])
        (absence,) = self.zone.of(b"gigasetd.local", NSEC)
        # One window: A (1) and AAAA (28) are there.
        self.assertTrue(content(NSEC, absence.payload).endswith(b"\0\4\x40\0\0\x08"))

    def test_second(self) -> None:
        """
        Where another machine had the names, all of ours carry a number.
        """
        zone = MdnsZone(2, OFFERS, ["192.168.1.5"])
        self.assertEqual(zone.host, b"gigasetd-2.local")
        self.assertIn(b"gigasetd-2._http._tcp.local", zone.unique)
        self.assertFalse(zone.of(b"gigasetd.local"))

    def test_beside(self) -> None:
        """
        With a pointer come the instance's records and the host's addresses,
        each once.
        """
        pointers = self.zone.of(b"_sip._udp.local")
        types = [record.type for record in self.zone.beside(pointers)]
        expected = [dns.SRV, dns.TXT, NSEC, dns.A, dns.AAAA, NSEC]
        self.assertEqual(types, expected)
        self.assertEqual(self.zone.beside(self.zone.of(BROWSE)), [])

    def test_header(self) -> None:
        """
        Only a unique record tells clients to flush their caches.
        """
        (address,) = self.zone.of(b"gigasetd.local", dns.A)
        self.assertEqual(address.header(1, True).cls, dns.IN | FLUSH)
        self.assertEqual(address.header(1, False).cls, dns.IN)
        (pointer,) = self.zone.of(b"_sip._udp.local")
        self.assertEqual(pointer.header(1, True).cls, dns.IN)

    def test_content(self) -> None:
        """
        Names in a record's data are compared without case, texts are not.
        """
        upper, lower = dns.Record_PTR(b"A.local"), dns.Record_PTR(b"a.local")
        self.assertEqual(content(dns.PTR, upper), content(dns.PTR, lower))
        upper, lower = dns.Record_TXT(b"A"), dns.Record_TXT(b"a")
        self.assertNotEqual(content(dns.TXT, upper), content(dns.TXT, lower))
