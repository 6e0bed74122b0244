"""
Tests of L{gigasetd.sip.message.uri}.
"""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.errors import BadValue
from gigasetd.sip.message.uri import (
    URI,
    numberOf,
    parseAddress,
    parseURI,
    sameURI,
    unescape,
)
from tests.sip.wire import Patience


def same(one: str, other: str) -> bool:
    """
    Whether two URIs are equivalent; the order must not matter.
    """
    answers = {
        sameURI(parseURI(one), parseURI(other)),
        sameURI(parseURI(other), parseURI(one)),
    }
    assert len(answers) == 1, (one, other)
    return answers.pop()


class ParseTests(SynchronousTestCase):
    """
    URIs in all their legal forms.
    """

    def test_whole(self) -> None:
        """
        Each part stands in its place, as written but for the host's case.
        """
        self.assertEqual(
            parseURI("SIPS:Al%20ice:pw@Example.COM:5061;Transport=TCP;lr?subject=x&b"),
            URI(
                "sips",
                "Al%20ice:pw",
                "example.com",
                5061,
                ";Transport=TCP;lr",
                "subject=x&b",
            ),
        )

    def test_least(self) -> None:
        """
        A host is enough.
        """
        self.assertEqual(parseURI("sip:h"), URI("sip", "", "h", 0, "", ""))

    def test_addresses(self) -> None:
        """
        IPv6 stands in brackets, with or without a port.
        """
        uri = parseURI("sip:1@[2001:DB8::1]:5060")
        self.assertEqual((uri.host, uri.port), ("[2001:db8::1]", 5060))
        self.assertEqual(parseURI("sip:[::ffff:192.0.2.1]").port, 0)

    def test_telephone(self) -> None:
        """
        A tel URI loses its visual separators.
        """
        uri = parseURI("tel:+49-(89).123;phone-context=example.com")
        self.assertEqual((uri.scheme, uri.user, uri.host), ("tel", "+4989123", ""))
        self.assertEqual(uri.param("phone-context"), "example.com")

    def test_parameters(self) -> None:
        """
        Names in any case, values in lower case; "" and C{None} differ.
        """
        uri = parseURI("sip:h;Transport=TCP;LR;a[/:&+$b=(c)")
        self.assertEqual(uri.param("transport"), "tcp")
        self.assertEqual(uri.param("lr"), "")
        self.assertIsNone(uri.param("ob"))
        self.assertIsNone(parseURI("sip:h").param("lr"))
        self.assertEqual(uri.param("a[/:&+$b"), "(c)")

    def test_userHoldsAnything(self) -> None:
        """
        Semicolons and question marks before the @ are the user's.
        """
        uri = parseURI("sip:+49;phone-context=x?y@h;user=phone")
        self.assertEqual((uri.user, uri.host), ("+49;phone-context=x?y", "h"))
        self.assertEqual(uri.param("user"), "phone")

    def test_bad(self) -> None:
        """
        Anything else is an error.
        """
        for text in (
            "",
            "sip:",
            "sip:a@",
            "http://example.com",
            "<sip:a@b>",
            "sip:a b@c",
            "sip:a@b c",
            "sip:a@b:0",
            "sip:a@b:65536",
            "sip:a@b:1_0",
            "sip:a@b:\u0661",
            "sip:a@b\n",
            "sip:a\0@b",
            "sip:a@b@c",
            "sip:a@::1",
            "sip:a@[::1",
            'sip:a"@b',
            "tel:",
            "tel:12 3",
            "tel:+49\n",
            "\u017fip:a@b",
            "sip:a@\u212aelvin",
        ):
            with self.assertRaises(BadValue, msg=text):
                parseURI(text)

    def test_unescape(self) -> None:
        """
        Escapes are undone once; what is none stays.
        """
        self.assertEqual(unescape("%41%2541%zz%4"), "A%41%zz%4")


class CompareTests(SynchronousTestCase):
    """
    The table of RFC 3261 section 19.1.4.
    """

    def test_same(self) -> None:
        """
        Spellings of one URI.
        """
        for one, other in (
            (
                "sip:%61lice@atlanta.com;transport=TCP",
                "sip:alice@AtLanTa.CoM;Transport=tcp",
            ),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;security=on"),
            (
                "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
                "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
            ),
            (
                "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
            ),
            ("sip:a@h;%6C%72", "sip:a@h;lr"),
        ):
            self.assertTrue(same(one, other), (one, other))

    def test_different(self) -> None:
        """
        URIs that may lead elsewhere.
        """
        for one, other in (
            (
                "SIP:ALICE@AtLanTa.CoM;Transport=udp",
                "sip:alice@AtLanTa.CoM;Transport=UDP",
            ),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
            ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
            ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"),
            ("sip:a@h", "sips:a@h"),
            ("sip:a@h", "sip:h"),
            ("sip:a@h", "sip:a:pw@h"),
            ("sip:a@h", "sip:a@h;maddr=192.0.2.1"),
            ("sip:a@h", "sip:a@h;user=ip"),
            ("sip:a@h", "sip:a@h;ttl=1"),
            ("sip:a@h", "sip:a@h;method=INVITE"),
            ("sip:a%3Bb@h", "sip:a;b@h"),
            ("sip:a@h;n=%2541", "sip:a@h;n=A"),
        ):
            self.assertFalse(same(one, other), (one, other))

    @given(st.from_regex(r"\Asip:[a-z%@;=?&0-9]{1,30}\Z"))
    def test_itself(self, text: str) -> None:
        """
        Every URI is the same as itself.
        """
        with contextlib.suppress(BadValue):
            self.assertTrue(same(text, text))


