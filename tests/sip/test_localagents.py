"""
Tests for L{gigasetd.sip.localagents}.
"""

from __future__ import annotations

from typing import Any

from gigasetd.sip.actions import CloseMedia, OpenMedia
from gigasetd.sip.message.message import parse
from tests.sip.echo.offers import PJSIP
from tests.sip.jar import ALICE, BOB, DOMAIN, ack
from tests.sip.test_dispatcher import Case

ECHO = f"sip:12341@{DOMAIN}"


class EchoTests(Case):
    """
    The echo call inside the layer.
    """

    def call(self) -> str:
        """
        Alice calls the echo; the name of the media that it asked for.
        """
        self.alice.take()
        self.alice.callID = "echo"
        headers = ["Content-Type: application/sdp"]
        self.alice.put(self.alice.compose("INVITE", ECHO, headers=headers, body=PJSIP))
        opened = self.jar.others[-1]
        assert isinstance(opened, OpenMedia)
        return opened.media.call

    def answer(self) -> Any:
        """
        The echo picks up; its 200.
        """
        actions = self.jar.rules.echo.opened(self.call(), 6000, self.jar.now)
        self.jar._perform(self.jar.dispatcher.perform(actions, self.jar.now))
        ringing, answer = self.alice.take()[-2:]
        self.assertEqual((ringing.code, answer.code), (180, 200))
        return answer

    def states(self) -> list[str]:
        """
        The states of the calls under way.
        """
        return [call["state"] for call in self.jar.rules.calls.list()]

    def inside(self, method: str, answer: Any, **options: Any) -> list[Any]:
        """
        A request in the call.
        """
        to = answer.first["to"]
        return self.alice.ask(method, ECHO, to=to, callID="echo", **options)

    def test_callAndHangUp(self) -> None:
        """
        The echo answers, is shown as a call, and ends with the caller's BYE.
        """
        answer = self.answer()
        self.assertEqual(self.inside("ACK", answer, cseq=answer.cseq), [])
        self.assertEqual(self.states(), ["talking"])
        (bye,) = self.inside("BYE", answer)
        self.assertEqual(bye.code, 200)
        self.assertIsInstance(self.jar.others[-1], CloseMedia)
        self.assertEqual(self.states(), [])

    def test_elsewhere(self) -> None:
        """
        Whoever has recorded the dialog of a call neither moves its sound to another
        address nor ends it; the caller may do both from a new port.
        """
        answer = self.answer()
        self.inside("ACK", answer, cseq=answer.cseq)
        self.jar.others.clear()
        stranger, alice = self.jar.phone(BOB, "203.0.113.66"), self.alice
        options: dict[str, Any] = {
            "sender": answer.first["from"],
            "to": answer.first["to"],
            "callID": "echo",
        }
        offer = {"headers": ["Content-Type: application/sdp"], "body": PJSIP}
        for method, sdp in (("INVITE", offer), ("UPDATE", offer), ("BYE", {})):
            (refusal,) = stranger.ask(method, ECHO, cseq=90, **options, **sdp)
            self.assertEqual(refusal.code, 481)
        self.assertEqual((self.jar.others, self.states()), ([], ["talking"]))
        moved = self.jar.phone(ALICE, alice.flow.host, port=6061)
        (accepted,) = moved.ask("INVITE", ECHO, cseq=91, **options, **offer)
        self.assertEqual(accepted.code, 200)

    def test_ourHangingUp(self) -> None:
        """
        When the echo has had enough it hangs up, and is no longer shown.
        """
        answer = self.answer()
        self.inside("ACK", answer, cseq=answer.cseq)
        self.jar.advance(301)
        bye = self.alice.take()[0]
        self.assertEqual(bye.method, "BYE")
        self.alice.reply(bye, 200)
        self.assertEqual(self.states(), [])

    def test_directory(self) -> None:
        """
        The directory's number is one of ours: it answers like the echo, and
        hangs up by itself.
        """
        headers = ["Content-Type: application/sdp"]
        self.alice.take()
        to = f"sip:1188@{DOMAIN}"
        self.alice.callID = "echo"
        self.alice.put(self.alice.compose("INVITE", to, headers=headers, body=PJSIP))
        opened = self.jar.others[-1]
        assert isinstance(opened, OpenMedia)
        actions = self.jar.rules.directory.opened(opened.media.call, 6000, self.jar.now)
        self.jar._perform(self.jar.dispatcher.perform(actions, self.jar.now))
        answer = self.alice.take()[-1]
        self.inside("ACK", answer, cseq=answer.cseq)
        self.jar.advance(2)
        self.assertEqual(self.alice.take()[0].method, "BYE")
        self.assertEqual(self.jar.rules.counts["sip_directory"]["begun"], 1)

    def test_answerIsRepeatedUntilAcknowledged(self) -> None:
        """
        The echo says again that it answered, until the ACK is here.
        """
        answer = self.answer()
        self.jar.advance(2)
        self.assertEqual(self.alice.codes(), [200, 200])
        self.inside("ACK", answer, cseq=answer.cseq)
        self.jar.advance(10)
        self.assertEqual(self.alice.take(), [])

    def test_repetitionOpensNoSecondCall(self) -> None:
        """
        An INVITE that comes twice asks for media once, and is not answered by
        an empty datagram.
        """
        self.call()
        self.alice.put(self.alice.sent[-1])
        opened = [each for each in self.jar.others if isinstance(each, OpenMedia)]
        self.assertEqual(len(opened), 1)
        self.assertNotIn(b"", [data for _, data in self.jar.wire])

    def test_cancel(self) -> None:
        """
        A caller that gives up before the echo answers is told so.
        """
        self.call()
        invite = parse(self.alice.sent[-1])
        answers = self.alice.ask(
            "CANCEL",
            ECHO,
            branch=invite.via.branch,
            cseq=invite.cseq,
            callID="echo",
            contact=False,
        )
        self.assertEqual([each.code for each in answers], [200, 487])
        self.assertEqual(self.states(), [])
        self.alice.put(ack(self.alice, self.alice.sent[-2], answers[1]))

    def test_strangers(self) -> None:
        """
        Only those who may call others may call the echo.
        """
        stranger = self.jar.phone("29999999")
        self.assertEqual(stranger.final("INVITE", ECHO).code, 407)
        self.assertEqual(self.jar.phone(BOB).final("INVITE", ECHO).code, 407)
        self.assertEqual(self.states(), [])

    def test_foreignEcho(self) -> None:
        """
        The same number in another domain is not the echo.
        """
        self.assertEqual(self.alice.final("INVITE", "sip:12341@example.com").code, 403)

    def test_spellings(self) -> None:
        """
        The echo is called with the suffix too.
        """
        self.alice.put(self.alice.compose("OPTIONS", f"sip:12341%239@{DOMAIN}"))
        self.assertEqual(self.alice.codes()[-1], 200)
