# -*- test-case-name: tests.sip.test_notifier -*-
"""
One subscription as its notifier keeps it, and its NOTIFYs (RFC 6665 section
4.2.2, RFC 3842).

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any, NamedTuple

from gigasetd.sip.actions import Ask, Flow
from gigasetd.sip.dialog import Dialog
from gigasetd.sip.echo.call import bracketed
from gigasetd.sip.message.via import MAGIC

PACKAGE = "message-summary"
TYPE = "application/simple-message-summary"


class Sender(NamedTuple):
    """
    What requests of our own are made with.
    """

    address: Callable[[Flow], str]  #: our address towards a flow's peer, a literal
    fresh: Callable[[], str]  #: a new random token, hexadecimal
    domain: str  #: the SIP domain

    def via(self, flow: Flow, branch: str) -> str:
        """
        The Via value of a request over C{flow}.
        """
        host = bracketed(self.address(flow))
        port = flow.local.rpartition(":")[2]
        transport = flow.transport.upper()
        return f"SIP/2.0/{transport} {host}:{port};branch={branch};rport"

    def contact(self, number: str, flow: Flow) -> str:
        """
        Our Contact line towards the peer of C{flow}.
        """
        host = bracketed(self.address(flow))
        port = flow.local.rpartition(":")[2]
        transport = "" if flow.transport == "udp" else f";transport={flow.transport}"
        return f"Contact: <sip:{number}@{host}:{port}{transport}>"

    def branch(self) -> str:
        """
        A new one.
        """
        return MAGIC + self.fresh()


class Subscription:
    """
    @ivar number: whose messages it tells of.
    @ivar event: the Event value of the subscriber, its C{id} with it.
    @ivar flow: the flow that the subscriber last used.
    @ivar expires: when it ends.
    @ivar waiting: how many new messages there are.
    @ivar asked: a NOTIFY is not answered yet.
    @ivar stale: what that one told is no longer true.
    @ivar live: it has not ended.
    @ivar due: when it is to be looked at, in whole seconds.
    """

    __slots__ = tuple(
        "asked dialog due event expires flow live number stale waiting".split()
    )

    def __init__(
        self, number: str, dialog: Dialog, event: str, flow: Flow, waiting: int
    ) -> None:
        self.number, self.dialog, self.event, self.flow = number, dialog, event, flow
        self.waiting = waiting
        self.expires = self.due = 0.0
        self.asked = self.stale = False
        self.live = True

    def notify(self, sender: Sender, user: Any, now: float) -> Ask:
        """
        Tell the subscriber how things are; one that has ended learns that too.

        @param user: hears the answer, as L{gigasetd.sip.transactionlayer.User}.
        """
        branch = sender.branch()
        left = ceil(self.expires - now)
        active = self.live and left > 0
        state = f"active;expires={left}" if active else "terminated;reason=timeout"
        headers = (
            sender.contact(self.number, self.flow),
            f"Event: {self.event}",
            f"Subscription-State: {state}",
            f"Content-Type: {TYPE}",
        )
        via = sender.via(self.flow, branch)
        data = self.dialog.ask("NOTIFY", via, headers, self._body(sender.domain))
        return Ask(data, branch, "NOTIFY", self.flow, user)

    def _body(self, domain: str) -> str:
        """
        The summary (RFC 3842 section 5.2), the class of messages as in RFC
        3458.
        """
        answer = "yes" if self.waiting else "no"
        account = f"sip:{self.number}@{domain}"
        count = f"Text-Message: {self.waiting}/0\r\n" if self.waiting else ""
        told = f"Messages-Waiting: {answer}\r\nMessage-Account: {account}\r\n"
        return told + count
