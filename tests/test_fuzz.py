# -*- test-case-name: tests.test_fuzz -*-
"""
Tests for L{tests.fuzz}: the fuzzer itself must find faults.
"""

from __future__ import annotations

import random
import time
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.errors import BadValue
from tests.fuzz import SLOW, TARGETS, Target, attempt, mutated


class AttemptTests(SynchronousTestCase):
    """
    Tests for L{attempt} and L{mutated}.
    """

    def test_seeds(self) -> None:
        """
        Every seed is taken as it stands, so that its mutants reach further
        than the first check.
        """
        for target in TARGETS:
            for seed in target.seeds:
                target.take(seed)

    def test_findsFault(self) -> None:
        """
        An error that the parser does not name is a fault.
        """

        def broken(data: bytes) -> None:
            raise KeyError("via")

        self.assertIn("KeyError", attempt(Target("broken", broken, ()), b""))

    def test_refusal(self) -> None:
        """
        A refusal is none.
        """

        def refusing(data: bytes) -> None:
            raise BadValue("not so")

        self.assertEqual(attempt(Target("refusing", refusing, ()), b""), "")

    def test_findsSlowness(self) -> None:
        """
        An input that takes a parser too long is a fault.
        """

        def slow(data: bytes) -> Any:
            end = time.process_time() + SLOW * 1.2
            while time.process_time() < end:
                pass

        self.assertIn("took", attempt(Target("slow", slow, ()), b""))

    def test_repeatable(self) -> None:
        """
        The same seed makes the same mutants.
        """
        one, other = random.Random(7), random.Random(7)
        for _ in range(50):
            self.assertEqual(mutated(b"seed", one), mutated(b"seed", other))
