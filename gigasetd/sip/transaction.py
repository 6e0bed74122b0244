# -*- test-case-name: tests.sip.test_transaction -*-
"""
The four transaction state machines, as tables (RFC 3261 section 17, RFC 6026).

A table maps (state, input) to the next state and to effects, which
L{gigasetd.sip.transactionlayer} carries out: C{send} repeats the message,
C{deliver} hands the response to the user, C{ack} acknowledges a final response
that is no 2xx, C{fail} reports to the user that no response came, and a
capital letter starts that timer.  An input is a message from the network or
the user, or the letter of the timer that fired.  A pair that is in no table is
in L{IGNORED} or in L{IMPOSSIBLE}.

Layer 2 (rules).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from gigasetd.sip.actions import Flow

T1 = 0.5
"""Seconds: the round trip that RFC 3261 assumes."""
T2 = 4.0
"""Seconds: the longest pause between two repetitions."""
T4 = 5.0
"""Seconds: how long a message stays in the network."""

LENGTHS = {
    "A": T1,
    "B": 64 * T1,
    "D": 64 * T1,
    "E": T1,
    "F": 64 * T1,
    "G": T1,
    "H": 64 * T1,
    "I": T4,
    "J": 64 * T1,
    "K": T4,
    "L": 64 * T1,
    "M": 64 * T1,
}
"""Timer -> seconds until it first fires (RFC 3261 table 4, RFC 6026)."""

REPEATS = {"A": float("inf"), "E": T2, "G": T2}
"""Timers that repeat a message, each time after twice the pause, up to this.
They do not run on streams, which repeat by themselves."""

WAITS = frozenset("DIJK")
"""Timers that wait for repetitions, of which streams have none."""

Table = dict[tuple[str, str], tuple[str, tuple[str, ...]]]

# RFC 3261 figure 5 with RFC 6026 section 7.2 ("accepted").
INVITE_CLIENT: Table = {
    ("calling", "1xx"): ("proceeding", ("deliver",)),
    ("calling", "2xx"): ("accepted", ("M", "deliver")),
    ("calling", "final"): ("completed", ("ack", "D", "deliver")),
    ("calling", "A"): ("calling", ("send", "A")),
    ("calling", "B"): ("terminated", ("fail",)),
    ("calling", "lost"): ("terminated", ("fail",)),
    ("proceeding", "1xx"): ("proceeding", ("deliver",)),
    ("proceeding", "2xx"): ("accepted", ("M", "deliver")),
    ("proceeding", "final"): ("completed", ("ack", "D", "deliver")),
    ("proceeding", "lost"): ("terminated", ("fail",)),
    ("proceeding", "stop"): ("terminated", ("fail",)),
    ("calling", "stop"): ("terminated", ("fail",)),
    ("completed", "final"): ("completed", ("ack",)),
    ("completed", "D"): ("terminated", ()),
    ("completed", "lost"): ("terminated", ()),
    ("accepted", "2xx"): ("accepted", ("deliver",)),
    ("accepted", "M"): ("terminated", ()),
    ("accepted", "lost"): ("terminated", ()),
}

# RFC 3261 figure 6.
CLIENT: Table = {
    ("trying", "1xx"): ("proceeding", ("deliver",)),
    ("trying", "2xx"): ("completed", ("K", "deliver")),
    ("trying", "final"): ("completed", ("K", "deliver")),
    ("trying", "E"): ("trying", ("send", "E")),
    ("trying", "F"): ("terminated", ("fail",)),
    ("trying", "lost"): ("terminated", ("fail",)),
    ("proceeding", "1xx"): ("proceeding", ("deliver",)),
    ("proceeding", "2xx"): ("completed", ("K", "deliver")),
    ("proceeding", "final"): ("completed", ("K", "deliver")),
    ("proceeding", "E"): ("proceeding", ("send", "E")),
    ("proceeding", "F"): ("terminated", ("fail",)),
    ("proceeding", "lost"): ("terminated", ("fail",)),
    ("completed", "K"): ("terminated", ()),
    ("completed", "lost"): ("terminated", ()),
}

# RFC 3261 figure 7 with RFC 6026 section 7.1 ("accepted").  "reply1" is a
# provisional response from the user, "reply2" a 2xx, "reply" any other.
INVITE_SERVER: Table = {
    ("proceeding", "request"): ("proceeding", ("send",)),
    ("proceeding", "reply1"): ("proceeding", ("send",)),
    ("proceeding", "reply2"): ("accepted", ("send", "L")),
    ("proceeding", "reply"): ("completed", ("send", "G", "H")),
    ("completed", "request"): ("completed", ("send",)),
    ("completed", "ack"): ("confirmed", ("I",)),
    ("completed", "G"): ("completed", ("send", "G")),
    ("completed", "H"): ("terminated", ()),
    ("confirmed", "I"): ("terminated", ()),
    ("accepted", "reply2"): ("accepted", ("send",)),
    ("accepted", "L"): ("terminated", ()),
}

# RFC 3261 figure 8.
SERVER: Table = {
    ("trying", "reply1"): ("proceeding", ("send",)),
    ("trying", "reply2"): ("completed", ("send", "J")),
    ("trying", "reply"): ("completed", ("send", "J")),
    ("proceeding", "request"): ("proceeding", ("send",)),
    ("proceeding", "reply1"): ("proceeding", ("send",)),
    ("proceeding", "reply2"): ("completed", ("send", "J")),
    ("proceeding", "reply"): ("completed", ("send", "J")),
    ("completed", "request"): ("completed", ("send",)),
    ("completed", "J"): ("terminated", ()),
}

IGNORED = {
    "INVITE_CLIENT": {
        # a timer of an earlier state fires late, or a peer answers late
        *(("proceeding", timer) for timer in "AB"),
        *(("completed", late) for late in ("1xx", "2xx", "A", "B", "stop")),
        *(("accepted", late) for late in ("1xx", "final", "A", "B", "stop")),
    },
    "CLIENT": {("completed", late) for late in ("1xx", "2xx", "final", "E", "F")},
    "INVITE_SERVER": {
        ("proceeding", "ack"),
        *(("completed", late) for late in ("reply1", "reply2", "reply")),
        *(
            ("confirmed", late)
            for late in ("request", "ack", "reply1", "reply2", "reply", "G", "H")
        ),
        *(("accepted", late) for late in ("request", "ack", "reply1", "reply")),
    },
    "SERVER": {
        ("trying", "request"),
        *(("completed", late) for late in ("reply1", "reply2", "reply")),
    },
}
"""Pairs that do happen and change nothing."""

IMPOSSIBLE = {
    "INVITE_CLIENT": {
        *((state, timer) for state in ("calling", "proceeding") for timer in "DM"),
        ("completed", "M"),
        ("accepted", "D"),
    },
    "CLIENT": {(state, "K") for state in ("trying", "proceeding")},
    "INVITE_SERVER": {
        *(("proceeding", timer) for timer in "GHIL"),
        *(("completed", timer) for timer in "IL"),
        ("confirmed", "L"),
        *(("accepted", timer) for timer in "GHI"),
    },
    "SERVER": {(state, "J") for state in ("trying", "proceeding")},
}
"""Pairs that cannot happen: the timer has not been started yet."""


class Role(NamedTuple):
    """
    One of the four machines.
    """

    table: Table
    state: str  #: where it starts
    timers: str  #: those that run from the start


ROLES = {
    ("client", True): Role(INVITE_CLIENT, "calling", "AB"),
    ("client", False): Role(CLIENT, "trying", "EF"),
    ("server", True): Role(INVITE_SERVER, "proceeding", ""),
    ("server", False): Role(SERVER, "trying", ""),
}
"""(side, whether it is for INVITE) -> the machine."""


class Transaction:
    """
    One transaction: a state, the message that it repeats, its user.

    @ivar key: what messages are matched by.
    @ivar data: the message to repeat; C{b""} before there is one.
    @ivar flow: where C{data} goes.
    @ivar source: of a server transaction whose request came over a flow without a
        binding, the source that it counts for; else C{""}.
    @ivar timers: timer -> when it fires; an entry of the layer's heap with
        another time is out of date.
    @ivar pauses: timer -> its last pause, for those that double.
    @ivar user: of a client transaction the L{TransactionUser
        <gigasetd.sip.transactionlayer.TransactionUser>}; of a server transaction
        the L{Fork <gigasetd.sip.fork.Fork>} or L{AgentRequest
        <gigasetd.sip.localagents.AgentRequest>} that answers, else C{None}.
    """

    __slots__ = tuple("data flow key pauses source state table timers user".split())
    data: bytes
    flow: Flow
    key: str
    pauses: dict[str, float]
    source: str
    state: str
    table: Table
    timers: dict[str, float]
    user: Any

    def __init__(self, role: Role, key: str, flow: Flow, user: Any = None) -> None:
        self.table = role.table
        self.state = role.state
        self.key = key
        self.flow = flow
        self.user = user
        self.source = ""
        self.data = b""
        self.timers = {}
        self.pauses = {}

    def pause(self, timer: str) -> float | None:
        """
        Return the seconds until C{timer} fires if it is started now, C{None} when
        it does not run on this transport.
        """
        if self.flow.connection:
            if timer in REPEATS:
                return None
            if timer in WAITS:
                return 0.0
        most = REPEATS.get(timer)
        if most is None:
            return LENGTHS[timer]
        if timer == "E" and self.state == "proceeding":
            return T2  # RFC 3261 section 17.1.2.2
        last = self.pauses.get(timer)
        pause = LENGTHS[timer] if last is None else min(2 * last, most)
        self.pauses[timer] = pause
        return pause

    def forget(self) -> None:
        """
        Free what a finished transaction does not need: entries of dead timers
        hold it for a while.
        """
        self.data = b""
        self.user = None
        self.timers.clear()
