"""
Tests for L{gigasetd.sip.branch}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.branch import ForkBranch
from gigasetd.sip.message.message import Request, parse
from gigasetd.sip.transaction import ROLES, Transaction
from tests.sip.jar import ALICE, BOB, DOMAIN, Jar, Phone

URI = f"sip:{BOB}@192.168.1.11:5060"
VIA = "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKours"


class ForkBranchTests(SynchronousTestCase):
    """
    The requests of one hop.
    """

    def setUp(self) -> None:
        """
        The branch of an INVITE to Bob.
        """
        phone = Phone(Jar(), ALICE, "192.168.1.10")
        request = parse(phone.compose("INVITE", f"sip:{BOB}@{DOMAIN}", cseq=7))
        assert isinstance(request, Request)
        self.request = request
        transaction = Transaction(ROLES["client", True], "k", phone.flow)
        self.branch = ForkBranch(URI, VIA, transaction)

    def sent(self, method: str, routes: list[str], to: str) -> Request:
        """
        The request of that method, parsed.
        """
        data = self.branch.hopByHop(method, self.request, routes, to)
        request = parse(data)
        assert isinstance(request, Request)
        self.assertIsNone(request.fault)
        return request

    def test_sameBranch(self) -> None:
        """
        The contact finds its transaction by our Via, From, Call-ID and CSeq
        number; the Request-URI is the one that it got.
        """
        for method in ("ACK", "CANCEL"):
            sent = self.sent(method, [], f"<sip:{BOB}@{DOMAIN}>")
            self.assertEqual((sent.method, sent.uri), (method, URI))
            self.assertEqual(sent.lines[0], VIA)
            self.assertEqual((sent.cseq, sent.cseqMethod), (7, method))
            for name in ("from", "call-id"):
                self.assertEqual(sent.first[name], self.request.first[name])
            self.assertEqual(sent.first["content-length"], "0")

    def test_to(self) -> None:
        """
        To is the one of the response, tag and all (RFC 3261 section 17.1.1.3).
        """
        to = f"<sip:{BOB}@{DOMAIN}>;tag=theirs"
        self.assertEqual(self.sent("ACK", [], to).first["to"], to)

    def test_routes(self) -> None:
        """
        It takes the route of the INVITE.
        """
        routes = ["<sip:a.example;lr>", "<sip:b.example;lr>"]
        self.assertEqual(self.sent("CANCEL", routes, "<sip:x@y>").all("route"), routes)

    def test_fresh(self) -> None:
        """
        A new branch has neither a response nor a CANCEL.
        """
        branch = self.branch
        self.assertEqual((branch.doomed, branch.cancelled, branch.over), (False,) * 3)
