# -*- test-case-name: tests.scenarios.test_call -*-
"""
Scenario: two phones call each other through a real daemon.
"""

from __future__ import annotations

from typing import Any

from tests.scenarios.agent import Agent
from tests.scenarios.case import CallCase, address

GONE = "DISCONNECTED"


class CallTests(CallCase):
    """
    Calls over UDP.
    """

    async def test_hearEachOther(self) -> None:
        """
        Both sides hear each other, and the operator sees the call while it
        lasts and no longer.
        """
        alice, bob = await self.pair()
        hers, his = await self.talk(alice, bob)
        await self.hear(alice, hers, bob, his)
        self.assertEqual(len(await self.live("calls")), 1)
        await alice.ask("hangup", call=hers)
        await bob.expect("state", state=GONE)
        await alice.expect("state", state=GONE, code=200)
        self.assertEqual(await self.live("calls"), [])

    async def test_calledPartyHangsUp(self) -> None:
        """
        The called side can end the call as well.
        """
        alice, bob = await self.pair()
        _, his = await self.talk(alice, bob)
        await bob.ask("hangup", call=his)
        await alice.expect("state", state=GONE)
        await bob.expect("state", state=GONE, code=200)

    async def test_holdAndResume(self) -> None:
        """
        On hold nothing is heard; taken back, the tone is there again.
        """
        alice, bob = await self.pair()
        hers, his = await self.talk(alice, bob)
        await self.hear(alice, hers, bob, his)
        await alice.ask("hold", call=hers)
        await bob.expect("media", status="remote-hold")
        await bob.expect("tone", frequency=697, present=False)
        alice.forget()
        bob.forget()
        await alice.ask("resume", call=hers)
        await bob.expect("media", status="active")
        await bob.expect("tone", frequency=697, present=True)

    async def test_calledPartyHolds(self) -> None:
        """
        The called side can hold and resume: requests find their way back
        through the proxy in both directions.
        """
        alice, bob = await self.pair()
        _, his = await self.talk(alice, bob)
        await bob.ask("hold", call=his)
        await alice.expect("media", status="remote-hold")
        # PJSIP refuses the next re-INVITE until the first is answered.
        await bob.expect("media", status="local-hold")
        alice.forget()
        await bob.ask("resume", call=his)
        await alice.expect("media", status="active")

    async def test_cancel(self) -> None:
        """
        A caller who gives up while it rings stops the ringing.
        """
        alice, bob = await self.pair()
        hers, _ = await self._ring(alice, bob)
        await alice.ask("hangup", call=hers)
        await bob.expect("state", state=GONE)
        await alice.expect("state", state=GONE, code=487)
        self.assertEqual(await self.live("calls"), [])

    async def test_decline(self) -> None:
        """
        A declined call ends at the caller with the reason.
        """
        await self._refuse(603)

    async def test_busy(self) -> None:
        """
        A busy phone is heard as busy.
        """
        await self._refuse(486)

    async def _ring(self, alice: Agent, bob: Agent) -> tuple[int, int]:
        hers = await alice.ask("call", to=address("30002"))
        ringing = await bob.expect("incoming")
        await alice.expect("state", state="EARLY", code=180)
        return hers, ringing["call"]

    async def _refuse(self, code: int) -> None:
        alice, bob = await self.pair()
        _, his = await self._ring(alice, bob)
        await bob.ask("hangup", call=his, code=code)
        await alice.expect("state", state=GONE, code=code)

    async def test_twice(self) -> None:
        """
        After one call the next one works as the first did.
        """
        alice, bob = await self.pair()
        for _ in range(2):
            hers, his = await self.talk(alice, bob)
            await self.hear(alice, hers, bob, his)
            await alice.ask("hangup", call=hers)
            await bob.expect("state", state=GONE)
            await alice.expect("state", state=GONE)
            alice.forget()
            bob.forget()

    async def test_whoCalls(self) -> None:
        """
        The called phone is told who calls.
        """
        alice, bob = await self.pair()
        await alice.ask("call", to=address("30002"))
        ringing = await bob.expect("incoming")
        self.assertIn("30001@gigaset.net", ringing["remote"])

    async def test_keys(self) -> None:
        """
        Pressed keys arrive.
        """
        alice, bob = await self.pair()
        hers, _ = await self.talk(alice, bob)
        await alice.ask("dtmf", call=hers, digits="5#")
        await bob.expect("dtmf", digit="5")
        await bob.expect("dtmf", digit="#")


