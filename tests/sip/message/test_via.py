"""
Tests of L{gigasetd.sip.message.via}.
"""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.errors import BadValue
from gigasetd.sip.message.via import Via, marked, parseVia
from tests.sip.wire import Patience


def mark(value: str, host: str, port: int = 5060) -> str:
    """
    A value as it is after a message came from C{host} and C{port}.
    """
    return marked(parseVia(value), host, port)


class ParseTests(SynchronousTestCase):
    """
    Via in all its legal forms.
    """

    def test_whole(self) -> None:
        """
        Each part stands in its place.
        """
        value = (
            "SIP/2.0/udp Host.Example:5070;branch=z9hG4bKx;rport=5;received=192.0.2.1"
        )
        self.assertEqual(
            parseVia(value),
            Via("UDP", "host.example", 5070, "z9hG4bKx", "5", "192.0.2.1", "", value),
        )

    def test_blanks(self) -> None:
        """
        Blanks may stand nearly everywhere (RFC 3261 section 25.1).
        """
        via = parseVia("SIP / 2.0 / TCP \t a : 5060 ; Branch = b ; RPORT")
        self.assertEqual((via.transport, via.host, via.port), ("TCP", "a", 5060))
        self.assertEqual((via.branch, via.rport), ("b", ""))

    def test_list(self) -> None:
        """
        The top value may be the start of a line, as sipp's callee writes it.
        """
        via = parseVia("SIP/2.0/UDP a;branch=1, SIP/2.0/UDP b;branch=2,SIP/2.0/UDP c")
        self.assertEqual((via.host, via.branch), ("a", "1"))
        self.assertEqual(via.top, "SIP/2.0/UDP a;branch=1")
        self.assertEqual(via.rest, "SIP/2.0/UDP b;branch=2,SIP/2.0/UDP c")

    def test_addresses(self) -> None:
        """
        IPv6 stands in brackets.
        """
        via = parseVia("SIP/2.0/TLS [2001:DB8::1]:5061;received=2001:db8::2")
        self.assertEqual((via.host, via.port), ("[2001:db8::1]", 5061))
        self.assertEqual(via.received, "2001:db8::2")

    def test_noParameterIsAHost(self) -> None:
        """
        The sender's address cannot be replaced by a parameter.
        """
        via = parseVia("SIP/2.0/UDP good:5060;host=evil;port=1;transport=TCP;branch=b")
        self.assertEqual((via.transport, via.host, via.port), ("UDP", "good", 5060))

    def test_quoted(self) -> None:
        """
        Nothing in quotes is a parameter of its own.
        """
        via = parseVia('SIP/2.0/UDP a;x="1;branch=evil;rport;,";branch=b')
        self.assertEqual((via.branch, via.rport, via.rest), ("b", None, ""))

    def test_firstCounts(self) -> None:
        """
        Of two parameters of a name the first counts.
        """
        self.assertEqual(parseVia("SIP/2.0/UDP a;branch=1;Branch=2").branch, "1")

    def test_bad(self) -> None:
        """
        Anything else is an error.
        """
        for text in (
            "",
            "SIP/2.0/UDP",
            "SIP/2.0/UDP ",
            "SIP/2.0 a",
            "SIP/2.0/UDP a b",
            "SIP/2.0/UDP a:0",
            "SIP/2.0/UDP a:65536",
            "SIP/2.0/UDP a:x",
            "SIP/2.0/UDP ::1",
            "SIP/2.0/UDP a;",
            "SIP/2.0/UDP a;;branch=b",
            "SIP/2.0/UDP a;=b",
            'SIP/2.0/UDP a;x="',
            "\u017fIP/2.0/UDP a",
            "SIP/2.0/UDP a\n",
            "HTTP/2.0/UDP a",
        ):
            with self.assertRaises(BadValue, msg=text):
                parseVia(text)


