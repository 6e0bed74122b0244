"""
Tests for L{gigasetd.sip.proxy}.
"""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.message.message import parse
from tests.sip.jar import ALICE, BOB, CAROL, DOMAIN, Jar, Phone, Talk, ack


def fresh(phone: Phone) -> Phone:
    """
    The phone, with nothing left to read.
    """
    phone.take()
    return phone


class CallTests(SynchronousTestCase):
    """
    Calls from beginning to end.
    """

    def setUp(self) -> None:
        """
        A caller and a callee.
        """
        self.jar = Jar()
        self.alice = fresh(self.jar.registered(ALICE))
        self.bob = fresh(self.jar.registered(BOB))

    def states(self) -> list[str]:
        """
        The states of the calls under way.
        """
        return [call["state"] for call in self.jar.rules.calls.list()]

    def assertWholeCall(self, caller: Phone, callee: Phone) -> None:
        """
        They talk, each changes the call, and either can hang up.
        """
        for hangsUp in ("fromCaller", "fromCallee"):
            talk = Talk(caller, callee)
            self.assertEqual(callee.one().method, "ACK")
            self.assertEqual(self.states(), ["talking"])
            self._exchange(talk.fromCaller("INFO"), caller, callee)
            self._exchange(talk.fromCallee("UPDATE"), callee, caller)
            self._reinvite(talk, callee, caller)
            bye = getattr(talk, hangsUp)("BYE")
            sides = (caller, callee) if hangsUp == "fromCaller" else (callee, caller)
            self._exchange(bye, *sides)
            self.assertEqual(self.states(), [])
        self.jar.advance(200)
        self.assertEqual(len(self.jar.rules.transactions), 0)

    def _exchange(self, data: bytes, sender: Phone, taker: Phone) -> None:
        """
        One request in the call, and its answer.
        """
        sender.put(data)
        request = taker.one()
        self.assertNotIn("route", request.first)
        self.assertEqual(request.uri, parse(data).start.split(" ")[1])
        taker.reply(request, 200)
        self.assertEqual(sender.codes(), [200])

    def _reinvite(self, talk: Talk, sender: Phone, taker: Phone) -> None:
        """
        A re-INVITE with its ACK.
        """
        data = talk.fromCallee("INVITE")
        sender.put(data)
        request = taker.one()
        taker.reply(request, 200)
        self.assertEqual(sender.codes(), [100, 200])
        cseq = parse(data).cseq
        sender.put(talk.fromCallee("ACK", cseq=cseq, contact=False))
        self.assertEqual(taker.one().method, "ACK")
        self.assertEqual(self.states(), ["talking"])

    def test_sameNetwork(self) -> None:
        """
        Two phones at home talk, hold, and hang up.
        """
        self.assertWholeCall(self.alice, self.bob)

    def test_throughNATs(self) -> None:
        """
        Two phones behind routers, whose contacts are private addresses that
        mean nothing here, reach each other to the end of the call.
        """
        one = self.jar.registered(ALICE, "198.51.100.7", port=40001, private="10.0.0.2")
        two = self.jar.registered(CAROL, "203.0.113.5", port=1024, private="10.0.0.2")
        self.assertWholeCall(fresh(one), fresh(two))

    def test_acrossTransports(self) -> None:
        """
        A phone on TCP behind a router and one on UDP talk in both directions.
        """
        far = self.jar.registered(
            CAROL, "203.0.113.5", port=5, private="10.0.0.9", transport="tcp"
        )
        self.assertWholeCall(fresh(far), self.bob)
        self.assertWholeCall(self.bob, far)

    def test_cheapPhones(self) -> None:
        """
        A phone that forgets the route of its own call is understood by where
        it is; a stranger is not.
        """
        talk = Talk(self.alice, self.bob)
        self.bob.take()
        self.alice.put(talk.fromCaller("INFO", headers=[]))
        self.assertEqual(self.bob.one().method, "INFO")
        self.bob.put(talk.fromCallee("BYE", headers=[]))
        self.assertEqual(self.alice.take()[-1].method, "BYE")
        eve = self.jar.registered(CAROL)
        talk = Talk(self.alice, self.bob)
        self.bob.take()
        data = talk.fromCaller("BYE", headers=[])
        eve.take()
        eve.put(data.replace(self.alice.via.encode(), eve.via.encode()))
        self.assertEqual(eve.codes(), [481])
        self.assertEqual(self.bob.take(), [])

    def test_cheapAck(self) -> None:
        """
        An ACK without a route arrives too, or the callee would hang up.
        """
        talk = Talk(self.alice, self.bob)
        self.bob.take()
        cseq = talk.invite.cseq
        self.alice.put(talk.fromCaller("ACK", cseq=cseq, headers=[], contact=False))
        self.assertEqual(self.bob.one().method, "ACK")

    def test_ackIsNoTransaction(self) -> None:
        """
        The ACK of a 200 goes from end to end with a branch of its own, each
        time that it comes, and is never answered.
        """
        talk = Talk(self.alice, self.bob)
        first = self.bob.one()
        talk.acknowledge()
        second = self.bob.one()
        self.assertNotEqual(first.via.branch, talk.invite.via.branch)
        self.assertEqual(first.uri, second.uri)
        self.assertEqual(self.alice.take(), [])

    def test_ackThatHasGoneTooFar(self) -> None:
        """
        An ACK without a hop left ends here.
        """
        talk = Talk(self.alice, self.bob)
        self.bob.take()
        cseq = talk.invite.cseq
        self.alice.put(talk.fromCaller("ACK", cseq=cseq, contact=False, hops="0"))
        self.assertEqual(self.bob.take(), [])

    def test_dialogOfNobody(self) -> None:
        """
        A request of a call that we know nothing of is told so.
        """
        for method in ("BYE", "INVITE", "INFO"):
            answer = self.alice.final(
                method, f"sip:{BOB}@192.168.1.11", to=f"<sip:{BOB}@{DOMAIN}>;tag=x"
            )
            self.assertEqual(answer.code, 481)

    def test_deadSide(self) -> None:
        """
        When the other side's connection is gone the phone is told at once,
        and hanging up ends the call.
        """
        carol = fresh(self.jar.registered(CAROL, transport="tcp"))
        talk = Talk(self.alice, carol)
        self.jar.lose(carol.flow)
        for method, states in (("INFO", ["talking"]), ("BYE", [])):
            self.alice.take()
            self.alice.put(talk.fromCaller(method))
            self.assertEqual(self.alice.codes(), [480])
            self.assertEqual(self.states(), states)

    def test_lostWhileRinging(self) -> None:
        """
        When the connection of a phone that rings goes, the caller is told at
        once.
        """
        carol = fresh(self.jar.registered(CAROL, transport="tcp"))
        self.alice.invite(CAROL)
        carol.reply(carol.one(), 180)
        self.alice.take()
        self.jar.lose(carol.flow)
        self.assertEqual(self.alice.codes(), [408])
        self.assertEqual(self.states(), [])

    def test_lostCaller(self) -> None:
        """
        When the caller's connection goes, the phones stop ringing.
        """
        carol = fresh(self.jar.registered(CAROL, transport="tcp"))
        carol.invite(BOB)
        invite = self.bob.one()
        self.bob.reply(invite, 180)
        self.jar.lose(carol.flow)
        self.assertEqual(self.bob.one().method, "CANCEL")
        self.bob.reply(invite, 487)
        self.assertEqual(self.states(), [])

    def test_refusalIsAcknowledgedHopByHop(self) -> None:
        """
        The caller's ACK of a refusal stays here, and stops its repetition.
        """
        self.alice.invite(BOB)
        invite = self.bob.one()
        self.bob.reply(invite, 486)
        self.bob.take()
        answer = self.alice.take()[-1]
        self.jar.advance(0.6)
        self.assertEqual(self.alice.codes(), [486])
        self.alice.put(ack(self.alice, self.alice.sent[-1], answer))
        self.assertEqual(self.bob.take(), [])
        self.jar.advance(10)
        self.assertEqual(self.alice.take(), [])

    def test_repetitionsAreAbsorbed(self) -> None:
        """
        An INVITE that comes again rings nobody twice; it is known before
        anybody looks at its password.
        """
        self.alice.invite(BOB)
        proofs = dict(self.jar.rules.counts["sip_digest"])
        self.bob.one()
        for _ in range(3):
            self.alice.put(self.alice.sent[-1])
        self.assertEqual(self.bob.take(), [])
        self.assertEqual(self.alice.codes(), [100, 100, 100])
        self.assertEqual(self.jar.rules.counts["sip_digest"], proofs)

    def test_repeatedRefusal(self) -> None:
        """
        A refused request of a registered phone that comes again gets the same
        octets again.
        """
        data = self.alice.compose("INVITE", f"sip:29999999@{DOMAIN}")
        for _ in range(2):
            self.alice.put(data)
        first, second = (sent for _, sent in self.jar.wire[-2:])
        self.assertEqual(first, second)

    def test_sessionTimersPass(self) -> None:
        """
        What the phones agree between each other is not touched: a 422 with
        its Min-SE arrives.
        """
        self.alice.invite(BOB, headers=["Session-Expires: 60"])
        invite = self.bob.one()
        self.assertEqual(invite.first["session-expires"], "60")
        self.bob.reply(invite, 422, headers=["Min-SE: 90"])
        answer = self.alice.take()[-1]
        self.assertEqual((answer.code, answer.first["min-se"]), (422, "90"))


