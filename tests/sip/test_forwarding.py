"""
Tests for L{gigasetd.sip.forwarding}.
"""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.sip.jar import ALICE, BOB, CAROL, DOMAIN, PUBLIC, Jar, Talk

TARGET = f"sip:{BOB}@{DOMAIN}"


class ForwardingTests(SynchronousTestCase):
    """
    How a request leaves.
    """

    def setUp(self) -> None:
        """
        Alice and Bob have registered.
        """
        self.jar = Jar()
        self.alice = self.jar.registered(ALICE)
        self.bob = self.jar.registered(BOB)
        self.bob.take()

    def sent(self, **options: Any) -> Any:
        """
        What Bob's phone gets of a call with these options.
        """
        self.alice.ask("INVITE", TARGET, **options)
        return self.bob.one()

    def refused(self, **options: Any) -> Any:
        """
        The refusal of a call with these options.
        """
        answer = self.alice.final("INVITE", TARGET, **options)
        self.assertEqual(self.bob.take(), [])
        return answer

    def test_hops(self) -> None:
        """
        Each hop counts down; who says nothing gets 70.
        """
        for hops, left in (("70", "69"), ("1", "0"), ("255", "254"), ("", "70")):
            invite = self.sent(hops=hops)
            self.assertEqual(invite.all("max-forwards"), [left])

    def test_noHopsLeft(self) -> None:
        """
        A request that has gone far enough ends here, and one that cannot
        count is told so.
        """
        for hops, code in (("0", 483), ("256", 400), ("x", 400), ("-1", 400)):
            self.assertEqual(self.refused(hops=hops).code, code)

    def test_proxyRequire(self) -> None:
        """
        An extension that a proxy must know and we don't is named.
        """
        answer = self.refused(headers=["Proxy-Require: foo, bar"])
        self.assertEqual(answer.code, 420)
        self.assertEqual(answer.first["unsupported"], "foo, bar")
        self.assertEqual(self.refused(headers=['Proxy-Require: "x']).code, 420)

    def test_requireIsNotOurs(self) -> None:
        """
        What the other phone must know is passed to it.
        """
        self.assertEqual(self.sent(headers=["Require: foo"]).first["require"], "foo")

    def test_everythingElseStays(self) -> None:
        """
        Unknown headers and bodies arrive as they were, in their order.
        """
        headers = ["X-A:  1", "subject : \xfc", "x-a: 2", "Content-Type: text/plain"]
        invite = self.sent(headers=headers, body="\x00\xff\r\n\r\nx")
        kept = [line for line in invite.lines if line in headers]
        self.assertEqual(kept, headers)
        self.assertEqual(invite.body, "\x00\xff\r\n\r\nx")

    def test_ourVia(self) -> None:
        """
        Our Via stands on top, with an address that the phone can answer to,
        and the caller's is marked with where it came from.
        """
        via, below = self.sent().all("via")
        self.assertTrue(via.startswith(f"SIP/2.0/UDP {PUBLIC}:5060;branch=z9hG4bK"))
        host = self.alice.flow.host
        self.assertTrue(below.endswith(f";received={host};rport=5060"), below)

    def test_loop(self) -> None:
        """
        A request that comes back as it left is stopped, and no storm begins.
        """
        invite = self.sent(callID="loop")
        lines = [line for line in invite.lines if not line.startswith("Max-F")]
        again = "\r\n".join([f"INVITE {TARGET} SIP/2.0", *lines, "", ""])
        answer = self._bounce(again)
        self.assertEqual(answer, ["482"])

    def test_spiral(self) -> None:
        """
        A request that comes back for another number is no loop: somebody
        forwards their calls.
        """
        carol = self.jar.registered(CAROL)
        carol.take()
        invite = self.sent(callID="spiral")
        sender = invite.first["from"].replace(ALICE, BOB)
        lines = [
            f"From: {sender}" if line.startswith("From") else line
            for line in invite.lines
        ]
        uri = f"sip:{CAROL}@{DOMAIN}"
        self._bounce("\r\n".join([f"INVITE {uri} SIP/2.0", *lines, "", ""]))
        self.assertEqual(carol.one().method, "INVITE")

    def _bounce(self, text: str) -> list[str]:
        """
        Bob's phone sends it back to us through itself.
        """
        via = f"Via: SIP/2.0/UDP {self.bob.via};branch=z9hG4bKbounce;rport\r\n"
        start, end, rest = text.partition("\r\n")
        self.bob.put((start + end + via + rest).encode("latin-1"))
        return [str(each.code) for each in self.bob.take() if hasattr(each, "code")]

    def test_recordRoute(self) -> None:
        """
        The call keeps running through us, by two entries that each name an
        address the side in question can reach.
        """
        carol = self.jar.registered(CAROL, transport="tcp")
        invite = None
        carol.invite(BOB)
        invite = self.bob.one()
        first, second = invite.all("record-route")
        self.assertNotIn("transport", first)
        self.assertIn(";transport=tcp", second)
        for route in (first, second):
            self.assertIn(f"@{PUBLIC}:5060", route)
            self.assertTrue(route.endswith(";lr>"))

    def test_messagesLeaveNoRoute(self) -> None:
        """
        A message opens no dialog and needs no way back.
        """
        self.alice.ask("MESSAGE", TARGET)
        self.assertNotIn("record-route", self.bob.one().first)

    def test_outboundProxy(self) -> None:
        """
        A phone that names us in Route as its outbound proxy is served, and
        the entry goes no further.
        """
        for route in (
            f"<sip:{DOMAIN};lr>",
            f"<sip:{PUBLIC}:5060;transport=udp;lr>",
            f"<sip:{DOMAIN};lr>, <sip:{PUBLIC};lr>",
        ):
            invite = self.sent(headers=[f"Route: {route}"])
            self.assertNotIn("route", invite.first)

    def test_noRelay(self) -> None:
        """
        Nobody sends through us to elsewhere, directly or behind our name.
        """
        for route in (
            "<sip:203.0.113.9;lr>",
            f"<sip:{DOMAIN};lr>, <sip:203.0.113.9;lr>",
            f"<sip:{ALICE}@{DOMAIN};lr>",
            "<sip:0123456789abcdef-u-0-5060-203.0.113.9-0.0.0.0_5060@192.0.2.1;lr>",
        ):
            self.assertEqual(self.refused(headers=[f"Route: {route}"]).code, 403)

    def test_brokenRoute(self) -> None:
        """
        A Route that cannot be read is told to be bad.
        """
        for route in ("<", '"', "x", "<mailto:x>"):
            code = self.refused(headers=[f"Route: {route}"]).code
            self.assertEqual(code, 400, route)

    def test_tokenOfAnotherCall(self) -> None:
        """
        The way into one call does not lead into another, and none is a way
        past the rules for new calls.
        """
        talk = Talk(self.alice, self.bob)
        self.bob.take()
        route = talk.answer.values("record-route")[-1::-1]
        headers = [f"Route: {each}" for each in route]
        to = f"<{TARGET}>;tag=x"
        self.assertEqual(self.refused(headers=headers, to=to, callID="new").code, 403)
        account = self.jar.registry.accounts[ALICE]
        self.jar.registry.put(account._replace(off="voip"))
        self.assertEqual(self.refused(headers=headers, callID=talk.callID).code, 403)

    def test_contentLengthForStreams(self) -> None:
        """
        A datagram without a length can be sent on over TCP.
        """
        carol = self.jar.registered(CAROL, transport="tcp")
        carol.take()
        uri = f"sip:{CAROL}@{DOMAIN}"
        self.alice.ask("MESSAGE", uri, body="hello", length=False)
        self.assertEqual(carol.one().all("content-length"), ["5"])
