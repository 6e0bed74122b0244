# -*- test-case-name: tests.scenarios.test_notify -*-
"""
Scenario: STUN, and message-summary: subscriptions and unsolicited NOTIFYs.
"""

from __future__ import annotations

from typing import Any

from twisted.internet import reactor

from tests.scenarios.case import CallCase, ScenarioCase
from tests.scenarios.daemon import Refusal
from tests.sip.sockets import Telephone
from tests.sip.stun.test_message import IDENTITY, OLD, request


class StunTests(ScenarioCase):
    """
    STUN requests of a phone to the daemon's sockets.
    """

    async def test_bothPorts(self) -> None:
        """
        STUN's own port and the SIP port tell a phone its address, whether it
        asks as phones did once or as they do today.
        """
        phone = Telephone()
        socket: Any = reactor.listenUDP(0, phone, "127.0.0.1")  # type: ignore
        self.addCleanup(socket.stopListening)
        seen = socket.getHost().port
        for service in ("sip", "stun"):
            phone.inbox.data.clear()
            place = "127.0.0.1", self.daemon.port(service, "udp")
            for question in (request(identity=OLD), request()):
                socket.write(question, place)
            await phone.inbox.until(lambda: len(phone.inbox.data) == 2)
            old, modern = phone.inbox.data
            self.assertEqual((len(old), old[4:20]), (68, OLD))
            self.assertEqual(int.from_bytes(old[26:28], "big"), seen)
            self.assertEqual(int.from_bytes(old[38:40], "big"), place[1])
            self.assertEqual((len(modern), modern[4:20]), (32, IDENTITY))


class NotifyTests(CallCase):
    """
    SUBSCRIBE and NOTIFY with a real softphone.
    """

    async def test_messages(self) -> None:
        """
        A phone that asks whether messages wait is told that none do.
        """
        alice = await self.registered("alice", "30001", messages=True)
        told = await alice.expect("messages")
        account = "Message-Account: sip:30001@gigaset.net"
        self.assertEqual(
            told["body"].split("\r\n")[:2], ["Messages-Waiting: no", account]
        )

    async def test_told(self) -> None:
        """
        When a message comes, a phone that wants to know is told how many
        wait.
        """
        alice = await self.registered("alice", "30003", messages=True)
        await alice.expect("messages")
        sent = await self.daemon.ctl("message", "send", "30003", "Hello")
        self.assertEqual(sent["waiting"], 1)
        told = await alice.expect("messages")
        lines = told["body"].split("\r\n")
        self.assertEqual(lines[0], "Messages-Waiting: yes")
        self.assertIn("Text-Message: 1/0", lines)

    async def test_sync(self) -> None:
        """
        C{gigasetctl device sync} asks each registered phone, and says so when
        there is none.
        """
        await self.account("30002")
        error = None
        try:
            await self.daemon.ctl("device", "sync", "30002")
        except Refusal as refusal:
            error = refusal
        self.assertEqual(error and error.status, 1)
        await self.registered("alice", "30001")
        told = await self.daemon.ctl("device", "sync", "30001", "--no-reboot")
        self.assertEqual((told["number"], told["asked"]), ("30001", 1))