class AddressTests(SynchronousTestCase):
    """
    Addresses in From, To, Contact and Route.
    """

    def test_forms(self) -> None:
        """
        With a name or without, quoted or not, in brackets or bare.
        """
        for text, expected in (
            ("sip:a@b", ("", "sip:a@b", "")),
            ("sip:a@b;tag=1", ("", "sip:a@b", ";tag=1")),
            ("<sip:a@b;lr>;tag=1", ("", "sip:a@b;lr", ";tag=1")),
            ("Bob<sip:a@b>", ("Bob", "sip:a@b", "")),
            (
                ' "B, \\"<o>\\"; b" <sip:a@b> ; tag = 1',
                ('B, "<o>"; b', "sip:a@b", " ; tag = 1"),
            ),
            ("*", ("", "*", "")),
            ("<sip:a@b?x=y>", ("", "sip:a@b?x=y", "")),
        ):
            self.assertEqual(parseAddress(text), expected)

    def test_parameters(self) -> None:
        """
        Without brackets they are the header's; quotes are removed, the case
        of values is kept.
        """
        address = parseAddress(
            '<sip:a@b;x=1>;+sip.instance="<urn:uuid:A;B>";Reg-ID=1;ob'
        )
        self.assertEqual(address.param("+sip.instance"), "<urn:uuid:A;B>")
        self.assertEqual(address.param("reg-id"), "1")
        self.assertEqual(address.param("ob"), "")
        self.assertIsNone(address.param("x"))
        self.assertIsNone(parseAddress("sip:a@b").param("tag"))

    def test_bad(self) -> None:
        """
        Anything else is an error.
        """
        for text in (
            "",
            "<>",
            "<sip:a@b",
            '"a <sip:a@b>',
            "<sip:a@b>x",
            "<sip:a@b>;;",
            "<sip:a b>",
            "sip:a@b?c=d",
            "<sip:a@b\0>",
            "<sip:a@b\r\nX: y>",
        ):
            with self.assertRaises(BadValue, msg=text):
                parseAddress(text)

    @given(st.text(st.characters(max_codepoint=0xFF), max_size=60))
    def test_anything(self, text: str) -> None:
        """
        Noise raises nothing but L{BadValue}, and a URI holds no blank.
        """
        with contextlib.suppress(BadValue):
            self.assertNotRegex(parseAddress(text).uri, r"[\x00-\x20<>\"]")
        with contextlib.suppress(BadValue):
            parseURI("sip:" + text)


class NumberTests(SynchronousTestCase):
    """
    The ways in which phones write a Gigaset.net number.
    """

    def test_spellings(self) -> None:
        """
        All spellings are one number.
        """
        for user in (
            "1234",
            "1234#9",
            "1234%239",
            "+1234",
            "+1234%239",
            "1234;x=y",
            "1234:pw",
        ):
            self.assertEqual(numberOf(user), "1234", user)
        self.assertEqual(numberOf("%31234"), "1234")

    def test_none(self) -> None:
        """
        What is no number is none.
        """
        for user in (
            "",
            "#9",
            "+",
            "++1",
            "12a",
            "1_2",
            "1 2",
            "\xb2",
            "\u0661\u0662",
            "1" * 16,
            "1234#8",
            "1234#9#9",
            "1" * (1 << 16),
        ):
            self.assertIsNone(numberOf(user), user)


class HostileTests(SynchronousTestCase):
    """
    No address takes longer than its length deserves.
    """

    def test_linear(self) -> None:
        """
        64 KiB of any piece of syntax are read in a blink.
        """
        for unit in (
            "a",
            ".",
            ":",
            ";",
            "@",
            "%41",
            "?",
            "&",
            "=",
            "<",
            '"',
            " ",
            "\\",
            "1",
            "[",
        ):
            text = (unit * (1 << 16))[: 1 << 16]
            for value in (
                f"sip:{text}",
                f"sip:a@b;{text}",
                f"tel:{text}",
                f"sip:a@b?{text}",
            ):
                with Patience(), contextlib.suppress(BadValue):
                    sameURI(parseURI(value), parseURI(value))
            for value in (text, f'"{text}', f'"{text}" <sip:a@b>', f"<sip:a@b>;{text}"):
                with Patience(), contextlib.suppress(BadValue):
                    parseAddress(value).param("tag")
