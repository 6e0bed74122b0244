"""
Tests for L{gigasetd.sip.echo.offeranswer}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.actions import Media
from gigasetd.sip.echo.offeranswer import Negotiation, checkAccept, descriptionOf
from gigasetd.sip.echo.sdp import SessionDescription, parse
from gigasetd.sip.rejection import RequestRejected
from tests.sip.echo import offers
from tests.sip.echo.caller import Caller


def version(text: str) -> int:
    """
    The version in the o= line.
    """
    return int(text.split("\r\n")[1].split(" ")[2])


class DescriptionTests(SynchronousTestCase):
    """
    Tests for L{descriptionOf} and L{checkAccept}.
    """

    def read(self, body: str, *headers: str) -> SessionDescription | None:
        """
        The description in an INVITE.
        """
        return descriptionOf(Caller().request("INVITE", body, headers))

    def assertRejected(self, code: int, body: str, *headers: str) -> RequestRejected:
        """
        A description is rejected with that code.
        """
        rejected = self.assertRaises(RequestRejected, self.read, body, *headers)
        self.assertEqual(rejected.code, code)
        return rejected

    def test_read(self) -> None:
        """
        A body is read as what it is; without one there is no description.
        """
        self.assertEqual(self.read(offers.PJSIP), parse(offers.PJSIP))
        self.assertEqual(
            self.read(offers.PJSIP, "Content-Encoding: Identity"), parse(offers.PJSIP)
        )
        self.assertIsNone(self.read(""))

    def test_otherBodies(self) -> None:
        """
        Another coding and a broken description are told apart; the answer
        names what is understood.
        """
        rejected = self.assertRejected(415, offers.PJSIP, "Content-Encoding: gzip")
        self.assertIn("Accept: application/sdp", rejected.headers)
        self.assertRejected(400, "v=0\r\nm=audio\r\n")
        request = Caller().request("INVITE", offers.PJSIP)
        request.first["content-type"] = "text/plain"
        self.assertRaises(RequestRejected, descriptionOf, request)

    def test_accept(self) -> None:
        """
        A phone that accepts no description gets 406, all others none.
        """
        for accept in ("application/sdp", "text/plain, APPLICATION/*", "*/*"):
            checkAccept(Caller().request("INVITE", "", (f"Accept: {accept}",)))
        checkAccept(Caller().request("INVITE"))
        request = Caller().request("INVITE", "", ("Accept: text/plain",))
        rejected = self.assertRaises(RequestRejected, checkAccept, request)
        self.assertEqual(rejected.code, 406)


class NegotiationTests(SynchronousTestCase):
    """
    Tests for L{Negotiation}.
    """

    def test_answer(self) -> None:
        """
        An offer is answered, and the sockets learn where the phone listens.
        """
        talk = Negotiation(7)
        talk.take(parse(offers.PJSIP))
        self.assertFalse(talk.asking)
        self.assertIn("m=audio 6000 ", talk.speak("10.0.0.1", 6000))
        media = talk.media("call", "192.168.1.10")
        stream = parse(offers.PJSIP).streams[0]
        self.assertEqual((media.host, media.port), (stream.host, stream.port))
        self.assertEqual((media.sends, media.peer), (True, "192.168.1.10"))
        self.assertIn((8, "PCMA"), media.payloads)

    def test_unusable(self) -> None:
        """
        An offer without usable audio is rejected, and changes nothing.
        """
        talk = Negotiation(7)
        talk.take(parse(offers.PJSIP))
        before = talk.media("call", "")
        for offer in (offers.SECURE, offers.OPUS):
            rejected = self.assertRaises(RequestRejected, talk.take, parse(offer))
            self.assertEqual(rejected.code, 488)
        self.assertEqual(talk.media("call", ""), before)

    def test_version(self) -> None:
        """
        The version grows with each change, and only then (RFC 3264 section 8).
        """
        talk = Negotiation(7)
        talk.take(parse(offers.PJSIP))
        first = talk.speak("10.0.0.1", 6000)
        self.assertEqual(talk.speak("10.0.0.1", 6000), first)
        talk.take(parse(offers.held("sendonly")))
        self.assertEqual(version(talk.speak("10.0.0.1", 6000)), version(first) + 1)

    def test_hold(self) -> None:
        """
        A phone that holds is not sent anything.
        """
        talk = Negotiation(7)
        talk.take(parse(offers.held("sendonly")))
        self.assertEqual(talk.direction, "sendonly")
        self.assertFalse(talk.media("call", "").sends)

    def test_ownOffer(self) -> None:
        """
        Where the phone leaves the offer to us, its answer comes later; until
        then nothing is known of its media.
        """
        talk = Negotiation(7)
        talk.take(None)
        self.assertTrue(talk.asking)
        self.assertIn("m=audio 6000 ", talk.speak("10.0.0.1", 6000))
        self.assertEqual(talk.media("call", "p"), Media("call", "", 0, (), False, "p"))
        talk.answered(parse(offers.PJSIP))
        self.assertFalse(talk.asking)
        self.assertTrue(talk.media("call", "p").port)

    def test_badAnswer(self) -> None:
        """
        No answer to our offer, or one that rejects the audio, ends the call.
        """
        for session in (None, parse("v=0\n"), parse("v=0\nm=audio 0 RTP/AVP 8\n")):
            talk = Negotiation(7)
            talk.take(None)
            talk.speak("10.0.0.1", 6000)
            self.assertRaises(RequestRejected, talk.answered, session)

    def test_toneOnly(self) -> None:
        """
        Where the peer shall not hear itself, the sockets learn that too.
        """
        talk = Negotiation(7, False)
        talk.take(parse(offers.PJSIP))
        self.assertFalse(talk.media("call", "").reflects)
