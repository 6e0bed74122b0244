# -*- test-case-name: tests.scenarios.test_register -*-
"""
Scenario: phones register with a real daemon.
"""

from __future__ import annotations

from tests.scenarios.case import CallCase


class RegisterTests(CallCase):
    """
    Registrations over UDP.
    """

    async def test_digest(self) -> None:
        """
        A phone with the right password registers, and the operator sees
        where it is reached.
        """
        await self.registered("alice", "30001")
        [found] = await self.live("registrations")
        self.assertEqual(found["number"], "30001")
        self.assertEqual(found["transport"], self.transport)
        self.assertEqual(found["address"], "127.0.0.1")
        self.assertTrue(found["reachable"])
        self.assertTrue(0 < found["expires_in"] <= 300, found)

    async def test_wrongPassword(self) -> None:
        """
        A wrong password is refused, and nothing is registered.
        """
        await self.account("30001")
        alice = await self.connect("alice", "30001", password="guess")
        told = await alice.expect("registration")
        self.assertEqual(told["code"], 401)
        self.assertEqual(await self.live("registrations"), [])

    async def test_unknownNumber(self) -> None:
        """
        An unknown number gets the same answer as a wrong password, so that
        existing numbers cannot be enumerated.
        """
        alice = await self.connect("alice", "39999")
        told = await alice.expect("registration")
        self.assertEqual(told["code"], 401)

    async def test_renew(self) -> None:
        """
        Registering again refreshes the registration and makes no second one.
        """
        alice = await self.registered("alice", "30001")
        await alice.ask("register")
        await alice.expect("registration", code=200, active=True)
        self.assertEqual(len(await self.live("registrations")), 1)

    async def test_takeBack(self) -> None:
        """
        A phone that takes its registration back is gone at once.
        """
        alice = await self.registered("alice", "30001")
        await alice.ask("register", renew=False)
        await alice.expect("registration", code=200, active=False)
        self.assertEqual(await self.live("registrations"), [])

    async def test_newPassword(self) -> None:
        """
        A new password removes the registration at once, and the old password
        is worth nothing from then on.
        """
        alice = await self.registered("alice", "30001")
        await self.daemon.ctl("device", "password", "30001", "another-secret")
        self.assertEqual(await self.live("registrations"), [])
        await alice.ask("register")
        told = await alice.expect("registration")
        self.assertEqual(told["code"], 401)

    async def test_serviceOff(self) -> None:
        """
        With the telephone service switched off, a registration goes at once
        and a new one is refused; switched on again, all is as before.
        """
        alice = await self.registered("alice", "30001")
        await self.daemon.ctl("service", "disable", "30001", "voip")
        self.assertEqual(await self.live("registrations"), [])
        await alice.ask("register")
        await alice.expect("registration", code=403)
        await self.daemon.ctl("service", "enable", "30001", "voip")
        await alice.ask("register")
        await alice.expect("registration", code=200, active=True)


class RegisterOverStreamTests(RegisterTests):
    """
    The same over TCP.
    """

    transport = "tcp"
