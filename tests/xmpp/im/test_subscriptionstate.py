"""
Tests for L{gigasetd.xmpp.im.subscriptionstate}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.model import RosterItem
from gigasetd.xmpp.im.subscriptionstate import (
    APPROVED,
    INBOUND,
    OUTBOUND,
    TYPES,
    SubscriptionState,
    empty,
    moved,
    stateOf,
)

REQUEST = "<presence type='subscribe'/>"


def inState(state: SubscriptionState) -> RosterItem:
    """
    A listed item in that state.
    """
    return moved(empty("1", "2@d")._replace(listed=1), state, REQUEST)


class TableTests(SynchronousTestCase):
    """
    The tables of RFC 6121 appendix A.
    """

    def test_complete(self) -> None:
        """
        Every pair of state and input is in both tables, and nothing else is.
        """
        pairs = {(state, type) for state in SubscriptionState for type in TYPES}
        self.assertEqual(len(pairs), 36)
        self.assertEqual(set(OUTBOUND), pairs)
        self.assertEqual(set(INBOUND), pairs)

    def test_roundTrip(self) -> None:
        """
        An item that was brought into a state is in it.
        """
        for state in SubscriptionState:
            self.assertIs(stateOf(inState(state)), state)

    def test_impossible(self) -> None:
        """
        What cannot be together in an item from another hand counts as less.
        """
        item = RosterItem("1", "2@d", "", "both", "subscribe", 0, "", 1, REQUEST)
        self.assertIs(stateOf(item), SubscriptionState.BOTH)

    def test_outbound(self) -> None:
        """
        What a client sends goes on, but a "yes" that nobody asked for.
        """
        silent = {pair for pair, step in OUTBOUND.items() if not step.go}
        asked = {
            SubscriptionState.NONE_IN,
            SubscriptionState.NONE_BOTH,
            SubscriptionState.TO_IN,
        }
        seen = {
            SubscriptionState.FROM,
            SubscriptionState.FROM_OUT,
            SubscriptionState.BOTH,
        }
        expected = {
            (state, "subscribed") for state in SubscriptionState if state not in asked
        }
        expected |= {
            (state, "unsubscribed")
            for state in SubscriptionState
            if state not in asked | seen
        }
        self.assertEqual(silent, expected)

    def test_inbound(self) -> None:
        """
        What changes nothing is not shown to anybody.
        """
        for (state, type), step in INBOUND.items():
            self.assertEqual(step.go, step.state is not state, (state, type))

    def test_directions(self) -> None:
        """
        Nobody can give oneself the right to see somebody: a contact's word
        never makes it "from", the owner's own never makes it "to".
        """
        sees = {"to", "to, pending in", "both"}
        seen = {"from", "from, pending out", "both"}
        for (state, type), step in OUTBOUND.items():
            if step.state.value in sees:
                self.assertIn(state.value, sees, type)
        for (state, type), step in INBOUND.items():
            if step.state.value in seen:
                self.assertIn(state.value, seen, type)

    def test_mirrored(self) -> None:
        """
        Two accounts that exchange any sequence of the four stay of one mind:
        who sees whom is the same in both rosters.
        """
        known = {("none", "none"), ("to", "from"), ("from", "to"), ("both", "both")}
        start = (inState(SubscriptionState.NONE), inState(SubscriptionState.NONE))
        met, fresh = {start}, [start]
        while fresh:
            one, other = fresh.pop()
            for pair in self.steps(one, other):
                subscriptions = pair[0].subscription, pair[1].subscription
                self.assertIn(subscriptions, known)
                if pair not in met:
                    met.add(pair)
                    fresh.append(pair)
        self.assertEqual(len(met), 9)

    def steps(self, one: RosterItem, other: RosterItem):
        """
        What either can make of both.
        """
        for type in TYPES:
            for first, second, turn in ((one, other, 1), (other, one, -1)):
                out = OUTBOUND[stateOf(first), type]
                first = moved(first, out.state, "")
                if out.go:
                    came = INBOUND[stateOf(second), type]
                    second = moved(second, came.state, REQUEST)
                yield (first, second)[::turn]

    def test_approved(self) -> None:
        """
        A request that was approved before it came leads to where request and
        "yes" lead.
        """
        for state, end in APPROVED.items():
            asked = INBOUND[state, "subscribe"].state
            self.assertIs(OUTBOUND[asked, "subscribed"].state, end)
