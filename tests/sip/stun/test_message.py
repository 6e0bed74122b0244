"""
Tests for L{gigasetd.sip.stun.message}.
"""

from __future__ import annotations

import random
from struct import pack

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.ratelimit.amplification import fits
from gigasetd.sip.stun.message import (
    COOKIE,
    BindingRequest,
    TransportAddress,
    answer,
    parse,
    transportAddress,
)

IDENTITY = COOKIE + bytes.fromhex("b7e7a701bc34d686fa87dfae")
OLD = bytes(range(0x40, 0x50))
PEER = transportAddress("192.0.2.1", 32853)
WIDE = transportAddress("2001:db8:1234:5678:11:2233:4455:6677", 32853)
OURS = transportAddress("198.51.100.7", 5060)

# RFC 5769 section 2.1: somebody else's idea of a request.
SAMPLE = bytes.fromhex(
    """
    00 01 00 58 21 12 a4 42 b7 e7 a7 01 bc 34 d6 86 fa 87 df ae
    80 22 00 10 53 54 55 4e 20 74 65 73 74 20 63 6c 69 65 6e 74
    00 24 00 04 6e 00 01 ff
    80 29 00 08 93 2f f9 b1 51 26 3b 36
    00 06 00 09 65 76 74 6a 3a 68 36 76 59 20 20 20
    00 08 00 14 9a ea a7 0c bf d8 cb 56 78 1e f2 b5 b2 d3 f2 49 c1 b5 71 a2
    80 28 00 04 e5 7a 3b cf
    """
)


def request(*attributes: bytes, identity: bytes = IDENTITY, kind: int = 1) -> bytes:
    """
    A message with these attributes.
    """
    body = b"".join(attributes)
    return pack(">HH", kind, len(body)) + identity + body


def attribute(kind: int, value: bytes = b"") -> bytes:
    """
    One attribute, padded.
    """
    return pack(">HH", kind, len(value)) + value + bytes(-len(value) % 4)


def asked(data: bytes) -> BindingRequest:
    """
    A request that can be read.
    """
    found = parse(data)
    assert found is not None
    return found


class RequestTests(SynchronousTestCase):
    """
    What is read, and what is left unanswered.
    """

    def test_sample(self) -> None:
        """
        The standard's own sample is understood, fingerprint included; that it
        holds an attribute of another use of STUN is seen.
        """
        found = asked(SAMPLE)
        self.assertEqual(found, BindingRequest(IDENTITY, True, (0x24,), False, True))

    def test_forgedFingerprint(self) -> None:
        """
        What is STUN by chance, or was damaged on its way, is dropped: on the
        SIP port it might be anything.
        """
        for at in range(len(SAMPLE)):
            broken = bytearray(SAMPLE)
            broken[at] ^= 1
            found = parse(bytes(broken))
            # Without its cookie it is of the form that knows no fingerprint.
            self.assertTrue(found is None or not found.fingerprint, at)

    def test_fingerprintInside(self) -> None:
        """
        A fingerprint that is not the last attribute is none.
        """
        self.assertIsNone(parse(SAMPLE[:2] + b"\0\x5c" + SAMPLE[4:] + bytes(4)))

    def test_notAnswered(self) -> None:
        """
        Indications, answers, other methods and other protocols get nothing
        back, so that two servers never talk to each other for ever.
        """
        for kind in (0x0011, 0x0101, 0x0111, 0x0002, 0x0003, 0x4001, 0x8001, 0):
            self.assertIsNone(parse(request(kind=kind)), hex(kind))

    def test_rubbish(self) -> None:
        """
        Lengths that lie are seen.
        """
        good = request(attribute(0x8022, b"abcd"))
        for bad in (
            b"",
            good[:19],
            good[:-1],
            good + b"\0",
            good + bytes(4),
            request(b"\x80\x22"),
            request(attribute(0x8022, b"abcd")[:-4]),
            request(pack(">HH", 0x8022, 65535)),
            request(attribute(0x8022, bytes(2000))),
        ):
            self.assertIsNone(parse(bad), bad[:40])

    def test_noise(self) -> None:
        """
        No octets whatever raise anything.
        """
        dice = random.Random(3)
        for _ in range(5000):
            body = dice.randbytes(4 * dice.randrange(12))
            for identity in (IDENTITY, dice.randbytes(16)):
                found = parse(request(body, identity=identity))
                if found is not None:
                    answer(found, PEER, OURS)

    def test_address(self) -> None:
        """
        An address of one link is written without the link's name.
        """
        self.assertEqual(
            transportAddress("fe80::1%eth0", 9), transportAddress("fe80::1", 9)
        )
        self.assertRaises(ValueError, transportAddress, "sip.example.net", 9)


