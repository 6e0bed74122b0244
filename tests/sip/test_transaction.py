"""
Tests for L{gigasetd.sip.transaction}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip import transaction as machines
from gigasetd.sip.actions import Flow
from gigasetd.sip.transaction import (
    IGNORED,
    IMPOSSIBLE,
    ROLES,
    T2,
    Table,
    Transaction,
)

UDP = Flow("udp", "0.0.0.0:5060", "192.168.1.10", 5060, 0)
TCP = Flow("tcp", "0.0.0.0:5060", "192.168.1.10", 5060, 7)
INPUTS = {
    "INVITE_CLIENT": ("1xx", "2xx", "final", "A", "B", "D", "M", "lost", "stop"),
    "CLIENT": ("1xx", "2xx", "final", "E", "F", "K", "lost"),
    "INVITE_SERVER": tuple("request ack reply1 reply2 reply G H I L".split()),
    "SERVER": ("request", "reply1", "reply2", "reply", "J"),
}
"""Everything that can happen to each machine."""

STATES = {
    "INVITE_CLIENT": {"calling", "proceeding", "completed", "accepted"},
    "CLIENT": {"trying", "proceeding", "completed"},
    "INVITE_SERVER": {"proceeding", "completed", "confirmed", "accepted"},
    "SERVER": {"trying", "proceeding", "completed"},
}
"""RFC 3261 figures 5 to 8, with RFC 6026."""


def tableOf(name: str) -> Table:
    """
    The table of that name.
    """
    table: Table = getattr(machines, name)
    return table


class TableTests(SynchronousTestCase):
    """
    Nothing that can happen to a call is forgotten.
    """

    def test_eachPairIsNamedOnce(self) -> None:
        """
        Whatever happens in whatever state, somebody has decided what follows:
        it is in the table, known to be ignored, or known to be impossible.
        """
        for name, inputs in INPUTS.items():
            for state in STATES[name]:
                for event in inputs:
                    pair = (state, event)
                    places = [
                        pair in tableOf(name),
                        pair in IGNORED[name],
                        pair in IMPOSSIBLE[name],
                    ]
                    self.assertEqual(sum(places), 1, f"{name} {pair}: {places}")

    def test_nothingElseIsNamed(self) -> None:
        """
        The tables hold no state or input that does not exist, so that a
        misspelt one cannot hide.
        """
        for name, inputs in INPUTS.items():
            for pairs in (tableOf(name), IGNORED[name], IMPOSSIBLE[name]):
                for state, event in pairs:
                    self.assertIn(state, STATES[name], name)
                    self.assertIn(event, inputs, name)

    def test_everyStateIsReachedAndLeft(self) -> None:
        """
        No machine gets stuck: each state is reached from the start, and from
        each the end can be reached.
        """
        for role in ROLES.values():
            reached = self._reached(role.table, role.state)
            states = {state for state, _ in role.table}
            self.assertEqual(reached, states | {"terminated"})
            for state in states:
                self.assertIn("terminated", self._reached(role.table, state))

    def _reached(self, table: Table, start: str) -> set[str]:
        found = {start}
        while True:
            more = {new for (old, _), (new, _) in table.items() if old in found}
            if more <= found:
                return found
            found |= more

    def test_timersThatAreStartedCanFire(self) -> None:
        """
        Each timer that an effect starts is an input of the state it leads to.
        """
        for name in INPUTS:
            for (state, event), (new, effects) in tableOf(name).items():
                for timer in effects:
                    if len(timer) == 1:
                        pair = (new, timer)
                        self.assertIn(pair, tableOf(name), f"{state} {event}")


class TimerTests(SynchronousTestCase):
    """
    How long each timer runs (RFC 3261 table 4).
    """

    def _pauses(self, flow: Flow, timer: str, times: int = 1) -> list[float | None]:
        side = "client" if timer in "ABDEFKM" else "server"
        some = Transaction(ROLES[side, timer not in "EFJK"], "key", flow)
        return [some.pause(timer) for _ in range(times)]

    def test_inviteIsRepeatedAtTwiceThePause(self) -> None:
        """
        An INVITE over UDP goes out again after 0.5, 1, 2, 4, 8, 16 seconds,
        however long that gets.
        """
        self.assertEqual(self._pauses(UDP, "A", 6), [0.5, 1, 2, 4, 8, 16])

    def test_othersAreRepeatedEveryFourSecondsAtMost(self) -> None:
        """
        Other requests, and refusals of an INVITE, are repeated no more rarely
        than each T2.
        """
        for timer in "EG":
            self.assertEqual(self._pauses(UDP, timer, 5), [0.5, 1, 2, T2, T2])

    def test_timeouts(self) -> None:
        """
        Whoever is silent is given up after 32 seconds.
        """
        for timer in "BFHDJLM":
            self.assertEqual(self._pauses(UDP, timer), [32.0], timer)
        for timer in "IK":
            self.assertEqual(self._pauses(UDP, timer), [5.0], timer)

    def test_streamsRepeatNothing(self) -> None:
        """
        TCP repeats by itself: we don't, neither requests nor responses.
        """
        for timer in "AEG":
            self.assertEqual(self._pauses(TCP, timer), [None], timer)

    def test_streamsHaveNoRepetitionsToWaitFor(self) -> None:
        """
        Over TCP a transaction that is answered need not linger.
        """
        for timer in "DIJK":
            self.assertEqual(self._pauses(TCP, timer), [0.0], timer)

    def test_streamsAreGivenUpToo(self) -> None:
        """
        A peer that is silent over TCP is given up like any other.
        """
        for timer in "BFHLM":
            self.assertEqual(self._pauses(TCP, timer), [32.0], timer)

    def test_timerEAfterProvisional(self) -> None:
        """
        A request that the peer has said it works on is repeated each T2, and
        no more often (RFC 3261 section 17.1.2.2).
        """
        some = Transaction(ROLES["client", False], "key", UDP)
        some.state = "proceeding"
        self.assertEqual(some.pause("E"), T2)
