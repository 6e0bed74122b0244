"""
Tests for L{gigasetd.sip.echo.indialog}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.actions import CloseMedia
from gigasetd.sip.message.message import parse
from tests.sip.echo import offers
from tests.sip.echo.caller import Caller, answers, asked, codes, medias


class InDialogTests(SynchronousTestCase):
    """
    Requests of the peer during a call.
    """

    def setUp(self) -> None:
        """
        A call that is answered.
        """
        self.caller = Caller()
        self.caller.talk()

    def test_bye(self) -> None:
        """
        Hanging up ends it.
        """
        actions = self.caller.send("BYE")
        self.assertEqual(codes(actions), [200])
        self.assertIsInstance(actions[-1], CloseMedia)
        self.assertEqual(codes(self.caller.send("BYE")), [481])

    def test_holdAndResume(self) -> None:
        """
        Held, the echo sends nothing and waits; resumed, it goes on.  Each
        change is a new version of the description, a refresh is not.
        """
        versions = []
        for direction, ours, sends in (
            ("sendonly", "recvonly", False),
            ("sendonly", "recvonly", False),
            ("inactive", "inactive", False),
            ("sendrecv", "sendrecv", True),
        ):
            actions = self.caller.send("INVITE", offers.held(direction))
            [ok] = answers(actions)
            self.assertIn(f"a={ours}\r\n", ok.body)
            self.assertEqual([media.sends for media in medias(actions)], [sends])
            versions.append(int(ok.body.split()[3]))
            self.caller.send("ACK", cseq=self.caller.cseq)
        self.assertEqual(versions, [2, 2, 3, 4])

    def test_refusedChange(self) -> None:
        """
        A change that we cannot follow leaves the call as it was.
        """
        self.assertEqual(codes(self.caller.send("INVITE", offers.OPUS)), [488])
        self.assertEqual(len(self.caller.echo), 1)
        [ok] = answers(self.caller.send("INVITE", offers.PJSIP))
        self.assertEqual(ok.body.split()[3], "1")

    def test_askedForOffer(self) -> None:
        """
        A re-INVITE without offer gets one, of what was agreed.
        """
        actions = self.caller.send("INVITE")
        self.assertIn("RTP/AVP 8 0 9 120\r\n", answers(actions)[0].body)
        self.assertEqual(medias(actions), [])
        self.assertEqual(codes(self.caller.send("UPDATE", offers.PJSIP)), [491])
        actions = self.caller.send("ACK", offers.PJSIP, cseq=self.caller.cseq - 1)
        self.assertEqual(len(medias(actions)), 1)

    def test_moved(self) -> None:
        """
        A phone that moves is hung up on where it moved to.
        """
        request = self.caller.request("INVITE", offers.PJSIP)
        elsewhere = request.encode().replace(b"127.0.0.1:5062>", b"10.9.9.9:5070>")
        request = parse(elsewhere)
        self.caller.receive(request, 1.0)
        self.caller.send("ACK", cseq=self.caller.cseq)
        [bye] = asked(self.caller.echo.wake(301.0))
        self.assertEqual(bye.uri, "sip:20000001@10.9.9.9:5070")

    def test_update(self) -> None:
        """
        UPDATE holds as well, and refreshes when it has no body.
        """
        actions = self.caller.send("UPDATE", offers.held("sendonly"))
        self.assertIn("a=recvonly\r\n", answers(actions)[0].body)
        self.assertEqual([media.sends for media in medias(actions)], [False])
        [ok] = answers(self.caller.send("UPDATE"))
        self.assertEqual((ok.code, ok.body), (200, ""))

    def test_smallTalk(self) -> None:
        """
        Keys sent by INFO and questions by OPTIONS are taken; what we cannot
        do is named.
        """
        self.assertEqual(codes(self.caller.send("INFO")), [200])
        self.assertEqual(codes(self.caller.send("OPTIONS")), [200])
        [refused] = answers(self.caller.send("REFER"))
        self.assertEqual(refused.code, 405)
        self.assertIn("INVITE", refused.get("allow") or "")

    def test_oldRequest(self) -> None:
        """
        A request from the past does not hang up.
        """
        self.assertEqual(codes(self.caller.send("BYE", cseq=1)), [500])
        self.assertEqual(len(self.caller.echo), 1)
