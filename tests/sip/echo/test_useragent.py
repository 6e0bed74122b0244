"""
The echo test call answers like a phone that does everything right.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.actions import ChangeMedia, CloseMedia, Flow, OpenMedia
from gigasetd.sip.echo.useragent import EchoLimits
from tests.sip.echo import offers
from tests.sip.echo.caller import Caller, answers, asked, codes, medias


class InviteTests(SynchronousTestCase):
    """
    Setting a call up.
    """

    def test_opensThenAnswers(self) -> None:
        """
        The call is answered only once there is a port, with that port.
        """
        caller = Caller()
        [opening] = caller.send("INVITE", offers.PJSIP)
        assert isinstance(opening, OpenMedia)
        media = opening.media
        self.assertEqual((media.host, media.port), ("127.0.0.1", 4000))
        self.assertEqual(media.payloads[0], (8, "PCMA"))
        self.assertTrue(media.sends)
        actions = caller.echo.opened(media.call, 6000, 0.0)
        self.assertEqual(codes(actions), [180, 200])
        ringing, ok = answers(actions)
        self.assertIn("m=audio 6000 RTP/AVP 8 0 9 120\r\n", ok.body)
        self.assertEqual(ok.get("contact"), "<sip:12341@127.0.0.1:5060>")
        self.assertEqual(ok.get("to"), ringing.get("to"))
        self.assertEqual(ok.get("content-type"), "application/sdp")

    def test_recordRoute(self) -> None:
        """
        Each proxy on the way stays on it, in both directions.
        """
        caller = Caller()
        route = ("Record-Route: <sip:p1;lr>, <sip:p2;lr>", "Record-Route: <sip:p3;lr>")
        ok = answers(caller.open(headers=route))[-1]
        self.assertEqual(
            ok.all("record-route"), ["<sip:p1;lr>, <sip:p2;lr>", "<sip:p3;lr>"]
        )
        caller.send("ACK", cseq=1)
        [bye] = asked(caller.echo.wake(301.0))
        self.assertEqual(
            bye.all("route"), ["<sip:p1;lr>", "<sip:p2;lr>", "<sip:p3;lr>"]
        )
        self.assertEqual(bye.uri, "sip:20000001@127.0.0.1:5062")

    def test_strictRoute(self) -> None:
        """
        A proxy of the old kind gets its own address as Request-URI.
        """
        caller = Caller()
        caller.talk(headers=("Record-Route: <sip:old.example>, <sip:p2;lr>",))
        [bye] = asked(caller.echo.wake(301.0))
        self.assertEqual(bye.uri, "sip:old.example")
        self.assertEqual(
            bye.all("route"), ["<sip:p2;lr>", "<sip:20000001@127.0.0.1:5062>"]
        )

    def test_refusals(self) -> None:
        """
        What cannot be a call says why, and leaves nothing behind.
        """
        mixed = "Content-Type: multipart/mixed"
        for code, body, headers in (
            (488, offers.SECURE, ()),
            (488, offers.OPUS, ()),
            (400, "v=0\r\nm=audio\r\n", ()),
            (415, offers.PJSIP, ("Content-Encoding: gzip",)),
            (420, offers.PJSIP, ("Require: timer, 100rel",)),
            (406, offers.PJSIP, ("Accept: text/plain",)),
            (422, offers.PJSIP, ("Session-Expires: 30", "Supported: timer")),
            (400, offers.PJSIP, ("Session-Expires: soon",)),
            (400, offers.PJSIP, ('Record-Route: "open',)),
        ):
            caller = Caller()
            self.assertEqual(codes(caller.send("INVITE", body, headers)), [code])
            self.assertEqual((len(caller.echo), caller.echo.deadline), (0, None))
        caller = Caller()
        request = caller.request("INVITE", offers.PJSIP)
        request.first["content-type"] = mixed
        self.assertEqual(
            codes(caller.receive(request)),
            [415],
        )

    def test_unsupported(self) -> None:
        """
        The extension that we lack is named, so that the phone can do without.
        """
        actions = Caller().send("INVITE", offers.PJSIP, ("Require: 100rel",))
        self.assertEqual(answers(actions)[0].get("unsupported"), "100rel")

    def test_noContact(self) -> None:
        """
        Without Contact nobody could be hung up on.
        """
        caller = Caller()
        request = caller.request("INVITE", offers.PJSIP)
        at = request.keys.index("contact")
        del request.keys[at], request.lines[at], request.first["contact"]
        self.assertEqual(
            codes(caller.receive(request)),
            [400],
        )

    def test_busy(self) -> None:
        """
        There is only so much echo.
        """
        caller = Caller(EchoLimits(calls=1))
        caller.send("INVITE", offers.PJSIP)
        caller.call = "second@phone"
        self.assertEqual(codes(caller.send("INVITE", offers.PJSIP)), [486])
        self.assertEqual(caller.echo.counts["busy"], 1)

    def test_busyAccount(self) -> None:
        """
        One account cannot take all the lines.
        """
        caller = Caller(EchoLimits(calls=20, each=2))
        for call in ("one@phone", "two@phone"):
            caller.call = call
            self.assertNotIn(486, codes(caller.send("INVITE", offers.PJSIP)))
        caller.call = "three@phone"
        self.assertEqual(codes(caller.send("INVITE", offers.PJSIP)), [486])
        self.assertEqual(caller.echo.counts["busy_account"], 1)

    def test_merged(self) -> None:
        """
        The same call by two ways is answered once.
        """
        caller = Caller()
        caller.send("INVITE", offers.PJSIP)
        self.assertEqual(codes(caller.send("INVITE", offers.PJSIP, cseq=1)), [482])

    def test_portless(self) -> None:
        """
        Without a port the caller hears so.
        """
        caller = Caller()
        [media] = medias(caller.send("INVITE", offers.PJSIP))
        self.assertEqual(codes(caller.echo.refused(media.call, 0.0)), [503])
        self.assertEqual(len(caller.echo), 0)

    def test_portNeverComes(self) -> None:
        """
        A caller does not wait for ever for a port that nobody opens.
        """
        caller = Caller()
        caller.send("INVITE", offers.PJSIP)
        self.assertEqual(caller.echo.deadline, 10.0)
        actions = caller.echo.wake(10.0)
        self.assertEqual(codes(actions), [503])
        self.assertIsInstance(actions[-1], CloseMedia)

    def test_cancelled(self) -> None:
        """
        A caller who gives up is let go, and a port that comes late is closed.
        """
        caller = Caller()
        invite = caller.request("INVITE", offers.PJSIP)
        [media] = medias(caller.receive(invite))
        actions = caller.echo.cancelled(invite, 0.0)
        self.assertEqual(codes(actions), [487])
        self.assertEqual(actions[-1], CloseMedia(media.call))
        self.assertEqual(
            caller.echo.opened(media.call, 6000, 0.0), [CloseMedia(media.call)]
        )

    def test_cancelledTooLate(self) -> None:
        """
        What is answered cannot be taken back.
        """
        caller = Caller()
        caller.open()
        again = caller.request("INVITE", offers.PJSIP, cseq=1)
        self.assertEqual(caller.echo.cancelled(again, 0.0), [])
        self.assertEqual(len(caller.echo), 1)

    def test_lateOffer(self) -> None:
        """
        A phone without an offer gets ours, and says in its ACK what it takes.
        """
        caller = Caller()
        ok = answers(caller.open(body=""))[-1]
        self.assertIn("m=audio 6000 RTP/AVP 8 0 9 101\r\n", ok.body)
        [change] = caller.send("ACK", offers.GIGASET, cseq=1)
        assert isinstance(change, ChangeMedia)
        self.assertEqual(change.media.host, "192.168.62.26")

    def test_lateOfferRefused(self) -> None:
        """
        A phone that takes none of what we offer is hung up on.
        """
        for body in ("", offers.OPUS, "v=0\r\n"):
            caller = Caller()
            caller.open(body="")
            actions = caller.send("ACK", body, cseq=1)
            self.assertEqual([bye.method for bye in asked(actions)], ["BYE"])
            self.assertIsInstance(actions[-1], CloseMedia)

    def test_overTCP(self) -> None:
        """
        Over TCP our Contact says so, and so does our Via.
        """
        caller = Caller(flow=Flow("tcp", "[::]:5060", "127.0.0.1", 40000, 3))
        ok = answers(caller.open())[-1]
        self.assertEqual(ok.get("contact"), "<sip:12341@127.0.0.1:5060;transport=tcp>")
        caller.send("ACK", cseq=1)
        [bye] = asked(caller.echo.wake(301.0))
        self.assertEqual((bye.via.transport, bye.via.port), ("TCP", 5060))


class CallTests(SynchronousTestCase):
    """
    What can happen during a call.
    """

    def setUp(self) -> None:
        """
        A call that is answered.
        """
        self.caller = Caller()
        self.caller.talk()

    def test_owns(self) -> None:
        """
        What belongs to the call is ours, by Call-ID and both tags.
        """
        self.assertTrue(self.caller.echo.owns(self.caller.request("BYE")))
        self.caller.call = "other@phone"
        self.assertFalse(self.caller.echo.owns(self.caller.request("BYE")))
        self.caller.call, self.caller.tag = "call@phone", "forged"
        self.assertFalse(self.caller.echo.owns(self.caller.request("BYE")))

    def test_silence(self) -> None:
        """
        A phone that went away is hung up on, one that holds is not.
        """
        tag = self.caller.tag
        self.caller.send("INVITE", offers.held("sendonly"))
        self.caller.send("ACK", cseq=self.caller.cseq)
        self.assertEqual(self.caller.echo.silent(tag, 60.0), [])
        self.caller.send("INVITE", offers.PJSIP)
        self.caller.send("ACK", cseq=self.caller.cseq)
        actions = self.caller.echo.silent(tag, 60.0)
        [bye] = asked(actions)
        self.assertEqual((bye.method, bye.cseq), ("BYE", 1))
        self.assertEqual(bye.get("from"), f"<sip:12341@gigaset.net>;tag={tag}")
        self.assertEqual(bye.get("to"), '"A" <sip:20000001@gigaset.net>;tag=abc')
        self.assertTrue(bye.via.branch.startswith("z9hG4bK"))

    def test_longest(self) -> None:
        """
        A forgotten call ends by itself.
        """
        self.assertEqual(self.caller.echo.wake(299.0), [])
        self.assertEqual(len(asked(self.caller.echo.wake(300.0))), 1)
        self.assertEqual(self.caller.echo.counts["overlong"], 1)

    def test_close(self) -> None:
        """
        When the daemon stops, the phone hears it.
        """
        self.assertEqual(len(asked(self.caller.echo.close(5.0))), 1)
        self.assertEqual(len(self.caller.echo), 0)

    def test_calls(self) -> None:
        """
        The operator sees who is testing.
        """
        self.assertEqual(
            self.caller.echo.calls(),
            [
                {
                    "call_id": "call@phone",
                    "caller": "20000001",
                    "callee": "12341",
                    "since": 0.0,
                    "state": "talking",
                }
            ],
        )


class ToneTests(SynchronousTestCase):
    """
    A number that plays a tone and hangs up.
    """

    def test_short(self) -> None:
        """
        The caller hears a tone, never themselves, and is hung up on soon.
        """
        caller = Caller(EchoLimits(seconds=1.5, reflects=False))
        [opening] = caller.send("INVITE", offers.PJSIP)
        assert isinstance(opening, OpenMedia)
        self.assertFalse(opening.media.reflects)
        self.assertTrue(caller.echo.holds(opening.media.call))
        self.assertFalse(caller.echo.holds("another"))
        actions = caller.echo.opened(opening.media.call, 6000, 0.0)
        caller.tag = opening.media.call
        self.assertEqual(codes(actions), [180, 200])
        caller.send("ACK", cseq=1)
        self.assertEqual(caller.echo.deadline, 1.5)
        actions = caller.echo.wake(1.5)
        self.assertEqual([bye.method for bye in asked(actions)], ["BYE"])
        self.assertIsInstance(actions[-1], CloseMedia)
        self.assertEqual(len(caller.echo), 0)


class OutsideTests(SynchronousTestCase):
    """
    Requests to the number that are no call.
    """

    def test_options(self) -> None:
        """
        A question is answered without a call.
        """
        [ok] = answers(Caller().send("OPTIONS"))
        self.assertEqual((ok.code, ok.get("accept")), (200, "application/sdp"))

    def test_others(self) -> None:
        """
        What needs a dialog has none; what we don't do is told; an ACK is
        never answered.
        """
        for method, code in (
            ("BYE", 481),
            ("INFO", 481),
            ("MESSAGE", 405),
            ("SUBSCRIBE", 405),
        ):
            self.assertEqual(codes(Caller().send(method)), [code])
        self.assertEqual(Caller().send("ACK"), [])

    def test_strangeDialog(self) -> None:
        """
        A request for a call that ended long ago is told so.
        """
        caller = Caller()
        caller.tag = "gone"
        self.assertEqual(codes(caller.send("INVITE", offers.PJSIP)), [481])