class AnswerTests(SynchronousTestCase):
    """
    Answers, octet for octet.
    """

    def test_modern(self) -> None:
        """
        A phone of today learns its public address, hidden as the standard's
        sample has it (RFC 5769 section 2.2).
        """
        told = bytes.fromhex("002000080001a147e112a643")
        expected = request(told, kind=0x0101)
        self.assertEqual(answer(asked(request()), PEER, OURS), expected)

    def test_wide(self) -> None:
        """
        The same over IPv6 (RFC 5769 section 2.3).
        """
        told = bytes.fromhex("002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9")
        expected = request(told, kind=0x0101)
        self.assertEqual(answer(asked(request()), WIDE, OURS), expected)

    def test_fingerprint(self) -> None:
        """
        Who sends a fingerprint gets one, and it is right.
        """
        data = answer(asked(SAMPLE), PEER, OURS)
        assert data is not None
        self.assertEqual(data[-8:-4], bytes.fromhex("80280004"))
        self.assertEqual(data[2:4], pack(">H", len(data) - 20))
        turned = b"\0\x01" + data[2:]
        # As a request it would have another fingerprint.
        self.assertIsNone(parse(turned))

    def test_oldForm(self) -> None:
        """
        A base of the first form gets its address plainly and hidden, and the
        server's twice: 48 octets, as from its old server.
        """
        data = answer(asked(request(identity=OLD)), PEER, OURS)
        peer, ours = "00018055c0000201", "000113c4c6336407"
        hidden = "0001" + "c014" + "80414042"
        told = [("0001", peer), ("0004", ours), ("0005", ours), ("8020", hidden)]
        body = "".join(f"{kind}0008{value}" for kind, value in told)
        self.assertEqual(len(body) // 2, 48)
        self.assertEqual(data, request(bytes.fromhex(body), identity=OLD, kind=0x0101))

    def test_oldFormUnknown(self) -> None:
        """
        Where we do not know our own address, or it is of another family, the
        phone still learns its own.
        """
        old = asked(request(identity=OLD))
        for peer, ours, size in ((PEER, None, 44), (WIDE, OURS, 68)):
            data = answer(old, peer, ours)
            assert data is not None
            self.assertEqual((data[:2], len(data)), (b"\1\1", size))

    def test_amplification(self) -> None:
        """
        No answer is longer than an unproven sender may have, in either form, over
        either family, also where attributes are unknown.
        """
        unknown = [attribute(0x7F00 + number) for number in range(40)]
        wide = TransportAddress(WIDE.packed, 5060)
        for identity in (OLD, IDENTITY):
            for count in (0, 1, 2, 3, 40):
                data = request(*unknown[:count], identity=identity)
                for peer, ours in ((PEER, OURS), (WIDE, wide), (WIDE, OURS)):
                    reply = answer(asked(data), peer, ours)
                    assert reply is not None
                    self.assertTrue(fits(len(data), len(reply)), (count, len(reply)))

    def test_change(self) -> None:
        """
        A request for an answer from elsewhere gets none in the old form: a
        wrong "open" would cost calls.  The new form says that it cannot be.
        """
        for flags in (2, 4, 6):
            change = attribute(3, bytes((0, 0, 0, flags)))
            self.assertIsNone(answer(asked(request(change, identity=OLD)), PEER, OURS))
            data = answer(asked(request(change)), PEER, OURS)
            assert data is not None
            self.assertEqual(data[:2], b"\x01\x11")
            self.assertEqual(data[-8:], bytes.fromhex("000a000200030000"))

    def test_changeNothing(self) -> None:
        """
        The same attribute with no wish in it is no obstacle.
        """
        for identity in (IDENTITY, OLD):
            plain = answer(asked(request(identity=identity)), PEER, OURS)
            data = request(attribute(3, bytes(4)), identity=identity)
            self.assertEqual(answer(asked(data), PEER, OURS), plain)

    def test_unknown(self) -> None:
        """
        What must be understood and is not is named, each once; what may be
        ignored is.
        """
        odd = [attribute(0x24, bytes(4)), attribute(0x7FFF), attribute(0x24)]
        data = answer(asked(request(*odd, attribute(0xC001))), PEER, OURS)
        assert data is not None
        self.assertEqual(data[:2], b"\x01\x11")
        self.assertIn(b"\0\0\x04\x14Unknown Attribute", data)
        self.assertEqual(data[-8:], bytes.fromhex("000a000400247fff"))
        self.assertEqual(data[2:4], pack(">H", len(data) - 20))

    def test_unknownOldForm(self) -> None:
        """
        In the old form, which knows no padding, a type fills the gap; and an
        answer to a third party (RESPONSE-ADDRESS) is never sent.
        """
        victim = attribute(2, bytes.fromhex("00011388c0000263"))
        data = answer(asked(request(victim, identity=OLD)), PEER, OURS)
        assert data is not None
        self.assertEqual(data[:2], b"\x01\x11")
        self.assertEqual(data[-8:], bytes.fromhex("000a000400020002"))

    def test_portZero(self) -> None:
        """
        Ports are two octets, whichever they are.
        """
        for port in (0, 65535):
            data = answer(asked(request()), TransportAddress(PEER.packed, port), None)
            assert data is not None
            self.assertEqual(len(data), 32)
