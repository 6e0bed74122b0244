# -*- test-case-name: tests.scenarios.test_echo -*-
"""
Scenario: a caller hears the own voice in the echo test.
"""

from __future__ import annotations

from tests.scenarios.agent import Agent
from tests.scenarios.case import CallCase, address


class EchoTests(CallCase):
    """
    The echo test call.
    """

    async def _call(
        self, number: str = "12341", **options: object
    ) -> tuple[Agent, int]:
        alice = await self.registered("alice", "30001", tones=[697], **options)
        call = await alice.ask("call", to=address(number))
        await alice.expect("state", state="CONFIRMED")
        await alice.expect("media", status="active")
        return alice, call

    async def _hearSelf(self, alice: Agent, call: int) -> None:
        await alice.ask("play", call=call, frequency=697)
        await alice.expect("tone", seconds=20, frequency=697, present=True)

    async def test_hearSelf(self) -> None:
        """
        After the greeting the caller hears their own tone, and the call ends
        when they hang up.
        """
        alice, call = await self._call()
        await self._hearSelf(alice, call)
        await alice.ask("hangup", call=call)
        await alice.expect("state", state="DISCONNECTED", code=200)
        self.assertEqual(await self.live("calls"), [])

    async def test_greeting(self) -> None:
        """
        Both numbers answer with a greeting before the caller says anything;
        it ends, and what is said then comes back.
        """
        await self.account("30001")
        alice = await self.connect("alice", "30001", tones=[697])
        await alice.expect("registration", code=200)
        for number in ("12341", "12340"):
            call = await alice.ask("call", to=address(number))
            await alice.expect("sound", present=True, call=call)
            await alice.expect("sound", present=False, call=call)
            await self._hearSelf(alice, call)
            await alice.ask("hangup", call=call)
            await alice.expect("state", state="DISCONNECTED")
            alice.forget()

    async def test_directory(self) -> None:
        """
        A call to the directory's number gets a short tone, never
        themselves, and is hung up on.
        """
        alice, call = await self._call("1188")
        await alice.expect("sound", present=True, call=call)
        await alice.expect("state", state="DISCONNECTED", seconds=10)
        self.assertEqual(await self.live("calls"), [])

    async def test_codecs(self) -> None:
        """
        Each codec that a base speaks is echoed, wideband included.
        """
        await self.account("30001")
        for codec in ("PCMU/8000/1", "G722/16000/1"):
            alice = await self.connect(codec, "30001", codecs=[codec], tones=[697])
            await alice.expect("registration", code=200)
            call = await alice.ask("call", to=address("12341"))
            await alice.expect("state", state="CONFIRMED")
            await alice.expect("media", status="active")
            self.assertEqual(
                await alice.ask("codec", call=call), codec.partition("/")[0]
            )
            await self._hearSelf(alice, call)
            await alice.ask("hangup", call=call)
            await alice.expect("state", state="DISCONNECTED")

    async def test_keys(self) -> None:
        """
        Pressed keys come back too.
        """
        alice, call = await self._call()
        await self._hearSelf(alice, call)
        await alice.ask("dtmf", call=call, digits="7")
        await alice.expect("dtmf", digit="7")

    async def test_hold(self) -> None:
        """
        The echo takes part in hold and resume as a person would.
        """
        alice, call = await self._call()
        await self._hearSelf(alice, call)
        await alice.ask("hold", call=call)
        await alice.expect("tone", frequency=697, present=False)
        alice.forget()
        await alice.ask("resume", call=call)
        await alice.expect("tone", frequency=697, present=True)

    async def test_overStream(self) -> None:
        """
        A phone on TCP is echoed as well.
        """
        alice, call = await self._call(transport="tcp")
        await self._hearSelf(alice, call)
