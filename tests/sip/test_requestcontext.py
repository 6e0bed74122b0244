"""
Tests for L{gigasetd.sip.requestcontext}.
"""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.domain import Domain
from gigasetd.sip.message.message import Request, parse
from gigasetd.sip.requestcontext import RequestContext
from tests.sip.jar import ALICE, BOB, DOMAIN, Jar, Phone
from tests.sip.test_dispatcher import Case


class FlowTests(Case):
    """
    Where answers go (RFC 3261 section 18.2.2, RFC 3581).
    """

    def answerTo(self, phone: Phone, **options: Any) -> Any:
        """
        The flow that the answer to OPTIONS went to.
        """
        phone.put(phone.compose("OPTIONS", contact=False, **options))
        return self.jar.wire[-1][0]

    def test_rport(self) -> None:
        """
        With rport the answer goes to where the request came from, through
        whatever NAT that is.
        """
        phone = self.jar.phone(BOB, "198.51.100.7", port=40001, private="10.0.0.2")
        self.assertEqual(self.answerTo(phone), phone.flow)
        top = parse(self.jar.wire[-1][1]).first["via"]
        self.assertIn("received=198.51.100.7", top)
        self.assertIn("rport=40001", top)

    def test_withoutRport(self) -> None:
        """
        Without it the answer goes to the sender's address, at the port that
        its Via names or the usual one.
        """
        phone = self.jar.phone(BOB, "198.51.100.7", port=40001, private="10.0.0.2")
        for via, port in (("10.0.0.2:5062", 5062), ("10.0.0.2", 5060)):
            via = f"SIP/2.0/UDP {via};branch=z9hG4bK{port}"
            flow = phone.flow._replace(port=port)
            self.assertEqual(self.answerTo(phone, via=via), flow)

    def test_stream(self) -> None:
        """
        Over TCP the answer takes the connection that the request came by,
        whatever Via says.
        """
        phone = self.jar.phone(BOB, "198.51.100.7", port=40001, transport="tcp")
        via = "SIP/2.0/TCP 10.0.0.2:5062;branch=z9hG4bK1"
        self.assertEqual(self.answerTo(phone, via=via), phone.flow)

    def test_viaTellsNoLies(self) -> None:
        """
        What a sender says about its own source is overwritten, so that
        nobody aims our answers at others.
        """
        phone = self.jar.phone(BOB, "198.51.100.7")
        via = "SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK1;received=203.0.113.9"
        self.assertEqual(self.answerTo(phone, via=via).host, "198.51.100.7")
        self.assertNotIn(b"203.0.113.9", self.jar.wire[-1][1])

    def test_oneLineOfVias(self) -> None:
        """
        The source is written into the first of several Vias of a line, and
        the others come back as they were.
        """
        phone = self.jar.phone(BOB)
        below = "SIP/2.0/UDP 203.0.113.9;branch=z9hG4bK2"
        via = f"SIP/2.0/UDP {phone.via};branch=z9hG4bK1;rport, {below}"
        self.answerTo(phone, via=via)
        answer = parse(self.jar.wire[-1][1])
        first, second = answer.values("via")
        self.assertIn("rport=5060", first)
        self.assertEqual(second, below)


class LocateTests(SynchronousTestCase):
    """
    The dialog and the target of a request.
    """

    def setUp(self) -> None:
        """
        A phone.
        """
        self.phone = Phone(Jar(), ALICE, "192.168.1.10")

    def located(self, uri: str, to: str = "") -> RequestContext:
        """
        The context of a request to that URI.
        """
        request = parse(self.phone.compose("MESSAGE", uri, to=to))
        assert isinstance(request, Request)
        context = RequestContext(request, self.phone.flow, 0.0, [])
        context.locate(Domain(DOMAIN, frozenset()))
        return context

    def test_target(self) -> None:
        """
        Outside a dialog the Request-URI says which number is meant, and
        whether we know it.
        """
        for uri, number, owned in (
            (f"sip:{BOB}@{DOMAIN}", BOB, True),
            (f"sip:+{BOB}%239@{DOMAIN}", BOB, True),
            (f"sip:bob@{DOMAIN}", None, True),
            (f"sip:{DOMAIN}", None, True),
            (f"tel:{BOB}", BOB, True),
            (f"sip:{BOB}@example.com", BOB, False),
            (f"sips:{BOB}@{DOMAIN}", None, None),
            ("mailto:bob", None, None),
        ):
            context = self.located(uri)
            self.assertEqual((context.number, context.owned), (number, owned), uri)
            self.assertFalse(context.inDialog)

    def test_inDialog(self) -> None:
        """
        A tag in To makes a dialog, wherever in the header it stands; one in
        the name or in the URI does not.
        """
        uri = f"sip:{BOB}@{DOMAIN}"
        for to, inDialog in (
            (f"<{uri}>;tag=1", True),
            (f"{uri};tag=1", True),
            (f"<{uri}>; x=y ; TAG = 1", True),
            (f'"a;tag=1" <{uri}>', False),
            (f"<{uri};tag=1>", False),
            (f"<{uri}>;tagged=1", False),
        ):
            self.assertIs(self.located(uri, to).inDialog, inDialog, to)

    def test_noTargetInDialog(self) -> None:
        """
        Inside a dialog the Request-URI is the peer's contact, and no target.
        """
        uri = f"sip:{BOB}@{DOMAIN}"
        context = self.located(uri, f"<{uri}>;tag=1")
        self.assertEqual((context.number, context.owned), (None, False))
