# -*- test-case-name: tests.sip.test_checksync -*-
"""
C{check-sync}: a NOTIFY that nobody subscribed to, upon which a phone fetches
its settings.  No standard has it; phones of most makers know it.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.registry.model import Binding
from gigasetd.registry.registry import Registry
from gigasetd.registry.tables import NOTHING
from gigasetd.sip.actions import Action, Ask
from gigasetd.sip.contact import parseContact
from gigasetd.sip.finalresponse import SILENCE, Notice
from gigasetd.sip.flows import Network
from gigasetd.sip.message.message import encode
from gigasetd.sip.subscription import Sender


class Sync:
    """
    Asks, and counts the answers.

    @ivar counts: phones asked, and how they answered.
    """

    def __init__(self, registry: Registry, network: Network, sender: Sender) -> None:
        self._registry, self._network, self._sender = registry, network, sender
        self.counts = {"asked": 0, "accepted": 0, "refused": 0, "silent": 0}

    def ask(self, number: str, reboot: bool, now: float) -> list[Action]:
        """
        Ask all of a number's phones that can be reached.

        @param reboot: whether they may start anew for it; some do not look.
        @return: one action a phone.
        """
        bindings = self._registry.bindings.get(number, NOTHING)
        event = "check-sync" if reboot else "check-sync;reboot=false"
        asked: list[Action] = [
            self._ask(binding, event)
            for binding in bindings
            if binding.expires > now and self._network.reaches(binding)
        ]
        self.counts["asked"] += len(asked)
        return asked

    def _ask(self, binding: Binding, event: str) -> Action:
        """
        One phone's NOTIFY.
        """
        sender, flow = self._sender, self._network.flow(binding)
        branch, tag, call = sender.branch(), sender.fresh(), sender.fresh()
        uri = parseContact(binding.contact).uri.partition("?")[0]
        account = f"<sip:{binding.number}@{sender.domain}>"
        lines = [
            f"Via: {sender.via(flow, branch)}",
            "Max-Forwards: 70",
            f"From: {account};tag={tag}",
            f"To: {account}",
            f"Call-ID: {call}",
            "CSeq: 1 NOTIFY",
            sender.contact(binding.number, flow),
            f"Event: {event}",
            "Subscription-State: terminated",
            "Content-Length: 0",
        ]
        data = encode(f"NOTIFY {uri} SIP/2.0", lines)
        return Ask(data, branch, "NOTIFY", flow, Notice(self._told))

    def _told(self, code: int, now: float) -> None:
        """
        A phone has answered, or has not.
        """
        if code == SILENCE:
            self.counts["silent"] += 1
        else:
            self.counts["accepted" if code < 300 else "refused"] += 1
