# -*- test-case-name: tests.sip.test_notifier -*-
"""
SUBSCRIBE: phones that want to know whether messages wait for their own number
(RFC 6665, RFC 3842).

Nothing of it is stored: after a restart a phone's refresh is answered 481,
upon which it subscribes anew (RFC 6665 section 4.1.2.2).

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from gigasetd.errors import BadValue
from gigasetd.registry.model import Account
from gigasetd.sip.actions import Action, Flow, Reply
from gigasetd.sip.admission import inDialog
from gigasetd.sip.contact import (
    ExpiryLimits,
    IntervalTooBrief,
    expiresHeader,
    grantExpiry,
)
from gigasetd.sip.dialog import Dialog
from gigasetd.sip.domain import Domain
from gigasetd.sip.echo.call import checkRequire
from gigasetd.sip.echo.offeranswer import Declined
from gigasetd.sip.finalresponse import Notice
from gigasetd.sip.message.message import Request
from gigasetd.sip.message.response import respond
from gigasetd.sip.subscription import PACKAGE, TYPE, Sender, Subscription
from gigasetd.sip.subscriptions import Subscribed, SubscriptionLimits

ALLOW_EVENTS = f"Allow-Events: {PACKAGE}"
LARGEST = 8192
"""Characters of a SUBSCRIBE's lines, of which many are kept."""


def nothing(number: str) -> int:
    """
    For a server that keeps no messages.
    """
    return 0


