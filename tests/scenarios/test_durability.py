# -*- test-case-name: tests.scenarios.test_durability -*-
"""
Scenario: the daemon is killed at random moments, and its database is down; confirmed
changes are kept, and responses are on time.

These are the short forms of C{benchmarks.durability} and C{benchmarks.outage}.
"""

from __future__ import annotations

import os
import sys

from twisted.internet import reactor
from twisted.internet.utils import getProcessOutputAndValue
from twisted.trial.unittest import SynchronousTestCase, TestCase

from benchmarks.latency import Phase, figures, samples
from benchmarks.ledger import Ledger
from benchmarks.phones import ASKED, GONE, REFUSED, TOLD
from tests.scenarios.case import require
from tests.scenarios.daemon import CHECKOUT
from tests.store.pgserver import NoServer, asUser, binaries

A = ("thing", "a")

ENVIRONMENT = {
    name: value for name, value in os.environ.items() if not name.startswith("GIGASETD")
}


def requirePostgres() -> None:
    """
    Require a PostgreSQL server that can be started.
    """
    try:
        binaries(), asUser()
    except NoServer:
        require("PostgreSQL", False)


class DurabilityTests(TestCase):
    """
    Short runs of the benchmarks.
    """

    timeout = 180

    async def _play(self, command: str, *options: str) -> None:
        out, complaint, status = await getProcessOutputAndValue(
            sys.executable,
            ["-m", f"benchmarks.{command}", *options],
            env=ENVIRONMENT,
            path=CHECKOUT,
            reactor=reactor,
        )
        self.assertEqual(status, 0, f"{out.decode()}\n{complaint.decode()}")

    async def test_sqlite(self) -> None:
        """
        No registration and no change that was answered is lost by kill -9.
        """
        await self._play("durability", "--kills=3", "--rate=400", "--count=200")

    async def test_postgres(self) -> None:
        """
        With Postgres neither.
        """
        requirePostgres()
        options = ["--kills=3", "--rate=400", "--count=200", "--store=postgres"]
        await self._play("durability", *options)

    async def test_outage(self) -> None:
        """
        Telephones notice nothing while Postgres is away, and ten seconds
        after its return it has everything.
        """
        requirePostgres()
        # The limit in milliseconds has room for a machine that is busy.
        options = ["--minutes=0.17", "--before=3", "--after=3", "--limit=500"]
        await self._play("outage", "--count=1000", *options)


class LedgerTests(SynchronousTestCase):
    """
    L{Ledger}: the checker itself finds lost changes.
    """

    def setUp(self) -> None:
        """
        One thing that was told to hold 1, and then asked to hold 2.
        """
        self.ledger = Ledger()
        self.ledger.ask(A, 1, 1)
        self.ledger.tell(A, 1)
        self.ledger.ask(A, 2, 2)

    def lost(self, **found: object) -> int:
        """
        How much is lost where these things are found.
        """
        return len(list(self.ledger.lost({("thing", n): v for n, v in found.items()})))

    def test_unanswered(self) -> None:
        """
        What was never answered may have happened or not.
        """
        self.assertEqual([self.lost(a=1), self.lost(a=2)], [0, 0])

    def test_lost(self) -> None:
        """
        An answered change that is not there is found, a removal too, and so
        is a thing that no client requested.
        """
        self.ledger.tell(A, 2)
        self.assertEqual([self.lost(a=2), self.lost(a=1), self.lost()], [0, 1, 1])
        self.assertEqual(self.lost(a=2, b=1), 1)
        self.ledger.ask(A, 3, None)
        self.ledger.tell(A, 3)
        self.assertEqual([self.lost(), self.lost(a=2)], [0, 1])

    def test_refused(self) -> None:
        """
        What was refused must not have happened.
        """
        self.ledger.refuse(A, 2)
        self.assertEqual([self.lost(a=1), self.lost(a=2)], [0, 1])

    def test_settled(self) -> None:
        """
        What a restart held must stay, answered or not.
        """
        self.ledger.settle({A: 2})
        self.assertEqual([self.lost(a=2), self.lost(a=1)], [0, 1])


class LatencyTests(SynchronousTestCase):
    """
    L{figures}.
    """

    def test_count(self) -> None:
        """
        Slow and missing answers are told, those of other phases not.
        """
        events: list[list[float]] = [
            [1, 0, ASKED, 100.0, 0.001],
            [1, 0, TOLD, 100.25, 0],
            [2, 1, GONE, 101.0, 0.5],
            [3, 1, ASKED, 112.0, 0],
            [3, 1, REFUSED, 112.5, 0],
            [4, 1, ASKED, 200.0, 0],
        ]
        told = figures(samples(events), Phase("away", 100.0, 120.0), 0.3)
        self.assertEqual((told.requests, told.unanswered, told.slow), (3, 1, 1))
        self.assertEqual((told.worst, told.late), (500.0, 500.0))
        self.assertEqual(told.windows, [250.0, 500.0])
