"""
A way into a call ends with the call, and opens for its sides only: tests for
L{gigasetd.sip.proxy}, L{gigasetd.sip.forwarding} and
L{gigasetd.sip.transactionlayer}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.forwarding import LONGEST_CALL
from tests.sip.jar import ALICE, BOB, CAROL, Jar, Phone, Talk

MALLORY = "203.0.113.66"


class StrangerTests(SynchronousTestCase):
    """
    Mallory has seen a call's Route and Call-ID.
    """

    def setUp(self) -> None:
        """
        Alice and Bob talk.
        """
        self.jar = Jar()
        self.alice = self.jar.registered(ALICE)
        self.bob = self.jar.registered(BOB)
        self.bob.take()
        self.talk = Talk(self.alice, self.bob)
        self.bob.take()
        self.mallory = self.jar.phone(ALICE, MALLORY)

    def sent(self, sender: Phone, data: bytes) -> list[int]:
        """
        Send a request; the codes that come back, when Bob is not reached.
        """
        sender.inbox.clear()
        sender.put(data)
        return sender.codes()

    def test_elsewhere(self) -> None:
        """
        The old Route and Call-ID from another address lead nowhere.
        """
        for method in ("INFO", "BYE", "INVITE", "MESSAGE"):
            codes = self.sent(self.mallory, self.talk.fromCaller(method))
            self.assertEqual(codes[-1:], [481], method)
        self.assertEqual(self.bob.take(), [])

    def test_ack(self) -> None:
        """
        Nor does an ACK, which gets no answer.
        """
        self.mallory.put(self.talk.fromCaller("ACK", cseq=1, contact=False))
        self.assertEqual(self.bob.take(), [])

    def test_afterBye(self) -> None:
        """
        After BYE not even a side of the call gets through.
        """
        bye = self.talk.fromCaller("BYE")
        self.alice.put(bye)
        self.bob.reply(self.bob.one(), 200)
        codes = self.sent(self.alice, self.talk.fromCaller("INFO"))
        self.assertEqual(codes, [481])
        self.assertEqual(self.bob.take(), [])

    def test_removed(self) -> None:
        """
        Nor after the device was removed, from anywhere but the call's own
        addresses.
        """
        self.jar.registry.drop(self.jar.registry.accounts[ALICE])
        codes = self.sent(self.mallory, self.talk.fromCaller("INFO"))
        self.assertEqual(codes[-1:], [481])

    def test_newPort(self) -> None:
        """
        A NAT that changes the port in a call does not cut it off.
        """
        moved = self.jar.phone(ALICE, self.alice.flow.host, port=6060)
        moved.put(self.talk.fromCaller("INFO"))
        self.assertEqual(self.bob.one().method, "INFO")

    def test_newAddress(self) -> None:
        """
        A phone with a new address goes on once it has registered from there.
        """
        moved = self.jar.registered(ALICE, "198.51.100.7")
        moved.put(self.talk.fromCaller("INFO"))
        self.assertEqual(self.bob.one().method, "INFO")

    def test_secondAnswer(self) -> None:
        """
        A BYE to one of two phones that answered ends that dialog only.
        """
        loft = self.jar.registered(CAROL)
        carol = self.jar.registered(CAROL, "192.168.1.99")
        self.alice.take()
        self.alice.invite(CAROL)
        first, second = loft.one(), carol.one()
        loft.reply(first, 200)
        carol.reply(second, 200, tag="second")
        callID = first.first["call-id"]
        call = self.jar.rules.calls.find(callID)
        self.assertEqual(len(call.answers), 2)
        answer = self.alice.take()[-1]
        routes = reversed(answer.values("record-route"))
        self.alice.put(
            self.alice.compose(
                "BYE",
                f"sip:{CAROL}@192.168.1.99:5060",
                to=answer.first["to"],
                callID=callID,
                headers=[f"Route: {route}" for route in routes],
            )
        )
        self.assertEqual(len(self.jar.rules.calls.find(callID).answers), 1)


class RestartTests(SynchronousTestCase):
    """
    A call from before a restart.
    """

    def setUp(self) -> None:
        """
        A call whose server has forgotten it.
        """
        self.jar = Jar()
        self.alice = self.jar.registered(ALICE)
        self.bob = self.jar.registered(BOB)
        self.bob.take()
        self.talk = Talk(self.alice, self.bob)
        self.bob.take()
        self.jar.rules.calls.end(self.talk.callID)
        self.jar.rules.proxy._started = self.jar.now

    def test_goesOn(self) -> None:
        """
        Its sides go on.
        """
        self.alice.put(self.talk.fromCaller("INFO"))
        self.assertEqual(self.bob.one().method, "INFO")

    def test_stranger(self) -> None:
        """
        Others still have no way in.
        """
        mallory = self.jar.phone(ALICE, MALLORY)
        mallory.put(self.talk.fromCaller("INFO"))
        self.assertEqual(mallory.codes(), [481])
        self.assertEqual(self.bob.take(), [])

    def test_expires(self) -> None:
        """
        It ends with the longest call.
        """
        self.jar.now += LONGEST_CALL + 1
        self.jar.rules.proxy._started = self.jar.now
        self.alice.put(self.talk.fromCaller("INFO"))
        self.assertEqual(self.bob.take(), [])


class TransactionTests(SynchronousTestCase):
    """
    Mallory has seen the branches of a call that rings.
    """

    def setUp(self) -> None:
        """
        Bob's phone rings.
        """
        self.jar = Jar()
        self.alice = self.jar.registered(ALICE)
        self.bob = self.jar.registered(BOB)
        self.bob.take()
        self.alice.invite(BOB)
        self.ringing = self.bob.one()
        self.invite = self.alice.sent[-1]
        self.alice.take()
        self.mallory = self.jar.phone(BOB, MALLORY)

    def test_cancel(self) -> None:
        """
        A CANCEL from elsewhere stops nothing.
        """
        self.mallory.put(self.invite.replace(b"INVITE", b"CANCEL"))
        self.assertEqual(self.bob.take(), [])
        self.assertEqual(self.mallory.codes()[-1:], [481])

    def test_response(self) -> None:
        """
        A response from elsewhere answers nothing, and is counted.
        """
        strays = self.jar.dispatcher.counts["stray_responses"]
        self.mallory.reply(self.ringing, 200)
        self.assertEqual(self.alice.take(), [])
        self.assertEqual(self.jar.dispatcher.counts["stray_responses"], strays + 1)
        self.bob.reply(self.ringing, 200)
        self.assertEqual(self.alice.take()[-1].code, 200)
