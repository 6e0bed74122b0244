# -*- test-case-name: tests.sip.test_subscription -*-
"""
One subscription to message waiting, and its NOTIFYs (RFC 6665 section 4.2.2,
RFC 3842); the header values of requests of our own.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any, NamedTuple

from gigasetd.sip.actions import Flow, SendRequest
from gigasetd.sip.dialog import Dialog
from gigasetd.sip.echo.call import bracketed
from gigasetd.sip.message.via import MAGIC

PACKAGE = "message-summary"
TYPE = "application/simple-message-summary"


class RequestFactory(NamedTuple):
    """
    Makes the header values of requests of our own.
    """

    address: Callable[[Flow], str]  #: our address towards a flow's peer, a literal
    fresh: Callable[[], str]  #: a new random token, hexadecimal
    domain: str  #: the SIP domain

    def via(self, flow: Flow, branch: str) -> str:
        """
        Return the Via value of a request over C{flow}.
        """
        host = bracketed(self.address(flow))
        port = flow.local.rpartition(":")[2]
        transport = flow.transport.upper()
        return f"SIP/2.0/{transport} {host}:{port};branch={branch};rport"

    def contact(self, number: str, flow: Flow) -> str:
        """
        Return our Contact line towards the peer of C{flow}.
        """
        host = bracketed(self.address(flow))
        port = flow.local.rpartition(":")[2]
        transport = "" if flow.transport == "udp" else f";transport={flow.transport}"
        return f"Contact: <sip:{number}@{host}:{port}{transport}>"

    def branch(self) -> str:
        """
        Return a new branch.
        """
        return MAGIC + self.fresh()


class EventSubscription:
    """
    Holds the state of a subscription.

    @ivar number: the number whose messages it reports.
    @ivar event: the Event value of the subscriber, with its C{id}.
    @ivar flow: the flow that the subscriber last used.
    @ivar expires: when it ends.
    @ivar waiting: how many new messages there are.
    @ivar pending: a NOTIFY waits for its response.
    @ivar stale: the count in that NOTIFY is out of date.
    @ivar live: it has not ended.
    @ivar due: its time in the queue of ends, in whole seconds.
    """

    __slots__ = tuple(
        "dialog due event expires flow live number pending stale waiting".split()
    )

    def __init__(
        self, number: str, dialog: Dialog, event: str, flow: Flow, waiting: int
    ) -> None:
        self.number, self.dialog, self.event, self.flow = number, dialog, event, flow
        self.waiting = waiting
        self.expires = self.due = 0.0
        self.pending = self.stale = False
        self.live = True

    def notify(self, requests: RequestFactory, user: Any, now: float) -> SendRequest:
        """
        Encode a NOTIFY with the present state.

        @param user: the L{gigasetd.sip.transactionlayer.TransactionUser}.
        """
        branch = requests.branch()
        left = ceil(self.expires - now)
        active = self.live and left > 0
        state = f"active;expires={left}" if active else "terminated;reason=timeout"
        headers = (
            requests.contact(self.number, self.flow),
            f"Event: {self.event}",
            f"Subscription-State: {state}",
            f"Content-Type: {TYPE}",
        )
        via = requests.via(self.flow, branch)
        data = self.dialog.request("NOTIFY", via, headers, self._body(requests.domain))
        return SendRequest(data, branch, "NOTIFY", self.flow, user)

    def _body(self, domain: str) -> str:
        # RFC 3842 section 5.2; the class of messages is one of RFC 3458.
        answer = "yes" if self.waiting else "no"
        account = f"sip:{self.number}@{domain}"
        count = f"Text-Message: {self.waiting}/0\r\n" if self.waiting else ""
        status = f"Messages-Waiting: {answer}\r\nMessage-Account: {account}\r\n"
        return status + count
