"""
Tests for L{gigasetd.sip.build}.
"""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.schema import Config
from gigasetd.registry.model import Account
from gigasetd.sip.build import Unsealed, rules
from tests.sip.jar import ALICE, DOMAIN, LOCAL, Jar, registryOf


class Sealed(Unsealed):
    """
    Notes the keys that are derived.
    """

    def __init__(self) -> None:
        self.labels: list[str] = []

    def derive(self, label: str) -> bytes:
        """
        A key that is always the same.
        """
        self.labels.append(label)
        return label.encode()

    def open(self, account: Account) -> str:
        """
        Never called for MD5.
        """
        raise AssertionError


class BuildTests(SynchronousTestCase):
    """
    Tests for L{rules}.
    """

    def test_counts(self) -> None:
        """
        The counters have the names that monitoring knows.
        """
        built = rules(Config(), registryOf(), "192.0.2.1")
        names = (
            "sip sip_registrar sip_digest sip_factory sip_enrolment sip_proxy"
            " sip_guard sip_allowance sip_echo sip_directory"
            " sip_subscriptions sip_sync stun"
        )
        self.assertEqual(list(built.counts), names.split())

    def test_keys(self) -> None:
        """
        Keys that must survive a restart are derived, each for one purpose.
        """
        sealed = Sealed()
        rules(Config(), registryOf(), "192.0.2.1", sealed)
        self.assertEqual(sealed.labels, ["factory nonces", "flow tokens"])

    def test_domain(self) -> None:
        """
        Phones may call the server by its domain, as sip.DOMAIN and by its
        public address.
        """
        for host, code in (
            (DOMAIN, 404),
            (f"sip.{DOMAIN}", 404),
            ("192.0.2.1", 404),
            ("192.0.2.99", 403),
        ):
            alice = Jar().registered(ALICE)
            answer = alice.final("INVITE", f"sip:30000001@{host}")
            self.assertEqual(answer.code, code, host)

    def test_numbers(self) -> None:
        """
        The echo answers at each of its numbers, the tone at the directory's.
        """
        config = Config()
        sip = replace(config.sip, echo_numbers=("777", "778"), directory_number="779")
        built = rules(replace(config, sip=sip), registryOf(ALICE), "192.0.2.1")
        built.network.listening(LOCAL)
        agents = built.dispatcher._agents
        self.assertEqual(agents.all, (built.echo, built.directory, built.subscriptions))
        self.assertTrue(built.echo.limits.reflects)
        self.assertFalse(built.directory.limits.reflects)
