# -*- test-case-name: tests.sip.echo.test_indialog -*-
"""
Requests during an echo call: hold, resume, refresh, hang up (RFC 3261
sections 14.2 and 15.1.2, RFC 3311, RFC 6086).

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.sip.actions import Action, ChangeMedia, CloseMedia, Flow
from gigasetd.sip.echo.call import ALLOW, SUPPORTED, EchoCall, contactLine
from gigasetd.sip.echo.offeranswer import (
    CONTENT,
    TYPE,
    checkAccept,
    descriptionOf,
)
from gigasetd.sip.message.message import Request
from gigasetd.sip.rejection import RequestRejected
from gigasetd.sip.requestcontext import RequestContext


class InDialog:
    """
    Answers requests inside the dialog of an echo call.
    """

    def __init__(self, address: Callable[[Flow], str]) -> None:
        """
        @param address: returns our address towards a flow's peer, a literal.
        """
        self._address = address
        self._table: dict[str, Callable[[EchoCall, Request, float], list[Action]]] = {
            "INVITE": self._invite,
            "UPDATE": self._update,
            "BYE": self._bye,
            "INFO": self._information,
            "OPTIONS": self._capabilities,
        }

    def receive(self, call: EchoCall, context: RequestContext) -> list[Action]:
        """
        Answer any request but ACK.

        @raise RequestRejected: it gets an error response.
        """
        request = context.request
        act = self._table.get(request.method)
        if act is None:
            raise RequestRejected(405, ALLOW)
        if not call.dialog.advances(request):
            raise RequestRejected(500, "Retry-After: 1")
        if call.port:
            # Not before: the response to the INVITE goes back by its own flow.
            call.flow = context.flow
        return act(call, request, context.now)

    def acknowledge(self, call: EchoCall, request: Request) -> list[Action]:
        """
        Take the ACK of a 200 of ours.

        @raise RequestRejected: our offer has no usable answer in it.
        """
        if not call.acknowledge(request) or not call.talk.asking:
            return []
        call.talk.answered(descriptionOf(request))
        return [self._change(call)]

    def _invite(self, call: EchoCall, request: Request, now: float) -> list[Action]:
        _checkReady(call)
        checkAccept(request)
        headers, body = self._agree(call, request, now)
        actions: list[Action] = [call.accept(request, headers, body, now)]
        return actions if call.talk.asking else [*actions, self._change(call)]

    def _update(self, call: EchoCall, request: Request, now: float) -> list[Action]:
        # As a re-INVITE without an ACK; it concerns media only with a body.
        _checkReady(call)
        if request.body:
            headers, body = self._agree(call, request, now)
            return [
                call.answer(request, 200, (*headers, CONTENT), body),
                self._change(call),
            ]
        headers = self._headers(call, request, now)
        call.dialog.retarget(request)
        return [call.answer(request, 200, headers)]

    def _agree(
        self, call: EchoCall, request: Request, now: float
    ) -> tuple[list[str], str]:
        """
        Take an offer.

        @return: the header lines and the body of the 200.
        @raise RequestRejected: it cannot be taken, and changes nothing.
        """
        session = descriptionOf(request)
        headers = self._headers(call, request, now)
        call.talk.take(session)
        call.dialog.retarget(request)
        return headers, call.talk.speak(self._address(call.flow), call.port)

    def _headers(self, call: EchoCall, request: Request, now: float) -> list[str]:
        timer = call.agreeTimer(request, now)
        contact = contactLine(call.invite, call.flow, self._address)
        return [contact, ALLOW, SUPPORTED, *timer]

    def _change(self, call: EchoCall) -> ChangeMedia:
        return ChangeMedia(call.talk.media(call.dialog.tag, call.flow.host))

    def _bye(self, call: EchoCall, request: Request, now: float) -> list[Action]:
        ended: list[Action] = [call.answer(request, 200)]
        if not call.port:
            # Even before the call was answered (RFC 3261 section 15).
            ended.append(call.drop(487))
        call.done = True
        return [*ended, CloseMedia(call.dialog.tag)]

    def _information(
        self, call: EchoCall, request: Request, now: float
    ) -> list[Action]:
        # Keys that the caller presses (DTMF) have no effect.
        return [call.answer(request, 200)]

    def _capabilities(
        self, call: EchoCall, request: Request, now: float
    ) -> list[Action]:
        headers = (ALLOW, SUPPORTED, f"Accept: {TYPE}")
        return [call.answer(request, 200, headers)]


def _checkReady(call: EchoCall) -> None:
    # One offer at a time (RFC 3261 section 14.2, RFC 3311 section 5.2).
    if not call.port:
        raise RequestRejected(500, "Retry-After: 2")
    if call.talk.asking and not call.acknowledged:
        raise RequestRejected(491)
