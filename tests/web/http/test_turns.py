"""
Tests of L{gigasetd.web.http.turns}.
"""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.web.http.turns import LONGEST, RequestTurns
from tests.web.turning import turn


class Costly:
    """
    A connection whose requests each take some time.
    """

    def __init__(self, turns: RequestTurns, seconds: float) -> None:
        self.turns = turns
        self.seconds = seconds
        self.answered = 0

    def proceed(self) -> None:
        """
        Answer one request.
        """
        self.answered += 1
        self.turns.spend(self.seconds)


class TurnsTests(SynchronousTestCase):
    """
    L{RequestTurns}.
    """

    def setUp(self) -> None:
        """
        A reactor that turns when the test says so.
        """
        self.clock = Clock()
        self.turns = RequestTurns(self.clock)

    def test_bounded(self) -> None:
        """
        A turn ends with the request that uses up its time; the others proceed in
        the next one, each once.
        """
        waiting = [Costly(self.turns, LONGEST * 0.4) for _ in range(5)]
        for connection in waiting:
            self.turns.wait(connection)
        self.assertEqual([each.answered for each in waiting], [0, 0, 0, 0, 0])
        turn(self.clock)
        self.assertEqual([each.answered for each in waiting], [1, 1, 1, 0, 0])
        self.assertTrue(self.turns.over)
        turn(self.clock)
        self.assertEqual([each.answered for each in waiting], [1, 1, 1, 1, 1])

    def test_cheap(self) -> None:
        """
        Requests that take no time cost no delayed call.
        """
        self.turns.spend(LONGEST * 0.4)
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.assertFalse(self.turns.over)

    def test_renewed(self) -> None:
        """
        The next turn has its own time, also where nothing waits.
        """
        self.turns.spend(LONGEST)
        self.assertTrue(self.turns.over)
        turn(self.clock)
        self.assertFalse(self.turns.over)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_closed(self) -> None:
        """
        When the site closes, nothing proceeds any more.
        """
        connection = Costly(self.turns, 0.0)
        self.turns.wait(connection)
        self.turns.close()
        self.clock.advance(1)
        self.assertEqual(connection.answered, 0)
