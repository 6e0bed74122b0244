# -*- test-case-name: tests.scenarios.test_bad -*-
"""
Base class of the tests that send malformed input.

Layer 4 (assembly).
"""

from __future__ import annotations

from twisted.internet import reactor

from tests.scenarios.case import ScenarioCase
from tests.scenarios.wire import Datagrams, Stream, dial, request


class BadCase(ScenarioCase):
    """
    Sends malformed messages and a valid one.
    """

    transport = "UDP"

    async def wire(self) -> Datagrams | Stream:
        """
        Open a wire of the test's transport.
        """
        if self.transport == "UDP":
            wire: Datagrams | Stream = Datagrams(
                reactor, self.daemon.port("sip", "udp")
            )
        else:
            wire = await dial(reactor, self.daemon.port("sip", "tcp"))
        self.addCleanup(wire.close)
        return wire

    def good(self, call: str = "good") -> bytes:
        """
        Write a request that gets 200.
        """
        return request("OPTIONS", transport=self.transport, call=call)

    def bad(self, *lines: str, body: bytes = b"") -> bytes:
        """
        Write a request with further header lines, to be malformed by the test.
        """
        return request(
            "OPTIONS", "tester", *lines, transport=self.transport, call="bad", body=body
        )

    async def answersTo(self, message: bytes) -> list[int]:
        """
        Send a malformed message and a valid one.

        @return: the statuses of what answered the bad one.
        """
        wire = await self.wire()
        wire.send(message)
        wire.send(self.good())
        answers = await wire.until("good")
        await self.assertServes()
        return [each.code for each in answers if each.call != "good"]

    async def assertServes(self) -> None:
        """
        Another client is served normally.
        """
        other = await self.wire()
        other.send(self.good("other"))
        answers = await other.until("other")
        self.assertEqual([each.code for each in answers], [200])