class Subscriptions:
    """
    The user agent behind every SUBSCRIBE.

    @ivar limits: how many there may be.
    @ivar expiry: how long one lasts.
    @ivar deadline: when L{wake} wants to be called, C{None} for never.
    @ivar counts: what happened, by name; only ever grows.
    """

    def __init__(
        self,
        domain: Domain,
        sender: Sender,
        limits: SubscriptionLimits,
        expiry: ExpiryLimits,
        waiting: Callable[[str], int] = nothing,
    ) -> None:
        """
        @param waiting: how many new messages wait for a number.
        """
        self.deadline: float | None = None
        names = "begun refreshed ended expired notified failed declined full"
        self.counts = dict.fromkeys(names.split(), 0)
        self._domain, self._sender = domain, sender
        self.limits, self.expiry = limits, expiry
        self._waiting = waiting
        self._subscribed = Subscribed()
        self._untold: list[Subscription] = []

    def __len__(self) -> int:
        """
        How many there are.
        """
        return len(self._subscribed)

    # as the layer's agent

    def owns(self, request: Request) -> bool:
        """
        Whether a request is inside one of our dialogs.
        """
        return self._subscribed.find(request) is not None

    def receive(self, request: Request, flow: Flow, now: float) -> list[Action]:
        """
        A SUBSCRIBE of whom the server admits, or a request in a dialog.
        """
        try:
            actions = self._receive(request, flow, now)
        except IntervalTooBrief as error:
            actions = self._decline(
                request, flow, 423, f"Min-Expires: {error.shortest}"
            )
        except Declined as error:
            actions = self._decline(request, flow, error.code, *error.headers)
        except BadValue:
            actions = self._decline(request, flow, 400)
        self._settle()
        return actions

    def cancelled(self, request: Request, now: float) -> list[Action]:
        """
        There is no INVITE of ours.
        """
        return []

    def wake(self, now: float) -> list[Action]:
        """
        End what is over, and tell what could not be told before.
        """
        untold, self._untold = self._untold, []
        actions: list[Action] = [
            self._notify(each, now) for each in untold if each.live
        ]
        for each in self._subscribed.over(now):
            self.counts["expired"] += 1
            actions.append(self._end(each, now))
        self._settle()
        return actions

    # what the rest of the server tells

    def changed(self, number: str, waiting: int, now: float) -> list[Action]:
        """
        Messages have come for a number, or were read.

        @param waiting: how many there are now.
        """
        actions: list[Action] = []
        for each in self._subscribed.of(number):
            same, each.waiting = each.waiting == waiting, waiting
            if each.asked:
                # Of two on their way the older may arrive last.
                each.stale = True
            elif not same:
                actions.append(self._notify(each, now))
        return actions

    def accountChanged(self, old: Account | None, new: Account | None) -> None:
        """
        Whoever lost the right to be told loses the subscription: without a
        word, since its flow may be somebody else's by now.
        """
        if old is None:
            return
        if new is None or old.credentialsChanged(new) or not new.offers("voip"):
            for each in self._subscribed.of(old.number):
                self._subscribed.drop(each)

    # answers to our NOTIFYs

    def answered(self, each: Subscription, code: int, now: float) -> None:
        """
        A NOTIFY has its final answer, or has none.
        """
        each.asked = False
        if not each.live:
            return
        if not 200 <= code < 300:
            self.counts["failed"] += 1
            self._subscribed.drop(each)
        elif each.stale:
            each.stale = False
            self._untold.append(each)
            self.deadline = now

    # inside

    def _receive(self, request: Request, flow: Flow, now: float) -> list[Action]:
        """
        As L{receive}.

        @raise Declined: it is not to be had.
        @raise IntervalTooBrief: not for so short a time.
        @raise BadValue: it is broken.
        """
        if request.method == "ACK":
            return []
        if request.method != "SUBSCRIBE":
            raise Declined(405, "Allow: SUBSCRIBE")
        if sum(map(len, request.lines)) > LARGEST:
            raise Declined(513)
        checkRequire(request)
        _checkPackage(request)
        seconds = grantExpiry(expiresHeader(request.get("expires")), self.expiry)
        if inDialog(request):
            return self._refresh(request, flow, seconds, now)
        return self._begin(request, flow, seconds, now)

    def _begin(
        self, request: Request, flow: Flow, seconds: int, now: float
    ) -> list[Action]:
        """
        A new subscription, or for no time at all one look.
        """
        number = self._domain.target(request.uri)[0]
        if number is None or number != self._domain.numberIn(request.first["from"]):
            raise Declined(403)
        known = self._subscribed.calls.get(request.first["call-id"])
        if known is not None and known.number != number:
            raise Declined(482)
        if known is None and seconds and len(self) >= self.limits.total:
            self.counts["full"] += 1
            raise Declined(503, "Retry-After: 300")
        dialog = Dialog(request, self._sender.fresh())
        event = request.first["event"]
        each = Subscription(number, dialog, event, flow, self._waiting(number))
        if known is not None:
            self._subscribed.drop(known)
        reply = self._accept(each, request, seconds)
        if not seconds:
            each.live = False
            return [reply, self._notify(each, now)]
        self.counts["begun"] += 1
        mine = self._subscribed.of(number)
        if len(mine) >= self.limits.each:
            self._subscribed.drop(mine[0])
        each.expires = now + seconds
        self._subscribed.add(each)
        return [reply, self._notify(each, now)]

    def _refresh(
        self, request: Request, flow: Flow, seconds: int, now: float
    ) -> list[Action]:
        """
        Go on, or end it as the subscriber wishes.
        """
        each = self._subscribed.find(request)
        if each is None:
            raise Declined(481)
        if not each.dialog.hears(request):
            raise Declined(500)
        each.dialog.retarget(request)
        each.flow = flow
        reply = self._accept(each, request, seconds)
        if not seconds:
            self.counts["ended"] += 1
            return [reply, self._end(each, now)]
        self.counts["refreshed"] += 1
        self._subscribed.prolong(each, now + seconds)
        return [reply, self._notify(each, now)]

    def _accept(self, each: Subscription, request: Request, seconds: int) -> Reply:
        """
        200, with how long it lasts.
        """
        routes = [f"Record-Route: {route}" for route in each.dialog.routes]
        contact = self._sender.contact(each.number, each.flow)
        headers = (*routes, contact, f"Expires: {seconds}")
        tag = each.dialog.tag
        data = respond(request, 200, toTag=tag, headers=headers)
        return Reply(request, each.flow, data)

    def _decline(
        self, request: Request, flow: Flow, code: int, *headers: str
    ) -> list[Action]:
        """
        An error, counted.
        """
        self.counts["declined"] += 1
        tag = self._sender.fresh()
        data = respond(request, code, toTag=tag, headers=headers)
        return [Reply(request, flow, data)]

    def _notify(self, each: Subscription, now: float) -> Action:
        """
        Tell the subscriber.
        """
        self.counts["notified"] += 1
        each.asked, each.stale = True, False
        return each.notify(self._sender, Notice(partial(self.answered, each)), now)

    def _end(self, each: Subscription, now: float) -> Action:
        """
        Forget one, and tell its subscriber.
        """
        self._subscribed.drop(each)
        return self._notify(each, now)

    def _settle(self) -> None:
        """
        Find the next deadline.
        """
        self.deadline = 0.0 if self._untold else self._subscribed.deadline()


def _checkPackage(request: Request) -> None:
    """
    There is one thing to subscribe to, in one form.

    @raise Declined: 489 for another package, 406 for another form.
    """
    name = (request.get("event") or "").partition(";")[0]
    if name.strip(" \t").lower() != PACKAGE:
        raise Declined(489, ALLOW_EVENTS)
    accepted = ",".join(request.all("accept")).lower()
    if accepted and not any(
        kind in accepted for kind in (TYPE, "application/*", "*/*")
    ):
        raise Declined(406, f"Accept: {TYPE}")
