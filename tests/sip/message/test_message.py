"""
Tests of L{gigasetd.sip.message.message} and L{gigasetd.sip.message.head}.
"""

from __future__ import annotations

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.errors import BadValue
from gigasetd.sip.message.message import (
    MalformedSIP,
    MessageLimits,
    Response,
    parse,
)
from tests.sip.message.torture import VALID
from tests.sip.wire import Patience, broken

HOSTILE = 1 << 16
"""Octets of a hostile datagram."""


class LineTests(SynchronousTestCase):
    """
    What we decide where the RFCs leave room.
    """

    def assertFault(self, data: bytes, code: int, phrase: str) -> None:
        """
        C{data} has exactly that fault.
        """
        self.assertEqual(parse(data).fault, (code, phrase))

    def test_lengthTwice(self) -> None:
        """
        Two lengths are a fault even where they agree, as on a stream.
        """
        self.assertFault(
            broken(more="l: 0\nContent-Length: 0"), 400, "Repeated Content-Length"
        )

    def test_lengthSpellings(self) -> None:
        """
        A length is ASCII digits; Python's other numbers are none.
        """
        for text in (
            "-1",
            "+0",
            "0x0",
            "1_0",
            "0.0",
            "0, 0",
            "",
            "\xb2",
            "\xa00",
            "9" * 30,
        ):
            self.assertFault(broken(more=f"l: {text}"), 400, "Bad Content-Length")
        self.assertIsNone(parse(broken(more="l: 000")).fault)

    def test_noLength(self) -> None:
        """
        A datagram without a length is all body (RFC 3261 section 18.3).
        """
        self.assertEqual(parse(broken(more="Hue: y", body="abc")).body, "abc")

    def test_sequenceSpellings(self) -> None:
        """
        Only ASCII blanks and digits make a CSeq.
        """
        for text in ("1_0 OPTIONS", "\xb2 OPTIONS", "8\xa0OPTIONS", "8\x1cOPTIONS"):
            self.assertFault(broken(cseq=text), 400, "Bad CSeq")
        self.assertFault(broken(cseq="2147483648 OPTIONS"), 400, "Bad CSeq")
        self.assertFault(broken(cseq="8"), 400, "Bad CSeq")
        self.assertEqual(parse(broken(cseq="2147483647\t OPTIONS")).cseq, 2**31 - 1)

    def test_pythonBreaks(self) -> None:
        """
        What Python takes for line ends and blanks is text to SIP.
        """
        value = "\xa0a\x85b\x0bc\x0cd\x1ce\xa0"
        message = parse(broken(more=f"Hue: {value}\nl: 0"))
        self.assertIsNone(message.fault)
        self.assertEqual(message.get("hue"), value)

    def test_strayLineEnds(self) -> None:
        """
        A lone CR or LF in a head is a fault, and forges no header.
        """
        for stray in ("a\rExpires: 9", "a\x0aExpires: 9".replace("\n", "\r\r")):
            message = parse(broken(more=f"Hue: {stray}\nl: 0"))
            self.assertEqual(message.fault, (400, "Control Character In Header"))
            self.assertIsNone(message.get("expires"))
        data = broken(more="Hue: a?Expires: 9\nl: 0").replace(b"?", b"\n")
        self.assertIsNone(parse(data).get("expires"))
        self.assertFault(data, 400, "Control Character In Header")

    def test_lineFeedsOnly(self) -> None:
        """
        A message with bare line feeds is understood, its body untouched.
        """
        body = "v=0\no=-\r\n\r\n\n"
        data = broken(more=f"Hue: a\n b\nl: {len(body)}").replace(b"\r\n", b"\n")
        message = parse(data + body.encode())
        self.assertIsNone(message.fault)
        self.assertEqual((message.body, message.get("hue")), (body, "a b"))

    def test_lowerCaseVersion(self) -> None:
        """
        The version is not case-sensitive (RFC 3261 section 7.1); methods are.
        """
        message = parse(broken("OPTIONS sip:a@b sip/2.0"))
        self.assertIsNone(message.fault)
        self.assertIsInstance(parse(broken("sip/2.0 200 OK")), Response)
        fault = parse(broken("options sip:a@b SIP/2.0")).fault
        self.assertEqual(fault, (400, "CSeq Names Another Method"))

    def test_leadingLineEnds(self) -> None:
        """
        Line ends before a message are ignored (RFC 3261 section 7.5).
        """
        self.assertIsNone(parse(b"\r\n\r\n" + broken()).fault)

    def test_cutInTheHead(self) -> None:
        """
        A head without its empty line has lost something, and is a fault.
        """
        data = broken()
        self.assertFault(data[:-2], 400, "Header Without End")
        self.assertFault(data[:-4], 400, "Header Without End")

    def test_badLine(self) -> None:
        """
        A line that is no header is a fault and is not known by any name.
        """
        for line in ("no colon", ": no name", "two words: x", "K\xe9y: x", "\x7f: x"):
            self.assertFault(broken(more=f"{line}\nl: 0"), 400, "Bad Header Line")

    def test_foldedStart(self) -> None:
        """
        The first header line continues nothing.
        """
        data = broken().replace(b"\r\nTo", b"\r\n X: y\r\nTo", 1)
        self.assertFault(data, 400, "Bad Header Line")

    def test_missing(self) -> None:
        """
        Each header that every message needs is missed by name.
        """
        for name in ("To", "From", "Call-ID", "CSeq"):
            data = broken().replace(b"\r\n" + name.encode() + b":", b"\r\nX:")
            self.assertFault(data, 400, f"Missing {name.title()}")

    def test_responseFault(self) -> None:
        """
        A response keeps its fault too, for whoever must drop it.
        """
        self.assertFault(broken("SIP/2.0 200 OK", cseq="x"), 400, "Bad CSeq")

    def test_octetsSurvive(self) -> None:
        """
        Latin-1, broken UTF-8 and binary bodies leave as they came.
        """
        body = bytes(range(256))
        data = broken(more="Subject: M\xfcller\nX: \xff\xfe\xc3(\nl: 256") + body
        self.assertEqual(parse(data).encode(), data)

    def test_tooMany(self) -> None:
        """
        Ten thousand headers are refused quickly, with an answer.
        """
        data = broken(more="A: b\n" * 10000 + "l: 0")
        with Patience():
            self.assertFault(data, 400, "Message Too Large")
        data = broken(more="A: b\n" * 300 + "l: 0")
        self.assertFault(data, 400, "Too Many Headers")
        self.assertEqual(len(parse(data).lines), MessageLimits().headers)

    def test_tooLong(self) -> None:
        """
        A body or head over its limit is refused, with an answer.
        """
        self.assertFault(
            broken(more=f"Hue: {'a' * 20000}\nl: 0"), 400, "Message Too Large"
        )
        limits = MessageLimits(body=10)
        fault = parse(broken(more="l: 11", body="a" * 11), limits).fault
        self.assertEqual(fault, (400, "Message Too Large"))

    def test_noneIsEmpty(self) -> None:
        """
        What is absent is an empty list or C{None}.
        """
        message = parse(broken())
        self.assertEqual((message.all("x"), message.values("x")), ([], []))
        self.assertIsNone(message.get("hue"))

    def test_hostile(self) -> None:
        """
        No datagram takes longer than its length deserves.
        """
        for unit in (
            " ",
            "\t",
            "\r\n ",
            ",",
            ";",
            '"',
            "<",
            "\\",
            ';a="',
            "; ",
            "a:",
            "\n",
        ):
            run = (unit * HOSTILE)[:HOSTILE]
            for data in (
                broken(more=f"Hue: {run}"),
                broken(via=f"SIP/2.0/UDP a{run}b"),
                broken(via=f"SIP/2.0/UDP a;b{run}"),
                broken(cseq=f"1{run}"),
                broken(f"OPTIONS {run} SIP/2.0"),
                run.encode(),
            ):
                with Patience(), contextlib.suppress(MalformedSIP, BadValue):
                    parse(data, MessageLimits(head=1 << 18)).values("via")


_PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=40)


class PropertyTests(SynchronousTestCase):
    """
    What holds for every message.
    """

    @given(st.binary(max_size=400))
    def test_anyOctets(self, data: bytes) -> None:
        """
        Noise raises nothing but L{MalformedSIP}.
        """
        with contextlib.suppress(MalformedSIP):
            parse(data)

    @settings(max_examples=300)
    @given(st.sampled_from(sorted(VALID)), st.data())
    def test_mutated(self, name: str, data: st.DataObject) -> None:
        """
        Nor does a message with some octets replaced.
        """
        octets = bytearray(VALID[name])
        for _ in range(data.draw(st.integers(1, 5))):
            at = data.draw(st.integers(0, len(octets) - 1))
            octets[at : at + data.draw(st.integers(0, 3))] = data.draw(
                st.sampled_from(
                    [b"", b"\r\n", b"\0", b" ", b",", b";", b'"', b"<", b"\xff"]
                )
            )
        try:
            message = parse(bytes(octets))
        except MalformedSIP:
            return
        self.assertEqual(len(message.lines), len(message.keys))
        self.assertIsInstance(message.encode(), bytes)

    @given(st.lists(_PRINTABLE, max_size=5), st.binary(max_size=80))
    def test_exact(self, values: list[str], body: bytes) -> None:
        """
        A message that is not folded leaves as it came, octet by octet.
        """
        lines = "".join(f"X{i}:{value}\n" for i, value in enumerate(values))
        data = broken(more=f"{lines}Content-Length: {len(body)}") + body
        message = parse(data)
        self.assertIsNone(message.fault)
        self.assertEqual(message.encode(), data)
        self.assertEqual(parse(message.encode()).lines, message.lines)

    @given(st.lists(_PRINTABLE, min_size=1, max_size=4))
    def test_folds(self, pieces: list[str]) -> None:
        """
        A folded value is its pieces joined by blanks.
        """
        value = "\n ".join(f"{piece.strip(' ')}" for piece in pieces)
        message = parse(broken(more=f"Hue: {value}\nl: 0"))
        expected = " ".join(" ".join(pieces).split(" "))
        found = " ".join((message.get("hue") or "").split(" "))
        self.assertEqual(found.replace(" ", ""), expected.replace(" ", ""))
