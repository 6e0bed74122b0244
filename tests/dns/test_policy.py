"""
Tests of L{gigasetd.dns.policy}.
"""

from __future__ import annotations

from typing import Any

from twisted.names import dns
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.dns.message import REFUSED, parseQuestion
from gigasetd.dns.policy import Resolver
from tests.dns.test_message import query

NEAR, FAR = "192.168.1.9", "203.0.113.9"
HERE = {4: "192.168.1.2", 6: "fd00::2"}
NAMES = ("gigaset.net", "info.gigaset.net")


class ResolverTests(SynchronousTestCase):
    """
    The rules of the override resolver.
    """

    def setUp(self) -> None:
        """
        A server with SIP.
        """
        self.resolver = Resolver(
            NAMES,
            {"_sip._udp": 5060, "_sip._tcp": 5061},
            lambda asked, version: HERE[version],
            lambda host: host == NEAR,
        )

    def decide(self, data: bytes, host: str = NEAR) -> Any:
        """
        Ask.
        """
        return self.resolver.decide(parseQuestion(data), host, lambda: "")

    def answer(self, name: str, kind: int, host: str = NEAR) -> dns.Message:
        """
        The answer to a question.
        """
        message = dns.Message()
        message.fromStr(self.decide(query(name, kind), host))
        return message

    def found(self, name: str, kind: int) -> list[Any]:
        """
        The records of an answer.
        """
        return [each.payload for each in self.answer(name, kind).answers]

    def test_addresses(self) -> None:
        """
        The vendor's names lead here, however they are spelt.
        """
        (four,) = self.found("INFO.gigaset.Net", dns.A)
        self.assertEqual(four.dottedQuad(), HERE[4])
        (six,) = self.found("gigaset.net", dns.AAAA)
        self.assertEqual(six, dns.Record_AAAA("fd00::2", ttl=300))
        message = self.answer("INFO.gigaset.Net", dns.A)
        self.assertEqual(message.queries[0].name.name, b"INFO.gigaset.Net")
        self.assertEqual((message.id, message.auth, message.recAv), (4711, 1, 1))

    def test_services(self) -> None:
        """
        A phone finds the SIP port by SRV and by NAPTR, with the address.
        """
        message = self.answer("_sip._tcp.gigaset.net", dns.SRV)
        (record,) = (each.payload for each in message.answers)
        self.assertEqual((record.port, record.target.name), (5061, b"gigaset.net"))
        self.assertEqual({each.type for each in message.additional}, {dns.A, dns.AAAA})
        pointers = self.found("gigaset.net", dns.NAPTR)
        self.assertEqual(
            [(p.service.string, p.replacement.name) for p in pointers],
            [
                (b"SIP+D2U", b"_sip._udp.gigaset.net"),
                (b"SIP+D2T", b"_sip._tcp.gigaset.net"),
            ],
        )

    def test_nothing(self) -> None:
        """
        What we have no record of does not exist for the network either, and
        that is known for a while; the vendor's record is not asked for.
        """
        for name, kind in (
            ("gigaset.net", dns.MX),
            ("_sips._tcp.gigaset.net", dns.SRV),
            ("_xmpp-client._tcp.gigaset.net", dns.SRV),
            ("_sip._udp.gigaset.net", dns.A),
            ("_\xff.info.gigaset.net", dns.TXT),
        ):
            data = query("x", kind)
            labels = b"".join(
                bytes((len(one),)) + one for one in name.encode("latin-1").split(b".")
            )
            message = dns.Message()
            message.fromStr(self.decide(data[:12] + labels + b"\0" + data[-4:]))
            self.assertEqual((message.rCode, message.answers), (0, []))
            self.assertEqual([each.type for each in message.authority], [dns.SOA])

    def test_forward(self) -> None:
        """
        Everything else is passed on: the vendor's wiki stays the vendor's.
        """
        for name in ("example.org", "teamwork.gigaset.net", "net", "xgigaset.net"):
            self.assertEqual(self.decide(query(name)), parseQuestion(query(name)))

    def test_outside(self) -> None:
        """
        Nobody outside gets an answer, and the refusal is no longer than the
        question; the vendor's names may be opened, other names never.
        """
        for name in ("example.org", "gigaset.net"):
            asked = query(name)
            refusal = self.decide(asked, FAR)
            self.assertEqual(refusal[3] & 15, REFUSED)
            self.assertLessEqual(len(refusal), len(asked))
        self.resolver.open = True
        self.assertEqual(self.answer("gigaset.net", dns.A, FAR).rCode, 0)
        self.assertEqual(self.answer("example.org", dns.A, FAR).rCode, REFUSED)
        self.assertEqual(self.resolver.counts["refused"], 3)

    def test_notRecursive(self) -> None:
        """
        Who does not want us to ask others is not answered by others.
        """
        asked = query("example.org")
        self.assertEqual(self.decide(asked[:2] + b"\0" + asked[3:])[3] & 15, REFUSED)

    def test_any(self) -> None:
        """
        "All you have" is one small record, whoever the name belongs to, and
        so of no use to those who forge addresses.
        """
        for name in ("gigaset.net", "isc.org"):
            asked = query(name, 255)
            told = self.decide(asked)
            self.assertLess(len(told), 2 * len(asked))
            message = dns.Message()
            message.fromStr(told)
            self.assertEqual(message.answers[0].payload.cpu, b"RFC8482")

    def test_odd(self) -> None:
        """
        Zone transfers and other classes are not for us.
        """
        self.assertEqual(self.answer("gigaset.net", 252).rCode, REFUSED)
        chaos = query("version.bind", dns.TXT)[:-2] + b"\0\3"
        self.assertEqual(self.decide(chaos)[3] & 15, 4)
