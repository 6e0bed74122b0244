"""
Phones with a factory password, which the server does not know.
"""

from __future__ import annotations

from hashlib import md5
from typing import Any

from twisted.internet import reactor

from tests.scenarios.case import DOMAIN, CallCase, ScenarioCase, address
from tests.scenarios.wire import Answer, Datagrams, request

NUMBER, OTHER, BOB = "23456789", "24567890", "25678901"
MAC = "7C2F80CC0001"


class Base:
    """
    A base that knows only its factory settings.

    @ivar number: the number it registers.
    """

    def __init__(self, wire: Datagrams, number: str, password: str) -> None:
        self.wire, self.number, self.password = wire, number, password
        self.calls = 0

    async def ask(self, method: str, *lines: str, **options: Any) -> Answer:
        """
        Send one request and wait for its final answer.
        """
        self.calls += 1
        call = f"{self.wire.place}-{self.number}-{self.calls}"
        place = self.wire.place
        contact = f"Contact: <sip:{self.number}@{place}>"
        self.wire.send(
            request(
                method, self.number, contact, *lines, place=place, call=call, **options
            )
        )
        *_, answer = await self.wire.until(call)
        return answer

    async def register(self) -> Answer:
        """
        Register as such bases do: first without credentials, then without qop.
        """
        agent = "User-Agent: C610 IP/42.258.00.000.000"
        asked = await self.ask("REGISTER", agent)
        return await self.ask("REGISTER", agent, self.proof(asked.challenge))

    def proof(self, challenge: str) -> str:
        """
        Answer a challenge (RFC 2069).
        """
        nonce = challenge.partition('nonce="')[2].partition('"')[0]
        uri = f"sip:{DOMAIN}"
        secret = _hash(f"{self.number}:{DOMAIN}:{self.password}")
        answer = _hash(f"{secret}:{nonce}:{_hash(f'REGISTER:{uri}')}")
        return (
            f'Authorization: Digest username="{self.number}", realm="{DOMAIN}", '
            f'nonce="{nonce}", uri="{uri}", response="{answer}", algorithm=MD5'
        )