class MarkTests(SynchronousTestCase):
    """
    The way back for the answer (RFC 3581).
    """

    def test_nothingToSay(self) -> None:
        """
        A sender that is where it says leaves with its own octets.
        """
        value = "SIP / 2.0/UDP  192.0.2.1 ;  Branch=b"
        self.assertEqual(mark(value, "192.0.2.1", 9), value)

    def test_elsewhere(self) -> None:
        """
        One that isn't gets its address, without a port it did not ask for.
        """
        self.assertEqual(
            mark("SIP/2.0/UDP 10.0.0.1;branch=b", "192.0.2.1", 9),
            "SIP/2.0/UDP 10.0.0.1;branch=b;received=192.0.2.1",
        )

    def test_asked(self) -> None:
        """
        Who asks for C{rport} gets address and port, even where both are true.
        """
        for value in (
            "SIP/2.0/UDP 192.0.2.1;rport;branch=b",
            "SIP/2.0/UDP 192.0.2.1;branch=b;rport",
        ):
            self.assertEqual(
                mark(value, "192.0.2.1", 9),
                "SIP/2.0/UDP 192.0.2.1;branch=b;received=192.0.2.1;rport=9",
            )

    def test_spoofed(self) -> None:
        """
        What a sender claims of itself is replaced, in every spelling.
        """
        for claim in (
            ";received=6.6.6.6",
            "; Received = 6.6.6.6 ",
            ";received=6.6.6.6;RECEIVED=7.7.7.7",
        ):
            found = mark(f"SIP/2.0/UDP 10.0.0.1{claim};branch=b", "192.0.2.1")
            self.assertEqual(parseVia(found).received, "192.0.2.1")
            self.assertNotIn("6.6.6.6", found)
            self.assertNotIn("7.7.7.7", found)
        found = parseVia(
            mark("SIP/2.0/UDP a;rport=6;rport=7;received=6", "192.0.2.1", 9)
        )
        self.assertEqual((found.rport, found.received), ("9", "192.0.2.1"))

    def test_spoofedAtHome(self) -> None:
        """
        A false claim goes even where the sender is where it says.
        """
        self.assertEqual(
            mark("SIP/2.0/UDP 192.0.2.1;received=6.6.6.6;branch=b", "192.0.2.1"),
            "SIP/2.0/UDP 192.0.2.1;branch=b",
        )

    def test_othersStay(self) -> None:
        """
        Other parameters stay as written, even where their quotes hold ours.
        """
        self.assertEqual(
            mark('SIP/2.0/UDP a; X="y;rport;received" ;rport;branch=b', "192.0.2.1", 9),
            'SIP/2.0/UDP a; X="y;rport;received" ;branch=b;received=192.0.2.1;rport=9',
        )

    def test_version6(self) -> None:
        """
        An IPv6 address is compared without its brackets and written so.
        """
        value = "SIP/2.0/UDP [2001:DB8::1];branch=b"
        self.assertEqual(mark(value, "2001:db8::1"), value)
        found = mark(value + ";rport", "2001:db8::2", 9)
        self.assertEqual(parseVia(found).received, "2001:db8::2")

    @given(
        st.lists(
            st.sampled_from(
                [
                    "branch=b",
                    "rport",
                    "rport=1",
                    "received=6.6.6.6",
                    "Received",
                    'x="a;b"',
                    "ttl=1",
                ]
            )
        )
    )
    def test_true(self, params: list[str]) -> None:
        """
        After marking, nothing but the truth about the source is left.
        """
        value = ";".join(["SIP/2.0/UDP 10.0.0.1", *params])
        found = mark(value, "192.0.2.1", 9)
        via = parseVia(found)
        self.assertEqual(via.received, "192.0.2.1")
        self.assertIn(via.rport, (None, "9"))
        self.assertEqual(found.lower().count("received"), 1)
        self.assertEqual(via.branch, "b" if "branch=b" in params else "")


class HostileTests(SynchronousTestCase):
    """
    No Via takes longer than its length deserves.
    """

    def test_linear(self) -> None:
        """
        64 KiB of any piece of syntax are read in a blink.
        """
        for unit in (
            " ",
            "\t",
            ";",
            ",",
            '"',
            "a",
            "/",
            ":",
            " ;",
            "; ",
            ";rport",
            '"\\',
            "<",
        ):
            text = (unit * (1 << 16))[: 1 << 16]
            for value in (
                f"SIP{text}",
                f"SIP/2.0/UDP {text}",
                f"SIP/2.0/UDP a{text}",
                f"SIP/2.0/UDP a{text}b",
                f"SIP/2.0/UDP a;x{text}",
                f"SIP/2.0/UDP a;rport;x={text}x",
            ):
                with Patience(), contextlib.suppress(BadValue):
                    mark(value, "192.0.2.1")

    @given(st.text(st.characters(max_codepoint=0xFF), max_size=60))
    def test_anything(self, text: str) -> None:
        """
        Noise raises nothing but L{BadValue}.
        """
        for value in (text, f"SIP/2.0/UDP {text}", f"SIP/2.0/UDP a;{text}"):
            with contextlib.suppress(BadValue):
                mark(value, "192.0.2.1")
