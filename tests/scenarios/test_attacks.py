"""
Scenario: strangers attack a real daemon, and phones and owners notice nothing.

These are short runs of L{benchmarks.attacks}: attackers with many addresses, in a
network namespace. Latency is judged there; here, whether everything is answered.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from twisted.internet import reactor
from twisted.internet.utils import getProcessOutputAndValue
from twisted.trial.unittest import SkipTest, TestCase

from benchmarks.attacks import HASHES, MEMORY
from tests.scenarios.daemon import CHECKOUT

SECONDS = "1.5"
MEDIAN = 300.0
"""Milliseconds within which half of a phone's requests are answered, also where this
machine is busy with other tests."""

PHONES = ("options", "register", "call", "rejoin")
OTHERS = ("page", "login", "chat", "sip-tcp")


class AttackTests(TestCase):
    """
    Each test has one daemon; none of the attackers is local or exempt from the guard.
    """

    timeout = 120

    async def attack(self, *names: str) -> None:
        """
        Run attacks one after the other.
        """
        words = ["-m", "benchmarks.attacks", "--json", "--together"]
        out, errors, status = await getProcessOutputAndValue(
            sys.executable,
            [*words, "--seconds", SECONDS, "--only", *names],
            env=dict(os.environ),
            path=CHECKOUT,
            reactor=reactor,
        )
        if status == 2 and b"not allowed here" in errors:
            if os.environ.get("CI") and os.geteuid() == 0:
                self.fail(errors.decode())
            raise SkipTest(errors.decode().strip())
        lines = [line for line in out.decode().splitlines() if line.startswith("{")]
        self.assertEqual(len(lines), len(names), errors.decode())
        for line in lines:
            self.judge(json.loads(line))

    def judge(self, figures: dict[str, Any]) -> None:
        """
        Compare the figures of one attack with what is promised.
        """
        name = figures["attack"]
        for probe in (*PHONES, *OTHERS):
            self.assertEqual(figures[f"failed {probe}"], 0, f"{name}: {probe}")
        for probe in PHONES[:2]:
            self.assertLess(figures[f"median {probe}"], MEDIAN, f"{name}: {probe}")
        most = MEMORY + HASHES.get(name, 0.0)
        self.assertLess(figures["grown"], most, name)

    async def test_http(self) -> None:
        """
        Requests whose answers are not read, requests without a pause, and silent
        or slow connections of one stranger cost others nothing.
        """
        await self.attack(
            "http-metrics-unread",
            "http-menu-unread",
            "http-metrics-8",
            "http-menu-8",
            "http-chunks",
            "http-connects",
            "http-bad",
            "http-silent",
            "http-slow-heads",
        )

    async def test_guesses(self) -> None:
        """
        Guesses of codes and passwords from one IPv6 /64 or one address lock no owner
        out; wrong answers to nonces that a phone has not received, sent in its name,
        do not ban it.
        """
        await self.attack(
            "login-codes",
            "login-passwords",
            "sip-guesses",
            "sip-nonce-0",
            "sip-nonce-fetched",
        )

    async def test_datagrams(self) -> None:
        """
        INVITEs of 168 bytes from 16 addresses do not fill the transaction table, and
        closed connections cost no scan of it. Junk and STUN from a phone's address,
        and from its very port, spend nothing of its allowance.
        """
        await self.attack(
            "sip-closing", "sip-invites", "sip-junk", "sip-junk-flow", "stun"
        )

    async def test_streams(self) -> None:
        """
        Silent, slow and greedy connections for SIP and XMPP from many addresses leave
        room for others.
        """
        await self.attack(
            "sip-silent", "sip-slow", "sip-unread", "xmpp-silent", "xmpp-stanzas"
        )
