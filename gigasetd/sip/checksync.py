# -*- test-case-name: tests.sip.test_checksync -*-
"""
C{check-sync}: a NOTIFY without a subscription, upon which a phone fetches its
settings.  It is in no RFC; phones of most vendors know it.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.registry.model import Binding
from gigasetd.registry.registry import Registry
from gigasetd.registry.tables import NOTHING
from gigasetd.sip.actions import Action, SendRequest
from gigasetd.sip.contact import parseContact
from gigasetd.sip.finalresponse import SILENCE, FinalResponseListener
from gigasetd.sip.flows import Network
from gigasetd.sip.message.message import encode
from gigasetd.sip.subscription import RequestFactory


class CheckSync:
    """
    Sends check-sync, and counts the responses.

    @ivar counts: requests sent, and how they were answered.
    """

    def __init__(
        self, registry: Registry, network: Network, requests: RequestFactory
    ) -> None:
        self._registry, self._network, self._requests = registry, network, requests
        self.counts = {"asked": 0, "accepted": 0, "refused": 0, "silent": 0}

    def send(self, number: str, reboot: bool, now: float) -> list[Action]:
        """
        Send check-sync to all phones of a number that can be reached.

        @param reboot: whether they may reboot for it; some ignore this.
        @return: one action for each phone.
        """
        bindings = self._registry.bindings.get(number, NOTHING)
        event = "check-sync" if reboot else "check-sync;reboot=false"
        actions: list[Action] = [
            self._notify(binding, event)
            for binding in bindings
            if binding.expires > now and self._network.reaches(binding)
        ]
        self.counts["asked"] += len(actions)
        return actions

    def _notify(self, binding: Binding, event: str) -> Action:
        requests, flow = self._requests, self._network.flow(binding)
        branch, tag, call = requests.branch(), requests.fresh(), requests.fresh()
        uri = parseContact(binding.contact).uri.partition("?")[0]
        account = f"<sip:{binding.number}@{requests.domain}>"
        lines = [
            f"Via: {requests.via(flow, branch)}",
            "Max-Forwards: 70",
            f"From: {account};tag={tag}",
            f"To: {account}",
            f"Call-ID: {call}",
            "CSeq: 1 NOTIFY",
            requests.contact(binding.number, flow),
            f"Event: {event}",
            "Subscription-State: terminated",
            "Content-Length: 0",
        ]
        data = encode(f"NOTIFY {uri} SIP/2.0", lines)
        listener = FinalResponseListener(self._answered)
        return SendRequest(data, branch, "NOTIFY", flow, listener)

    def _answered(self, code: int, now: float) -> None:
        if code == SILENCE:
            self.counts["silent"] += 1
        else:
            self.counts["accepted" if code < 300 else "refused"] += 1
