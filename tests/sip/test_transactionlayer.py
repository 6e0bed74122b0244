"""
Tests for L{gigasetd.sip.transactionlayer}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.actions import Action, Flow, SendBytes, SendRequest
from gigasetd.sip.message.message import Request, Response, parse
from gigasetd.sip.transaction import Transaction
from gigasetd.sip.transactionlayer import Transactions, serverKey

UDP = Flow("udp", "0.0.0.0:5060", "192.168.1.10", 5060, 0)
TCP = Flow("tcp", "0.0.0.0:5060", "192.168.1.10", 5060, 7)


class Listener:
    """
    A transaction user that notes what it is told.
    """

    def __init__(self) -> None:
        self.heard: list[object] = []
        self.over = False

    def answered(
        self,
        transaction: Transaction,
        response: Response,
        now: float,
        out: list[Action],
    ) -> None:
        """
        Note the status code.
        """
        self.heard.append(response.code)

    def failed(self, transaction: Transaction, now: float, out: list[Action]) -> None:
        """
        Note the failure.
        """
        self.heard.append("failed")

    def ended(self, transaction: Transaction) -> None:
        """
        It is over.
        """
        self.over = True

    def overdue(self, transaction: Transaction, now: float, out: list[Action]) -> None:
        """
        Note Timer C.
        """
        self.heard.append("overdue")

    def acknowledge(self, transaction: Transaction, response: Response) -> bytes:
        """
        Something to recognise.
        """
        return b"ACK"


def response(code: int, method: str, branch: str = "z9hG4bKone") -> Response:
    """
    A response to our request.
    """
    text = (
        f"SIP/2.0 {code} X\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch={branch}\r\n"
        f"From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\n"
        f"CSeq: 1 {method}\r\n\r\n"
    )
    parsed = parse(text.encode())
    assert isinstance(parsed, Response)
    return parsed


def request(method: str, via: str, extra: str = "1") -> Request:
    """
    A request with that Via.
    """
    text = (
        f"{method} sip:c@d SIP/2.0\r\nVia: {via}\r\nFrom: <sip:a@b>;tag={extra}\r\n"
        f"To: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 {method}\r\n\r\n"
    )
    parsed = parse(text.encode())
    assert isinstance(parsed, Request)
    return parsed


class Case(SynchronousTestCase):
    """
    Transactions, and what they sent.
    """

    def setUp(self) -> None:
        """
        None at first.
        """
        self.all = Transactions()
        self.out: list[Action] = []
        self.user = Listener()

    def ask(self, method: str, flow: Flow = UDP) -> Transaction:
        """
        Send a request at time 0.
        """
        send = SendRequest(b"request", "z9hG4bKone", method, flow, self.user)
        return self.all.request(send, 0.0, self.out)

    def answer(self, code: int, method: str, now: float = 1.0) -> bool:
        """
        The peer answers.
        """
        return self.all.answer(response(code, method), UDP, now, self.out)

    def sent(self) -> list[bytes]:
        """
        What was sent since the last look.
        """
        data = [action.data for action in self.out if isinstance(action, SendBytes)]
        self.out.clear()
        return data

    def until(self, end: float) -> list[float]:
        """
        Let time pass; when something was sent.
        """
        moments = []
        while (due := self.all.deadline()) is not None and due <= end:
            before = len(self.out)
            self.all.wake(due, self.out)
            moments += [due] * (len(self.out) - before)
        return moments


class ClientTests(Case):
    """
    Requests that we send.
    """

    def test_inviteIsRepeatedUntilGivenUp(self) -> None:
        """
        A phone that lost the INVITE hears it again; one that stays silent is
        given up after 32 seconds, and nothing is left behind.
        """
        self.ask("INVITE")
        self.assertEqual(self.sent(), [b"request"])
        self.assertEqual(self.until(100), [0.5, 1.5, 3.5, 7.5, 15.5, 31.5])
        self.assertEqual(self.user.heard, ["failed"])
        self.assertEqual(len(self.all), 0)
        self.assertIsNone(self.all.deadline())

    def test_messageIsRepeatedUntilGivenUp(self) -> None:
        """
        Other requests are repeated ten times within 32 seconds.
        """
        self.ask("MESSAGE")
        self.sent()
        moments = self.until(100)
        self.assertEqual(moments[:5], [0.5, 1.5, 3.5, 7.5, 11.5])
        self.assertEqual(len(moments), 10)
        self.assertEqual(self.user.heard, ["failed"])

    def test_streamRepeatsNothing(self) -> None:
        """
        Over TCP each request goes out once, and is given up all the same.
        """
        for method in ("INVITE", "MESSAGE"):
            self.ask(method, TCP)
        self.sent()
        self.assertEqual(self.until(100), [])
        self.assertEqual(self.user.heard, ["failed", "failed"])

    def test_ringingStopsRepetition(self) -> None:
        """
        A phone that rings is left in peace, for as long as it rings.
        """
        self.ask("INVITE")
        self.sent()
        self.assertTrue(self.answer(180, "INVITE", 0.2))
        self.assertEqual(self.until(1000), [])
        self.assertEqual(self.user.heard, [180])

    def test_refusalIsAcknowledgedEachTime(self) -> None:
        """
        A refusal is acknowledged as often as it comes, and told once.
        """
        self.ask("INVITE")
        self.sent()
        for _ in range(3):
            self.answer(486, "INVITE")
        self.assertEqual(self.sent(), [b"ACK"] * 3)
        self.assertEqual(self.user.heard, [486])

    def test_everySuccessIsTold(self) -> None:
        """
        A 200 that the caller's phone lost passes again, for 32 seconds.
        """
        self.ask("INVITE")
        for now in (1.0, 2.0, 32.9):
            self.until(now)
            self.assertTrue(self.answer(200, "INVITE", now))
        self.until(33.1)
        self.assertFalse(self.answer(200, "INVITE", 33.1))
        self.assertEqual(self.user.heard, [200, 200, 200])

    def test_repeatedAnswerIsAbsorbed(self) -> None:
        """
        The same answer twice to a MESSAGE is told once.
        """
        self.ask("MESSAGE")
        for _ in range(2):
            self.assertTrue(self.answer(200, "MESSAGE"))
        self.assertEqual(self.user.heard, [200])

    def test_answerToAnotherMethodIsStray(self) -> None:
        """
        The answer to a CANCEL, which has the INVITE's branch, is not taken
        for the INVITE's.
        """
        self.ask("INVITE")
        self.assertFalse(self.answer(200, "CANCEL"))
        self.assertEqual(self.user.heard, [])

    def test_lostStreamFailsWhatWaits(self) -> None:
        """
        When a phone's connection goes, its calls fail at once and not after
        half a minute; others' do not.
        """
        self.ask("INVITE", TCP)
        other = SendRequest(b"x", "z9hG4bKtwo", "INVITE", UDP, self.user)
        self.all.request(other, 0.0, self.out)
        self.all.lost(TCP, 1.0, self.out)
        self.assertEqual(self.user.heard, ["failed"])
        self.assertEqual(len(self.all), 1)

    def test_finishedLeavesNothing(self) -> None:
        """
        A transaction that is over keeps neither message nor user alive.
        """
        transaction = self.ask("MESSAGE")
        self.answer(200, "MESSAGE")
        self.until(100)
        self.assertEqual(transaction.data, b"")
        self.assertIsNone(transaction.user)
        self.assertEqual(len(self.all), 0)


class ServerTests(Case):
    """
    Requests that we answer.
    """

    def serve(self, invite: bool, flow: Flow = UDP) -> Transaction:
        """
        A request has come.
        """
        return self.all.serve("key", invite, flow)

    def test_repetitionGetsTheSameAnswer(self) -> None:
        """
        A phone that lost our answer gets it again, octet for octet.
        """
        server = self.serve(False)
        self.all.reply(server, 200, b"answer", 0.0, self.out)
        self.all.fire(server, "request", 1.0, self.out)
        self.assertEqual(self.sent(), [b"answer", b"answer"])

    def test_repetitionBeforeAnyAnswer(self) -> None:
        """
        A repetition that comes before there is an answer gets none, not even
        an empty datagram.
        """
        for invite in (True, False):
            self.all.fire(self.serve(invite), "request", 1.0, self.out)
        self.assertEqual(self.sent(), [])

    def test_refusalIsRepeatedUntilAcknowledged(self) -> None:
        """
        A refused INVITE hears so again and again until it acknowledges.
        """
        server = self.serve(True)
        self.all.reply(server, 486, b"busy", 0.0, self.out)
        self.assertEqual(self.until(4), [0.5, 1.5, 3.5])
        self.all.fire(server, "ack", 4.0, self.out)
        self.assertEqual(self.until(8.9), [])
        self.assertEqual(len(self.all), 1)
        self.until(9.1)
        self.assertEqual(len(self.all), 0)

    def test_refusalThatIsNeverAcknowledged(self) -> None:
        """
        A caller that vanishes costs 32 seconds of memory.
        """
        self.all.reply(self.serve(True), 486, b"busy", 0.0, self.out)
        self.assertEqual(len(self.until(31.9)), 10)
        self.until(32.1)
        self.assertEqual(len(self.all), 0)

    def test_successIsNotRepeatedByUs(self) -> None:
        """
        A 200 is repeated by the phone that sent it, never by the proxy.
        """
        server = self.serve(True)
        self.all.reply(server, 200, b"ok", 0.0, self.out)
        self.assertEqual(self.until(31), [])
        self.all.reply(server, 200, b"ok", 31.0, self.out)
        self.assertEqual(self.sent(), [b"ok", b"ok"])
        self.until(33)
        self.assertEqual(len(self.all), 0)

    def test_secondFinalAnswerIsSwallowed(self) -> None:
        """
        After a refusal no other answer leaves.
        """
        server = self.serve(True)
        self.all.reply(server, 486, b"busy", 0.0, self.out)
        self.all.reply(server, 600, b"worse", 0.1, self.out)
        self.assertEqual(self.sent(), [b"busy"])

    def test_streamEndsAtOnce(self) -> None:
        """
        An answered request over TCP is forgotten at once.
        """
        self.all.reply(self.serve(False, TCP), 200, b"ok", 5.0, self.out)
        self.all.wake(5.0, self.out)
        self.assertEqual(len(self.all), 0)


class KeyTests(SynchronousTestCase):
    """
    Which requests are repetitions (RFC 3261 section 17.2.3).
    """

    VIA = "SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKa"

    def test_branchAndSender(self) -> None:
        """
        Two phones that chose the same branch by chance are kept apart by
        where they say they are.
        """
        one = request("INVITE", self.VIA)
        other = request("INVITE", self.VIA.replace("10.0.0.1", "10.0.0.2"))
        port = request("INVITE", self.VIA.replace(":5060", ":5061"))
        keys = {serverKey(each, "INVITE") for each in (one, other, port)}
        self.assertEqual(len(keys), 3)

    def test_cancelAndAckFindTheirInvite(self) -> None:
        """
        ACK and CANCEL are told to belong to the INVITE of the same branch.
        """
        keys = {
            serverKey(request(method, self.VIA), "INVITE")
            for method in ("INVITE", "ACK", "CANCEL")
        }
        self.assertEqual(len(keys), 1)

    def test_oldPhones(self) -> None:
        """
        A phone of RFC 2543, whose branches mean nothing, is matched by its
        dialog; another call of the same number is another one.
        """
        old = "SIP/2.0/UDP 10.0.0.1:5060;branch=1"
        same = {serverKey(request("INVITE", old), "INVITE") for _ in range(2)}
        other = serverKey(request("INVITE", old, "2"), "INVITE")
        self.assertEqual(len(same), 1)
        self.assertNotIn(other, same)
