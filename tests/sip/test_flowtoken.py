"""
Tests for L{gigasetd.sip.flowtoken}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.actions import Flow
from gigasetd.sip.flowtoken import FlowTokens
from gigasetd.sip.message.uri import parseURI

NOW = 1790000000.0
FLOWS = (
    Flow("udp", "0.0.0.0:5060", "192.168.1.20", 5060, 0),
    Flow("tcp", "192.0.2.1:5062", "198.51.100.7", 40001, 1_800_000_000 << 20),
    Flow("tls", "[2001:db8::1]:5061", "2001:db8::5", 1, 7),
    Flow("udp", "[::]:5060", "fe80::1%2", 65535, 0),
)


class TokensTests(SynchronousTestCase):
    """
    The way back to a phone, in a URI.
    """

    def setUp(self) -> None:
        """
        FlowTokens of one run.
        """
        self.tokens = FlowTokens(b"k" * 32)

    def test_roundTrip(self) -> None:
        """
        A token leads to the flow that it was made for, on every transport and
        family, and is a user part that every phone can carry.
        """
        for flow in FLOWS:
            token = self.tokens.make(flow, "call", NOW)
            self.assertEqual(self.tokens.open(token, "call"), (flow, NOW))
            self.assertEqual(parseURI(f"sip:{token}@h;lr").user, token)
            self.assertRegex(token, r"\A[A-Za-z0-9._~()-]+\Z")

    def test_onlyThisCall(self) -> None:
        """
        A token opens no way but its own call's.
        """
        token = self.tokens.make(FLOWS[0], "call", NOW)
        self.assertIsNone(self.tokens.open(token, "other"))

    def test_boundaryBetweenFlowAndCall(self) -> None:
        """
        Nobody can move letters of the address into the Call-ID.
        """
        token = self.tokens.make(FLOWS[0], "call", NOW)
        self.assertIsNone(self.tokens.open(token[:-1], token[-1] + "call"))

    def test_forged(self) -> None:
        """
        What is not ours to the last letter leads nowhere, and raises nothing.
        """
        token = self.tokens.make(FLOWS[0], "call", NOW)
        other = FlowTokens(b"x" * 32).make(FLOWS[0], "call", NOW)
        forged = [
            "",
            "-",
            "--------",
            "20000001",
            other,
            token.upper(),
            token.replace("192", "193"),
            token + "0",
            token[1:],
            "\xe9" + token,
            token + "\xe9",
        ]
        for each in forged:
            self.assertIsNone(self.tokens.open(each, "call"), each)
