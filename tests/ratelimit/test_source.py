"""
Tests for L{gigasetd.ratelimit.source}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.ratelimit import source
from gigasetd.ratelimit.source import Sources, pairSource, sourceOf


class SourceOfTests(SynchronousTestCase):
    """
    L{sourceOf}.
    """

    def test_ipv4(self) -> None:
        """
        An IPv4 address is a source, also where it is mapped into IPv6.
        """
        self.assertEqual(sourceOf("192.0.2.7"), "192.0.2.7")
        self.assertEqual(sourceOf("::ffff:192.0.2.7"), "192.0.2.7")
        self.assertEqual(sourceOf("::FFFF:c000:207"), "192.0.2.7")

    def test_ipv6(self) -> None:
        """
        All addresses of a /64 are one source, and those of the next another.
        """
        first = sourceOf("2001:db8:1:2::1")
        self.assertEqual(first, "2001:db8:1:2::/64")
        self.assertEqual(sourceOf("2001:DB8:1:2:ffff:ffff:ffff:ffff"), first)
        self.assertNotEqual(sourceOf("2001:db8:1:3::1"), first)

    def test_linkLocal(self) -> None:
        """
        Machines of one link are told apart, whatever link the scope names.
        """
        self.assertEqual(sourceOf("fe80::1%eth0"), "fe80::1")
        self.assertEqual(sourceOf("fe80::2%3"), "fe80::2")

    def test_scope(self) -> None:
        """
        A scope makes no further source.
        """
        self.assertEqual(sourceOf("2001:db8::1%a"), sourceOf("2001:db8::1%b"))

    def test_prefixes(self) -> None:
        """
        The operator's prefixes count.
        """
        self.assertEqual(sourceOf("192.0.2.7", ipv4=24), "192.0.2.0/24")
        self.assertEqual(sourceOf("2001:db8:1:2::1", ipv6=48), "2001:db8:1::/48")
        self.assertEqual(sourceOf("2001:db8:1:2::1", ipv6=128), "2001:db8:1:2::1")

    def test_noAddress(self) -> None:
        """
        What is no address, such as a UNIX socket's, stands for itself.
        """
        for text in ("", "here", "1.2.3", "::/64"):
            self.assertEqual(sourceOf(text), text)


class PairSourceTests(SynchronousTestCase):
    """
    L{pairSource}.
    """

    def test_pair(self) -> None:
        """
        The address is replaced by its source, the subject stays.
        """
        pair = pairSource("2001:db8::1 12345678", sourceOf)
        self.assertEqual(pair, "2001:db8::/64 12345678")


class SourcesTests(SynchronousTestCase):
    """
    L{Sources}.
    """

    def test_of(self) -> None:
        """
        It answers as L{sourceOf}, the second time too.
        """
        of = Sources().of
        for _ in range(2):
            self.assertEqual(of("2001:db8::1"), "2001:db8::/64")
            self.assertEqual(of("192.0.2.7"), "192.0.2.7")

    def test_divide(self) -> None:
        """
        A reload changes what a function answers that a limiter already holds.
        """
        sources = Sources()
        of = sources.of
        of("2001:db8:1:2::1")
        sources.divide(24, 48)
        self.assertEqual(of("2001:db8:1:2::1"), "2001:db8:1::/48")
        self.assertEqual(of("192.0.2.7"), "192.0.2.0/24")

    def test_bounded(self) -> None:
        """
        A scan fills no memory, nor does a long text.
        """
        self.patch(source, "REMEMBERED", 10)
        sources = Sources()
        for number in range(1000):
            sources.of(f"2001:db8::{number:x}")
        self.assertLessEqual(len(sources), 10)
        sources.of("x" * 1000)
        self.assertNotIn("x" * 1000, sources)