class LoadTests(SynchronousTestCase):
    """
    When there is too much to do.
    """

    def test_tooManyCalls(self) -> None:
        """
        Above the operator's limit new calls are refused with a time to try
        again, and old ones go on.
        """
        jar = Jar(max_calls=1)
        alice, bob = jar.registered(ALICE), jar.registered(BOB)
        Talk(alice, bob)
        answer = alice.invite(BOB)[-1]
        self.assertEqual((answer.code, answer.first["retry-after"]), (503, "5"))
        self.assertEqual(len(jar.rules.calls), 1)
        self.assertEqual(jar.rules.counts["sip_proxy"]["full"], 1)

    def test_tooManyTransactions(self) -> None:
        """
        When the table is full a request is refused with a time to try again,
        without any memory; registrations go on.
        """
        jar = Jar(max_transactions=2)
        alice, bob = jar.registered(ALICE), jar.registered(BOB)
        alice.invite(BOB)
        answer = alice.invite(BOB)[-1]
        self.assertEqual((answer.code, answer.first["retry-after"]), (503, "5"))
        self.assertEqual(len(jar.rules.transactions), 2)
        self.assertEqual(jar.dispatcher.counts["overload"], 1)
        self.assertEqual(bob.register().code, 200)

    def test_nothingIsLeft(self) -> None:
        """
        After many calls of all kinds of ends nothing is left but counters.
        """
        jar = Jar()
        alice, bob = jar.registered(ALICE), jar.registered(BOB)
        ends: tuple[Any, ...] = (200, 486, 603, None)
        for index in range(40):
            bob.take()
            alice.invite(BOB)
            code = ends[index % 4]
            if code:
                bob.reply(bob.one(), code)
        jar.registry.bind(ALICE, ())
        jar.registry.bind(BOB, ())
        jar.advance(400)
        self.assertEqual(len(jar.rules.transactions), 0)
        self.assertEqual(jar.rules.calls.list(), [])
        self.assertIsNone(jar.dispatcher.deadline())
