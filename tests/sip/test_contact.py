"""
Tests for L{gigasetd.sip.contact}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.errors import BadValue
from gigasetd.sip.contact import (
    ExpiryLimits,
    IntervalTooBrief,
    expiresHeader,
    grantExpiry,
    parseContact,
    sameContact,
)

LIMITS = ExpiryLimits(60, 1800, 3600)


class ParseTests(SynchronousTestCase):
    """
    What phones write into Contact.
    """

    def test_keptAsWritten(self) -> None:
        """
        All but the expiry is kept to the letter, wherever the expiry stands,
        since the phone looks for its own words in the answer.
        """
        for value, plain in (
            ("<sip:1@h:5060>;expires=60", "<sip:1@h:5060>"),
            ("<sip:1@h:5060>", "<sip:1@h:5060>"),
            ("sip:1@h;expires=60", "sip:1@h"),
            ("<sip:1@h> ; Expires = 60 ;q=0.5", "<sip:1@h> ;q=0.5"),
            ('"A, B" <sip:1@h;transport=tcp>;ob', '"A, B" <sip:1@h;transport=tcp>;ob'),
            (
                '<sip:1@h>;expires=9;+sip.instance="<urn:uuid:1>"',
                '<sip:1@h>;+sip.instance="<urn:uuid:1>"',
            ),
            (
                '<sip:1@h>;x="a;expires=5>";expires=9;y',
                '<sip:1@h>;x="a;expires=5>";y',
            ),
        ):
            self.assertEqual(parseContact(value).value, plain, value)

    def test_expires(self) -> None:
        """
        The seconds asked for; what is no number counts as not told, and what
        is too large as the largest.
        """
        for text, seconds in (
            ("60", 60),
            ("0", 0),
            ("00", 0),
            ("999999999", 999999999),
            ("99999999999999999999", 2**32 - 1),
            ("1_0", None),
            ("-1", None),
            ("", None),
            ("\xb2", None),
            ("soon", None),
        ):
            for value in (f"<sip:1@h>;expires={text}", f"<sip:1@h>;q=1;expires={text}"):
                self.assertEqual(parseContact(value).expires, seconds, value)
            self.assertEqual(expiresHeader(text), seconds, text)
        self.assertIsNone(expiresHeader(None))

    def test_preference(self) -> None:
        """
        A q value is taken where it has the form of one.
        """
        for text, q in (("0.5", 0.5), ("1", 1), ("0", 0), ("2", 1), ("x", 1), ("", 1)):
            self.assertEqual(parseContact(f"<sip:1@h>;q={text}").q, q, text)

    def test_instance(self) -> None:
        """
        A phone that names itself is known by that name and not by its
        address, which may change.
        """
        one = parseContact('<sip:1@a>;+sip.instance="<urn:uuid:1>";reg-id=2')
        self.assertEqual(one.key, "<urn:uuid:1>;2")
        self.assertEqual(parseContact("<sip:1@a>").key, "sip:1@a")

    def test_refused(self) -> None:
        """
        What cannot be called is no contact.
        """
        for value in ("*", "", "mailto:a@b", "<sip:>", "<sip:1@h", "sip:1@h:99999"):
            self.assertRaises(BadValue, parseContact, value)
            self.assertRaises(BadValue, parseContact, value + " " * 600)

    def test_usualAndWhole(self) -> None:
        """
        The short cut for usual contacts says the same as the long way.
        """
        for value in ("<sip:1@h>", "<sip:1@h:5062>;expires=7", "<sip:a.b@1.2.3.4>"):
            long = parseContact(value + ";" + "x" * 600)
            self.assertEqual(parseContact(value)[1:], long[1:])


class ComparisonTests(SynchronousTestCase):
    """
    When two contacts are one (RFC 3261 section 19.1.4).
    """

    def same(self, one: str, other: str) -> bool:
        """
        Whether a binding of C{one} is the one that C{other} means.
        """
        return sameContact(parseContact(one).key, parseContact(other))

    def test_same(self) -> None:
        """
        Host and parameter names in any case, escapes of plain letters, and
        unknown parameters on one side make no difference.
        """
        for one, other in (
            ("<sip:1@h>", "<sip:1@H>"),
            ("<sip:1@h>", "<SIP:1@h>"),
            ("<sip:%61@h>", "<sip:a@h>"),
            ("<sip:1@h;line=x>", "<sip:1@h>"),
            ("<sip:1@h;transport=tcp>", "<sip:1@h;Transport=TCP>"),
        ):
            self.assertTrue(self.same(one, other), f"{one} {other}")

    def test_different(self) -> None:
        """
        Another port, even the default one spelt out, another transport or
        another user is another phone.
        """
        for one, other in (
            ("<sip:1@h>", "<sip:1@h:5060>"),
            ("<sip:1@h>", "<sip:1@h;transport=udp>"),
            ("<sip:a@h>", "<sip:A@h>"),
            ("<sip:1@h>", "<sips:1@h>"),
            ("<sip:1@h;line=x>", "<sip:1@h;line=y>"),
            ("<sip:1@h>", '<sip:1@h>;+sip.instance="<urn:uuid:1>"'),
        ):
            self.assertFalse(self.same(one, other), f"{one} {other}")


class GrantTests(SynchronousTestCase):
    """
    How long a contact may stay (RFC 3261 section 10.3 step 7).
    """

    def test_bounds(self) -> None:
        """
        Not told means the usual time; too long is cut; 0 removes.
        """
        for asked, granted in (
            (None, 1800),
            (0, 0),
            (60, 60),
            (3600, 3600),
            (2**32 - 1, 3600),
        ):
            self.assertEqual(grantExpiry(asked, LIMITS), granted)

    def test_tooBrief(self) -> None:
        """
        Who asks for less than we grant is told the least, but never for an
        hour or more.
        """
        self.assertEqual(
            self.assertRaises(IntervalTooBrief, grantExpiry, 59, LIMITS).shortest, 60
        )
        strict = ExpiryLimits(7200, 7200, 7200)
        self.assertRaises(IntervalTooBrief, grantExpiry, 3599, strict)
        self.assertEqual(grantExpiry(3600, strict), 3600)
