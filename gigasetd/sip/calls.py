# -*- test-case-name: tests.sip.test_calls -*-
"""
The calls under way: caller, callee, start; nothing of them is stored.

Layer 1 (state).
"""

from __future__ import annotations

from typing import Any

from gigasetd.registry.boundeddict import BoundedDict
from gigasetd.sip.actions import Flow


class ActiveCall:
    """
    One call, from its INVITE to its BYE.

    @ivar talking: whether it has been answered.
    @ivar callerFlow: the flow of the caller.
    @ivar calleeFlow: the flow of the phone that answered first, C{None} before.
    @ivar answers: the dialogs of the call: each callee's tag -> its flow,
        C{None} for a local agent.
    """

    __slots__ = tuple(
        "answers callee calleeFlow caller callerFlow since talking".split()
    )

    def __init__(self, caller: str, callee: str, since: float, flow: Flow) -> None:
        self.caller, self.callee, self.since = caller, callee, since
        self.callerFlow = flow
        self.calleeFlow: Flow | None = None
        self.talking = False
        self.answers: dict[str, Flow | None] = {}

    def hosts(self) -> set[str]:
        """
        Return the addresses of all its sides.
        """
        flows = (self.callerFlow, *self.answers.values())
        return {flow.host for flow in flows if flow is not None}


class Calls:
    """
    Lists all calls, by Call-ID.

    @ivar most: how many may be under way at once.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._calls: dict[str, ActiveCall] = {}
        # Subscriptions and transfers between phones: dialogs, but no calls.
        self._dialogs: BoundedDict[str, ActiveCall] = BoundedDict(most)

    def __len__(self) -> int:
        return len(self._calls)

    def begin(
        self, callID: str, caller: str, callee: str, now: float, flow: Flow
    ) -> bool:
        """
        Add a call that rings.

        @return: C{False} where there are too many.
        """
        if callID in self._calls:
            return True
        if len(self._calls) >= self.most:
            return False
        self._calls[callID] = ActiveCall(caller, callee, now, flow)
        return True

    def answer(self, callID: str, flow: Flow | None, tag: str = "") -> None:
        """
        Note that a call was answered; more than one phone may do so.

        @param flow: the flow of the callee; C{None} for a local agent.
        @param tag: the callee's tag.
        """
        call = self._calls.get(callID)
        if call is None:
            return
        call.answers[tag] = flow
        if not call.talking:
            call.talking, call.calleeFlow = True, flow

    def find(self, callID: str) -> ActiveCall | None:
        """
        Return a call or another dialog, C{None} for an unknown Call-ID.
        """
        return self._calls.get(callID) or self._dialogs.get(callID)

    def note(
        self, callID: str, caller: str, callee: str, now: float, flow: Flow
    ) -> None:
        """
        Add a dialog that is no call; the oldest gives way.
        """
        if callID not in self._calls:
            self._dialogs[callID] = ActiveCall(caller, callee, now, flow)

    def hangUp(self, callID: str, *tags: str) -> None:
        """
        End one dialog of a call, and the call with its last one (RFC 3261
        section 15).

        @param tags: the tags of To and From of the BYE, in any order.
        """
        call = self._calls.get(callID)
        if call is not None:
            for tag in tags:
                call.answers.pop(tag, None)
            if not call.answers:
                del self._calls[callID]

    def fail(self, callID: str) -> None:
        """
        Remove a call that was not answered; leave one that talks.
        """
        call = self._calls.get(callID)
        if call is not None and not call.talking:
            del self._calls[callID]

    def end(self, callID: str) -> None:
        """
        Remove a call: one side sent BYE.
        """
        self._calls.pop(callID, None)

    def otherSide(self, callID: str, flow: Flow) -> Flow | None:
        """
        Return the other side of a call, for a request without a route.

        @param flow: the flow of the sender.
        @return: C{None} where the sender is neither side.
        """
        call = self._calls.get(callID)
        if call is None or call.calleeFlow is None:
            return None
        if flow == call.callerFlow:
            return call.calleeFlow
        return call.callerFlow if flow == call.calleeFlow else None

    def sweep(self, before: float, alive: Any) -> int:
        """
        Remove calls whose BYE never came: those that began before C{before},
        and those of which neither side is C{alive(number)}.

        @return: how many were removed.
        """
        over = [
            callID
            for callID, call in self._calls.items()
            if call.since < before or not (alive(call.caller) or alive(call.callee))
        ]
        for callID in over:
            del self._calls[callID]
        for callID in [c for c, d in self._dialogs.items() if d.since < before]:
            del self._dialogs[callID]
        return len(over)

    def list(self) -> list[dict[str, Any]]:
        """
        Return every call, as C{gigasetctl calls} shows it.
        """
        return [
            {
                "call_id": callID,
                "caller": call.caller,
                "callee": call.callee,
                "since": call.since,
                "state": "talking" if call.talking else "ringing",
            }
            for callID, call in self._calls.items()
        ]
