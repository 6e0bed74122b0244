"""
Tests for L{gigasetd.sip.finalresponse}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.actions import Action, Flow, SendRequest
from gigasetd.sip.finalresponse import SILENCE, FinalResponseListener
from gigasetd.sip.transactionlayer import Transactions
from tests.sip.test_transactionlayer import response

UDP = Flow("udp", "0.0.0.0:5060", "192.168.1.10", 5060, 0)
TCP = Flow("tcp", "0.0.0.0:5060", "192.168.1.10", 5060, 7)


class FinalResponseListenerTests(SynchronousTestCase):
    """
    The listener as the user of a real client transaction.
    """

    def setUp(self) -> None:
        """
        No request yet.
        """
        self.transactions = Transactions()
        self.out: list[Action] = []
        self.reports: list[tuple[int, float]] = []

    def send(self, flow: Flow = UDP) -> None:
        """
        Send a NOTIFY at time 0.
        """
        listener = FinalResponseListener(lambda *report: self.reports.append(report))
        send = SendRequest(b"x", "z9hG4bKone", "NOTIFY", flow, listener)
        self.transactions.request(send, 0.0, self.out)

    def test_final(self) -> None:
        """
        The final response is reported once, a provisional one is not.
        """
        self.send()
        for code in (100, 486, 486):
            self.transactions.answer(response(code, "NOTIFY"), UDP, 1.0, self.out)
        self.assertEqual(self.reports, [(486, 1.0)])

    def test_silence(self) -> None:
        """
        After 64*T1 the peer counts as silent.
        """
        self.send()
        self.transactions.wake(32.0, self.out)
        self.assertEqual(self.reports, [(SILENCE, 32.0)])
        self.assertEqual(len(self.transactions), 0)

    def test_lost(self) -> None:
        """
        So does one whose stream ends.
        """
        self.send(TCP)
        self.transactions.lost(TCP, 2.0, self.out)
        self.assertEqual(self.reports, [(SILENCE, 2.0)])
