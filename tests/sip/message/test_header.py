"""
Tests of L{gigasetd.sip.message.header}.
"""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.auth.quotedstring import quote
from gigasetd.errors import BadValue
from gigasetd.sip.message.header import (
    PROPER,
    canonical,
    canonicalName,
    number,
    parameters,
    splitList,
    splitParameters,
    topValue,
)
from tests.sip.wire import Patience

_TEXT = st.text(st.characters(max_codepoint=0xFF), max_size=60)
_SYNTAX = st.text(st.sampled_from(list(' \t,;="\\<>ab[]')), max_size=60)


class NameTests(SynchronousTestCase):
    """
    A header is known by one name in all its spellings.
    """

    def test_spellings(self) -> None:
        """
        Compact, upper, lower and mixed case mean the same header.
        """
        for name in ("Via", "VIA", "via", "vIa", "v", "V", "Via ", "v\t"):
            self.assertEqual(canonicalName(name) or canonical(name), "via", name)

    def test_compact(self) -> None:
        """
        Every compact form of IANA's registry is known.
        """
        for short in "abcdefijklmnorstuvxy":
            self.assertGreater(len(canonical(short)), 1, short)

    def test_unknown(self) -> None:
        """
        An unknown name is its lower case.
        """
        self.assertEqual(canonical("X-Gigaset"), "x-gigaset")

    def test_noName(self) -> None:
        """
        What is no token is no name, not even with letters that Python lowers
        into ASCII.
        """
        for name in ("", " Via", "a b", "a:b", "\xa0via", "\u212aey", "via\xa0", "a\n"):
            with self.assertRaises(BadValue, msg=name):
                canonical(name)

    def test_proper(self) -> None:
        """
        The standards' spelling of a canonical name can be had back.
        """
        self.assertEqual((PROPER["cseq"], PROPER["sip-etag"]), ("CSeq", "SIP-ETag"))


class NumberTests(SynchronousTestCase):
    """
    Numbers are ASCII digits within bounds.
    """

    def test_numbers(self) -> None:
        """
        Leading zeros count for nothing.
        """
        self.assertEqual(number("0", 9), 0)
        self.assertEqual(number("0068", 255), 68)
        self.assertEqual(number("4294967295", 2**32 - 1), 2**32 - 1)

    def test_noNumbers(self) -> None:
        """
        What Python takes for a number besides is none.
        """
        for text in ("", " 1", "1 ", "+1", "-1", "1_0", "\xb2", "\u0661", "1e3", "0x1"):
            self.assertIsNone(number(text, 1000), text)

    def test_bounds(self) -> None:
        """
        Too large is no number, however many digits it has.
        """
        self.assertIsNone(number("256", 255))
        with Patience():
            self.assertIsNone(number("9" * (1 << 20), 2**31))


class ListTests(SynchronousTestCase):
    """
    Commas in quotes and brackets part nothing.
    """

    def test_split(self) -> None:
        """
        Values come without the blanks around them, empty ones not at all.
        """
        self.assertEqual(
            splitList('"a, \\", b" <sip:a,b@c> , ,<sip:x>;p="1,2",'),
            ['"a, \\", b" <sip:a,b@c>', '<sip:x>;p="1,2"'],
        )
        self.assertEqual(splitList(""), [])

    def test_top(self) -> None:
        """
        The top value and the rest, whole.
        """
        self.assertEqual(topValue("a;b , c , d"), ("a;b", "c , d"))
        self.assertEqual(topValue("a"), ("a", ""))
        self.assertEqual(topValue('"a,b'[:2] + '"'), ('"a"', ""))

    def test_open(self) -> None:
        """
        What never closes is an error, not the rest of the line.
        """
        for text in ('"a', '"a\\"', "<a", 'a, "', "a, <"):
            with self.assertRaises(BadValue, msg=text):
                splitList(text)
        with self.assertRaises(BadValue):
            topValue("<a, b")

    @given(st.one_of(_TEXT, _SYNTAX))
    def test_agree(self, text: str) -> None:
        """
        Splitting at once or value by value is the same.
        """
        try:
            whole = splitList(text)
        except BadValue:
            return
        values, rest = [], text.strip(" \t")
        while rest:
            top, rest = topValue(rest)
            values.append(top)
        self.assertEqual([value for value in values if value], whole)

    @given(st.one_of(_TEXT, _SYNTAX))
    def test_parametersAgree(self, text: str) -> None:
        """
        Parts joined again are the text.
        """
        with contextlib.suppress(BadValue):
            self.assertEqual(";".join(splitParameters(text)), text)


class ParameterTests(SynchronousTestCase):
    """
    Parameters in all their legal forms.
    """

    def test_forms(self) -> None:
        """
        Names in any case, values or none, quotes that hold anything.
        """
        self.assertEqual(
            parameters(' ; Tag = a;LR ;x="1;\\",2" ; q=0.5;e=;h=[::1]:5'),
            {
                "tag": "a",
                "lr": "",
                "x": '"1;\\",2"',
                "q": "0.5",
                "e": "",
                "h": "[::1]:5",
            },
        )
        self.assertEqual(parameters(""), {})

    def test_firstCounts(self) -> None:
        """
        Of two parameters of a name the first counts.
        """
        self.assertEqual(parameters(";tag=a;Tag=b"), {"tag": "a"})

    def test_bad(self) -> None:
        """
        Anything else is an error.
        """
        for text in (
            ";",
            ";;a",
            ";a;",
            "a",
            ";a b",
            ';a="',
            ";a=b,c",
            ";=b",
            ';a="b"c',
        ):
            with self.assertRaises(BadValue, msg=text):
                parameters(text)

    @given(st.one_of(_TEXT, _SYNTAX))
    def test_quotes(self, text: str) -> None:
        """
        A quoted text is one parameter's value, whatever is in it.
        """
        quoted = quote(text)
        self.assertEqual(parameters(f";a={quoted};b"), {"a": quoted, "b": ""})


class HostileTests(SynchronousTestCase):
    """
    No value takes longer than its length deserves.
    """

    def test_linear(self) -> None:
        """
        64 KiB of any piece of syntax are read in a blink.
        """
        for unit in (
            ",",
            ";",
            " ",
            '"',
            "\\",
            "<",
            "<>",
            '""',
            ";a",
            ' ;"',
            '"\\',
            "a,",
            "; ",
        ):
            text = (unit * (1 << 16))[: 1 << 16]
            for value in (text, '"' + text, "<" + text, ";a=" + text, text + '"'):
                for read in (splitList, topValue, parameters, splitParameters):
                    with Patience(), contextlib.suppress(BadValue):
                        read(value)
