# -*- test-case-name: tests.sip.echo.test_useragent -*-
"""
What a peer may ask for during an echo call: hold, resume, refresh, hang up
(RFC 3261 sections 14.2 and 15.1.2, RFC 3311, RFC 6086).

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.sip.actions import Action, ChangeMedia, CloseMedia, Flow
from gigasetd.sip.echo.call import ALLOW, SUPPORTED, Leg, contactLine
from gigasetd.sip.echo.offeranswer import (
    CONTENT,
    TYPE,
    Declined,
    checkAccept,
    descriptionOf,
)
from gigasetd.sip.message.message import Request


class InCall:
    """
    Requests inside the dialog of a leg.
    """

    def __init__(self, address: Callable[[Flow], str]) -> None:
        """
        @param address: our address towards a flow's peer, a literal.
        """
        self._address = address
        self._table: dict[str, Callable[[Leg, Request, float], list[Action]]] = {
            "INVITE": self._invite,
            "UPDATE": self._update,
            "BYE": self._bye,
            "INFO": self._information,
            "OPTIONS": self._capabilities,
        }

    def receive(
        self, leg: Leg, request: Request, flow: Flow, now: float
    ) -> list[Action]:
        """
        Any request but ACK.

        @raise Declined: it has to be answered with an error.
        """
        act = self._table.get(request.method)
        if act is None:
            raise Declined(405, ALLOW)
        if not leg.dialog.hears(request):
            raise Declined(500, "Retry-After: 1")
        if leg.port:
            # Before that, the INVITE's own answer still has to find its way.
            leg.flow = flow
        return act(leg, request, now)

    def acknowledge(self, leg: Leg, request: Request) -> list[Action]:
        """
        ACK for a 200 of ours.

        @raise Declined: it should hold an answer that we can use, and doesn't.
        """
        if not leg.acknowledge(request) or not leg.talk.asking:
            return []
        leg.talk.answered(descriptionOf(request))
        return [self._change(leg)]

    def _invite(self, leg: Leg, request: Request, now: float) -> list[Action]:
        """
        Hold, resume, move, refresh.
        """
        _checkReady(leg)
        checkAccept(request)
        headers, body = self._agree(leg, request, now)
        actions: list[Action] = [leg.accept(request, headers, body, now)]
        return actions if leg.talk.asking else [*actions, self._change(leg)]

    def _update(self, leg: Leg, request: Request, now: float) -> list[Action]:
        """
        As a re-INVITE without ACK, and about media only where it offers some.
        """
        _checkReady(leg)
        if request.body:
            headers, body = self._agree(leg, request, now)
            return [
                leg.answer(request, 200, (*headers, CONTENT), body),
                self._change(leg),
            ]
        headers = self._headers(leg, request, now)
        leg.dialog.retarget(request)
        return [leg.answer(request, 200, headers)]

    def _agree(self, leg: Leg, request: Request, now: float) -> tuple[list[str], str]:
        """
        Take an offer; give back the header lines and body of the 200.

        @raise Declined: it cannot be taken, and everything stays as it was.
        """
        session = descriptionOf(request)
        headers = self._headers(leg, request, now)
        leg.talk.take(session)
        leg.dialog.retarget(request)
        return headers, leg.talk.speak(self._address(leg.flow), leg.port)

    def _headers(self, leg: Leg, request: Request, now: float) -> list[str]:
        """
        What each 200 says about us.
        """
        timer = leg.agreeTimer(request, now)
        contact = contactLine(leg.invite, leg.flow, self._address)
        return [contact, ALLOW, SUPPORTED, *timer]

    def _change(self, leg: Leg) -> ChangeMedia:
        """
        Tell the sockets.
        """
        return ChangeMedia(leg.talk.media(leg.dialog.tag, leg.flow.host))

    def _bye(self, leg: Leg, request: Request, now: float) -> list[Action]:
        """
        The peer hangs up, even before we answered.
        """
        ended: list[Action] = [leg.answer(request, 200)]
        if not leg.port:
            ended.append(leg.drop(487))
        leg.done = True
        return [*ended, CloseMedia(leg.dialog.tag)]

    def _information(self, leg: Leg, request: Request, now: float) -> list[Action]:
        """
        INFO carries keys that somebody pressed; nobody here counts them.
        """
        return [leg.answer(request, 200)]

    def _capabilities(self, leg: Leg, request: Request, now: float) -> list[Action]:
        """
        OPTIONS inside the call.
        """
        headers = (ALLOW, SUPPORTED, f"Accept: {TYPE}")
        return [leg.answer(request, 200, headers)]


def _checkReady(leg: Leg) -> None:
    """
    One offer at a time (RFC 3261 section 14.2, RFC 3311 section 5.2).

    @raise Declined: another one is under way (500 or 491).
    """
    if not leg.port:
        raise Declined(500, "Retry-After: 2")
    if leg.talk.asking and not leg.acknowledged:
        raise Declined(491)
