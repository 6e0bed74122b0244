# -*- test-case-name: tests.control.verbs.test_messages -*-
"""
C{message send}: a message from the operator to one device's owner.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gigasetd.accounts.proposal import Numbering
from gigasetd.control.messages import Result, Verb, VerbRequest
from gigasetd.errors import Refused
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import subjectOf
from gigasetd.xmpp.im.operatormessage import sendMessage


@dataclass
class MessageVerbs:
    """
    @ivar numbering: knows the server's domain.
    @ivar secret: makes a fresh token.
    """

    registry: Registry
    numbering: Numbering
    secret: Callable[[], str]

    def table(self) -> dict[str, Verb]:
        """
        The verb by name.
        """
        return {"message send": self.send}

    def send(self, request: VerbRequest) -> Result:
        """
        Send a message, or keep it as an offline message.

        @return: the C{number}, and how many messages are C{waiting} for it.
        @raise Unknown: no device has that ID.
        @raise Refused: the device has no account, or the text is not allowed.
        """
        subject = subjectOf(self.registry, request.text("id").strip())
        if subject.account is None:
            raise Refused(f"{subject.mac} has no account: add the device first")
        sent = sendMessage(
            self.registry,
            subject.number,
            request.text("text"),
            self.numbering.realm,
            self.secret(),
            request.now,
        )
        waiting = len(self.registry.held[sent.number])
        return Result({"number": sent.number, "waiting": waiting})