class CallOverStreamTests(CallTests):
    """
    The same over TCP.
    """

    transport = "tcp"


class UnlikeTransportTests(CallCase):
    """
    Calls between phones that use different transports.
    """

    async def test_datagramsToStream(self) -> None:
        """
        A phone on UDP and a phone on TCP talk in both directions, and either
        can end it.
        """
        alice = await self.registered("alice", "30001", tones=[1336])
        bob = await self.registered("bob", "30002", transport="tcp", tones=[697])
        hers, his = await self.talk(alice, bob)
        await self.hear(alice, hers, bob, his)
        await bob.ask("hangup", call=his)
        await alice.expect("state", state=GONE)

    async def test_streamToDatagrams(self) -> None:
        """
        The same the other way round, with the caller hanging up.
        """
        alice = await self.registered("alice", "30001", transport="tcp", tones=[1336])
        bob = await self.registered("bob", "30002", tones=[697])
        hers, his = await self.talk(alice, bob)
        await self.hear(alice, hers, bob, his)
        await alice.ask("hangup", call=hers)
        await bob.expect("state", state=GONE)


class TargetTests(CallCase):
    """
    Who is reached, and the response when the call reaches no phone.
    """

    async def _dial(self, to: str, **facts: Any) -> None:
        alice = await self.registered("alice", "30001")
        await alice.ask("call", to=to)
        await alice.expect("state", state=GONE, **facts)

    async def test_offline(self) -> None:
        """
        A number whose phone is not there: 480.
        """
        await self.account("30002")
        await self._dial(address("30002"), code=480)

    async def test_unknown(self) -> None:
        """
        An unknown number: 404.
        """
        await self._dial(address("39999"), code=404)

    async def test_foreignDomain(self) -> None:
        """
        The daemon carries no calls into other people's networks: 403.
        """
        await self._dial(address("30002", "example.org"), code=403)

    async def test_spellings(self) -> None:
        """
        A number is reached with the suffix that people dial, however the
        phone writes it.
        """
        alice, bob = await self.pair()
        for spelling in ("30002%239", "+30002"):
            call = await alice.ask("call", to=address(spelling))
            await bob.expect("incoming")
            await alice.ask("hangup", call=call)
            await alice.expect("state", state=GONE)
            await bob.expect("state", state=GONE)

    async def test_severalPhones(self) -> None:
        """
        A number with two phones rings on both; when one is picked up the
        other falls silent.
        """
        alice, bob = await self.pair()
        second = await self.connect("second", "30002")
        await second.expect("registration", code=200)
        await alice.ask("call", to=address("30002"))
        his = await bob.expect("incoming")
        await second.expect("incoming")
        await bob.ask("answer", call=his["call"])
        await second.expect("state", state=GONE)
        await alice.expect("state", state="CONFIRMED")
        await bob.expect("state", state="CONFIRMED")

    async def test_oneOfTwoBusy(self) -> None:
        """
        One busy phone does not stop the number's other phone from ringing
        and being answered.
        """
        alice, bob = await self.pair()
        second = await self.connect("second", "30002")
        await second.expect("registration", code=200)
        await alice.ask("call", to=address("30002"))
        his = await bob.expect("incoming")
        other = await second.expect("incoming")
        await bob.ask("hangup", call=his["call"], code=486)
        await bob.expect("state", state=GONE)
        await second.ask("answer", call=other["call"])
        await alice.expect("state", state="CONFIRMED")


class PermissionTests(CallCase):
    """
    Who may call.
    """

    async def _callWithout(self, number: str, password: str) -> Agent:
        await self.registered("bob", "30002")
        alice = await self.connect("alice", number, password=password, register=False)
        await alice.ask("call", to=address("30002"))
        return alice

    async def test_passwordInstead(self) -> None:
        """
        A phone that is not registered may call when it proves its password.
        """
        password = await self.account("30001")
        alice = await self._callWithout("30001", password)
        await alice.expect("state", state="EARLY", code=180)

    async def test_wrongPassword(self) -> None:
        """
        With a wrong password it may not.
        """
        await self.account("30001")
        alice = await self._callWithout("30001", "guess")
        await alice.expect("state", state=GONE, code=407)

    async def test_stranger(self) -> None:
        """
        A caller without an account cannot call accounts here.
        """
        alice = await self._callWithout("39999", "guess")
        told = await alice.expect("state", state=GONE)
        self.assertIn(told["code"], (403, 407))
