# -*- test-case-name: tests.xmpp.im.test_subscriptionstate -*-
"""
The states of a presence subscription and their transitions (RFC 6121 appendix A).

Layer 0 (values).
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from gigasetd.registry.model import RosterItem


class SubscriptionState(Enum):
    """
    The nine states of appendix A.1.
    """

    NONE = "none"
    NONE_OUT = "none, pending out"
    NONE_IN = "none, pending in"
    NONE_BOTH = "none, pending out and in"
    TO = "to"
    TO_IN = "to, pending in"
    FROM = "from"
    FROM_OUT = "from, pending out"
    BOTH = "both"


class Transition(NamedTuple):
    """
    The effect of one stanza.
    """

    state: SubscriptionState
    go: bool  #: whether the stanza is routed (outbound) or delivered (inbound)


TYPES = ("subscribe", "unsubscribe", "subscribed", "unsubscribed")

_N, _NO, _NI, _NB, _T, _TI, _F, _FO, _B = SubscriptionState


def _rows(type: str, text: str) -> dict[tuple[SubscriptionState, str], Transition]:
    """
    Read one table of the appendix: the next state for each state, with "!" where
    the stanza is passed on.
    """
    short = dict(zip("N NO NI NB T TI F FO B".split(), SubscriptionState))
    steps = (
        Transition(short[word.rstrip("!")], word.endswith("!")) for word in text.split()
    )
    return {(state, type): step for state, step in zip(SubscriptionState, steps)}


# The columns:              N    NO   NI   NB   T   TI   F    FO   B
OUTBOUND: dict[tuple[SubscriptionState, str], Transition] = {
    **_rows("subscribe", "   NO!  NO!  NB!  NB!  T!  TI!  FO!  FO!  B!"),
    **_rows("unsubscribe", " N!   N!   NI!  NI!  N!  NI!  F!   F!   F!"),
    **_rows("subscribed", "  N    NO   F!   FO!  T   B!   F    FO   B"),
    **_rows("unsubscribed", "N    NO   N!   NO!  T   T!   N!   NO!  T!"),
}
"""Appendix A.2: stanzas of the account's own clients."""

INBOUND: dict[tuple[SubscriptionState, str], Transition] = {
    **_rows("subscribe", "   NI!  NB!  NI   NB   TI! TI   F    FO   B"),
    **_rows("unsubscribe", " N    NO   N!   NO!  T   T!   N!   NO!  T!"),
    **_rows("subscribed", "  N    T!   NI   TI!  T   TI   F    B!   B"),
    **_rows("unsubscribed", "N    N!   NI   NI!  N!  NI!  F    F!   F!"),
}
"""Appendix A.3: stanzas of the contact."""

APPROVED: dict[SubscriptionState, SubscriptionState] = {_N: _F, _NO: _FO, _T: _B}
"""State after a pre-approval, where no request has come yet (section 3.4)."""

_PARTS: dict[SubscriptionState, tuple[str, bool, bool]] = {
    _N: ("none", False, False),
    _NO: ("none", True, False),
    _NI: ("none", False, True),
    _NB: ("none", True, True),
    _T: ("to", False, False),
    _TI: ("to", False, True),
    _F: ("from", False, False),
    _FO: ("from", True, False),
    _B: ("both", False, False),
}
_STATES = {parts: state for state, parts in _PARTS.items()}


def empty(number: str, jid: str) -> RosterItem:
    """
    Make the item of a contact that is not in the roster.
    """
    return RosterItem(number, jid, "", "none", "", 0, "", 0, "")


def stateOf(item: RosterItem) -> SubscriptionState:
    """
    Find an item's state.
    """
    # Stored combinations that are impossible count as the lesser state.
    out = item.ask == "subscribe" and item.subscription in ("none", "from")
    waiting = bool(item.request) and item.subscription in ("none", "to")
    return _STATES[item.subscription, out, waiting]


def moved(item: RosterItem, state: SubscriptionState, request: str) -> RosterItem:
    """
    Change an item's state.

    @param request: the contact's request, for a state in which it waits.
    """
    subscription, out, waiting = _PARTS[state]
    return item._replace(
        subscription=subscription,
        ask="subscribe" if out else "",
        request=(item.request or request) if waiting else "",
        listed=1 if item.listed or out or subscription != "none" else 0,
    )
