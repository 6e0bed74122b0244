"""
Tests of L{gigasetd.discovery.mdns}.
"""

from __future__ import annotations

from twisted.names import dns
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.discovery.mdns import CROWD, LONGEST, MOST, PORT, MdnsResponder
from gigasetd.discovery.mdnszone import BROWSE, FLUSH, NSEC, MdnsZone, ServiceInstance
from gigasetd.errors import BadValue
from gigasetd.ratelimit.amplification import fits

OFFERS = (
    ServiceInstance(b"_http._tcp", 80, (b"path=/",)),
    ServiceInstance(b"_sip._udp", 5060),
)
PEER = "192.168.1.77"


def zone(number: int, offers=OFFERS) -> MdnsZone:
    """
    Our records.
    """
    return MdnsZone(number, offers, ["192.168.1.5"])


def query(*asked, ident: int = 0, known=()) -> bytes:
    """
    A question.
    """
    message = dns.Message(ident)
    message.queries = [dns.Query(*one) for one in asked]
    message.answers = list(known)
    return message.toStr()


def read(data: bytes):
    """
    A message.
    """
    message = dns.Message()
    message.fromStr(data)
    return message


class MdnsTests(SynchronousTestCase):
    """
    A computer on the link that asks by multicast DNS.
    """

    def setUp(self) -> None:
        """
        A responder whose names are its own.
        """
        self.now = 100.0
        self.responder = MdnsResponder(zone, self.now)
        self.begun = self.run_()

    def run_(self):
        """
        Let time pass until nothing is to be done any more.
        """
        outs = []
        while self.responder.due is not None:
            self.now = max(self.now, self.responder.due)
            outs += self.responder.tick(self.now)
        self.now += 10
        return outs

    def ask(self, data: bytes, port: int = PORT, host: str = PEER, own: bool = False):
        """
        What is said to a datagram.
        """
        return self.responder.receive(data, host, port, own, self.now)

    def test_begin(self) -> None:
        """
        The names are asked for three times, then announced twice, and unique
        records are marked so that old ones are forgotten.
        """
        messages = [read(out.data) for out in self.begun]
        self.assertEqual([one.answer for one in messages], [0, 0, 0, 1, 1])
        self.assertEqual({out.to for out in self.begun}, {None})
        names = {one.name.name for one in messages[0].queries}
        self.assertEqual(
            names,
            {
                b"gigasetd.local",
                b"gigasetd._http._tcp.local",
                b"gigasetd._sip._udp.local",
            },
        )
        self.assertTrue(messages[0].authority)
        flushed = {one.type for one in messages[3].answers if one.cls & FLUSH}
        self.assertEqual(flushed, {dns.A, dns.SRV, dns.TXT, NSEC})

    def test_browse(self) -> None:
        """
        Who browses for a service gets all that is needed to use it, and
        everybody hears it.
        """
        (out,) = self.ask(query((b"_HTTP._tcp.local", dns.PTR)))
        self.assertIsNone(out.to)
        self.assertGreater(out.within, 0)
        message = read(out.data)
        (pointer,) = message.answers
        self.assertEqual(pointer.payload.name.name, b"gigasetd._http._tcp.local")
        kinds = {one.type: one for one in message.additional}
        self.assertEqual(kinds[dns.SRV].payload.port, 80)
        self.assertEqual(kinds[dns.SRV].payload.target.name, b"gigasetd.local")
        self.assertEqual(kinds[dns.TXT].payload.data, [b"path=/"])
        self.assertEqual(kinds[dns.A].payload.dottedQuad(), "192.168.1.5")

    def test_kinds(self) -> None:
        """
        Which services there are can be asked for.
        """
        (out,) = self.ask(query((BROWSE, dns.PTR)))
        told = {one.payload.name.name for one in read(out.data).answers}
        self.assertEqual(told, {b"_http._tcp.local", b"_sip._udp.local"})

    def test_legacy(self) -> None:
        """
        A plain resolver gets a plain answer: alone, with its own question and
        identifier, short-lived, and without marks it does not know.
        """
        data = query((b"gigasetd.local", dns.A), ident=7)
        (out,) = self.ask(data, port=50000)
        self.assertEqual(out.to, (PEER, 50000))
        message = read(out.data)
        self.assertEqual(message.id, 7)
        self.assertEqual(message.queries[0].name.name, b"gigasetd.local")
        (answer,) = message.answers
        self.assertEqual((answer.cls, answer.ttl), (dns.IN, 10))

    def test_unicast(self) -> None:
        """
        Who asks for an answer of its own gets it alone.
        """
        (out,) = self.ask(query((b"gigasetd.local", dns.A, dns.IN | 0x8000)))
        self.assertEqual(out.to, (PEER, PORT))

    def test_amplification(self) -> None:
        """
        What goes to one sender, who may be forged, is bounded by the query; who
        asks from the port of multicast DNS gets the rest with the whole link.
        """
        names = {entry.name for entry in self.responder.zone.entries}
        for name in names:
            for kind in (dns.PTR, dns.SRV, dns.TXT, dns.A, dns.ALL_RECORDS):
                for data, port in (
                    (query((name, kind)), 50000),
                    (query((name, kind, dns.IN | 0x8000)), PORT),
                    (query((name, kind), (BROWSE, dns.PTR)), 50000),
                ):
                    self.now += 10
                    outs = self.ask(data, port=port)
                    sizes = [len(out.data) for out in outs if out.to]
                    if sizes:
                        self.assertTrue(fits(len(data), *sizes), (name, kind, sizes))
                    if port == PORT and self.responder.zone.of(name, kind):
                        self.assertEqual(len(outs), 1, (name, kind))

    def test_absent(self) -> None:
        """
        That there is no IPv6 address is said, so that nobody waits for one
        (RFC 6762 section 6.1, to the byte).
        """
        (out,) = self.ask(query((b"gigasetd.local", dns.AAAA)))
        (answer,) = read(out.data).answers
        self.assertEqual(answer.type, NSEC)
        data = b"\x08gigasetd\x05local\0" + b"\0\1\x40"
        self.assertEqual(answer.payload.data, data)

    def test_known(self) -> None:
        """
        Who knows the answer already, and for long enough, is not told again.
        """
        payload = dns.Record_PTR(b"Gigasetd._http._tcp.local")
        for ttl, count in ((4500, 0), (2250, 0), (2000, 1)):
            known = dns.RRHeader(b"_http._tcp.local", dns.PTR, dns.IN, ttl, payload)
            data = query((b"_http._tcp.local", dns.PTR), known=[known])
            self.assertEqual(len(self.ask(data)), count, ttl)
            self.now += 10

    def test_repeated(self) -> None:
        """
        However often it is asked, the link hears an answer once a second.
        """
        data = query((b"_http._tcp.local", dns.PTR))
        outs = [out for _ in range(100) for out in self.ask(data)]
        self.assertEqual(len(outs), 1)
        self.now += 1
        self.assertEqual(len(self.ask(data)), 1)

    def test_others(self) -> None:
        """
        Questions about others are theirs.
        """
        for name in (b"printer.local", b"gigasetd.example", b"local", b""):
            self.assertEqual(self.ask(query((name, dns.ALL_RECORDS))), [])
        self.assertEqual(self.ask(query((b"gigasetd.local", dns.A, dns.CH))), [])
        self.assertFalse(self.responder.concerns(query((b"printer.local", dns.A))))
        self.assertTrue(self.responder.concerns(query((b"GIGASETD.local", dns.A))))

    def claim(self, address: str = "192.168.1.99") -> bytes:
        """
        Somebody else's announcement of our name.
        """
        message = dns.Message(answer=1)
        payload = dns.Record_A(address)
        message.answers = [dns.RRHeader(b"gigasetd.local", dns.A, dns.IN, 120, payload)]
        return message.toStr()

    def test_conflict(self) -> None:
        """
        Where somebody else has our name we take another one, and ask for that
        before we use it.
        """
        self.ask(self.claim())
        self.assertFalse(self.responder.settled)
        self.assertEqual(self.ask(query((b"gigasetd-2.local", dns.A))), [])
        messages = [read(out.data) for out in self.run_()]
        self.assertEqual([one.answer for one in messages], [0, 0, 0, 1, 1])
        self.assertEqual(len(self.ask(query((b"gigasetd-2.local", dns.A)))), 1)
        self.assertEqual(self.ask(query((b"gigasetd.local", dns.A))), [])

    def test_noConflict(self) -> None:
        """
        Our own words, the same facts from another machine, and answers from
        odd ports move nobody.
        """
        self.ask(self.claim(), own=True)
        self.ask(self.claim("192.168.1.5"))
        self.ask(self.claim(), port=50000)
        self.assertEqual(self.responder.number, 1)

    def test_race(self) -> None:
        """
        Of two that ask for a name at the same time, the one with the greater
        address gets it (RFC 6762 section 8.2).
        """
        for address, number in (("192.168.1.4", 1), ("192.168.1.6", 2)):
            self.responder = MdnsResponder(zone, self.now)
            other = MdnsZone(1, OFFERS, [address])
            (probe,) = MdnsResponder(lambda n, o=other: o, self.now).tick(self.now)
            self.ask(probe.data)
            self.assertEqual(self.responder.number, number)

    def test_harassed(self) -> None:
        """
        Whoever claims every name makes us fall silent, not run for ever.
        """
        for _ in range(100):
            message = dns.Message(answer=1)
            payload = dns.Record_A("192.168.1.99")
            host = self.responder.zone.host
            message.answers = [dns.RRHeader(host, dns.A, dns.IN, 120, payload)]
            self.ask(message.toStr())
        self.assertEqual(self.responder.number, MOST + 1)
        self.assertIsNone(self.responder.due)
        self.assertEqual(self.ask(query((BROWSE, dns.PTR))), [])

    def test_goodbye(self) -> None:
        """
        When we go, everybody forgets us at once.
        """
        (out,) = self.responder.goodbye()
        self.assertEqual({one.ttl for one in read(out.data).answers}, {0})

    def test_nothing(self) -> None:
        """
        Where nothing can be reached, nothing is said.
        """
        empty = MdnsResponder(lambda number: MdnsZone(number, (), ()), 0.0)
        self.assertIsNone(empty.due)
        self.assertEqual(empty.goodbye(), [])

    def test_broken(self) -> None:
        """
        Broken, long and crowded datagrams are refused, never an error of
        ours.
        """
        good = query((b"gigasetd.local", dns.A))
        loop = good[:12] + b"\xc0\x0c\0\1\0\1"
        crowd = good[:4] + bytes([0, CROWD + 1]) + good[6:]
        for data in (b"", good[:8], loop, crowd, good + b"x" * LONGEST, good[:20]):
            self.assertRaises(BadValue, self.ask, data)

    def test_cut(self) -> None:
        """
        No way to cut or change a message gets further than a refusal.
        """
        data = self.begun[0].data
        for at in range(len(data)):
            for bad in (data[:at], data[:at] + b"\xff" + data[at + 1 :]):
                try:
                    self.ask(bad)
                except BadValue:
                    continue
