# -*- test-case-name: tests.sip.test_notifier -*-
"""
SUBSCRIBE: message waiting for phones (RFC 6665, RFC 3842).

Subscriptions are not stored: after a restart a phone's refresh is answered
481, and the phone subscribes again (RFC 6665 section 4.1.2.2).

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from gigasetd.errors import BadValue
from gigasetd.registry.model import Account
from gigasetd.sip.actions import Action, Flow, SendResponse
from gigasetd.sip.contact import (
    ExpiryLimits,
    IntervalTooBrief,
    expiresHeader,
    grantExpiry,
)
from gigasetd.sip.dialog import Dialog
from gigasetd.sip.domain import Domain
from gigasetd.sip.echo.call import checkRequire
from gigasetd.sip.finalresponse import FinalResponseListener
from gigasetd.sip.message.message import Request
from gigasetd.sip.message.response import respond
from gigasetd.sip.rejection import RequestRejected
from gigasetd.sip.requestcontext import RequestContext
from gigasetd.sip.subscription import (
    PACKAGE,
    TYPE,
    EventSubscription,
    RequestFactory,
)
from gigasetd.sip.subscriptions import SubscriptionLimits, SubscriptionTable

ALLOW_EVENTS = f"Allow-Events: {PACKAGE}"
LARGEST = 8192
"""Characters of a SUBSCRIBE's lines, many of which stay in memory."""