def _hash(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


class FactoryCase(ScenarioCase):
    """
    A daemon and bases.
    """

    def base(self, number: str, password: str) -> Base:
        """
        Make another base.
        """
        wire = Datagrams(reactor, self.daemon.port("sip", "udp"))
        self.addCleanup(wire.close)
        return Base(wire, number, password)

    async def addFactory(self, *more: str) -> None:
        """
        Add the device, without a password.
        """
        verb = ("device", "add", "--mac", MAC, "--number", NUMBER, "--factory", *more)
        told = await self.daemon.ctl(*verb)
        self.assertNotIn("password", told)

    async def shown(self, number: str = NUMBER) -> dict[str, Any]:
        """
        Run C{device show}.
        """
        found: dict[str, Any] = await self.daemon.ctl("device", "show", number)
        return found


class FactoryTests(FactoryCase):
    """
    Devices that the operator added with C{--factory}.
    """

    async def test_known(self) -> None:
        """
        The phone registers, again, and after a kill -9 right behind its first
        registration; a neighbour with another password never gets its number,
        until the operator forgets the phone.
        """
        await self.addFactory()
        found = await self.shown()
        self.assertEqual((found["login"], found["pinned"]), ("factory", False))
        mine, neighbour = self.base(NUMBER, "nobody knows"), self.base(NUMBER, "other")
        self.assertEqual((await mine.register()).code, 200)
        await self.daemon.kill9()
        await self.daemon.start()
        self.assertEqual((await neighbour.register()).code, 401)
        self.assertEqual((await mine.register()).code, 200)
        found = await self.shown()
        self.assertEqual((found["pinned"], found["generation"]), (True, 0))
        [binding] = await self.live("registrations")
        self.assertEqual(f"127.0.0.1:{binding['port']}", mine.wire.place)
        await self.daemon.ctl("device", "reset-pin", NUMBER)
        self.assertEqual(await self.live("registrations"), [])
        self.assertFalse((await self.shown())["pinned"])
        self.assertEqual((await neighbour.register()).code, 200)
        self.assertEqual((await mine.register()).code, 401)
        await self.daemon.restart()
        self.assertEqual((await mine.register()).code, 401)
        self.assertEqual((await neighbour.register()).code, 200)
        self.assertEqual((await self.shown())["generation"], 1)

    async def test_checksIn(self) -> None:
        """
        Its registration tells the device's model and firmware.
        """
        await self.addFactory()
        await self.base(NUMBER, "nobody knows").register()
        found = await self.shown()
        self.assertEqual(found["product"], "C610 IP")
        self.assertEqual(found["software_version"], "42.258.00.000.000")
        self.assertEqual(found["private_ip"], "127.0.0.1")

    async def test_calls(self) -> None:
        """
        It calls over the flow that it registered by, and no other phone calls in its
        name from elsewhere.
        """
        await self.addFactory()
        mine, elsewhere = self.base(NUMBER, "nobody knows"), self.base(NUMBER, "other")
        await mine.register()
        options = {"uri": f"sip:12@{DOMAIN}", "to": "12"}
        self.assertEqual((await mine.ask("INVITE", **options)).code, 404)
        self.assertEqual((await elsewhere.ask("INVITE", **options)).code, 407)

    async def test_rolling(self) -> None:
        """
        With rolling answers a recorded one opens nothing any more, also after
        a kill -9.
        """
        await self.addFactory("--rolling")
        mine = self.base(NUMBER, "nobody knows")
        self.assertEqual((await mine.register()).code, 200)
        recorded = mine.proof((await mine.ask("REGISTER")).challenge)
        rolled = await mine.ask("REGISTER", recorded)
        self.assertEqual(rolled.code, 401)
        again = await mine.ask("REGISTER", mine.proof(rolled.challenge))
        self.assertEqual(again.code, 200)
        await self.daemon.kill9()
        await self.daemon.start()
        late = await mine.ask("REGISTER", recorded)
        self.assertEqual(late.code, 401)
        rolled = await mine.ask("REGISTER", mine.proof(late.challenge))
        again = await mine.ask("REGISTER", mine.proof(rolled.challenge))
        self.assertEqual((rolled.code, again.code), (401, 200))

    async def test_nobodyStandsOut(self) -> None:
        """
        A wrong password and a number that does not exist look the same.
        """
        await self.addFactory()
        await self.base(NUMBER, "nobody knows").register()
        seen = set()
        for number in (NUMBER, *(f"3000{place:04}" for place in range(20))):
            answer = await self.base(number, "guess").register()
            headers = dict.fromkeys(("via", "from", "call-id"), "")
            form, _, rest = answer.challenge.partition("nonce=")
            headers["www-authenticate"] = form + rest.partition(",")[2]
            told = sorted({**answer.headers, **headers}.items())
            seen.add(f"{answer.code} {told}".replace(number, "N"))
        # With qop and without, of which the number's own is one.
        self.assertEqual(len(seen), 2, seen)

    async def test_strangersStayOut(self) -> None:
        """
        A phone that was not added is refused.
        """
        self.assertEqual((await self.base(OTHER, "x").register()).code, 401)
        self.assertEqual(await self.daemon.ctl("device", "list"), [])


class EnrolTests(FactoryCase):
    """
    C{sip.enrol = "lan"}.
    """

    settings = {"sip": 'enrol = "lan"'}

    async def test_comesByItself(self) -> None:
        """
        A phone of the LAN enrols by registering, is there after a kill -9,
        and gets its device later.
        """
        mine = self.base(OTHER, "nobody knows")
        self.assertEqual((await mine.register()).code, 200)
        await self.daemon.kill9()
        await self.daemon.start()
        found = await self.shown(OTHER)
        self.assertEqual((found["mac"], found["pinned"]), ("", True))
        await self.daemon.ctl("device", "add", "--mac", MAC, "--number", OTHER)
        found = await self.shown(MAC)
        self.assertEqual((found["number"], found["login"]), (OTHER, "factory"))
        self.assertTrue(found["pinned"])
        self.assertEqual((await self.base(OTHER, "other").register()).code, 401)
        self.assertEqual((await mine.register()).code, 200)
        self.assertEqual((await self.base("1188", "x").register()).code, 401)


class SoftphoneTests(CallCase):
    """
    A third-party phone, PJSIP, with a factory log-in.
    """

    async def test_calls(self) -> None:
        """
        It registers by the constant challenge and is heard in a call.
        """
        for place, number in enumerate((NUMBER, BOB)):
            mac = f"7C2F80DD000{place}"
            verb = ("device", "add", "--mac", mac, "--number", number, "--factory")
            await self.daemon.ctl(*verb)
        alice = await self.connect("alice", NUMBER, password="nobody", tones=[1336])
        bob = await self.connect("bob", BOB, password="knows", tones=[697])
        for agent in (alice, bob):
            await agent.expect("registration", code=200, active=True)
        hers = await alice.ask("call", to=address(BOB))
        his = (await bob.expect("incoming"))["call"]
        await bob.ask("answer", call=his)
        for agent in (alice, bob):
            await agent.expect("state", state="CONFIRMED")
            await agent.expect("media", status="active")
        await self.hear(alice, hers, bob, his)
