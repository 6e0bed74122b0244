"""
Tests of L{gigasetd.config.validators}.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config import validators
from gigasetd.config.endpoint import Endpoint
from gigasetd.config.validators import Check, NotAllowed
from tests.config.case import ConfigTestCase


class ValidatorCase(SynchronousTestCase):
    """
    Values that a validator takes or refuses.
    """

    def takes(self, check: Check, *pairs: tuple[Any, Any]) -> None:
        """
        Each value becomes this one.
        """
        for value, checked in pairs:
            self.assertEqual(check(value), checked)

    def refuses(self, check: Check, *values: Any) -> None:
        """
        Each value is refused, and named with what is allowed.
        """
        for value in values:
            error = self.assertRaises(NotAllowed, check, value)
            self.assertTrue(error.allowed, value)


class ScalarTests(ValidatorCase):
    """
    Numbers, switches and texts.
    """

    def test_whole(self) -> None:
        """
        Whole numbers within bounds; C{true} is none.
        """
        check = validators.whole(1, 9, "seconds")
        self.takes(check, (1, 1), (9, 9))
        self.refuses(check, 0, 10, True, 1.0, "1", None)
        error = self.assertRaises(NotAllowed, check, 0)
        self.assertEqual(error.allowed, "a whole number from 1 to 9 (seconds)")
        self.assertEqual(error.value, 0)

    def test_number(self) -> None:
        """
        Two seconds may be written 2; infinity and NaN are no numbers here.
        """
        check = validators.number(0.5, 60)
        self.takes(check, (2, 2.0), (0.5, 0.5))
        self.assertIs(type(check(2)), float)
        self.refuses(check, 0.4, 61, True, float("nan"), float("inf"), "2")

    def test_switch(self) -> None:
        """
        Only true and false.
        """
        self.takes(validators.switch, (True, True), (False, False))
        self.refuses(validators.switch, 1, 0, "true", None)

    def test_oneOf(self) -> None:
        """
        One of the words, in this case.
        """
        check = validators.oneOf("off", "on")
        self.takes(check, ("off", "off"))
        self.refuses(check, "Off", "", "offon", 1)

    def test_matching(self) -> None:
        """
        The whole text matches, its end included.
        """
        check = validators.matching("[a-z]{2}", "two letters")
        self.takes(check, ("en", "en"))
        self.refuses(check, "eng", "e", "en\n", "EN", 12)

    def test_domain(self) -> None:
        """
        Host names in lower case, without a final dot.
        """
        self.takes(validators.domain, ("A.Example.", "a.example"), ("h", "h"))
        self.refuses(validators.domain, "", ".", "a..b", "-a", "a b", "x" * 64, 1)

    def test_reachable(self) -> None:
        """
        An address, a host name, or nothing.
        """
        self.takes(validators.reachable, ("", ""), ("::1", "::1"), ("H.", "h"))
        self.refuses(validators.reachable, "a b", "[::1]", 1)

    def test_path(self) -> None:
        """
        A path; an empty one only where it may be missing.
        """
        self.takes(validators.path, ("a/b", Path("a/b")))
        self.refuses(validators.path, "", "a\0b", 1)
        self.takes(validators.optionalPath, ("", None), ("a", Path("a")))

    def test_urls(self) -> None:
        """
        Databases that are known, and web services.
        """
        for url in ("sqlite:a.db", "postgres://h/d", "postgresql://"):
            self.takes(validators.storeUrl, (url, url))
        self.refuses(validators.storeUrl, "sqlite:", "mysql://h/d", "postgres://a b")
        self.takes(validators.webUrl, ("https://h/?a#b", "https://h/?a#b"))
        self.refuses(validators.webUrl, "ftp://h", "https://", "https://h/a b", 1)


class ListTests(ValidatorCase):
    """
    Lists and tables.
    """

    def test_listOf(self) -> None:
        """
        Each item is checked, and there are not too many.
        """
        check = validators.listOf(validators.whole(1, 9), "digits", 2)
        self.takes(check, ([], ()), ([1, 2], (1, 2)))
        self.refuses(check, [1, 2, 3], [0], "12", (1,))
        self.assertEqual(self.assertRaises(NotAllowed, check, [1, 0]).value, 0)

    def test_groups(self) -> None:
        """
        A table of names, each with numbers.
        """
        self.takes(validators.groups, ({"a b": ["12"]}, (("a b", ("12",)),)), ({}, ()))
        self.refuses(validators.groups, {"a": "12"}, {"": []}, {"a": ["x"]}, [])

    def test_algorithms(self) -> None:
        """
        One or several of the known algorithms, each once, in this order.
        """
        check = validators.algorithms("MD5", "SHA-256")
        self.takes(check, (["SHA-256", "MD5"], ("SHA-256", "MD5")))
        self.refuses(check, [], ["MD5", "MD5"], ["SHA-1"], "MD5")

    def test_resolvers(self) -> None:
        """
        Addresses with or without a port; an IPv6 address before a port stands
        in brackets.
        """
        self.takes(
            validators.resolvers,
            (["192.0.2.1", "192.0.2.1:5353"], (("192.0.2.1", 53), ("192.0.2.1", 5353))),
            (["::1", "[::1]:54"], (("::1", 53), ("::1", 54))),
        )
        self.refuses(
            validators.resolvers, ["h"], ["[::1]"], ["192.0.2.1:0"], ["[192.0.2.1]:53"]
        )

    def test_networks(self) -> None:
        """
        Addresses and networks; a network with host bits is refused.
        """
        networks = validators.networks(["192.0.2.0/24", "::1"])
        self.assertTrue(networks.contains("192.0.2.9"))
        self.refuses(validators.networks, ["192.0.2.1/24"], ["h"], [1], "::1")

    def test_listeners(self) -> None:
        """
        Endpoints of the allowed transports, each once; systemd's always.
        """
        check = validators.listeners(["udp"])
        self.takes(
            check,
            (
                ["udp:1", "systemd:sip"],
                (Endpoint("udp", 1), Endpoint("systemd", name="sip")),
            ),
        )
        self.refuses(check, ["tcp:1"], ["udp:1", "udp:1"], ["udp"], [1], "udp:1")

    def test_listenersTransport(self) -> None:
        """
        The error for a transport names the transports of this key, and no others.
        """
        check = validators.listeners(["tcp"])
        for text in ("ssl:443", "443", ""):
            error = self.assertRaises(validators.NotAllowed, check, [text])
            self.assertIn("with tcp, or systemd:NAME", error.allowed)
            self.assertNotIn("udp", error.allowed)
        error = self.assertRaises(validators.NotAllowed, check, ["udp:1"])
        self.assertIn("there is no udp listener here", error.allowed)

    def test_mediaPorts(self) -> None:
        """
        A firewall's port range, or none.
        """
        self.takes(
            validators.mediaPorts, ("auto", None), ([10000, 10099], (10000, 10099))
        )
        self.refuses(
            validators.mediaPorts,
            [10000],
            [10001, 10000],
            [10000, 10000],
            [80, 90],
            [10000, 65536],
            [True, 10000],
            "10000",
        )


class LoadedTests(ConfigTestCase):
    """
    Through a whole configuration.
    """

    def test_mediaPorts(self) -> None:
        """
        A firewall's port range, or none.
        """
        config = self.load("sip.media_ports = [10000, 10099]")
        self.assertEqual(config.sip.media_ports, (10000, 10099))
        self.assertIsNone(self.load().sip.media_ports)

    def test_wholeForFloat(self) -> None:
        """
        Two seconds may be written 2.
        """
        self.assertEqual(self.load("store.flush_interval = 2").store.flush_interval, 2)

    def test_listenTwice(self) -> None:
        """
        The same port twice is told at once, not by a failing bind.
        """
        (line,) = self.faults('http.listen = ["tcp:80", "tcp:80"]')
        self.assertIn("allowed is each endpoint once", line)