class Subscriptions:
    """
    Answers SUBSCRIBE and sends NOTIFYs (a L{LocalAgent
    <gigasetd.sip.localagents.LocalAgent>}).

    @ivar limits: how many there may be.
    @ivar expiry: how long a subscription lasts.
    @ivar deadline: when L{wake} is to be called, C{None} for never.
    @ivar counts: event -> how often it happened.
    """

    def __init__(
        self,
        domain: Domain,
        requests: RequestFactory,
        limits: SubscriptionLimits,
        expiry: ExpiryLimits,
        waiting: Callable[[str], int],
    ) -> None:
        """
        @param waiting: counts the new messages of a number.
        """
        self.deadline: float | None = None
        names = "begun refreshed ended expired notified failed declined full"
        self.counts = dict.fromkeys(names.split(), 0)
        self._domain, self._requests = domain, requests
        self.limits, self.expiry = limits, expiry
        self._waiting = waiting
        self._table = SubscriptionTable()
        self._outdated: list[EventSubscription] = []

    def __len__(self) -> int:
        return len(self._table)

    # as a local agent

    def owns(self, request: Request) -> bool:
        """
        Whether a request is inside one of our dialogs.
        """
        return self._table.find(request) is not None

    def peer(self, request: Request) -> tuple[str, Flow] | None:
        """
        Return the number and the last flow of the subscriber in whose dialog a
        request is, C{None} for any other request.
        """
        each = self._table.find(request)
        return None if each is None else (each.number, each.flow)

    def receive(self, context: RequestContext) -> list[Action]:
        """
        Handle a SUBSCRIBE of an admitted sender, or a request in a dialog.
        """
        request = context.request
        try:
            actions = self._receive(context)
        except IntervalTooBrief as error:
            actions = self._reject(request, 423, f"Min-Expires: {error.shortest}")
        except RequestRejected as error:
            actions = self._reject(request, error.code, *error.headers)
        except BadValue:
            actions = self._reject(request, 400)
        self._settle()
        return actions

    def cancelled(self, request: Request, now: float) -> list[Action]:
        """
        Return nothing: there is no INVITE of ours.
        """
        return []

    def wake(self, now: float) -> list[Action]:
        """
        End what has expired, and send the NOTIFYs that had to wait.
        """
        outdated, self._outdated = self._outdated, []
        actions: list[Action] = [
            self._notify(each, now) for each in outdated if each.live
        ]
        for each in self._table.over(now):
            self.counts["expired"] += 1
            actions.append(self._end(each, now))
        self._settle()
        return actions

    # events of the registry

    def changed(self, number: str, waiting: int, now: float) -> list[Action]:
        """
        Notify the subscribers of a number that its count has changed.

        @param waiting: how many new messages there are now.
        """
        actions: list[Action] = []
        for each in self._table.of(number):
            same, each.waiting = each.waiting == waiting, waiting
            if each.pending:
                # Of two NOTIFYs on their way the older may arrive last.
                each.stale = True
            elif not same:
                actions.append(self._notify(each, now))
        return actions

    def accountChanged(self, old: Account | None, new: Account | None) -> None:
        """
        Drop the subscriptions of an account that was removed, got another
        password, or lost its telephony.

        No NOTIFY says so: another phone may have the flow by now.
        """
        if old is None:
            return
        if new is None or old.credentialsChanged(new) or not new.offers("voip"):
            for each in self._table.of(old.number):
                self._table.drop(each)

    def answered(self, each: EventSubscription, code: int, now: float) -> None:
        """
        Take the final response to a NOTIFY.

        @param code: its status code, or L{SILENCE
            <gigasetd.sip.finalresponse.SILENCE>}.
        """
        each.pending = False
        if not each.live:
            return
        if not 200 <= code < 300:
            self.counts["failed"] += 1
            self._table.drop(each)
        elif each.stale:
            each.stale = False
            self._outdated.append(each)
            self.deadline = now

    # SUBSCRIBE

    def _receive(self, context: RequestContext) -> list[Action]:
        request = context.request
        if request.method == "ACK":
            return []
        if request.method != "SUBSCRIBE":
            raise RequestRejected(405, "Allow: SUBSCRIBE")
        if sum(map(len, request.lines)) > LARGEST:
            raise RequestRejected(513)
        checkRequire(request)
        _checkPackage(request)
        seconds = grantExpiry(expiresHeader(request.get("expires")), self.expiry)
        if context.inDialog:
            return self._refresh(context, seconds)
        return self._begin(context, seconds)

    def _begin(self, context: RequestContext, seconds: int) -> list[Action]:
        """
        Open a subscription; for no seconds at all send one NOTIFY (RFC 6665
        section 4.4.3).
        """
        request, number, now = context.request, context.number, context.now
        if number is None or number != self._domain.numberIn(request.first["from"]):
            raise RequestRejected(403)
        known = self._table.calls.get(request.first["call-id"])
        if known is not None and known.number != number:
            raise RequestRejected(482)
        if known is None and seconds and len(self) >= self.limits.total:
            self.counts["full"] += 1
            raise RequestRejected(503, "Retry-After: 300")
        dialog = Dialog(request, self._requests.fresh())
        each = EventSubscription(
            number,
            dialog,
            request.first["event"],
            context.flow,
            self._waiting(number),
        )
        if known is not None:
            self._table.drop(known)
        reply = self._accept(each, request, seconds)
        if not seconds:
            each.live = False
            return [reply, self._notify(each, now)]
        self.counts["begun"] += 1
        mine = self._table.of(number)
        if len(mine) >= self.limits.each:
            self._table.drop(mine[0])
        each.expires = now + seconds
        self._table.add(each)
        return [reply, self._notify(each, now)]

    def _refresh(self, context: RequestContext, seconds: int) -> list[Action]:
        """
        Prolong a subscription, or end it where the phone asks for that.
        """
        request, now = context.request, context.now
        each = self._table.find(request)
        if each is None:
            raise RequestRejected(481)
        if not each.dialog.advances(request):
            raise RequestRejected(500)
        each.dialog.retarget(request)
        each.flow = context.flow
        reply = self._accept(each, request, seconds)
        if not seconds:
            self.counts["ended"] += 1
            return [reply, self._end(each, now)]
        self.counts["refreshed"] += 1
        self._table.prolong(each, now + seconds)
        return [reply, self._notify(each, now)]

    def _accept(
        self, each: EventSubscription, request: Request, seconds: int
    ) -> SendResponse:
        routes = [f"Record-Route: {route}" for route in each.dialog.routes]
        contact = self._requests.contact(each.number, each.flow)
        headers = (*routes, contact, f"Expires: {seconds}")
        tag = each.dialog.tag
        data = respond(request, 200, toTag=tag, headers=headers)
        return SendResponse(request, data)

    def _reject(self, request: Request, code: int, *headers: str) -> list[Action]:
        self.counts["declined"] += 1
        tag = self._requests.fresh()
        data = respond(request, code, toTag=tag, headers=headers)
        return [SendResponse(request, data)]

    def _notify(self, each: EventSubscription, now: float) -> Action:
        self.counts["notified"] += 1
        each.pending, each.stale = True, False
        listener = FinalResponseListener(partial(self.answered, each))
        return each.notify(self._requests, listener, now)

    def _end(self, each: EventSubscription, now: float) -> Action:
        self._table.drop(each)
        return self._notify(each, now)

    def _settle(self) -> None:
        self.deadline = 0.0 if self._outdated else self._table.deadline()


def _checkPackage(request: Request) -> None:
    # One event package, in one form.
    name = (request.get("event") or "").partition(";")[0]
    if name.strip(" \t").lower() != PACKAGE:
        raise RequestRejected(489, ALLOW_EVENTS)
    accepted = ",".join(request.all("accept")).lower()
    if accepted and not any(
        kind in accepted for kind in (TYPE, "application/*", "*/*")
    ):
        raise RequestRejected(406, f"Accept: {TYPE}")
